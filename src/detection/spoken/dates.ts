/**
 * Dates with the name of a month, written or spoken: "March 14, 1982", "the fourteenth of march", "14-Mar-82".
 */

import { isUnit } from '../units.ts';
import type { Word } from '../words.ts';
import { readBridge } from './bridges.ts';
import { isNumberWord, readBelowHundred, readOrdinal, readYear, TENS_WORDS, type ReadNumber } from './numbers.ts';

/** A date from its first to its last word. */
export interface ReadDate {
  readonly first: number;
  readonly last: number;
}

const MONTHS: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);
const SPANISH_MONTHS: ReadonlySet<string> = new Set(
  'enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre'.split(' '),
);
const ALL_MONTHS: ReadonlySet<string> = new Set([...MONTHS, ...SPANISH_MONTHS]);
// "you may take two": the verb and not the month.
const VERB_SUBJECTS: ReadonlySet<string> = new Set([
  'i',
  'you',
  'he',
  'she',
  'it',
  'we',
  'they',
  'that',
  'this',
  'who',
  'which',
  'patient',
  'patients',
  'there',
  'one',
]);
const PAUSES: ReadonlySet<string> = new Set(['uh', 'um', 'uhm', 'umm', 'er', 'erm', 'ah', 'hmm']);

/** Whether the word names a month, in English or Spanish. */
export function isMonth(lower: string): boolean {
  return ALL_MONTHS.has(lower);
}

/** The date whose month is the word `at`, or null. The year alone, or the month alone, is no date. */
export function readMonthDate(words: readonly Word[], at: number): ReadDate | null {
  const month = words[at];
  if (!month) return null;
  if (!MONTHS.has(month.lower)) return SPANISH_MONTHS.has(month.lower) ? readSpanishDate(words, at) : null;
  const before = dayBefore(words, at);
  const afterMonth = skipPause(words, skipDot(words, at));
  if (before !== null)
    return { first: yearBefore(words, before) ?? before, last: yearEnd(words, afterMonth, true) ?? at };
  const verb = month.text === 'may' && VERB_SUBJECTS.has(words[at - 1]?.lower ?? '');
  const day = verb ? null : dayAfter(words, afterMonth);
  if (day !== null) {
    const dayEnd = correctedDay(words, day) ?? rangeEnd(words, day) ?? day;
    return { first: yearBefore(words, at) ?? at, last: yearEnd(words, skipPause(words, dayEnd), true) ?? dayEnd - 1 };
  }
  const year = yearEnd(words, afterMonth, false);
  return year === null ? null : { first: at, last: year };
}

/** "3 de marzo de 1982". */
function readSpanishDate(words: readonly Word[], at: number): ReadDate | null {
  const day = words[at - 2];
  if (words[at - 1]?.lower !== 'de' || day?.type !== 'digits' || day.text.length > 2 || !isDay(Number(day.text)))
    return null;
  const yearAt = words[at + 1]?.lower === 'de' || words[at + 1]?.lower === 'del' ? at + 2 : at + 1;
  const year = readYear(words, yearAt);
  return { first: at - 2, last: year === null ? at : year.next - 1 };
}

function skipDot(words: readonly Word[], month: number): number {
  return words[month + 1]?.text === '.' && words[month + 1]?.glued && (words[month]?.text.length ?? 9) <= 4
    ? month + 2
    : month + 1;
}

/** Past ", uh," in the middle of a date; a comma alone is left to the reader of the year. */
function skipPause(words: readonly Word[], from: number): number {
  let at = from;
  let paused = false;
  while (at < from + 4 && (words[at]?.text === ',' || PAUSES.has(words[at]?.lower ?? ''))) {
    paused ||= words[at]?.type === 'letters';
    at++;
  }
  return paused ? at : from;
}

/** First word of "the 14th of", "fourteenth", "14", "14-" before the month; null if none stands there. */
function dayBefore(words: readonly Word[], month: number): number | null {
  const joint = words[month - 1];
  const joined = (joint?.text === '-' || joint?.text === '/') && joint.glued && words[month]?.glued === true;
  const end = joint?.lower === 'of' || joined ? month - 2 : month - 1;
  if (end < 0) return null;
  for (const start of [end - 2, end - 1, end]) {
    const ordinal = start < 0 ? null : readOrdinal(words, start);
    if (ordinal?.next === end + 1 && isDay(ordinal.value)) return theBefore(words, start);
  }
  const word = words[end];
  if (isSpokenDayBefore(words, end, month)) return end;
  if (
    word?.type !== 'digits' ||
    !isDay(Number(word.text)) ||
    word.text.length > 2 ||
    joint?.lower === 'of' ||
    words[end - 1]?.text === '/'
  )
    return null;
  // "at 10 May 3": the number belongs to something else when the month has a day after it, too.
  return joined || dayAfter(words, skipDot(words, month)) === null || yearEnd(words, month + 1, false) !== null
    ? end
    : null;
}

