/**
 * Which values the egress check looks for, and as what. It must never stop an honest call, so a value that may also be
 * something else (a first name, a short number, a city that is a word) is none: masking finds these by what stands around.
 */
import type { EntityKind } from '../../detection/kinds.ts';
import { isPlainWord } from '../../detection/context/name-words.ts';
import { BOUNDARY_WORDS } from '../../detection/vocabulary/boundary-words.ts';
import { GIVEN_NAMES } from '../../detection/vocabulary/given-names.ts';
import { COUNTRIES, STATES } from '../../detection/vocabulary/places.ts';
import { Mark, SYMBOLS, wideSymbols } from './egress-reading.ts';
import { FIRST_SEED, nextFirst, nextSecond, SECOND_SEED } from './word-hashes.ts';
import { REQUEST_FIELDS, SCHEMA_KEYWORDS } from '../request/request-fields.ts';
import { RESPONSES_FIELDS } from '../request/responses-fields.ts';
import type { Fields, Treatment } from '../request/treatment.ts';

/** A word of a value. */
export interface PatternWord {
  /** Its letters and digits; of a word that is longer than {@link LONGEST_WORD} the first ones. */
  readonly text: string;
  /** Both hashes of all its letters: 64 bits, so that no other word is taken for it. */
  readonly first: number;
  readonly second: number;
}

/** The patterns by which a value is searched. None if the value is ambiguous. */
export interface ValuePatterns {
  /** Letters and digits, whatever spaces and hyphens stand between: a number or a code. */
  readonly runs: readonly string[];
  /** Words in order, with white space and punctuation between; `@` is one. */
  readonly words: readonly (readonly PatternWord[])[];
  /** Whether a form counts only as prose has it: "Los Angeles", not the `Los_Angeles` of a time zone. */
  readonly isProse: boolean;
}

/** Digits of the shortest number that is told from all others. */
const MIN_DIGITS = 7;
/** Letters and digits of the shortest text. */
const MIN_LENGTH = 8;
const MIN_EMAIL = 6;
/** Plain words of the shortest phrase that nothing else says: "march fourteenth nineteen sixty two". */
const MIN_PLAIN_WORDS = 5;
/** Longer numbers and codes are looked for as words, longer texts by their first words. */
const MAX_RUN = 64;
const MAX_WORDS = 16;
/** Of a text that may stand, so many words do. */
const MAX_ALLOWED_WORDS = 100;

const NONE: ValuePatterns = { runs: [], words: [], isProse: false };

/** The forms of a value of this kind. */
export function patternsOf(value: string, kind: EntityKind): ValuePatterns {
  const read = wordsOf(value);
  const words = read.map(({ text }) => text);
  const run = words.join('');
  const digits = run.replace(/\D/g, '');
  if (kind === 'AGE') return NONE;
  if (/^\d+$/.test(run)) {
    if (run.length < MIN_DIGITS) return NONE;
    if (run.length > MAX_RUN) return { runs: [], words: [read.slice(0, MAX_WORDS)], isProse: false };
    return { runs: isTelephone(kind) ? nationalForms(run) : [run], words: [], isProse: false };
  }
  if (!isUnambiguous(words, digits.length, kind)) return NONE;
  const isCode =
    digits.length >= 3 && words.length <= 8 && run.length >= MIN_LENGTH && run.length <= MAX_RUN && isIdentifier(kind);
  const isProse = digits === '' && (kind === 'ADDRESS' || kind === 'ORG');
  return { runs: isCode ? [run] : [], words: [read.slice(0, MAX_WORDS)], isProse };
}

/** The forms of a text of which none is too short or too common. */
export function allFormsOf(text: string): ValuePatterns {
  const words = wordsOf(text);
  const run = words.map(({ text: word }) => word).join('');
  return {
    runs: run.length > 0 && run.length <= MAX_RUN && !run.includes('@') ? [run] : [],
    words: words.length > 0 ? [words.slice(0, MAX_ALLOWED_WORDS)] : [],
    isProse: false,
  };
}

/** Words that are read of a value: more than any form has. */
const MOST_WORDS = 128;
/** Letters of a word that are kept. Longer words are told from each other by the hashes of all their letters. */
const LONGEST_WORD = 4096;

const AT_SIGN: PatternWord = { text: '@', first: FIRST_SEED, second: SECOND_SEED };

/** The first words of a text in their plain spelling: letters and digits, and each `@`. */
function wordsOf(text: string): PatternWord[] {
  const words: PatternWord[] = [];
  const word = new GrowingWord();
  const end = (): void => {
    const done = word.take();
    if (done !== null) words.push(done);
  };
  const read = (symbol: number): void => {
    if (symbol > 0) word.add(symbol);
    else if (symbol !== Mark.NOTHING) end();
    if (symbol === Mark.AT) words.push(AT_SIGN);
  };
  for (let at = 0; at < text.length && words.length < MOST_WORDS; at++) {
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at++;
    if (code < 0x80) read(SYMBOLS[code] ?? Mark.END);
    else for (const symbol of wideSymbols(code)) read(symbol);
    if (word.isLong) at = word.addLetters(text, at + 1) - 1;
  }
  end();
  return words;
}

