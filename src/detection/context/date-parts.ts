/** Days, months and years in pieces, as callers say them over several turns. */
import type { Reading } from '../reading.ts';
import { isNumberWord, ORDINAL_WORDS } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { isMonthName } from './calendar.ts';

/** Words that may be a part of a date. */
export interface DatePart {
  readonly first: number;
  readonly last: number;
  /** Says only one of day, month and year, and so is a date only as an answer. */
  readonly alone: boolean;
}

const INSIDE: ReadonlySet<string> = new Set([
  'of',
  'the',
  'in',
  'slash',
  'dash',
  'hundred',
  'and',
  '/',
  '-',
  ',',
  '.',
  "'",
]);

/** The longest runs of words of dates, in order. */
export function findDateParts({ words }: Reading): DatePart[] {
  const parts: DatePart[] = [];
  for (let at = 0; at < words.length; at++) {
    if (!isPart(words[at])) continue;
    let last = at;
    for (let next = at + 1; next < words.length && next - last <= 2; next++) {
      const word = words[next];
      if (isPart(word)) last = next;
      else if (word === undefined || !INSIDE.has(word.lower)) break;
    }
    const run = words.slice(at, last + 1);
    const months = run.filter(({ lower }) => isMonthName(lower)).length;
    const days = run.filter(({ type, lower }) => type === 'ordinal' || ORDINAL_WORDS.has(lower)).length;
    const numbers = run.filter(isNumber).length;
    parts.push({ first: at, last, alone: months + days + numbers < 2 || (months === 0 && days === 0 && numbers < 3) });
    at = last;
  }
  return parts;
}

function isPart(word: Word | undefined): boolean {
  if (word === undefined) return false;
  return isMonthName(word.lower) || word.type === 'ordinal' || ORDINAL_WORDS.has(word.lower) || isNumber(word);
}

function isNumber(word: Word): boolean {
  return word.type === 'digits' ? word.text.length <= 8 : isNumberWord(word.lower);
}
