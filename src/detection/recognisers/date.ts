import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { readMonthDate } from '../spoken/dates.ts';
import { readOrdinal } from '../spoken/numbers.ts';
import { isBirth } from './birth-cue.ts';
import { wordAt, wordsFinding } from './ranges.ts';

/**
 * Dates: numeric, ISO 8601, with a month's name written or spoken, a bare day of the month ("on the fifteenth"), digits after a cue.
 * DOB where a cue of birth stands before. A year, a month or a weekday alone is none.
 */
export const date: Recogniser = {
  name: 'date',
  passes: ['regex'],
  find: (reading) => [...findNumeric(reading), ...findMonthDates(reading), ...findDaysOfMonth(reading), ...findSlashed(reading), ...findClaimedDates(reading)],
};

const TIME = '(?:[T ][0-2]\\d:[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:?\\d{2})?)?';
const ISO = new RegExp(`(?<![\\w./-])(?:19|20)\\d\\d([-/.])(?:0?[1-9]|1[0-2])\\1(?:0?[1-9]|[12]\\d|3[01])${TIME}(?![\\w/-]|\\.\\d)`, 'g');
const DAY_MONTH_YEAR = /(?<![\w./-])(\d{1,2})( ?[/-] ?|\.)(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\w/-]|\.\d)/g;
const MONTH_YEAR = /(?<![\w./-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?![\w/-])/g;
const DAY_MONTH = /(?<=\b(?:on|since|until|till|by|before|after|dated|from|through|for|of|is|was|exp|exp:|expires|expiration|expiry|thru) )(?:0?[1-9]|1[0-2])\/(?:0?[1-9]|[12]\d|3[01])(?![\w/-]|\.\d)/gi;

function findNumeric(reading: Reading): Finding[] {
  if (!reading.hasDigits) return [];
  const { text } = reading;
  const findings: Finding[] = [];
  for (const match of text.matchAll(ISO)) findings.push(offsetsFinding(reading, match.index, match[0].length, 'iso', 0.95));
  for (const match of text.matchAll(DAY_MONTH_YEAR)) {
    const [whole, a = '', joint = '', b = '', year = ''] = match;
    // 10.5.12 may be a version: with points only a full year makes a date.
    if (isDayAndMonth(Number(a), Number(b)) && (joint !== '.' || year.length === 4)) findings.push(offsetsFinding(reading, match.index, whole.length, 'numeric', 0.93));
  }
  for (const match of text.matchAll(MONTH_YEAR)) findings.push(offsetsFinding(reading, match.index, match[0].length, 'month_year', 0.75));
  for (const match of text.matchAll(DAY_MONTH)) findings.push(offsetsFinding(reading, match.index, match[0].length, 'day_month', 0.7));
  return findings;
}

function isDayAndMonth(a: number, b: number): boolean {
  return a >= 1 && b >= 1 && ((a <= 12 && b <= 31) || (a <= 31 && b <= 12));
}

function offsetsFinding(reading: Reading, start: number, length: number, rule: string, confidence: number): Finding {
  const end = start + length;
  const kind = isBirth(reading, wordAt(reading, start), wordAt(reading, end) - 1) ? 'DOB' : 'DATE';
  return { start, end, kind, confidence, validated: false, recogniser: `date.${rule}` };
}

function dateFinding(reading: Reading, first: number, last: number, rule: string, confidence: number): Finding {
  return wordsFinding(reading, first, last, isBirth(reading, first, last) ? 'DOB' : 'DATE', `date.${rule}`, confidence);
}

function findMonthDates(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (let at = 0; at < reading.words.length; at++) {
    const read = readMonthDate(reading.words, at);
    if (read) findings.push(dateFinding(reading, read.first, read.last, 'month', 0.9));
  }
  return findings;
}

const DAY_CUES: ReadonlySet<string> = new Set(['on', 'for', 'by', 'until', 'till', 'since', 'from', 'before', 'after', 'to', 'between']);
const AFTER_DAY: ReadonlySet<string> = new Set(['at', 'and', 'or', 'to', 'please', 'in', 'for', 'is', 'if', 'around', 'because', 'but', 'so', 'through', 'until', 'with', 'from', 'through', 'we', 'i', 'he', 'she']);

/** "on the fifteenth", "until the 21st": not before a noun ("on the first floor"). */
function findDaysOfMonth(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  let lastDay = -1;
  for (let at = 1; at < words.length; at++) {
    const continued = at - 2 === lastDay && /^(?:and|or|to|through)$/.test(words[at - 1]?.lower ?? '');
    if (words[at]?.lower !== 'the' || !(continued || DAY_CUES.has(words[at - 1]?.lower ?? ''))) continue;
    const day = readOrdinal(words, at + 1);
    if (!day || day.value < 1 || day.value > 31) continue;
    const after = words[day.next];
    const ends = after === undefined || after.newLine || (after.type === 'mark' && after.text !== '-' && after.text !== '/') || AFTER_DAY.has(after.lower);
    if (!ends) continue;
    findings.push(dateFinding(reading, at, day.next - 1, 'day', 0.6));
    lastDay = day.next - 1;
  }
  return findings;
}

/** "three slash fourteen slash eighty two". */
function findSlashed(reading: Reading): Finding[] {
  const { codes, words } = reading;
  const findings: Finding[] = [];
  for (let index = 0; index < codes.length; index++) {
    let last = index;
    while (words[(codes[last]?.last ?? 0) + 1]?.lower === 'slash' && codes[last + 1]?.first === (codes[last]?.last ?? 0) + 2) last++;
    const [first, end] = [codes[index], codes[last]];
    const parts = codes.slice(index, last + 1);
    if (first && end && (parts.length === 2 || parts.length === 3) && parts.every((part) => part.letters === 0 && part.digits.length <= 4)) {
      findings.push(dateFinding(reading, first.first, end.last, 'slash', 0.85));
    }
    index = last;
  }
  return findings;
}

/** Digits that a cue makes a date: "date of birth 03141982", "dob three fourteen eighty two", "expires 0827". */
function findClaimedDates(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const [code, { cue }] of reading.claims) {
    if (cue.kind === 'DOB' || cue.kind === 'DATE') findings.push(wordsFinding(reading, code.first, code.last, cue.kind, 'date.cue', 0.8));
  }
  return findings;
}
