/**
 * Codes: runs of digits and letters, written or spoken, that may be identifiers. Everything that is read aloud digit by
 * digit (or in teens, tens, hundreds, doubles, letters "as in boy") comes out as the characters that were meant.
 */

import type { Chunk } from '../chunks.ts';
import { isMeasured, isList, isRangeOfYears, quantityEnd } from '../quantities.ts';
import { isUnit } from '../units.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import type { Word } from '../words.ts';
import { isLetterWord, isPhonetic, readLetter } from './alphabet.ts';
import { DIGIT_WORDS, FILLERS, isNumberWord, readBelowHundred, REPEAT_WORDS } from './numbers.ts';

/** A run of digits and letters. */
export interface Code {
  /** Indexes of its first and last word. */
  readonly first: number;
  readonly last: number;
  /** The characters meant, letters in upper case, without separators. */
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

interface Part {
  readonly chars: string;
  readonly next: number;
  readonly spoken: boolean;
  /** "thousand" was said. */
  readonly scaled?: boolean;
}

// A longer run goes on as the next one; this bounds the work that any later step does with one run.
const MAX_PARTS = 64;
const MAX_SEPARATORS = 4;

const SPOKEN_SEPARATORS: ReadonlySet<string> = new Set(['dash', 'hyphen', 'space']);

/** All codes of the text in order, disjoint. `isCue` tells the words that belong to a cue and so to no code. */
export function findCodes(words: readonly Word[], chunkOf: readonly (Chunk | null)[], isCue: (at: number) => boolean): readonly Code[] {
  return new CodeReader(words, chunkOf, isCue).readAll();
}

class CodeReader {
  readonly #words: readonly Word[];
  readonly #chunkOf: readonly (Chunk | null)[];
  readonly #isCue: (at: number) => boolean;

  constructor(words: readonly Word[], chunkOf: readonly (Chunk | null)[], isCue: (at: number) => boolean) {
    this.#words = words;
    this.#chunkOf = chunkOf;
    this.#isCue = isCue;
  }

  readAll(): readonly Code[] {
    const codes: Code[] = [];
    for (let at = 0; at < this.#words.length; ) {
      const code = this.#readCode(at);
      if (code) {
        codes.push(code);
        at = code.last + 1;
      } else at = this.#skip(at);
    }
    return codes;
  }

  /** Past a word that starts no code; a measure such as 500mg is passed as a whole. */
  #skip(at: number): number {
    const chunk = this.#chunkOf[at];
    const measure = chunk?.hasDigits && this.#words[at]?.type !== 'mark' && !this.#isCue(at);
    return measure ? Math.max(at, this.#endOfChunk(at, chunk)) + 1 : at + 1;
  }

  #readCode(first: number): Code | null {
    const written = this.#readQuantity(first) ?? this.#readSlug(first);
    if (written) return written;
    const parts: Part[] = [];
    let at = this.#skipOpening(first);
    let end = first;
    while (parts.length < MAX_PARTS) {
      const part = this.#readPart(at, parts);
      if (!part) break;
      parts.push(part);
      end = part.next;
      const next = this.#skipSeparators(end, parts);
      if (next === null) break;
      at = next;
    }
    if (parts.length === 0) return null;
    return this.#finish(first, end - 1, parts);
  }

