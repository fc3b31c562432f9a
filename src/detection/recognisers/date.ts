import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { isMonth, readMonthDate } from '../spoken/dates.ts';
import { isNumberWord, readOrdinal } from '../spoken/numbers.ts';
import { isUnit } from '../units.ts';
import type { Word } from '../words.ts';
import { cutYearEnd } from './cut-year.ts';
import { dateCueBefore, isBirth } from './date-cue.ts';
import { findHolidays, findPartsOfYears, shortMonthYearEnd } from './holiday.ts';
import { findLabelledDates } from './labelled-date.ts';
import { findNumericDates } from './numeric-date.ts';
import { wordsFinding } from './ranges.ts';

/**
 * Dates: numeric, ISO 8601, with a month's name written or spoken, a bare day of the month ("on the fifteenth"), digits after a cue.
 * DOB where a cue of birth stands before. A year, a month or a weekday alone is none.
 */
export const date: Recogniser = {
  name: 'date',
  passes: ['regex'],
  find: (reading) => [
    ...findNumericDates(reading),
    ...findNamedDates(reading),
    ...findSlashed(reading),
    ...findSpokenDigits(reading),
    ...findClaimedDates(reading),
    ...findLabelledDates(reading),
    ...findHolidays(reading),
    ...findPartsOfYears(reading),
  ],
};

function dateFinding(reading: Reading, first: number, end: number, rule: string, confidence: number): Finding {
  const last = cutYearEnd(reading.words, end);
  return wordsFinding(reading, first, last, isBirth(reading, first, last) ? 'DOB' : 'DATE', `date.${rule}`, confidence);
}

/** Dates with a month, and days of the month that go with them or stand alone. */
function findNamedDates(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  // The last word of the date before, if it was found here.
  let before = -1;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type === 'mark') continue;
    const read = word?.type === 'letters' && isMonth(word.lower) ? readMonthDate(words, at) : null;
    if (read) {
      findings.push(dateFinding(reading, anchoredStart(reading, read.first), read.last, 'month', 0.9));
      before = Math.max(at, read.last);
      continue;
    }
    const short = shortMonthYearEnd(reading, at);
    if (short !== null) {
      findings.push(dateFinding(reading, at, short, 'month', 0.8));
      before = short;
      continue;
    }
    const day =
      word?.lower === 'the'
        ? readDayOfMonth(reading, at, before)
        : word?.type === 'ordinal' && follows(reading, at, before)
          ? readOrdinal(words, at)
          : null;
    if (!day || day.value < 1 || day.value > 31) continue;
    findings.push(dateFinding(reading, at, day.next - 1, 'day', 0.6));
    before = day.next - 1;
  }
  return findings;
}

const DAY_CUES: ReadonlySet<string> = new Set([
  'on',
  'for',
  'by',
  'until',
  'till',
  'since',
  'from',
  'before',
  'after',
  'to',
  'between',
  'due',
  'through',
  'thru',
  'dated',
  'starting',
  'beginning',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'mon',
  'tue',
  'tues',
  'wed',
  'thu',
  'thur',
  'thurs',
  'fri',
]);
const AFTER_DAY: ReadonlySet<string> = new Set([
  'at',
  'and',
  'or',
  'to',
  'please',
  'in',
  'for',
  'is',
  'was',
  'if',
  'around',
  'because',
  'but',
  'so',
  'through',
  'until',
  'with',
  'from',
  'we',
  'i',
  'he',
  'she',
  'they',
  'it',
  'when',
  'then',
  'after',
  'before',
  'works',
  'instead',
]);
// "the fourteenth of this month", "of it": not "the first of many".
const OF_MONTH: ReadonlySet<string> = new Set(['this', 'next', 'last', 'that', 'it', 'the', 'each', 'every']);
const CHAIN: ReadonlySet<string> = new Set([
  'and',
  'or',
  'to',
  'through',
  'until',
  'till',
  'thru',
  '-',
  ',',
  'discharged',
  'then',
  'on',
  'by',
  'then',
]);
const MAX_CHAIN = 3;
// "the second, the third" count; "the twenty second" is a day.
const SURE_DAY = 13;

/** "on the fifteenth", "until the 21st", "the appointment is the ninth": not before a noun ("on the first floor"). */
function readDayOfMonth(reading: Reading, at: number, before: number): { value: number; next: number } | null {
  const { words } = reading;
  const day = readOrdinal(words, at + 1);
  if (!day) return null;
  const after = words[day.next];
  if (countsThings(words, day.next)) return null;
  if (
    !isAnnounced(reading, at) &&
    !follows(reading, at, before) &&
    !standsAlone(words, at + 1, day) &&
    dateCueBefore(reading, at) === null
  )
    return null;
  if (
    after === undefined ||
    after.newLine ||
    (after.type === 'mark' && after.text !== '-' && after.text !== '/') ||
    AFTER_DAY.has(after.lower)
  )
    return day;
  return after.lower === 'of' && OF_MONTH.has(words[day.next + 1]?.lower ?? '') ? day : null;
}

/** "the first or the second finger", "the first and eighth days": of two ordinals the second says what is counted. */
function countsThings(words: readonly Word[], at: number): boolean {
  if (words[at]?.lower !== 'or' && words[at]?.lower !== 'and') return false;
  const second = readOrdinal(words, words[at + 1]?.lower === 'the' ? at + 2 : at + 1);
  const counted = second && words[second.next];
  return counted?.type === 'letters' && !counted.newLine && counted.lower !== 'of' && !AFTER_DAY.has(counted.lower);
}

