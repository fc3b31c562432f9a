/**
 * The parts of a code: written digits, chunks of digits and letters, number words, spoken letters. Each reader looks at a
 * bounded number of words.
 */

import type { Chunk } from '../chunks.ts';
import { quantityEnd } from '../quantities.ts';
import { isUnit } from '../units.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import type { Word } from '../words.ts';
import { isLetterWord, readLetter } from './alphabet.ts';
import {
  CASE,
  classify,
  DIGIT,
  HOMOPHONE,
  LETTER,
  LETTER_NAME,
  NUMBER,
  PHONETIC_LETTER,
  REPEAT,
  SEPARATOR,
} from './code-words.ts';
import { homophoneAt } from './homophones.ts';
import { letterNameAt } from './letter-names.ts';
import { DIGIT_WORDS, PLURAL_DIGITS, readBelowHundred, REPEAT_WORDS, repeatedAt } from './numbers.ts';
import { readScaledNumber } from './scaled-numbers.ts';

/** One part of a code. */
export interface Part {
  /** The characters meant, letters in upper case. */
  readonly chars: string;
  /** The first word after the part. */
  readonly next: number;
  readonly spoken: boolean;
  /** "thousand" was said. */
  readonly scaled?: boolean;
  /** A correction stands before it: it replaces what was said, or the end of that. */
  readonly corrects?: boolean;
}

/** What was read of a code so far. */
export interface Run {
  readonly parts: readonly Part[];
  /** Characters of all parts. */
  readonly length: number;
  /** There is a letter among them. */
  readonly lettered: boolean;
}

/** Nothing read yet. */
export const EMPTY_RUN: Run = { parts: [], length: 0, lettered: false };

/** More parts than this are read as the next code; bounds the work that any later step does with one code. */
export const MAX_PARTS = 64;

/** "six zeros" are digits of a number, "twenty zeros" are not. */
const MOST_REPEATED = 6;

/** Reads the parts of codes of one text. */
export class PartReader {
  /** What each word can be in a code. */
  readonly classes: Uint16Array;
  readonly #words: readonly Word[];
  readonly #chunkOf: readonly (Chunk | null)[];
  readonly #isCue: (at: number) => boolean;

  constructor(words: readonly Word[], chunkOf: readonly (Chunk | null)[], isCue: (at: number) => boolean) {
    this.#words = words;
    this.#chunkOf = chunkOf;
    this.#isCue = isCue;
    this.classes = classify(words);
  }

