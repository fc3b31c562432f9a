/** One pass of the egress check over one body: characters to symbols, symbols to words, both to two automata. */
import { ROOT, type AhoCorasick } from './aho-corasick.ts';
import {
  Mark,
  readCoded,
  readEscape,
  readReference,
  SYMBOLS,
  WIDE,
  wideSymbols,
  type EscapeReading,
} from './egress-reading.ts';
import type { PairMap } from './pair-map.ts';
import { FIRST_SEED, nextFirst, nextSecond, SECOND_SEED } from './word-hashes.ts';

/** What is looked for. */
export interface EgressForms {
  /** Sequences of letters and digits, by their codes. */
  readonly runs: AhoCorasick;
  /** Sequences of words, by their numbers. */
  readonly phrases: AhoCorasick;
  /** The number of a word, by both hashes of it. */
  readonly vocabulary: PairMap;
  /** What may begin with an ASCII letter or digit, by its code: {@link BEGINS_RUN}, {@link BEGINS_WORD}, both or nothing. */
  readonly beginnings: Uint8Array;
}

export const BEGINS_RUN = 1;
export const BEGINS_WORD = 2;

/** The number of the word `@`; other words have higher ones. */
export const AT_WORD = 1;

/** Marks between two words or two digits of one value: more are no way to write it. */
const MAX_MARKS = 3;
/** Positions remembered behind the search: a power of two, more than the longest value has symbols. */
const RING = 128;

const CAPITAL_M = 0x4d;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
// Kind and kid as issued, and as in the name of a tool, where `_` stands for each dot. Made to fail fast: a body may be full
// of beginnings. The value of an `MSKV1` token has a fixed length: letters right behind it may be those of a known value.
const KIND_AND_KID = '(?:\\.[A-Z_]{1,64}\\.[A-Z0-9_]{1,64}\\.|_(?:[A-Z0-9]{1,32}_){2,8})';
const TOKEN = new RegExp(`MSK(?:V1${KIND_AND_KID}[A-Z2-7]{26}|1${KIND_AND_KID}[A-Z2-7]{26,8192})`, 'y');

/** Gets what a form stands for, and from where to where it stands. Returns false where it does not count: then the next shorter one is tried. */
type OnFound = (value: number, start: number, end: number) => boolean;

/** UTF-16 units that are read before a scan may be interrupted. */
const PIECE = 32_768;

export class EgressScan {
  readonly #text: string;
  readonly #forms: EgressForms;
  readonly #found: OnFound;
  #inWord = false;
  /** Whether the word begins as one of the vocabulary does: most are told from all of these by their first letter. */
  #mayBeKnown = false;
  #first = FIRST_SEED;
  #second = SECOND_SEED;
  #wordStart = 0;
  #marks = 0;
  #run = ROOT;
  #runCount = 0;
  /** Where the last symbols of the run stand; negative (~position) where none begins a word. */
  readonly #runAt = new Int32Array(RING);
  #phrase = ROOT;
  #phraseCount = 0;
  readonly #phraseAt = new Int32Array(RING);
  #at = 0;
  #isAmbiguous = false;

  /** @param found is told of the longest form that ends at each place */
  constructor(text: string, forms: EgressForms, found: OnFound) {
    this.#text = text;
    this.#forms = forms;
    this.#found = found;
  }

  /**
   * Reads the whole text; returns whether another reading of its escapes may read other words. Yields wherever it may be
   * interrupted.
   */
  *run(reading: EscapeReading): Generator<undefined, boolean> {
    const { length } = this.#text;
    while (this.#at < length) {
      this.#readTo(Math.min(length, this.#at + PIECE), reading);
      yield;
    }
    this.#symbol(Mark.END, length, length);
    return this.#isAmbiguous;
  }

  /** Reads on, at least up to `limit`. */
  #readTo(limit: number, reading: EscapeReading): void {
    const text = this.#text;
    let at = this.#at;
    while (at < limit) {
      const unit = text.charCodeAt(at);
      const symbol = SYMBOLS[unit] ?? WIDE;
      if (symbol === WIDE) {
        const codePoint = text.codePointAt(at) ?? unit;
        const end = at + (codePoint > 0xffff ? 2 : 1);
        this.#wide(codePoint, at, end);
        at = end;
      } else if (symbol === Mark.ESCAPE) {
        const escape = readEscape(text, at, reading);
        const end = at + escape.length;
        // Some writers of JSON escape the `&` of a page.
        const coded = escape.codePoint === AMPERSAND && reading === 'nested' ? readReference(text, end) : null;
        this.#isAmbiguous ||= escape.isAmbiguous || coded !== null;
        at = this.#character((coded ?? escape).codePoint, at, end + (coded?.length ?? 0));
      } else if ((unit === PERCENT || unit === AMPERSAND) && reading === 'nested') {
        const coded = readCoded(text, at);
        this.#isAmbiguous ||= coded !== null;
        if (coded === null) this.#symbol(symbol, at, ++at);
        else at = this.#character(coded.codePoint, at, at + coded.length);
      } else if (symbol === Mark.SPACE) {
        if (this.#inWord) this.#endWord(at);
        at++;
      } else {
        if (symbol < 0) this.#symbol(symbol, at, ++at);
        else if (unit !== CAPITAL_M || this.#inWord) at = this.#letters(at);
        else {
          const end = this.#tokenEnd(at);
          if (end > at) this.#symbol(Mark.END, at, at);
          at = end > at ? end : this.#letters(at);
        }
      }
    }
    this.#at = at;
  }

  /** Where a token that begins here ends; `at` for none. */
  #tokenEnd(at: number): number {
    TOKEN.lastIndex = at;
    return TOKEN.test(this.#text) ? TOKEN.lastIndex : at;
  }

  /** Reads a character that is written as `at` to `end`; returns `end`. */
  #character(codePoint: number, at: number, end: number): number {
    const plain = SYMBOLS[codePoint] ?? WIDE;
    if (plain === WIDE) this.#wide(codePoint, at, end);
    else this.#symbol(plain, at, end);
    return end;
  }

