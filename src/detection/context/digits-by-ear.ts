/** Answers of single digits of which speech recognition wrote some as other words: "um for nine seven too five oh ate". */
import { DIGIT_WORDS, HOMOPHONES } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { AROUND_ANSWERS } from './phrases.ts';

/** Digits that were heard, by their first and last word. */
export interface HeardDigits {
  readonly first: number;
  readonly last: number;
  readonly digits: string;
}

const MOST_DIGITS = 19;
/** Of so many digits at least one was written as a digit or number. */
const MOST_PER_DIGIT = 3;
const MARKS = /^[,.;-]$/;

/**
 * Reads an utterance of nothing but digits, words that sound like digits, and words around answers. Returns null for any other
 * utterance, for one without words that sound like digits, and for one that says too few digits themselves.
 */
export function readDigitsByEar(words: readonly Word[]): HeardDigits | null {
  let first = -1;
  let last = -1;
  let digits = '';
  let sure = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || digits.length > MOST_DIGITS) return null;
    const said = sureDigit(word);
    const digit = said ?? HOMOPHONES.get(word.lower)?.toString() ?? null;
    if (digit !== null && (first < 0 || last < 0 || isJoined(words, last, at))) {
      if (first < 0) first = at;
      last = at;
      digits += digit;
      if (said !== null) sure++;
    } else if (word.type !== 'mark' && !AROUND_ANSWERS.has(word.lower)) return null;
  }
  if (first < 0 || sure === digits.length || sure * MOST_PER_DIGIT < digits.length) return null;
  return { first, last, digits };
}

function sureDigit({ type, text, lower }: Word): string | null {
  if (type === 'digits') return text.length === 1 ? text : null;
  return HOMOPHONES.has(lower) ? null : (DIGIT_WORDS.get(lower)?.toString() ?? null);
}

/** Nothing but pauses is between the two words. */
function isJoined(words: readonly Word[], last: number, at: number): boolean {
  for (let between = last + 1; between < at; between++) if (!MARKS.test(words[between]?.text ?? '')) return false;
  return true;
}
