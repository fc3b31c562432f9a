/**
 * Codes: runs of digits and letters, written or spoken, that may be identifiers. Everything that is read aloud digit by
 * digit (or in teens, tens, hundreds, doubles, letters "as in boy") comes out as the characters that were meant.
 */

import type { Chunk } from '../chunks.ts';
import { nanp } from '../checksums.ts';
import { isCounting, isList, isMeasured, isRangeOfYears, quantityEnd } from '../quantities.ts';
import type { Word } from '../words.ts';
import { correct } from './bridges.ts';
import { FILLER, HOMOPHONE, NUMBER, SEPARATOR } from './code-words.ts';
import { JointReader } from './joints.ts';
import { alphanumeric, EMPTY_RUN, MAX_PARTS, PartReader, type Part, type Run } from './parts.ts';
import { findRows, type Rows } from './rows.ts';

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
  /** Counts, or lists scores: "one, two, three, four". An identifier only where a cue or a question says so. */
  readonly counts: boolean;
  /** A number in millions, or with thousands separators, that is not round and no measure: what a cue points to is one. */
  readonly exact: boolean;
  /** A lower-case word is part of it: order-123456, gpt-4-0125. */
  readonly slug: boolean;
}

/** All codes of the text in order, disjoint. `isCue` tells the words that belong to a cue and so to no code. */
export function findCodes(
  words: readonly Word[],
  chunkOf: readonly (Chunk | null)[],
  isCue: (at: number) => boolean,
): readonly Code[] {
  return new CodeReader(words, chunkOf, isCue).readAll();
}

/** Digits of the shortest number that is an identifier when it is said in thousands and millions. */
const EXACT_DIGITS = 5;

function isExact(digits: string, measured: boolean): boolean {
  return !measured && digits.length >= EXACT_DIGITS && !digits.endsWith('000');
}

class CodeReader {
  readonly #words: readonly Word[];
  readonly #chunkOf: readonly (Chunk | null)[];
  readonly #isCue: (at: number) => boolean;
  readonly #reader: PartReader;
  readonly #joints: JointReader;
  readonly #rows: Rows;

  constructor(words: readonly Word[], chunkOf: readonly (Chunk | null)[], isCue: (at: number) => boolean) {
    this.#words = words;
    this.#chunkOf = chunkOf;
    this.#isCue = isCue;
    this.#reader = new PartReader(words, chunkOf, isCue);
    this.#joints = new JointReader(words, chunkOf, isCue, this.#reader);
    this.#rows = findRows(words, this.#reader.classes, isCue);
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
    if (this.#rows.has(at)) return true;
    if (word.type === 'mark') return word.text === '(' || word.text === '+';
    if (word.type !== 'letters' || this.#chunkOf[at]?.hasDigits === true) return true;
    if (((this.#reader.classes[at] ?? 0) & ~(FILLER | SEPARATOR | HOMOPHONE)) !== 0) return true;
    if (((this.#reader.classes[at] ?? 0) & HOMOPHONE) !== 0) return this.#reader.mayBeginWithHomophone(at);
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
    const written = this.#rows.has(first) ? null : (this.#readQuantity(first) ?? this.#readSlug(first));
    if (written) return written;
    let at = this.#skipOpening(first);
    let part = this.#readPart(at, EMPTY_RUN);
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
      const next = this.#rows.get(at)?.next ?? null;
      const between = next === null ? this.#joints.after(end, run) : { next, corrects: false };
      if (between === null) break;
      ({ next: at, corrects } = between);
      part = this.#readPart(at, run);
    }
    return this.#finish(first, end - 1, parts);
  }

  #readPart(at: number, run: Run): Part | null {
    const part = this.#rows.get(at);
    return part === undefined
      ? this.#reader.read(at, run)
      : { chars: part.chars, next: part.end, spoken: this.#words[at]?.type !== 'digits' };
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
    const measured = isMeasured(this.#words, first, last, digits.length);
    // Ten digits that are a telephone number, said in billions.
    const isNational = isExact(digits, measured) && nanp(digits);
    return {
      first,
      last,
      chars,
      digits,
      letters: chars.length - digits.length,
      groups,
      spoken,
      quantity:
        measured ||
        isRangeOfYears(digits, groups) ||
        (this.#rows.get(first)?.isUsual !== true && isList(this.#words, parts)) ||
        (digits.length > 4 && scaled && !isNational),
      counts: isCounting(this.#words, first, parts),
      exact: scaled && isExact(digits, measured),
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
    const measured = isMeasured(this.#words, first, last, 0) || this.#words[first + 1]?.text === '.';
    return {
      first,
      last,
      chars: digits,
      digits,
      letters: 0,
      groups,
      spoken: 0,
      quantity: !(isExact(digits, measured) && nanp(digits)),
      counts: false,
      exact: isExact(digits, measured),
      slug: false,
    };
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
      counts: false,
      exact: false,
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
}
