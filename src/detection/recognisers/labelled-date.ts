import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { readBelowHundred, readOrdinal, readYear, type ReadNumber } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { isBirth } from './date-cue.ts';
import { wordsFinding } from './ranges.ts';

const PARTS: readonly string[] = ['month', 'day', 'year'];
const LINKS: ReadonlySet<string> = new Set(['is', "'s", ':', '=', 'was', ',']);
const MOST_LINKS = 2;

/** "month five day eight year nineteen eighty one", "the eighth of the fifth, nineteen eighty one". */
export function findLabelledDates(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  const isOfBirth = reading.cues.some(({ kind }) => kind === 'DOB');
  for (let at = 0; at < words.length; at++) {
    const end = PARTS.includes(words[at]?.lower ?? '')
      ? labelledEnd(words, at)
      : (ordinalsEnd(words, at) ?? (isOfBirth ? birthEnd(words, at) : null));
    if (end === null) continue;
    const kind = isBirth(reading, at, end - 1) ? 'DOB' : 'DATE';
    findings.push(wordsFinding(reading, at, end - 1, kind, 'date.labelled', 0.85));
    at = end - 1;
  }
  return findings;
}

/** The word after a month, a day and a year in any order, each behind its name; null where they are not all there. */
function labelledEnd(words: readonly Word[], first: number): number | null {
  const named = new Set<string>();
  let end = first;
  for (let at = first; named.size < PARTS.length; at = end) {
    while (at < end + MOST_LINKS && /^(?:,|and|;|\/)$/.test(words[at]?.lower ?? '')) at++;
    const name = words[at]?.lower ?? '';
    if (!PARTS.includes(name) || named.has(name)) return null;
    let from = at + 1;
    while (from <= at + MOST_LINKS && LINKS.has(words[from]?.lower ?? '')) from++;
    const read = readPart(words, from, name);
    if (read === null) return null;
    named.add(name);
    end = read.next;
  }
  return end;
}

/** The word after "nine four of eighty one", right behind a word of birth. */
function birthEnd(words: readonly Word[], first: number): number | null {
  const before = /^(?:is|'s|on|was|:)$/.test(words[first - 1]?.lower ?? '') ? first - 2 : first - 1;
  if (!/^(?:born|birthday|birthdate|birth|dob)$/.test(words[before]?.lower ?? '')) return null;
  const month = readSmall(words, first);
  const day = month === null ? null : readSmall(words, month.next);
  if (month === null || day === null || words[day.next]?.lower !== 'of') return null;
  if (month.value < 1 || month.value > MOST_MONTHS || day.value < 1 || day.value > MOST_DAYS) return null;
  const year = readYear(words, day.next + 1) ?? readSmall(words, day.next + 1);
  return year !== null && year.value > MOST_DAYS ? year.next : null;
}

const MOST_MONTHS = 12;
const MOST_DAYS = 31;

function readPart(words: readonly Word[], at: number, name: string): ReadNumber | null {
  const most = name === 'month' ? 12 : 31;
  if (name === 'year') return readYear(words, at) ?? readSmall(words, at);
  const read = readOrdinal(words, at) ?? readSmall(words, at);
  return read !== null && read.value >= 1 && read.value <= most ? read : null;
}

/** "5", "five", "oh five". */
function readSmall(words: readonly Word[], at: number): ReadNumber | null {
  const word = words[at];
  if (word?.type === 'digits')
    return word.text.length <= 2 || word.text.length === 4 ? { value: Number(word.text), next: at + 1 } : null;
  const isOh = word?.lower === 'oh' || word?.lower === 'zero';
  return isOh ? (readBelowHundred(words, at + 1) ?? null) : readBelowHundred(words, at);
}

/** The word after "eighth of the fifth, nineteen eighty one": two ordinals and a year. */
function ordinalsEnd(words: readonly Word[], at: number): number | null {
  const day = readOrdinal(words, at);
  if (day === null || day.value > 31 || words[day.next]?.lower !== 'of') return null;
  const month = readOrdinal(words, words[day.next + 1]?.lower === 'the' ? day.next + 2 : day.next + 1);
  if (month === null || month.value < 1 || month.value > 12) return null;
  const from = /^(?:,|of|in)$/.test(words[month.next]?.lower ?? '') ? month.next + 1 : month.next;
  const year = readYear(words, from) ?? readBelowHundred(words, from);
  return year !== null && year.value > 31 ? year.next : null;
}
