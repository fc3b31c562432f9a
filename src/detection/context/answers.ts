/** Reads the answer to a question. See docs/detection.md, Context of the call. */
import type { Reading } from '../reading.ts';
import { octetsFrom } from '../recognisers/cued-ip.ts';
import { answeredAgeEnd } from '../recognisers/age.ts';
import { codeAt } from '../recognisers/ranges.ts';
import type { Code } from '../spoken/codes.ts';
import { coveringCode } from './covering-code.ts';
import { readDigitsByEar } from './digits-by-ear.ts';
import { findDateParts } from './date-parts.ts';
import { AROUND_ANSWERS, CORRECTIONS } from './phrases.ts';
import { readMailbox } from './mailboxes.ts';
import { readPerson, readPlace, readSecret, readStreet } from './named-answers.ts';
import { SLOTS, type SlotName } from './slots.ts';
import { findSpellings } from './spellings.ts';

/** A value read as the answer to a question, by its first and last word. */
export interface Answer {
  readonly first: number;
  readonly last: number;
  readonly slot: SlotName;
  /** The digits and letters meant, where it is a number or spelled; else empty. */
  readonly chars: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** What is known when an utterance is read. */
export interface Expecting {
  /** What was asked for and has no whole answer yet, the likeliest first. */
  readonly slots: readonly SlotName[];
  /** A value that was begun or given, and may go on or be put right. */
  readonly open: { readonly slot: SlotName; readonly whole: boolean } | null;
}

const BARE = 0.85;
const AMONG_WORDS = 0.7;
/** Digits of the shortest number that is an answer among other words. */
const LONG_ENOUGH = 4;
/** Digits of the shortest identifier of any length that is told from the words in it. */
const LONG_HEARD = 6;
/** Letters of the shortest spelling that is an answer among other words. */
const LONG_SPELLING = 3;
/** Digits of the longest date: month, day and year. */
const LONGEST_DATE = 8;
const YEAR = /^(?:19|20)\d\d$/;

/** The answers in an utterance, in order, disjoint. Empty where it does not answer. */
export function readAnswers(reading: Reading, { slots, open }: Expecting): Answer[] {
  const answers = new Answers(reading);
  const corrects = reading.words.some(({ lower }) => CORRECTIONS.has(lower));
  const openSlots = open === null || (open.whole && !corrects && SLOTS[open.slot].shape !== 'name') ? [] : [open.slot];
  const expected = [...new Set([...slots, ...openSlots])];
  answers.readByEar(expected);
  for (const code of reading.codes) answers.readCode(code, expected, open);
  for (const slot of expected) {
    const continues = open?.slot === slot && !slots.includes(slot);
    answers.readWords(slot, continues);
  }
  return answers.list();
}

/** Whether nothing is said but numbers, spellings, days and what is said around them. */
export function isBare(reading: Reading): boolean {
  const { words } = reading;
  const inDate = new Uint8Array(words.length);
  for (const { first, last } of findDateParts(reading)) inDate.fill(1, first, last + 1);
  return words.every((word, at) => {
    if (word.type === 'mark' || word.type === 'digits' || word.text.length === 1 || AROUND_ANSWERS.has(word.lower))
      return true;
    return inDate[at] === 1 || coveringCode(reading.codes, at) !== null;
  });
}

class Answers {
  readonly #reading: Reading;
  readonly #bare: boolean;
  readonly #taken: Uint8Array;
  readonly #found: Answer[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#bare = isBare(reading);
    this.#taken = new Uint8Array(reading.words.length);
  }

  list(): Answer[] {
    return this.#found.sort((a, b) => a.first - b.first);
  }

