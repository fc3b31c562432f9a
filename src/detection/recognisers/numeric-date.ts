import { matchesOf } from '../matches.ts';
import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { isUnit } from '../units.ts';
import { dateCueBefore, isBirth } from './date-cue.ts';
import { wordAt } from './ranges.ts';

const TIME = '(?:[T ][0-2]\\d:[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const ISO = new RegExp(
  `(?<![\\w./-])(?:1[89]|20)\\d\\d([-/.])(?:0?[1-9]|1[0-2])\\1(?:0?[1-9]|[12]\\d|3[01])${TIME}(?![\\w/-]|\\.\\d)`,
  'g',
);
const DAY_MONTH_YEAR = /(?<![\w./-])(\d{1,2})( ?[/-] ?|\.)(\d{1,2})\2((?:1[89]|20)\d\d|\d\d)(?![\w/-]|\.\d)/g;
const MONTH_YEAR = /(?<![\w./-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?![\w/-])/g;
// A hyphen may join it to another such date: 4/30-5/2.
const DAY_MONTH =
  /(?<![\w./]|(?<!\/\d{1,2})-)(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])(?![\w/]|-(?!\d{1,2}\/\d{1,2}(?![\w/-]))|\.\d)/g;
const COMPACT =
  /(?<![\w./-])(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T[0-2]\d[0-5]\d(?:[0-5]\d)?Z?)(?!\w)/g;

/** Dates in digits: ISO 8601, with slashes, hyphens or points; month and year; month and day after a word that announces a date. */
export function findNumericDates(reading: Reading): Finding[] {
  if (!reading.hasDigits) return [];
  const { text } = reading;
  const findings: Finding[] = [];
  const add = (start: number, length: number, rule: string, confidence: number) =>
    findings.push(offsetsFinding(reading, start, length, rule, confidence));
  if (/\d ?[-/.] ?\d/.test(text)) {
    for (const match of matchesOf(ISO, text)) add(match.index, match[0].length, 'iso', 0.95);
    for (const match of matchesOf(DAY_MONTH_YEAR, text)) {
      const [whole, a = '', joint = '', b = '', year = ''] = match;
      if (
        isDayAndMonth(Number(a), Number(b)) &&
        (joint !== '.' || year.length === 4 || isPointed(reading, match.index, a, b))
      )
        add(match.index, whole.length, 'numeric', 0.93);
    }
    for (const match of matchesOf(MONTH_YEAR, text)) add(match.index, match[0].length, 'month_year', 0.75);
    findDayMonths(reading, findings);
  }
  for (const match of matchesOf(COMPACT, text)) add(match.index, match[0].length, 'iso', 0.9);
  return findings;
}

function isDayAndMonth(a: number, b: number): boolean {
  return a >= 1 && b >= 1 && ((a <= 12 && b <= 31) || (a <= 31 && b <= 12));
}

// 10.5.12 may be a version or a section.
const NUMBERED: ReadonlySet<string> = new Set([
  'version',
  'v',
  'ver',
  'release',
  'section',
  'chapter',
  'python',
  'node',
  'ios',
  'android',
  'macos',
  'build',
  'firmware',
  'update',
  'rule',
  'table',
  'figure',
  'item',
  'step',
  'part',
  'article',
  'paragraph',
  'clause',
]);

/** Whether 21.9.21 is a date, day first: two words before it name nothing that has numbers with points. */
function isPointed(reading: Reading, start: number, day: string, month: string): boolean {
  const at = wordAt(reading, start);
  const named = NUMBERED.has(reading.words[at - 1]?.lower ?? '') || NUMBERED.has(reading.words[at - 2]?.lower ?? '');
  return !named && Number(month) <= 12 && Number(day) > 0;
}

const BEFORE_DAY: ReadonlySet<string> = new Set(
  (
    'on since until till by before after between dated from through for of is was exp expires expiration expiry thru appointment appt visit visited surgery procedure hospitalized injured fell hurt seen again admitted discharged started due scheduled dob date ' +
    'monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun'
  ).split(' '),
);
const FRACTION = /^(?:1\/[2348]|[23]\/[34])$/;
// "by 1/2" is a half more often than the second of January.
const BEFORE_FRACTION: ReadonlySet<string> = new Set(['by', 'of', 'for', 'from', 'is', 'was', 'through', 'to']);
const CHAIN: ReadonlySet<string> = new Set(['to', 'and', 'or', 'through', '-', 'until', ',', 'then']);
// A month has more days than a fraction, a score or a dose usually has parts.
const FIRST_SURE_DAY = 13;