/** "the 4th, 21:40", "the twenty second.": nothing that is counted comes after it, here or behind a comma ("the 3rd, 4th and 5th toes"). */
function standsAlone(words: readonly Word[], at: number, day: { value: number; next: number }): boolean {
  const [after, next] = [words[day.next], words[day.next + 1]];
  if (words[at]?.type !== 'ordinal' && day.value < SURE_DAY) return false;
  if (after === undefined) return true;
  return (
    (after.text === ',' || after.text === '.' || after.text === ';' || after.text === '?' || after.text === '!') &&
    next?.type !== 'ordinal' &&
    readOrdinal(words, day.next + 1) === null
  );
}

const EVENTS: ReadonlySet<string> = new Set([
  'appointment',
  'visit',
  'surgery',
  'today',
  'tomorrow',
  'procedure',
  'deadline',
  'follow-up',
  'followup',
  'admission',
  'discharge',
]);

/** "on the ninth", "the appointment is the ninth". */
function isAnnounced({ words }: Reading, at: number): boolean {
  const before = words[at - 1]?.lower ?? '';
  if (DAY_CUES.has(before) || (before === 'of' && words[at - 2]?.lower === 'as')) return true;
  return (before === 'is' || before === "'s" || before === 'was') && EVENTS.has(words[at - 2]?.lower ?? '');
}

/** Whether the word goes on from the date that ended with the word `before`: "March 3rd to the 9th". */
function follows({ words }: Reading, at: number, before: number): boolean {
  if (before < 0 || at - before > MAX_CHAIN + 1) return false;
  for (let k = before + 1; k < at; k++) if (!CHAIN.has(words[k]?.lower ?? '')) return false;
  return at > before + 1;
}

/** "two days after march third": an interval that is measured from the date belongs to it. */
function anchoredStart({ words }: Reading, first: number): number {
  const link = words[first - 1]?.lower;
  const linkAt =
    link === 'to' && words[first - 2]?.lower === 'prior'
      ? first - 2
      : link === 'after' || link === 'before' || link === 'following'
        ? first - 1
        : -1;
  if (linkAt < 2 || !/^(?:day|week|month|year)s?$/.test(words[linkAt - 1]?.lower ?? '')) return first;
  let start = linkAt - 2;
  if (words[start]?.type !== 'digits' && !isNumberWord(words[start]?.lower ?? '')) return first;
  while (words[start]?.type === 'letters' && start > linkAt - 5 && isNumberWord(words[start - 1]?.lower ?? '')) start--;
  return start;
}

/** "three slash fourteen slash eighty two". */
function findSlashed(reading: Reading): Finding[] {
  const { codes, words } = reading;
  const findings: Finding[] = [];
  for (let index = 0; index < codes.length; index++) {
    let last = index;
    while (
      words[(codes[last]?.last ?? 0) + 1]?.lower === 'slash' &&
      codes[last + 1]?.first === (codes[last]?.last ?? 0) + 2
    )
      last++;
    const [first, end] = [codes[index], codes[last]];
    if (last > index && first && end && last - index <= 2) {
      const parts = codes.slice(index, last + 1);
      if (parts.every((part) => part.letters === 0 && part.digits.length <= 4))
        findings.push(dateFinding(reading, first.first, end.last, 'slash', 0.85));
    }
    index = last;
  }
  return findings;
}

const ON: ReadonlySet<string> = new Set(['on', 'since', 'dated', 'until', 'till', 'by', 'before', 'after']);

/** "on three fourteen eighty two", "four twenty two nineteen sixty eight": month, day and year in numbers, without a word for any. */
function findSpokenDigits(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    if (
      code.spoken < 3 ||
      code.letters > 0 ||
      code.groups.length < 3 ||
      code.groups.length > 4 ||
      reading.claims.has(code)
    )
      continue;
    const after = reading.words[code.last + 1];
    if (!isDayMonthYear(code) || (after && isUnit(after.lower, after.glued))) continue;
    const four = code.groups.length === 4;
    if (four || ON.has(reading.words[code.first - 1]?.lower ?? ''))
      findings.push(dateFinding(reading, code.first, code.last, 'spoken_digits', four ? 0.75 : 0.7));
  }
  return findings;
}

/** Month, day and a year in one part ("eighty two") or two ("nineteen eighty two"). */
function isDayMonthYear({ chars, groups }: Code): boolean {
  const parts: string[] = [];
  let at = 0;
  for (const length of groups) parts.push(chars.slice(at, (at += length)));
  if (at !== chars.length) return false;
  const [month = '', day = '', century = '', year = ''] = parts;
  const isDay = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
  if (groups.length === 3) return isDay && century.length === 2 && Number(century) > 12;
  return isDay && (century === '19' || century === '20') && year.length === 2;
}

/** Digits that a cue makes a date: "date of birth 03141982", "dob three fourteen eighty two", "expires 0827". */
function findClaimedDates(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const [code, { cue }] of reading.claims) {
    if (cue.kind === 'DOB' || cue.kind === 'DATE')
      findings.push(wordsFinding(reading, code.first, code.last, cue.kind, 'date.cue', 0.8));
  }
  return findings;
}