  /** Digits of which some are written as words that sound like them, where they are as many as what was asked for has. */
  readByEar(expected: readonly SlotName[]): void {
    const numbered = expected.filter((slot) => /^(?:number|code)$/.test(SLOTS[slot].shape));
    if (numbered.length === 0) return;
    const heard = readDigitsByEar(this.#reading.words);
    if (heard === null) return;
    const { first, last, digits } = heard;
    const slot = numbered.find((name) => {
      const { whole, shape } = SLOTS[name];
      return whole.some((length) => length === digits.length) || (shape === 'code' && digits.length >= LONG_HEARD);
    });
    if (slot !== undefined) this.#take(first, last, slot, digits);
  }

  /** A number or spelling: the expected slot that it fits best. */
  readCode(code: Code, expected: readonly SlotName[], open: Expecting['open']): void {
    const claim = this.#reading.claims.get(code);
    let best: { readonly slot: SlotName; readonly fit: number } | null = null;
    for (const slot of expected) {
      // What the utterance itself says of the number counts more.
      if (claim?.linked === true && claim.cue.kind !== SLOTS[slot].kind) continue;
      const fit = this.#fit(code, slot, open?.slot === slot && !open.whole, expected.length === 1);
      if (fit > (best?.fit ?? 0)) best = { slot, fit };
    }
    if (best === null) return;
    this.#take(code.first, code.last, best.slot, code.chars);
  }

  /** What is no number: a person, a place, a day, a mailbox. */
  readWords(slot: SlotName, continues: boolean): void {
    const reading = this.#reading;
    switch (SLOTS[slot].shape) {
      case 'date':
        for (const { first, last, alone } of findDateParts(reading))
          if ((this.#bare || !alone) && !this.#isOtherNumber(first, slot)) this.#take(first, last, slot, '');
        return;
      case 'name':
        this.#takeSpelling(slot);
        if (!continues || reading.words.some(({ lower }) => CORRECTIONS.has(lower)))
          this.#takeRange(readPerson(reading), slot);
        return;
      case 'place':
        this.#takeRange(readPlace(reading), slot);
        return;
      case 'address':
        for (const range of readStreet(reading)) this.#takeRange(range, slot);
        return;
      case 'email':
        this.#takeRange(readMailbox(reading), slot);
        return;
      case 'secret':
        this.#takeRange(readSecret(reading), slot);
        return;
      case 'age':
        this.#takeAges(slot);
        return;
      case 'ip':
        for (let at = 0; at < reading.words.length; at++) {
          const read = octetsFrom(reading.words, at);
          if (read !== null) this.#takeRange(read, slot);
          if (read !== null) return;
        }
        return;
      case 'number':
      case 'code':
        return;
    }
  }

  #takeAges(slot: SlotName): void {
    const { words } = this.#reading;
    for (let at = 0; at < words.length; at++) {
      const end = answeredAgeEnd(words, at);
      if (end === null) continue;
      this.#take(at, end - 1, slot, '');
      at = end - 1;
    }
  }

  /** Whether the words at `at` belong to a number that is no date: too long for one, or said to be another kind. */
  #isOtherNumber(at: number, slot: SlotName): boolean {
    const code = coveringCode(this.#reading.codes, at);
    if (code === null) return false;
    const claim = this.#reading.claims.get(code);
    return code.digits.length > LONGEST_DATE || (claim?.linked === true && claim.cue.kind !== SLOTS[slot].kind);
  }

  /**
   * How well a code answers, 0 for not at all. `goesOn`: the value was begun before, and this may be its next part.
   * `isOnly`: nothing else was asked for, so that one digit may be the first of many.
   */
  #fit(code: Code, slot: SlotName, goesOn: boolean, isOnly: boolean): number {
    const { shape, most, whole } = SLOTS[slot];
    const { chars, letters, quantity } = code;
    const digits = code.digits.length;
    if (quantity && (!this.#bare || digits < LONG_ENOUGH)) return 0;
    switch (shape) {
      case 'age':
        return this.#bare && letters === 0 && Number(code.digits) > 89 && Number(code.digits) < 126 ? 2 : 0;
      case 'place':
      case 'address':
        // "b, four": a unit of a house.
        if (letters === 1 && this.#bare && shape === 'address' && digits > 0 && digits <= LONG_ENOUGH) return 2;
        if (letters > 0 || this.#continuesAsStreet(code)) return 0;
        // A ZIP code, or the number of a house alone.
        return digits === 5 || digits === 9 || (this.#bare && shape === 'address' && digits <= 6) ? 2 : 0;
      case 'date':
        return letters === 0 && digits >= (this.#bare ? 2 : 5) && digits <= 8 ? 2 : 0;
      case 'number':
      case 'secret':
      case 'code':
        break;
      case 'name':
      case 'email':
      case 'ip':
        return 0;
    }
    if (chars.length > most || (shape === 'number' && letters > 0)) return 0;
    if (digits === 0 && (shape !== 'code' || code.spoken < 2)) return 0;
    const isYear = letters === 0 && YEAR.test(code.digits) && code.spoken === 0;
    if (!this.#bare && (chars.length < LONG_ENOUGH || isYear || digits < 3)) return 0;
    if (this.#bare && chars.length < 2 && !goesOn && !(isOnly && this.#isAlone(code))) return 0;
    if (whole.includes(chars.length)) return 4;
    return goesOn ? 3 : 2 - Math.abs(chars.length - (whole[0] ?? chars.length)) / 100;
  }

  /** Nothing but the code is said: "7", "[keypad: 7]". */
  #isAlone({ first, last }: Code): boolean {
    return this.#reading.words.every(({ type }, at) => type === 'mark' || (at >= first && at <= last));
  }

  /** "four twenty west maple": the number of a house and no ZIP code. */
  #continuesAsStreet(code: Code): boolean {
    const next = this.#reading.words[code.last + 1];
    return next?.type === 'letters' && !AROUND_ANSWERS.has(next.lower);
  }

  #takeSpelling(slot: SlotName): void {
    // "kay oh double-u ay"
    for (const { first, last, chars, digits, spoken } of this.#reading.codes)
      if (digits === '' && spoken >= LONG_SPELLING) this.#take(first, last, slot, chars);
    for (const { first, last, chars } of findSpellings(this.#reading.words))
      if (this.#bare || chars.length >= LONG_SPELLING) this.#take(first, last, slot, chars);
  }

  #takeRange(range: { readonly first: number; readonly last: number } | null, slot: SlotName): void {
    if (range !== null)
      this.#take(range.first, range.last, slot, codeAt(this.#reading.codes, range.first)?.chars ?? '');
  }

  #take(first: number, last: number, slot: SlotName, chars: string): void {
    for (let at = first; at <= last; at++) if (this.#taken[at] === 1) return;
    this.#taken.fill(1, first, last + 1);
    this.#found.push({ first, last, slot, chars, confidence: this.#bare ? BARE : AMONG_WORDS });
  }
}
