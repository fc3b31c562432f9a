/**
 * Codes: runs of digits and letters, written or spoken, that may be identifiers. Everything that is read aloud digit by
 * digit (or in teens, tens, hundreds, doubles, letters "as in boy") comes out as the characters that were meant.
 */

import type { Chunk } from '../chunks.ts';
import { isMeasured, isList, isRangeOfYears, quantityEnd } from '../quantities.ts';
import type { Word } from '../words.ts';
import { readLetter } from './alphabet.ts';
import { correct, readBridge } from './bridges.ts';
import { FILLER, NUMBER, SEPARATOR } from './code-words.ts';
import { alphanumeric, EMPTY_RUN, MAX_PARTS, PartReader, type Part, type Run } from './parts.ts';

/** A run of digits and letters. */
export interface Code {
  /** Indexes of its first and last word. */
  readonly first: number;
  readonly last: number;
  /** The characters meant, letters in upper case, without separators; what a correction took back is not among them. */
  readonly chars: string;
  /** The digits among them. */
  readonly digits: string;
  readonly letters: number;
  /** How many digits each part had: 3, 3, 4 for a telephone number as it is usually written. */
  readonly groups: readonly number[];
  /** Parts that were spoken: number words and single letters. */
  readonly spoken: number;
  /** A price, a measure, a decimal, a range of years: not an identifier unless a cue insists. */
  readonly quantity: boolean;
  /** A lower-case word is part of it: order-123456, gpt-4-0125. */
  readonly slug: boolean;
}

/** Marks that are written between the groups of a number, without white space or with it on both sides. */
const JOINTS: ReadonlySet<string> = new Set(['-', '_', '\u00b7']);
// Words and marks between two parts.
const MAX_BETWEEN = 12;

/** All codes of the text in order, disjoint. `isCue` tells the words that belong to a cue and so to no code. */
export function findCodes(
  words: readonly Word[],
  chunkOf: readonly (Chunk | null)[],
  isCue: (at: number) => boolean,
): readonly Code[] {
  return new CodeReader(words, chunkOf, isCue).readAll();
}

class CodeReader {
  readonly #words: readonly Word[];
  readonly #chunkOf: readonly (Chunk | null)[];
  readonly #isCue: (at: number) => boolean;
  readonly #reader: PartReader;

  constructor(words: readonly Word[], chunkOf: readonly (Chunk | null)[], isCue: (at: number) => boolean) {
    this.#words = words;
    this.#chunkOf = chunkOf;
    this.#isCue = isCue;
    this.#reader = new PartReader(words, chunkOf, isCue);
  }

  readAll(): readonly Code[] {
    const codes: Code[] = [];
    for (let at = 0; at < this.#words.length;) {
      const code = this.#mayStart(at) ? this.#readCode(at) : null;
      if (code) {
        codes.push(code);
        at = code.last + 1;
      } else at = this.#skip(at);
    }
    return codes;
  }