/** 9/18; and 3/14 as well as 3/4 where the words before it announce a date, or another date goes on with it. */
function findDayMonths(reading: Reading, findings: Finding[]): void {
  let lastEnd = -1;
  for (const match of matchesOf(DAY_MONTH, reading.text)) {
    const at = wordAt(reading, match.index);
    if (isScore(reading, at)) continue;
    if (!isSureDay(reading, at) && !isAnnounced(reading, at, match[0], lastEnd)) continue;
    lastEnd = match.index + match[0].length;
    findings.push(offsetsFinding(reading, match.index, match[0].length, 'day_month', 0.7));
  }
}

function isSureDay({ words }: Reading, at: number): boolean {
  return Number(words[at + 2]?.text ?? '') >= FIRST_SURE_DAY;
}

function isAnnounced(reading: Reading, at: number, value: string, lastEnd: number): boolean {
  const { words } = reading;
  let before = at - 1;
  while (before > at - 3 && (words[before]?.text === ',' || words[before]?.text === ':' || words[before]?.text === '.'))
    before--;
  const word = words[before];
  if (word !== undefined && CHAIN.has(word.lower) && words[before - 1]?.end === lastEnd) return true;
  const fraction = FRACTION.test(value);
  if (BEFORE_DAY.has(word?.lower ?? '')) return !(fraction && BEFORE_FRACTION.has(word?.lower ?? ''));
  return !fraction && dateCueBefore(reading, at) !== null;
}

const SCORED_AFTER =
  /^(?:pain|strength|scale|cup|cups|tablet|tablets|pill|pills|inch|inches|dose|of|teaspoon|mile|miles|hour|hours|murmur|systolic|diastolic|intensity|severity|points|pounds)$/;
const SCORED_BEFORE: ReadonlySet<string> = new Set(
  'pain strength reflexes murmur severity score scored scores scoring scale rated rates rating gcs mmse moca phq gad apgar vision acuity intensity bp ratio fraction grade mrs nihss braden ham audit'.split(
    ' ',
  ),
);
const MAX_SCORE_DISTANCE = 8;
// "pain since 9/18" is no score.
const ONLY_DATES: ReadonlySet<string> = new Set([
  'on',
  'since',
  'until',
  'till',
  'before',
  'after',
  'dated',
  'seen',
  'again',
  'appointment',
  'due',
  'between',
]);

/** "8/10 pain" is a score, so is "a score of 7/10" and "MoCA 12/30"; 5/20 mg is a dose. */
function isScore({ words }: Reading, at: number): boolean {
  const [top, bottom, after, link] = [words[at], words[at + 2], words[at + 3], words[at - 1]?.lower];
  if (
    after !== undefined &&
    (SCORED_AFTER.test(after.lower) || (isUnit(after.lower, after.glued) && !/^[ap]m?$/.test(after.lower)))
  )
    return true;
  if (!ONLY_DATES.has(link ?? '') && isRated(words, at)) return true;
  const scored = bottom?.text === '10' || bottom?.text === '5';
  return (
    scored &&
    Number(top?.text ?? '') <= Number(bottom.text) &&
    (link === 'of' || link === 'is' || link === 'was' || link === 'for')
  );
}

/** Whether a word for something that is scored stands before, in the same sentence. */
function isRated(words: Reading['words'], at: number): boolean {
  for (let k = at - 1; k >= at - MAX_SCORE_DISTANCE; k--) {
    const word = words[k];
    if (word === undefined || word.text === '.') return false;
    if (SCORED_BEFORE.has(word.lower)) return true;
    if (word.newLine) return false;
  }
  return false;
}

function offsetsFinding(reading: Reading, start: number, length: number, rule: string, confidence: number): Finding {
  const end = start + length;
  const kind = isBirth(reading, wordAt(reading, start), wordAt(reading, end) - 1) ? 'DOB' : 'DATE';
  return { start, end, kind, confidence, validated: false, recogniser: `date.${rule}` };
}
