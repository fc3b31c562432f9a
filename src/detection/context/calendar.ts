/** The day that a written or spoken date names, so that "03/14/1982" and "march fourteenth nineteen eighty two" are one. */
import { readBelowHundred, readOrdinal, readYear } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';

const MONTHS: readonly string[] = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAMES: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);

/** Whether the word, in lower case, is the name of a month. */
export function isMonthName(lower: string): boolean {
  return MONTH_NAMES.has(lower);
}

/**
 * Month, day and the last two digits of the year, `03-14-82`, of a date that says all three; null for any other text and
 * for one that can be read in two ways. Month first where both are possible: callers are in the United States.
 */
export function dayNamed(words: readonly Word[]): string | null {
  const named = words.findIndex((word) => MONTH_NAMES.has(word.lower));
  return named === -1 ? numericDay(words) : writtenDay(words, named);
}

function writtenDay(words: readonly Word[], named: number): string | null {
  const month = MONTHS.indexOf(words[named]?.lower.slice(0, 3) ?? '') + 1;
  let day: number | null = null;
  let year: number | null = null;
  for (let at = 0; at < words.length;) {
    const ordinal = at === named ? null : readOrdinal(words, at);
    const full = at === named || ordinal !== null ? null : readYear(words, at);
    const small = at === named || ordinal !== null || full !== null ? null : smallNumber(words, at);
    const read = ordinal ?? full ?? small;
    if (read === null) {
      at++;
      continue;
    }
    if (full === null && day === null) day = read.value;
    else if (year === null) year = read.value % 100;
    else return null;
    at = read.next;
  }
  return name(month, day, year);
}

function numericDay(words: readonly Word[]): string | null {
  const parts = words.filter((word) => word.type === 'digits').map((word) => word.text);
  const [a = '', b = '', c = ''] = parts;
  if (parts.length !== 3) return null;
  if (a.length === 4) return name(Number(b), Number(c), Number(a) % 100);
  return Number(a) > 12 ? name(Number(b), Number(a), Number(c) % 100) : name(Number(a), Number(b), Number(c) % 100);
}

function smallNumber(words: readonly Word[], at: number): { readonly value: number; readonly next: number } | null {
  const word = words[at];
  if (word?.type === 'digits') return word.text.length <= 2 ? { value: Number(word.text), next: at + 1 } : null;
  // "oh five" is a year.
  if (word?.lower === 'oh') return readBelowHundred(words, at + 1);
  return readBelowHundred(words, at);
}

function name(month: number, day: number | null, year: number | null): string | null {
  if (day === null || year === null || month < 1 || month > 12 || day < 1 || day > 31) return null;
  return [month, day, year].map((part) => String(part).padStart(2, '0')).join('-');
}

function isDateJoint(words: readonly Word[], at: number): boolean {
  const mark = words[at];
  return (
    mark?.glued === true &&
    (mark.text === '-' || mark.text === '/' || mark.text === '.') &&
    words[at + 1]?.glued === true
  );
}

/** Three numbers with slashes, points or hyphens between them. */
export function numericDate(
  words: readonly Word[],
  first: number,
): { readonly first: number; readonly last: number } | null {
  if (!isDateJoint(words, first + 1) || !isDateJoint(words, first + 3)) return null;
  return words[first + 2]?.type === 'digits' && words[first + 4]?.type === 'digits' ? { first, last: first + 4 } : null;
}
