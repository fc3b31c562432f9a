import { TEEN_WORDS, TENS_WORDS, DIGIT_WORDS } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';

const CENTURIES: ReadonlySet<string> = new Set(['nineteen', 'twenty']);
const LEAST_OF_WORD = 2;
const MAX_MARKS = 4;
/** All that may follow "nineteen" in a year. */
const REST: readonly string[] = [...TENS_WORDS.keys(), ...TEEN_WORDS.keys(), ...DIGIT_WORDS.keys(), 'hundred'];

/**
 * The last word of a date whose year was cut off by an interruption: "november second, nineteen for-"; `last` where it was
 * not. A cut word counts only at the end of the utterance.
 */
export function cutYearEnd(words: readonly Word[], last: number): number {
  if (CENTURIES.has(words[last]?.lower ?? '')) return cutWordEnd(words, last + 1) ?? last;
  const century = words[last + 1]?.text === ',' ? last + 2 : last + 1;
  if (!CENTURIES.has(words[century]?.lower ?? '') || words[century]?.newLine === true) return last;
  return endsUtterance(words, century) ? century : (cutWordEnd(words, century + 1) ?? last);
}

function cutWordEnd(words: readonly Word[], at: number): number | null {
  const word = words[at];
  if (word?.type !== 'letters' || word.newLine || word.text.length < LEAST_OF_WORD) return null;
  const isCut = REST.some((whole) => whole !== word.lower && whole.startsWith(word.lower));
  return isCut && endsUtterance(words, at) ? at : null;
}

function endsUtterance(words: readonly Word[], last: number): boolean {
  for (let at = last + 1; at <= last + MAX_MARKS; at++) {
    const word = words[at];
    if (word === undefined || word.newLine) return true;
    if (word.type !== 'mark') return false;
  }
  return false;
}
