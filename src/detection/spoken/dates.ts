/**
 * Dates with the name of a month, written or spoken: "March 14, 1982", "the fourteenth of march", "14-Mar-82".
 */

import { isUnit } from '../units.ts';
import type { Word } from '../words.ts';
import { isNumberWord, readBelowHundred, readOrdinal, readYear, TENS_WORDS } from './numbers.ts';

/** A date from its first to its last word. */
export interface ReadDate {
  readonly first: number;
  readonly last: number;
}

const MONTHS: ReadonlySet<string> = new Set(
  (
    'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'
  ).split(' '),
);
// "you may take two": the verb and not the month.
const VERB_SUBJECTS: ReadonlySet<string> = new Set(['i', 'you', 'he', 'she', 'it', 'we', 'they', 'that', 'this', 'who', 'which', 'patient', 'patients', 'there', 'one']);

/** The date whose month is the word `at`, or null. The year alone, or the month alone, is no date. */
export function readMonthDate(words: readonly Word[], at: number): ReadDate | null {
  const month = words[at];
  if (!month || !MONTHS.has(month.lower)) return null;
  const before = dayBefore(words, at);
  const afterMonth = skipDot(words, at);
  if (before !== null) return { first: before, last: yearEnd(words, afterMonth, true) ?? at };
  const verb = month.text === 'may' && VERB_SUBJECTS.has(words[at - 1]?.lower ?? '');
  const day = verb ? null : dayAfter(words, afterMonth);
  if (day !== null) return { first: at, last: yearEnd(words, day, true) ?? day - 1 };
  const year = yearEnd(words, afterMonth, false);
  return year === null ? null : { first: at, last: year };
}

function skipDot(words: readonly Word[], month: number): number {
  return words[month + 1]?.text === '.' && words[month + 1]?.glued && (words[month]?.text.length ?? 9) <= 4 ? month + 2 : month + 1;
}

/** First word of "the 14th of", "fourteenth", "14", "14-" before the month; null if none stands there. */
function dayBefore(words: readonly Word[], month: number): number | null {
  const joint = words[month - 1];
  const end = joint?.lower === 'of' || (joint?.text === '-' && joint.glued) || joint?.text === '/' ? month - 2 : month - 1;
  if (end < 0) return null;
  let first: number | null = null;
  for (const start of [end - 2, end - 1, end]) {
    const ordinal = start < 0 ? null : readOrdinal(words, start);
    if (ordinal?.next === end + 1 && isDay(ordinal.value)) {
      first = start;
      break;
    }
  }
  if (first === null) {
    const word = words[end];
    if (isSpokenDayBefore(words, end, month)) return end;
    if (word?.type !== 'digits' || !isDay(Number(word.text)) || word.text.length > 2 || joint?.lower === 'of' || words[end - 1]?.text === '/') return null;
    // "at 10 May 3": the number belongs to something else when the month has a day after it, too.
    return dayAfter(words, skipDot(words, month)) === null || yearEnd(words, month + 1, false) !== null ? end : null;
  }
  return words[first - 1]?.lower === 'the' ? first - 1 : first;
}

/** "ten march"; "two may" and "nineteen ninety march" are none. */
function isSpokenDayBefore(words: readonly Word[], end: number, month: number): boolean {
  if (end !== month - 1 || words[month]?.lower === 'may' || isNumberWord(words[end - 1]?.lower ?? '')) return false;
  const day = words[end]?.type === 'letters' ? readBelowHundred(words, end) : null;
  return day?.next === month && isDay(day.value) && dayAfter(words, month + 1) === null;
}

/** The word after the day that stands at `at`, or null. */
function dayAfter(words: readonly Word[], at: number): number | null {
  const joint = words[at]?.lower;
  const start = joint === 'the' || (joint === '-' && words[at]?.glued) || joint === '/' ? at + 1 : at;
  const word = words[start];
  if (!word || word.newLine) return null;
  const ordinal = readOrdinal(words, start);
  if (ordinal) return isDay(ordinal.value) ? ordinal.next : null;
  const cardinal = word.type === 'digits' ? { value: Number(word.text), next: start + 1 } : readBelowHundred(words, start);
  if (!cardinal || !isDay(cardinal.value) || (word.type === 'digits' && word.text.length > 2)) return null;
  // "march 5 miles", "may 10:30"
  const after = words[cardinal.next];
  if (after && ((isUnit(after.lower, after.glued) && after.lower !== 'am' && after.lower !== 'pm') || (after.text === ':' && words[cardinal.next + 1]?.glued))) return null;
  // "march nineteen eighty two" is a month and a year.
  const year = readYear(words, start);
  return year && year.next > cardinal.next ? null : cardinal.next;
}

function isDay(value: number): boolean {
  return value >= 1 && value <= 31;
}

/** Last word of the year at `at`, over a comma or "of"; with a day before it two digits may be a year. */
function yearEnd(words: readonly Word[], at: number, hasDay: boolean): number | null {
  const joint = words[at];
  const start = joint && (joint.text === ',' || joint.lower === 'of' || joint.lower === 'in' || (joint.text === '-' && joint.glued) || joint.text === '/' || joint.text === "'") ? at + 1 : at;
  if (words[start]?.newLine) return null;
  const year = readYear(words, start);
  const next = words[year?.next ?? start];
  if (year) return next && isUnit(next.lower, next.glued) && hasDay && words[start]?.type === 'letters' ? null : year.next - 1;
  if (!hasDay) return null;
  return shortYearEnd(words, start, joint);
}

/** "'82", "-82", "eighty two", "oh five". */
function shortYearEnd(words: readonly Word[], start: number, joint: Word | undefined): number | null {
  const word = words[start];
  if (!word) return null;
  const marked = joint?.text === "'" || joint?.text === '-' || joint?.text === '/';
  if (word.type === 'digits') return word.text.length === 2 && (marked || Number(word.text) > 31) ? start : null;
  const isOh = (word.lower === 'oh' || word.lower === 'o') && (readBelowHundred(words, start + 1)?.value ?? 10) < 10;
  if (isOh) return start + 1;
  const read = (TENS_WORDS.get(word.lower) ?? 0) >= 30 ? readBelowHundred(words, start) : null;
  const after = read ? words[read.next] : undefined;
  return read && !(after && isUnit(after.lower, after.glued)) ? read.next - 1 : null;
}