  #finish(first: number, last: number, parts: readonly Part[]): Code {
    const chars = parts.map((part) => part.chars).join('');
    const digits = chars.replace(/\D+/g, '');
    const groups = parts.map((part) => part.chars.length);
    const spoken = parts.filter((part) => part.spoken).length;
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
        (digits.length > 4 && parts.some((part) => part.scaled)),
      slug: false,
    };
  }

  /** A decimal number (98.6) or one with thousands separators (12,500). */
  #readQuantity(first: number): Code | null {
    const last = quantityEnd(this.#words, first);
    if (last === null) return null;
    const members = this.#words.slice(first, last + 1).filter((word) => word.type === 'digits');
    const digits = alphanumeric(members);
    return { first, last, chars: digits, digits, letters: 0, groups: members.map((word) => word.text.length), spoken: 0, quantity: true, slug: false };
  }

  /** A chunk with a lower-case word in it is a code of its own. */
  #readSlug(at: number): Code | null {
    const chunk = this.#chunkOf[at];
    if (!chunk?.hasDigits || !chunk.hasLetters || this.#isCue(at)) return null;
    const end = this.#endOfChunk(at, chunk);
    const members = this.#words.slice(at, end + 1);
    if (!members.some((word) => word.type === 'letters' && /[a-z]{4}/.test(word.text)) || !members.some((word) => word.type === 'digits')) return null;
    const chars = alphanumeric(members);
    const digits = chars.replace(/[^0-9]+/g, '');
    return { first: at, last: end, chars, digits, letters: chars.length - digits.length, groups: [], spoken: 0, quantity: false, slug: true };
  }

  /** "(" or "+" or "plus" before the first digit. */
  #skipOpening(first: number): number {
    let at = first;
    for (let marks = 0; marks < 3; marks++) {
      const word = this.#words[at];
      if (word?.text !== '(' && word?.text !== '+' && !(word?.lower === 'plus' && at === first)) break;
      at++;
    }
    return at > first && !(this.#words[at]?.type === 'digits' || isNumberWord(this.#words[at]?.lower ?? '')) ? first : at;
  }

  #readPart(at: number, parts: readonly Part[]): Part | null {
    const word = this.#words[at];
    if (!word || word.type === 'mark' || this.#isCue(at)) return null;
    const chunk = this.#chunkOf[at];
    if (chunk?.hasDigits) return this.#readWritten(at, chunk, charsOf(parts));
    // "o" is a zero among digits and a letter among letters.
    if (word.lower === 'o' && (this.#isLetterAt(at + 1) || (/[A-Z]$/.test(parts.at(-1)?.chars ?? '') && !this.#isNumberAt(at + 1)))) return this.#readSpokenLetter(at, parts);
    return this.#readSpokenNumber(at, parts) ?? this.#readSpokenLetter(at, parts) ?? this.#readCapitals(at, parts);
  }

  /** "ABC 1234", "abc one two": two or three letters right after a cue or its "is", before digits. */
  #readCapitals(at: number, parts: readonly Part[]): Part | null {
    const words = this.#words;
    const [word, next, before] = [words[at], words[at + 1], words[at - 1]];
    if (parts.length > 0 || !word || !/^[A-Za-z]{2,3}$/.test(word.text) || COMMON_WORDS.has(word.lower)) return null;
    if (!next || next.newLine || !this.#isNumberAt(at + 1)) return null;
    const announced = at > 0 && (this.#isCue(at - 1) || (/^(?:is|'s|:|#)$/.test(before?.lower ?? '') && this.#isCue(at - 2)));
    return announced ? { chars: word.text.toUpperCase(), next: at + 1, spoken: false } : null;
  }

  /** Digits (555) or a chunk of digits and letters (1EG4). Null for a measure (500mg) and an ordinal (21st). */
  #readWritten(at: number, chunk: Chunk, started: number): Part | null {
    // An x after a telephone number begins its extension.
    if (started >= 7 && isExtensionMark(this.#words[at])) return null;
    const end = this.#endOfChunk(at, chunk, started);
    const members = this.#words.slice(at, end + 1);
    if (!members.some((word) => word.type === 'letters')) {
      const word = this.#words[at];
      if (word?.type !== 'digits' || (started > 0 && quantityEnd(this.#words, at) !== null)) return null;
      return { chars: word.text, next: at + 1, spoken: false };
    }
    if (members.some((word) => word.type === 'ordinal' && members.length === 1)) return null;
    if (!members.some((word) => word.type === 'digits')) return members.length === 1 ? this.#readSpokenLetter(at, []) : null;
    const [first, second] = members;
    if (members.length === 2 && first?.type === 'digits' && second && isUnit(second.lower, true)) return null;
    if (started > 0 && members.some((word) => word.type === 'letters' && word.text.length > 4)) return null;
    return { chars: alphanumeric(members), next: end + 1, spoken: false };
  }

  /** The last word of the chunk that is still code: an extension (x42) at its end is not, nor is a cue. */
  #endOfChunk(at: number, chunk: Chunk, charsBefore = 0): number {
    let digits = charsBefore;
    for (let k = at; k <= chunk.last; k++) {
      const word = this.#words[k];
      if (word?.type === 'digits') digits += word.text.length;
      const cut = k > at && (this.#isCue(k) || (digits >= 7 && isExtensionMark(word)));
      if (cut) return this.#words[k - 1]?.type === 'mark' ? k - 2 : k - 1;
      if (k - at > MAX_PARTS) return k;
    }
    return chunk.last;
  }

  #readSpokenNumber(at: number, parts: readonly Part[]): Part | null {
    const words = this.#words;
    const lower = words[at]?.lower ?? '';
    const times = REPEAT_WORDS.get(lower);
    if (times !== undefined) {
      const digit = DIGIT_WORDS.get(words[at + 1]?.lower ?? '') ?? (/^\d$/.test(words[at + 1]?.text ?? '') ? words[at + 1]?.text : undefined);
      if (digit !== undefined) return { chars: String(digit).repeat(times), next: at + 2, spoken: true };
      const letter = readLetter(words, at + 1);
      return letter && { chars: letter.letter.repeat(times), next: letter.next, spoken: true };
    }
    if ((lower === 'o' || lower === 'oh') && parts.length === 0 && !this.#isNumberAt(at + 1)) return null;
    const read = readBelowHundred(words, at);
    if (!read) return null;
    const { value, next } = read;
    const scale = words[next]?.lower;
    if (scale !== 'hundred' && scale !== 'thousand') return { chars: String(value), next, spoken: true };
    return this.#readScaled(value, scale === 'hundred' ? 100 : 1000, next + 1);
  }

  /** After "eight hundred": the rest belongs to it ("and five", "twelve") unless more digits follow, as in a toll-free number. */
  #readScaled(value: number, scale: number, from: number): Part {
    const and = this.#words[from]?.lower === 'and';
    const rest = readBelowHundred(this.#words, and ? from + 1 : from);
    const scaled = scale === 1000;
    if (rest && value > 0 && (and || !this.#isNumberAt(rest.next))) {
      return { chars: String(value * scale + rest.value), next: rest.next, spoken: true, scaled };
    }
    if (scale === 100 && this.#words[from]?.lower === 'thousand') return { chars: String(value * 100_000), next: from + 1, spoken: true, scaled: true };
    return { chars: String(value * scale), next: from, spoken: true, scaled };
  }

  #readSpokenLetter(at: number, parts: readonly Part[]): Part | null {
    const words = this.#words;
    const word = words[at];
    if (!word || this.#isCue(at)) return null;
    if (isPhonetic(word.lower) && (parts.length > 0 ? this.#isNumberAt(at + 1) || this.#isLetterAt(at + 1) || parts.some((p) => p.spoken) : this.#startsPhonetic(at))) {
      return { chars: word.text.charAt(0).toUpperCase(), next: at + 1, spoken: true };
    }
    const read = readLetter(words, at);
    if (!read) return null;
    // "a" and "I" are words unless other letters or digits stand around them.
    const explained = read.next > at + 1;
    if ((word.lower === 'a' || word.lower === 'i') && !explained) {
      const next = this.#isLetterAt(words[at + 1]?.text === ',' ? at + 2 : at + 1) || (parts.length > 0 && this.#isNumberAt(at + 1));
      const last = parts.length > 1 && !this.#continues(at + 1);
      if (!next && !last) return null;
    }
    if (isExtensionMark(word) && charsOf(parts) >= 7) return null;
    return { chars: read.letter, next: read.next, spoken: true };
  }

  /** Two code words of the NATO alphabet, or one before a digit. */
  #startsPhonetic(at: number): boolean {
    const next = this.#words[at + 1];
    return next !== undefined && (isPhonetic(next.lower) || (this.#isNumberAt(at + 1) && /^\d?$/.test(next.type === 'digits' ? next.text : '')));
  }

  /** Whether a plain word goes on after this place, so that an "a" before it is an article. */
  #continues(at: number): boolean {
    const word = this.#words[at];
    return word?.type === 'letters' && !word.newLine && word.text.length > 1;
  }

  #isNumberAt(at: number): boolean {
    const word = this.#words[at];
    return word !== undefined && !this.#isCue(at) && (word.type === 'digits' || isNumberWord(word.lower) || REPEAT_WORDS.has(word.lower));
  }

  #isLetterAt(at: number): boolean {
    return isLetterWord(this.#words, at) && !this.#isCue(at);
  }

  /** The place of the next part, over separators and fillers; null where the run ends. */
  #skipSeparators(from: number, parts: readonly Part[]): number | null {
    const words = this.#words;
    const previous = parts.at(-1);
    let at = from;
    let comma = false;
    let dots = 0;
    for (; at - from < MAX_SEPARATORS; at++) {
      const word = words[at];
      if (!word || word.newLine) return null;
      if (word.type !== 'mark') {
        if (SPOKEN_SEPARATORS.has(word.lower) || (FILLERS.has(word.lower) && !this.#isCue(at))) continue;
        break;
      }
      if (word.text === '.') dots++;
      else if (word.text === ',') comma = true;
      else if (word.text === '-') {
        if (word.glued !== words[at + 1]?.glued) return null;
      } else if (word.text !== ')' && (word.text !== '(' || (previous?.chars.length ?? 9) > 3)) return null;
    }
    const next = words[at];
    if (!next || next.newLine || !previous) return null;
    // One point ends a sentence unless it is written inside a number; several are a pause.
    if (dots === 1 && (!next.glued || !words[from]?.glued)) return null;
    if (dots > 0 && next.type !== 'digits' && !isNumberWord(next.lower)) return null;
    if (comma && !previous.spoken && !isNumberWord(next.lower) && !(previous.chars.length > 2 && next.text.length > 2)) return null;
    // Two long numbers side by side are two numbers.
    if (!previous.spoken && previous.chars.length >= 7 && next.text.length >= 7) return null;
    return at;
  }
}

function isExtensionMark(word: Word | undefined): boolean {
  return word?.lower === 'x' || word?.lower === 'ext';
}

function charsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.chars.length, 0);
}

function alphanumeric(words: readonly Word[]): string {
  return words
    .filter((word) => word.type !== 'mark')
    .map((word) => word.text)
    .join('')
    .toUpperCase();
}
