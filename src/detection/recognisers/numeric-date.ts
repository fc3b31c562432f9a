import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { dateCueBefore, isBirth } from './date-cue.ts';
import { wordAt } from './ranges.ts';

const TIME = '(?:[T ][0-2]\\d:[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const ISO = new RegExp(`(?<![\\w./-])(?:1[89]|20)\\d\\d([-/.])(?:0?[1-9]|1[0-2])\\1(?:0?[1-9]|[12]\\d|3[01])${TIME}(?![\\w/-]|\\.\\d)`, 'g');
const DAY_MONTH_YEAR = /(?<![\w./-])(\d{1,2})( ?[/-] ?|\.)(\d{1,2})\2((?:1[89]|20)\d\d|\d\d)(?![\w/-]|\.\d)/g;
const MONTH_YEAR = /(?<![\w./-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?![\w/-])/g;
const DAY_MONTH = /(?<![\w./-])(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])(?![\w/-]|\.\d)/g;
const COMPACT = /(?<![\w./-])(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T[0-2]\d[0-5]\d(?:[0-5]\d)?Z?)(?!\w)/g;

/** Dates in digits: ISO 8601, with slashes, hyphens or points; month and year; month and day after a word that announces a date. */
export function findNumericDates(reading: Reading): Finding[] {
  if (!reading.hasDigits) return [];
  const { text } = reading;
  const findings: Finding[] = [];
  const add = (start: number, length: number, rule: string, confidence: number) => findings.push(offsetsFinding(reading, start, length, rule, confidence));
  if (/\d ?[-/.] ?\d/.test(text)) {
    for (const match of text.matchAll(ISO)) add(match.index, match[0].length, 'iso', 0.95);
    for (const match of text.matchAll(DAY_MONTH_YEAR)) {
      const [whole, a = '', joint = '', b = '', year = ''] = match;
      if (isDayAndMonth(Number(a), Number(b)) && (joint !== '.' || year.length === 4 || isPointed(reading, match.index, a, b))) add(match.index, whole.length, 'numeric', 0.93);
    }
    for (const match of text.matchAll(MONTH_YEAR)) add(match.index, match[0].length, 'month_year', 0.75);
    findDayMonths(reading, findings);
  }
  for (const match of text.matchAll(COMPACT)) add(match.index, match[0].length, 'iso', 0.9);
  return findings;
}

function isDayAndMonth(a: number, b: number): boolean {
  return a >= 1 && b >= 1 && ((a <= 12 && b <= 31) || (a <= 31 && b <= 12));
}

// 10.5.12 may be a version or a section.
const NUMBERED: ReadonlySet<string> = new Set(['version', 'v', 'ver', 'release', 'section', 'chapter', 'python', 'node', 'ios', 'android', 'macos', 'build', 'firmware', 'update', 'rule', 'table', 'figure', 'item', 'step', 'part', 'article', 'paragraph', 'clause']);

/** Whether 21.9.21 is a date, day first: two words before it name nothing that has numbers with points. */
function isPointed(reading: Reading, start: number, day: string, month: string): boolean {
  const at = wordAt(reading, start);
  const named = NUMBERED.has(reading.words[at - 1]?.lower ?? '') || NUMBERED.has(reading.words[at - 2]?.lower ?? '');
  return !named && Number(month) <= 12 && Number(day) > 0;
}

const BEFORE_DAY: ReadonlySet<string> = new Set(
  (
    'on since until till by before after dated from through for of is was exp expires expiration expiry thru appointment appt visit seen admitted discharged started due scheduled dob date ' +
    'monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun'
  ).split(' '),
);
const FRACTION = /^(?:1\/[2348]|[23]\/[34])$/;
const CHAIN: ReadonlySet<string> = new Set(['to', 'and', 'or', 'through', '-', 'until', ',', 'then']);

/** 3/14 where the words before it announce a date, or another date goes on with it. */
function findDayMonths(reading: Reading, findings: Finding[]): void {
  const { words } = reading;
  let lastEnd = -1;
  for (const match of reading.text.matchAll(DAY_MONTH)) {
    const at = wordAt(reading, match.index);
    let before = at - 1;
    while (before > at - 3 && (words[before]?.text === ',' || words[before]?.text === ':' || words[before]?.text === '.')) before--;
    const word = words[before];
    const chained = word !== undefined && CHAIN.has(word.lower) && words[before - 1]?.end === lastEnd;
    if (!chained && !BEFORE_DAY.has(word?.lower ?? '') && (FRACTION.test(match[0]) || dateCueBefore(reading, at) === null)) continue;
    // "8/10 pain" is a score, "a score of 7/10", "20/20".
    if (isScore(reading, at)) continue;
    lastEnd = match.index + match[0].length;
    findings.push(offsetsFinding(reading, match.index, match[0].length, 'day_month', 0.7));
  }
}

function isScore({ words }: Reading, at: number): boolean {
  const [top, bottom, after, link] = [words[at], words[at + 2], words[at + 3]?.lower ?? '', words[at - 1]?.lower];
  if (/^(?:pain|strength|scale|cup|tablet|tablets|pill|inch|dose|of|teaspoon|mile|hour)$/.test(after)) return true;
  const scored = bottom?.text === '10' || bottom?.text === '5';
  return scored && Number(top?.text ?? '') <= Number(bottom.text) && (link === 'of' || link === 'is' || link === 'was' || link === 'for');
}

function offsetsFinding(reading: Reading, start: number, length: number, rule: string, confidence: number): Finding {
  const end = start + length;
  const kind = isBirth(reading, wordAt(reading, start), wordAt(reading, end) - 1) ? 'DOB' : 'DATE';
  return { start, end, kind, confidence, validated: false, recogniser: `date.${rule}` };
}
