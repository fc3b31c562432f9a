import type { ReadNumber } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { AGE_LINKS, ageEnd, endsAge, isYearsOld, LEAST, MOST, PEOPLE, SUBJECTS } from './age-words.ts';

const VAGUE = /^(?:some|something|odd|plus|ish)$/;

/** "she is ninety something", "he's ninety-odd years old", "my mother is over a hundred": the word after the number, or null. */
export function vagueAgeEnd(words: readonly Word[], at: number, read: ReadNumber): number | null {
  if (read.value < LEAST || read.value > MOST || read.value % 10 !== 0) return null;
  const before = words[at - 1]?.lower ?? '';
  const isOver = /^(?:over|past|above)$/.test(before) && hasSubject(words, at - 2);
  if (isOver && endsAge(words[read.next])) return read.next;
  const word = words[read.next]?.text === '-' ? read.next + 1 : read.next;
  const isVague =
    VAGUE.test(words[word]?.lower ?? '') || (words[word]?.lower === 'or' && words[word + 1]?.lower === 'so');
  if (!isVague || !(hasSubject(words, at - 1) || isYearsOld(words, word + 1))) return null;
  const end = words[word]?.lower === 'or' ? word + 2 : word + 1;
  return endsAge(words[end]) || isYearsOld(words, end) ? ageEnd(words, end) : null;
}

/** Whether what ends before says of whom it is: "she is", "my mother's", "he's about". */
function hasSubject(words: readonly Word[], last: number): boolean {
  for (let at = last; at > last - 4 && at >= 0; at--) {
    const lower = words[at]?.lower ?? '';
    if (PEOPLE.has(lower) || SUBJECTS.has(lower)) return true;
    if (!AGE_LINKS.has(lower) && lower !== 'well') return false;
  }
  return false;
}