  /** Rules out most words of a sentence at once. */
  #mayStart(at: number): boolean {
    const word = this.#words[at];
    if (!word) return false;
    if (word.type === 'mark') return word.text === '(' || word.text === '+';
    if (word.type !== 'letters' || this.#chunkOf[at]?.hasDigits === true) return true;
    if (((this.#reader.classes[at] ?? 0) & ~(FILLER | SEPARATOR)) !== 0) return true;
    // "plus four four ...", "ABC 1234"
    return word.lower === 'plus' || (word.text.length <= 3 && this.#reader.isNumberAt(at + 1));
  }

  /** Past a word that starts no code; a measure such as 500mg is passed as a whole. */
  #skip(at: number): number {
    const chunk = this.#chunkOf[at];
    const measure = chunk?.hasDigits && this.#words[at]?.type !== 'mark' && !this.#isCue(at);
    return measure ? Math.max(at, this.#reader.endOfChunk(at, chunk)) + 1 : at + 1;
  }

  #readCode(first: number): Code | null {
    const written = this.#readQuantity(first) ?? this.#readSlug(first);
    if (written) return written;
    let at = this.#skipOpening(first);
    let part = this.#reader.read(at, EMPTY_RUN);
    if (part === null) return null;
    const parts: Part[] = [];
    const run = { parts, length: 0, lettered: false };
    let end = first;
    let corrects = false;
    while (part !== null && parts.length < MAX_PARTS) {
      parts.push(corrects ? { ...part, corrects } : part);
      run.length += part.chars.length;
      run.lettered ||= /[A-Z]/.test(part.chars);
      end = part.next;
      const between = this.#skipBetween(end, run);
      if (between === null) break;
      ({ next: at, corrects } = between);
      part = this.#reader.read(at, run);
    }
    return this.#finish(first, end - 1, parts);
  }

  #finish(first: number, last: number, parts: readonly Part[]): Code {
    const groups: number[] = [];
    let chars = '';
    let said: string | null = null;
    let spoken = 0;
    let scaled = false;
    for (const part of parts) {
      if (part.corrects) {
        said = said === null ? chars : correct(said, chars);
        chars = '';
      }
      chars += part.chars;
      groups.push(part.chars.length);
      if (part.spoken) spoken++;
      if (part.scaled) scaled = true;
    }
    if (said !== null) chars = correct(said, chars);
    const digits = chars.replace(/\D+/g, '');
    return {
      first,
      last,
      chars,
      digits,
      letters: chars.length - digits.length,
      groups,
      spoken,
      quantity:
        isMeasured(this.#words, first, last, digits.length) ||
        isRangeOfYears(digits, groups) ||
        isList(this.#words, first, last, groups, spoken > 0) ||
        (digits.length > 4 && scaled),
      slug: false,
    };
  }

  /** A decimal number (98.6) or one with thousands separators (12,500). */
  #readQuantity(first: number): Code | null {
    const last = quantityEnd(this.#words, first);
    if (last === null) return null;
    const groups: number[] = [];
    for (let at = first; at <= last; at++)
      if (this.#words[at]?.type === 'digits') groups.push(this.#words[at]?.text.length ?? 0);
    const digits = alphanumeric(this.#words, first, last);
    return { first, last, chars: digits, digits, letters: 0, groups, spoken: 0, quantity: true, slug: false };
  }

  /** A chunk with a lower-case word in it is a code of its own. */
  #readSlug(at: number): Code | null {
    const chunk = this.#chunkOf[at];
    if (!chunk?.hasDigits || !chunk.hasLetters || this.#isCue(at)) return null;
    const end = this.#reader.endOfChunk(at, chunk);
    let hasWord = false;
    let hasDigits = false;
    for (let k = at; k <= end; k++) {
      const member = this.#words[k];
      hasDigits ||= member?.type === 'digits';
      hasWord ||= member?.type === 'letters' && member.text.length > 3 && /[a-z]{4}/.test(member.text);
    }
    if (!hasWord || !hasDigits) return null;
    const chars = alphanumeric(this.#words, at, end);
    const digits = chars.replace(/[^0-9]+/g, '');
    return {
      first: at,
      last: end,
      chars,
      digits,
      letters: chars.length - digits.length,
      groups: [],
      spoken: 0,
      quantity: false,
      slug: true,
    };
  }

  /** "(" or "+" or "plus" before the first digit. */
  #skipOpening(first: number): number {
    let at = first;
    for (let marks = 0; marks < 3; marks++) {
      const word = this.#words[at];
      if (word?.text !== '(' && word?.text !== '+' && !(word?.lower === 'plus' && at === first)) break;
      at++;
    }
    return at > first && !this.#isDigitsAt(at) ? first : at;
  }

  #isDigitsAt(at: number): boolean {
    return this.#words[at]?.type === 'digits' || ((this.#reader.classes[at] ?? 0) & NUMBER) !== 0;
  }

  /** The place of the next part, over separators, fillers and phrases; null where the run ends. */
  #skipBetween(from: number, run: Run): { next: number; corrects: boolean } | null {
    const words = this.#words;
    const previous = run.parts.at(-1);
    let at = from;
    let comma = false;
    let dots = 0;
    let bridged = false;
    let corrects = false;
    while (at - from < MAX_BETWEEN) {
      const word = words[at];
      if (!word || (word.newLine && !this.#isWrapped(at))) return null;
      if (word.type !== 'mark') {
        const bridge = this.#isCue(at) ? null : readBridge(words, at);
        if (bridge) {
          bridged = true;
          corrects ||= bridge.corrects;
          at = bridge.next;
        } else if (((this.#reader.classes[at] ?? 0) & (SEPARATOR | FILLER)) !== 0 && !this.#isCue(at)) at++;
        else break;
        continue;
      }
      if (word.text === '.') dots++;
      else if (word.text === ',') comma = true;
      else if (JOINTS.has(word.text)) {
        if (word.glued !== words[at + 1]?.glued && !this.#isWrapped(at + 1)) return null;
      } else if (word.text !== ')' && (word.text !== '(' || (previous?.chars.length ?? 9) > 3)) return null;
      at++;
    }
    const next = words[at];
    if (!next || (next.newLine && !this.#isWrapped(at)) || !previous) return null;
    if (bridged) return this.#goesOn(at, run) ? { next: at, corrects } : null;
    // "S. M. I. T. H."
    if (
      dots === 1 &&
      previous.spoken &&
      /^[A-Z]$/.test(previous.chars) &&
      words[from]?.glued === true &&
      this.#reader.isLetterAt(at)
    )
      return { next: at, corrects };
    // One point ends a sentence unless it is written inside a number; several are a pause.
    if (dots === 1 && (!next.glued || !words[from]?.glued)) return null;
    if (dots > 0 && !this.#isDigitsAt(at)) return null;
    if (comma && !previous.spoken && !this.#isDigitsAt(at)) return null;
    if (comma && !previous.spoken && next.type === 'digits' && !(previous.chars.length > 2 && next.text.length > 2))
      return null;
    // 14:30 after a number is a time.
    if (
      next.type === 'digits' &&
      words[at + 1]?.text === ':' &&
      words[at + 2]?.glued === true &&
      words[at + 2]?.type === 'digits'
    )
      return null;
    // Two long numbers side by side are two numbers, unless a hyphen joins them.
    if (!previous.spoken && previous.chars.length >= 7 && next.text.length >= 7 && !next.glued) return null;
    return { next: at, corrects: false };
  }

  /** Whether digits that begin a line go on from a hyphen at the end of the line before: "219-09-" and "7645". */
  #isWrapped(at: number): boolean {
    const [hyphen, word] = [this.#words[at - 1], this.#words[at]];
    return (
      word?.newLine === true &&
      word.type === 'digits' &&
      hyphen?.text === '-' &&
      hyphen.glued &&
      !hyphen.newLine &&
      this.#words[at - 2]?.type === 'digits'
    );
  }

  /** After a phrase of several words only a real run goes on: what stands before it and after it is read out. */
  #goesOn(at: number, { parts, length }: Run): boolean {
    if (length < 2 || !(this.#reader.isNumberAt(at) || this.#reader.isLetterAt(at))) return false;
    const next = this.#words[at];
    if (next?.type === 'digits' && next.text.length > 2) return true;
    const letter = readLetter(this.#words, at);
    if (letter !== null && letter.next > at + 1) return true;
    // The last of many digits that were said one by one.
    if (length >= 6 && parts.at(-1)?.spoken === true) return true;
    return this.#reader.isNumberAt(at + 1) || this.#reader.isLetterAt(at + 1) || this.#words[at + 1]?.text === ',';
  }
}