/** A word that is being read. */
class GrowingWord {
  #text = '';
  #first = FIRST_SEED;
  #second = SECOND_SEED;

  /** Whether all further letters count for the hashes only. */
  get isLong(): boolean {
    return this.#text.length >= LONGEST_WORD;
  }

  add(symbol: number): void {
    if (!this.isLong) this.#text += String.fromCodePoint(symbol);
    this.#first = nextFirst(this.#first, symbol);
    this.#second = nextSecond(this.#second, symbol);
  }

  /** Adds the letters and digits from `from` on, of those that are one symbol each, to the hashes; returns where they end. */
  addLetters(text: string, from: number): number {
    let first = this.#first;
    let second = this.#second;
    let at = from;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const symbol = unit < 0x80 ? (SYMBOLS[unit] ?? 0) : soleSymbol(unit);
      if (symbol <= 0) break;
      first = nextFirst(first, symbol);
      second = nextSecond(second, symbol);
    }
    this.#first = first;
    this.#second = second;
    return at;
  }

  /** Returns the word and begins another one; null where there is none. */
  take(): PatternWord | null {
    if (this.#text === '') return null;
    const word: PatternWord = { text: this.#text, first: this.#first, second: this.#second };
    this.#text = '';
    this.#first = FIRST_SEED;
    this.#second = SECOND_SEED;
    return word;
  }
}

/** The symbol of a UTF-16 unit that stands for one letter; 0 for any other. */
function soleSymbol(unit: number): number {
  if (unit >= 0xd800 && unit < 0xe000) return 0;
  const symbols = wideSymbols(unit);
  return symbols.length === 1 ? (symbols[0] ?? 0) : 0;
}

function isUnambiguous(words: readonly string[], digits: number, kind: EntityKind): boolean {
  const length = words.join('').length;
  if (length < (kind === 'EMAIL' ? MIN_EMAIL : MIN_LENGTH) || API_PHRASES.has(words.join(' '))) return false;
  // "March 14" is any year's; with its year, or in as many words as say one, a date is somebody's.
  if (kind === 'DATE' || kind === 'DOB') return digits >= 5 || words.length >= MIN_PLAIN_WORDS;
  if (kind === 'EMAIL' || kind === 'URL') return true;
  const isPlain = words.every((word) => isPlainWord(word) || BOUNDARY_WORDS.has(word) || /^\d+$/.test(word));
  if (isPlain) return words.length >= MIN_PLAIN_WORDS || digits >= 3 || (digits > 0 && words.length >= 3);
  if (words.length > 1 || digits > 0) return !isPlace(words.join(' '));
  const [word = ''] = words;
  return !GIVEN_NAMES.has(word) && !isPlace(word);
}

const isPlace = (text: string): boolean => STATES.has(text) || COUNTRIES.has(text);

const isTelephone = (kind: EntityKind): boolean => kind === 'PHONE' || kind === 'FAX';

/** A North American number is the same with its country code and without. */
function nationalForms(digits: string): string[] {
  if (digits.length === 10) return [digits, `1${digits}`];
  return digits.length === 11 && digits.startsWith('1') ? [digits, digits.slice(1)] : [digits];
}

/** Kinds whose values are codes: their groups may be written together or apart. */
function isIdentifier(kind: EntityKind): boolean {
  return !['NAME', 'ADDRESS', 'DATE', 'DOB', 'EMAIL', 'URL', 'ORG'].includes(kind);
}

/** What the API itself writes, in every request. */
const API_PHRASES: ReadonlySet<string> = new Set(
  [...SCHEMA_KEYWORDS, ...apiWords(REQUEST_FIELDS), ...apiWords(RESPONSES_FIELDS)].map((word) =>
    wordsOf(word)
      .map(({ text }) => text)
      .join(' '),
  ),
);

function apiWords(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([key, treatment]) => [key, ...wordsWithin(treatment)]);
}

function wordsWithin(treatment: Treatment): string[] {
  switch (treatment.as) {
    case 'keyword':
      return [...treatment.of, ...wordsWithin(treatment.other)];
    case 'form':
      return wordsWithin(treatment.other);
    case 'content':
      return treatment.parts === undefined ? [] : apiWords(treatment.parts);
    case 'list':
    case 'map':
    case 'spoken':
      return wordsWithin(treatment.of);
    case 'variant':
      return [...apiWords(treatment.of), ...wordsWithin(treatment.absent), ...wordsWithin(treatment.other)];
    case 'object':
    case 'message':
      return apiWords(treatment.fields);
    default:
      return [];
  }
}