  /** The part that starts at the word, or null. */
  read(at: number, run: Run): Part | null {
    const word = this.#words[at];
    if (!word || word.type === 'mark' || this.#isCue(at)) return null;
    const chunk = this.#chunkOf[at];
    if (chunk?.hasDigits) return this.#readScaledNumber(at) ?? this.#readWritten(at, chunk, run);
    const kind = this.classes[at] ?? 0;
    // "o" is a zero among digits and a letter among letters.
    if (
      word.lower === 'o' &&
      (this.isLetterAt(at + 1) || (/[A-Z]$/.test(run.parts.at(-1)?.chars ?? '') && !this.isNumberAt(at + 1)))
    )
      return this.#readSpokenLetter(at, run);
    if (word.lower === 'oh' && this.#isLetterOh(at, run)) return { chars: 'O', next: at + 1, spoken: true };
    const scaled = (kind & NUMBER) !== 0 || word.lower === 'a' ? this.#readScaledNumber(at) : null;
    if (scaled !== null) return scaled;
    if ((kind & HOMOPHONE) !== 0) return this.#readHomophone(at, run);
    if ((kind & LETTER_NAME) !== 0) return this.#readLetterName(at, run);
    if (kind !== 0)
      return this.#readSpokenNumber(at, run, kind) ?? this.#readSpokenLetter(at, run) ?? this.#readCapitals(at, run);
    return this.#readCapitals(at, run);
  }

  /** "kay oh double-u ay": a letter among names of letters. */
  #isLetterOh(at: number, { parts }: Run): boolean {
    if (!/[A-Z]$/.test(parts.at(-1)?.chars ?? '')) return false;
    const isW = this.#words[at + 1]?.lower === 'double' && this.#words[at + 3]?.lower === 'u';
    return isW || ((this.classes[at + 1] ?? 0) & LETTER_NAME) !== 0;
  }

  /** Whether digits, a number word or "double" stand here. */
  isNumberAt(at: number): boolean {
    const word = this.#words[at];
    return (
      word !== undefined &&
      (word.type === 'digits' || ((this.classes[at] ?? 0) & (NUMBER | REPEAT)) !== 0) &&
      !this.#isCue(at)
    );
  }

  /** Whether a single letter stands here that stands for itself. */
  isLetterAt(at: number): boolean {
    return ((this.classes[at] ?? 0) & LETTER) !== 0 && isLetterWord(this.#words, at) && !this.#isCue(at);
  }

  /** The last word of the chunk that is still code: an extension (x42) at its end is not, nor is a cue. */
  endOfChunk(at: number, chunk: Chunk, charsBefore = 0): number {
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

  /** "ABC 1234", "abc one two": two or three letters right after a cue or its "is", before digits. */
  #readCapitals(at: number, { parts }: Run): Part | null {
    if (parts.length > 0) return null;
    const words = this.#words;
    const [word, next] = [words[at], words[at + 1]];
    if (!word || word.text.length > 3 || word.text.length < 2 || !next || next.newLine || !this.isNumberAt(at + 1))
      return null;
    if (!/^[A-Za-z]+$/.test(word.text) || COMMON_WORDS.has(word.lower)) return null;
    return this.#isAnnounced(at) ? { chars: word.text.toUpperCase(), next: at + 1, spoken: false } : null;
  }

  /** A cue, or a cue with "is" or a mark, stands right before. */
  #isAnnounced(at: number): boolean {
    return (
      at > 0 &&
      (this.#isCue(at - 1) || (/^(?:is|'s|:|#)$/.test(this.#words[at - 1]?.lower ?? '') && this.#isCue(at - 2)))
    );
  }

  /** Digits (555) or a chunk of digits and letters (1EG4). Null for a measure (500mg) and an ordinal (21st). */
  #readWritten(at: number, chunk: Chunk, run: Run): Part | null {
    const started = run.length;
    const word = this.#words[at];
    // An x after a telephone number begins its extension.
    if (!word || (started >= 7 && !run.lettered && isExtensionMark(word))) return null;
    if (!chunk.hasLetters) {
      if (word.type !== 'digits' || (started > 0 && quantityEnd(this.#words, at) !== null)) return null;
      return { chars: word.text, next: at + 1, spoken: false };
    }
    const end = this.endOfChunk(at, chunk, run.lettered ? 0 : started);
    let letters = 0;
    let digits = 0;
    let longest = 0;
    for (let k = at; k <= end; k++) {
      const member = this.#words[k];
      if (member?.type === 'letters') {
        letters++;
        longest = Math.max(longest, member.text.length);
      } else if (member?.type === 'digits') digits++;
    }
    if (letters === 0) {
      if (word.type !== 'digits' || (started > 0 && quantityEnd(this.#words, at) !== null)) return null;
      return { chars: word.text, next: at + 1, spoken: false };
    }
    if (word.type === 'ordinal' && end === at) return null;
    if (digits === 0) return end === at ? this.#readSpokenLetter(at, EMPTY_RUN) : null;
    const second = this.#words[at + 1];
    if (end === at + 1 && word.type === 'digits' && second && isUnit(second.lower, true)) return null;
    if (started > 0 && longest > 4) return null;
    return { chars: alphanumeric(this.#words, at, end), next: end + 1, spoken: false };
  }

  /** "four billion one hundred fifty-five million ...", "4 billion 155 million ...". */
  #readScaledNumber(at: number): Part | null {
    const read = readScaledNumber(this.#words, at);
    return read && { chars: read.digits, next: read.next, spoken: true, scaled: true };
  }

  /** The digit that "to", "for" or "ate" is among digits that are said one by one; null anywhere else. */
  #readHomophone(at: number, run: Run): Part | null {
    const digit = homophoneAt(this.#words, this.classes, at, run, () => this.mayBeginWithHomophone(at));
    return digit === null ? null : { chars: String(digit), next: at + 1, spoken: true };
  }

  /** The letter that "bee" or "kay" is in a row of letters and digits; null anywhere else. */
  #readLetterName(at: number, { parts, lettered }: Run): Part | null {
    const last = parts.at(-1);
    const letter =
      last !== undefined && !last.spoken && last.chars.length > 1
        ? null
        : letterNameAt(this.#words, at, (k) => this.#isItem(k), {
            before: parts.length,
            isLetterBefore: last !== undefined && (lettered || /[A-Z]$/.test(last.chars)),
            isAnnounced: this.#isAnnounced(at),
          });
    return letter === null
      ? this.#readCapitals(at, { parts, length: 0, lettered: false })
      : { chars: letter, next: at + 1, spoken: true };
  }

  /** A digit or a letter that is said by itself. */
  #isItem(at: number): boolean {
    const word = this.#words[at];
    return (
      (word?.type === 'digits' && word.text.length === 1) ||
      ((this.classes[at] ?? 0) & (DIGIT | REPEAT)) !== 0 ||
      this.isLetterAt(at)
    );
  }

  /** Whether a number may begin with "to", "for" or "ate" here: at the start, behind a cue with "is" and behind a colon. */
  mayBeginWithHomophone(at: number): boolean {
    const before = this.#words[at - 1]?.lower ?? '';
    // "my zip code would be ate five ..."
    if (/^(?:be|are|was)$/.test(before) && [2, 3, 4].some((back) => this.#isCue(at - back))) return true;
    return at === 0 || before === ':' || (this.#isAnnounced(at) && !this.#isCue(at - 1));
  }

  #readSpokenNumber(at: number, { parts }: Run, kind: number): Part | null {
    if ((kind & (NUMBER | REPEAT)) === 0) return null;
    const words = this.#words;
    const lower = words[at]?.lower ?? '';
    if ((kind & REPEAT) !== 0) {
      const times = REPEAT_WORDS.get(lower) ?? 1;
      // "double-u"
      if (words[at + 1]?.text === '-' && words[at + 1]?.glued === true && words[at + 2]?.lower === 'u' && times === 2)
        return { chars: 'W', next: at + 3, spoken: true };
      // "double you x p nine"
      if (words[at + 1]?.lower === 'you' && times === 2 && (this.isLetterAt(at + 2) || this.isNumberAt(at + 2)))
        return { chars: 'W', next: at + 2, spoken: true };
      const digitAt = repeatedAt(words, at);
      const digit =
        DIGIT_WORDS.get(words[digitAt]?.lower ?? '') ??
        (/^\d$/.test(words[digitAt]?.text ?? '') ? words[digitAt]?.text : undefined);
      if (digit !== undefined) return { chars: String(digit).repeat(times), next: digitAt + 1, spoken: true };
      const letter = readLetter(words, at + 1);
      // "double u" is one letter.
      if (letter?.letter === 'U' && times === 2) return { chars: 'W', next: letter.next, spoken: true };
      return letter && { chars: letter.letter.repeat(times), next: letter.next, spoken: true };
    }
    if ((lower === 'o' || lower === 'oh') && parts.length === 0 && !this.#startsWithOh(at)) return null;
    // Most digits are said one by one.
    if ((kind & DIGIT) !== 0 && ((this.classes[at + 1] ?? 0) & DIGIT) !== 0)
      return { chars: String(DIGIT_WORDS.get(lower) ?? 0), next: at + 1, spoken: true };
    const read = readBelowHundred(words, at);
    if (!read) return null;
    const { value, next } = read;
    const plural = PLURAL_DIGITS.get(words[next]?.lower ?? '');
    if (plural !== undefined && value > 1 && value <= MOST_REPEATED)
      return { chars: String(plural).repeat(value), next: next + 1, spoken: true };
    const scale = words[next]?.lower;
    if (scale !== 'hundred' && scale !== 'thousand') return { chars: String(value), next, spoken: true };
    return this.#readScaled(value, scale === 'hundred' ? 100 : 1000, next + 1);
  }

  /** "oh two two eight", "oh. two. two. eight."; "oh, one moment" begins no number. */
  #startsWithOh(at: number): boolean {
    if (this.isNumberAt(at + 1)) return true;
    const [mark, second] = [this.#words[at + 1], this.#words[at + 3]];
    return mark?.type === 'mark' && mark.text === second?.text && this.isNumberAt(at + 2) && this.isNumberAt(at + 4);
  }

  /** After "eight hundred": the rest belongs to it ("and five", "twelve") unless more digits follow, as in a toll-free number. */
  #readScaled(value: number, scale: number, from: number): Part {
    const and = this.#words[from]?.lower === 'and';
    const rest = readBelowHundred(this.#words, and ? from + 1 : from);
    const scaled = scale === 1000;
    if (rest && value > 0 && (and || !this.isNumberAt(rest.next))) {
      return { chars: String(value * scale + rest.value), next: rest.next, spoken: true, scaled };
    }
    if (scale === 100 && this.#words[from]?.lower === 'thousand')
      return { chars: String(value * 100_000), next: from + 1, spoken: true, scaled: true };
    return { chars: String(value * scale), next: from, spoken: true, scaled };
  }

  #readSpokenLetter(at: number, run: Run): Part | null {
    const words = this.#words;
    const word = words[at];
    const kind = this.classes[at] ?? 0;
    if (!word || (kind & (LETTER | PHONETIC_LETTER | CASE)) === 0) return null;
    if ((kind & CASE) !== 0) return this.#readCased(at);
    const { parts } = run;
    if ((kind & PHONETIC_LETTER) !== 0) {
      const belongs =
        parts.length > 0
          ? this.isNumberAt(at + 1) || this.isLetterAt(at + 1) || parts.some((p) => p.spoken)
          : this.#startsPhonetic(at);
      return belongs ? { chars: word.text.charAt(0).toUpperCase(), next: at + 1, spoken: true } : null;
    }
    const read = readLetter(words, at);
    if (!read) return null;
    // "a" and "I" are words unless other letters or digits stand around them.
    const explained = read.next > at + 1;
    if ((word.lower === 'a' || word.lower === 'i') && !explained && !this.#standsAmongLetters(at, parts)) return null;
    if (isExtensionMark(word) && run.length >= 7 && !run.lettered) return null;
    return { chars: read.letter, next: read.next, spoken: true };
  }

  #standsAmongLetters(at: number, parts: readonly Part[]): boolean {
    const partsBefore = parts.length;
    // "g a r c i a calling": after three letters an article is less likely than a name's end.
    if (
      partsBefore > 2 &&
      this.#words[at]?.lower === 'a' &&
      parts.every((part) => part.spoken && /^[A-Z]+$/.test(part.chars))
    )
      return true;
    const after = this.#words[at + 1];
    if (this.isLetterAt(after?.text === ',' ? at + 2 : at + 1) || (partsBefore > 0 && this.isNumberAt(at + 1)))
      return true;
    // "d e dash l a dash c r u z"
    if (
      partsBefore > 0 &&
      ((this.classes[at + 1] ?? 0) & SEPARATOR) !== 0 &&
      (this.isLetterAt(at + 2) || this.isNumberAt(at + 2))
    )
      return true;
    // "licence A 123456"
    if (partsBefore === 0 && this.#words[at]?.text === 'A' && after?.type === 'digits' && after.text.length > 3)
      return this.#isAnnounced(at);
    // "member id is A. 7. 3. 1."
    if (partsBefore === 0 && this.#words[at]?.text === 'A' && after?.type === 'mark' && after.glued)
      return this.#isAnnounced(at) && /^\d$/.test(this.#words[at + 2]?.text ?? '');
    return partsBefore > 1 && !this.#continues(at + 1);
  }

  /** "capital b", "upper case b": the letter. */
  #readCased(at: number): Part | null {
    const letterAt = this.#words[at + 1]?.lower === 'case' ? at + 2 : at + 1;
    const read = this.isLetterAt(letterAt) ? readLetter(this.#words, letterAt) : null;
    return read && { chars: read.letter, next: read.next, spoken: true };
  }

  /** Two code words of the NATO alphabet, or one before a digit. */
  #startsPhonetic(at: number): boolean {
    const next = this.#words[at + 1];
    return (
      next !== undefined &&
      (((this.classes[at + 1] ?? 0) & PHONETIC_LETTER) !== 0 ||
        (this.isNumberAt(at + 1) && (next.type !== 'digits' || next.text.length === 1)))
    );
  }

  /** Whether a plain word goes on after this place, so that an "a" before it is an article. */
  #continues(at: number): boolean {
    const word = this.#words[at];
    return word?.type === 'letters' && !word.newLine && word.text.length > 1;
  }
}

function isExtensionMark(word: Word | undefined): boolean {
  return word?.lower === 'x' || word?.lower === 'ext';
}

/** The letters and digits of the words `first` to `last`, in upper case. */
export function alphanumeric(words: readonly Word[], first: number, last: number): string {
  let chars = '';
  for (let at = first; at <= last; at++) if (words[at]?.type !== 'mark') chars += words[at]?.text ?? '';
  return chars.toUpperCase();
}