  #wide(codePoint: number, at: number, end: number): void {
    for (const symbol of wideSymbols(codePoint)) this.#symbol(symbol, at, end);
  }

  #symbol(symbol: number, at: number, end: number): void {
    if (symbol > 0) {
      this.#letter(symbol, at);
      return;
    }
    if (symbol === Mark.NOTHING) return;
    if (this.#inWord) this.#endWord(at);
    switch (symbol) {
      case Mark.SPACE:
        return;
      case Mark.JOINT:
        if (++this.#marks <= MAX_MARKS) return;
        break;
      case Mark.PAUSE:
        this.#run = ROOT;
        if (++this.#marks <= MAX_MARKS) return;
        break;
      case Mark.AT:
        this.#run = ROOT;
        this.#word(AT_WORD, at, end);
        return;
      default:
    }
    this.#run = ROOT;
    this.#phrase = ROOT;
  }

  /** Reads the ASCII letters and digits from `from` on; returns where they end. Most of a body is read here. */
  #letters(from: number): number {
    const text = this.#text;
    this.#letter(SYMBOLS[text.charCodeAt(from)] ?? 0, from);
    const { length } = text;
    let isMatching = this.#run !== ROOT;
    let at = from + 1;
    if (!isMatching && !this.#mayBeKnown) {
      while (at < length && (SYMBOLS[text.charCodeAt(at)] ?? 0) > 0) at++;
      return at;
    }
    let first = this.#first;
    let second = this.#second;
    for (; at < length; at++) {
      const symbol = SYMBOLS[text.charCodeAt(at)] ?? 0;
      if (symbol <= 0) break;
      first = nextFirst(first, symbol);
      second = nextSecond(second, symbol);
      if (isMatching) isMatching = this.#step(symbol, ~at);
    }
    this.#first = first;
    this.#second = second;
    return at;
  }

  #letter(symbol: number, at: number): void {
    const begins = !this.#inWord;
    let mayBegin = 0;
    if (begins) {
      mayBegin = symbol < 0x80 ? (this.#forms.beginnings[symbol] ?? 0) : BEGINS_RUN | BEGINS_WORD;
      this.#inWord = true;
      this.#mayBeKnown = (mayBegin & BEGINS_WORD) !== 0;
      this.#first = FIRST_SEED;
      this.#second = SECOND_SEED;
      this.#wordStart = at;
      this.#marks = 0;
    }
    this.#first = nextFirst(this.#first, symbol);
    this.#second = nextSecond(this.#second, symbol);
    // A value begins where a word does: within one there is nothing to begin.
    if (this.#run !== ROOT || (mayBegin & BEGINS_RUN) !== 0) this.#step(symbol, begins ? at : ~at);
  }

  #step(symbol: number, at: number): boolean {
    this.#runAt[this.#runCount++ & (RING - 1)] = at;
    this.#run = this.#forms.runs.step(this.#run, symbol);
    return this.#run !== ROOT;
  }

  #endWord(end: number): void {
    this.#inWord = false;
    const { runs, vocabulary } = this.#forms;
    // Of the forms that end here the longest tells: the others stand in it.
    for (let node = this.#run === ROOT ? ROOT : runs.ending(this.#run); node !== ROOT; node = runs.shorter(node)) {
      const start = this.#runAt[(this.#runCount - runs.depthOf(node)) & (RING - 1)] ?? -1;
      if (start >= 0 && this.#found(runs.meaningOf(node), start, end)) break;
    }
    this.#word(this.#mayBeKnown ? vocabulary.get(this.#first, this.#second) : 0, this.#wordStart, end);
  }

  #word(number: number, start: number, end: number): void {
    if (number === 0) {
      this.#phrase = ROOT;
      return;
    }
    const { phrases } = this.#forms;
    this.#phraseAt[this.#phraseCount++ & (RING - 1)] = start;
    this.#phrase = phrases.step(this.#phrase, number);
    for (let node = phrases.ending(this.#phrase); node !== ROOT; node = phrases.shorter(node)) {
      const from = this.#phraseAt[(this.#phraseCount - phrases.depthOf(node)) & (RING - 1)] ?? start;
      if (this.#found(phrases.meaningOf(node), from, end)) return;
    }
  }
}