/** "the third", "the, uh, third". */
function theBefore(words: readonly Word[], first: number): number {
  let at = first - 1;
  while (at > first - 4 && (words[at]?.text === ',' || PAUSES.has(words[at]?.lower ?? ''))) at--;
  return words[at]?.lower === 'the' ? at : first;
}

/** "ten march"; "two may" and "nineteen ninety march" are none. */
function isSpokenDayBefore(words: readonly Word[], end: number, month: number): boolean {
  if (end !== month - 1 || words[month]?.lower === 'may' || isNumberWord(words[end - 1]?.lower ?? '')) return false;
  const day = words[end]?.type === 'letters' ? readBelowHundred(words, end) : null;
  return day?.next === month && isDay(day.value) && dayAfter(words, month + 1) === null;
}

/** "1982 March 14", "nineteen eighty two march fourteenth": first word of the year that ends right before the word, or null. */
function yearBefore(words: readonly Word[], first: number): number | null {
  const before = words[first - 1];
  if (
    before === undefined ||
    before.type === 'mark' ||
    !(before.type === 'digits' ? before.text.length === 4 : isNumberWord(before.lower))
  )
    return null;
  for (let start = first - 4; start < first; start++)
    if (start >= 0 && readYear(words, start)?.next === first) return start;
  return null;
}

/** The word after the day that stands at `at`, or null. */
function dayAfter(words: readonly Word[], at: number): number | null {
  const joint = words[at]?.lower;
  const start = joint === 'the' || (joint === '-' && words[at]?.glued) || joint === '/' ? at + 1 : at;
  const word = words[start];
  if (!word || word.newLine) return null;
  const ordinal = readOrdinal(words, start);
  if (ordinal) return isDay(ordinal.value) ? ordinal.next : null;
  const cardinal =
    word.type === 'digits' ? { value: Number(word.text), next: start + 1 } : readBelowHundred(words, start);
  if (!cardinal || !isDay(cardinal.value) || (word.type === 'digits' && word.text.length > 2)) return null;
  // "march 5 miles", "may 10:30"
  const after = words[cardinal.next];
  if (
    after &&
    ((isUnit(after.lower, after.glued) && after.lower !== 'am' && after.lower !== 'pm') ||
      (after.text === ':' && words[cardinal.next + 1]?.glued))
  )
    return null;
  // "march nineteen eighty two" is a month and a year.
  const year = readYear(words, start);
  return year && year.next > cardinal.next ? null : cardinal.next;
}

/** "march fourteenth, no wait, fifteenth": the word after the day that counts. */
function correctedDay(words: readonly Word[], from: number): number | null {
  const start = words[from]?.text === ',' ? from + 1 : from;
  const bridge = readBridge(words, start);
  if (!bridge?.corrects) return null;
  const again = words[bridge.next]?.text === ',' ? bridge.next + 1 : bridge.next;
  return dayAfter(words, MONTHS.has(words[again]?.lower ?? '') ? again + 1 : again);
}

/** "March 3-5": the word after the second day. */
function rangeEnd(words: readonly Word[], from: number): number | null {
  const [dash, day] = [words[from], words[from + 1]];
  if (dash?.text !== '-' || !dash.glued || day?.type !== 'digits' || day.text.length > 2 || !isDay(Number(day.text)))
    return null;
  // 3-14-82 after a month's name is a day and a year.
  return words[from + 2]?.text === '-' ? null : from + 2;
}

function isDay(value: number): boolean {
  return value >= 1 && value <= 31;
}

const JOINT_MARKS: ReadonlySet<string> = new Set([',', '/', "'"]);

/** Last word of the year at `at`, over a comma or "of"; with a day before it two digits may be a year. */
function yearEnd(words: readonly Word[], at: number, hasDay: boolean): number | null {
  const joint = words[at];
  const joined =
    joint !== undefined &&
    (JOINT_MARKS.has(joint.text) ||
      joint.lower === 'of' ||
      joint.lower === 'in' ||
      (joint.text === '-' && joint.glued));
  let start = joined ? at + 1 : at;
  // ", '82"
  const apostrophe = joint?.text === ',' && words[start]?.text === "'" ? words[start] : joint;
  if (apostrophe !== joint) start++;
  if (words[start]?.newLine) return null;
  const year = readYear(words, start) ?? pausedYear(words, start);
  const next = words[year?.next ?? start];
  if (year)
    return next && isUnit(next.lower, next.glued) && hasDay && words[start]?.type === 'letters' ? null : year.next - 1;
  if (!hasDay)
    return joint?.lower === 'of' && words[start]?.type === 'letters' ? shortYearEnd(words, start, apostrophe) : null;
  return shortYearEnd(words, start, apostrophe);
}

/** "nineteen, eighty two". */
function pausedYear(words: readonly Word[], at: number): ReadNumber | null {
  const century = words[at]?.lower;
  if ((century !== 'nineteen' && century !== 'twenty') || words[at + 1]?.text !== ',') return null;
  const rest = readBelowHundred(words, at + 2);
  return rest && rest.value >= 10
    ? { value: (century === 'nineteen' ? 1900 : 2000) + rest.value, next: rest.next }
    : null;
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
