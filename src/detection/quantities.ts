/**
 * Numbers that count or measure and identify nobody: decimals, prices, doses, enumerations, years.
 */

import { isCurrencySign, isUnit } from './units.ts';
import type { Word } from './words.ts';

/** The last word of a decimal (98.6) or a number with thousands separators (12,500) that begins with the word `first`, or null. */
export function quantityEnd(words: readonly Word[], first: number): number | null {
  const [whole, mark] = [words[first], words[first + 1]];
  if (whole?.type !== 'digits' || mark?.glued !== true) return null;
  if (mark.text === '.') return isDecimal(words, first) ? first + 2 : null;
  if (mark.text !== ',' || whole.text.length > 3) return null;
  let last = first;
  while (isThousands(words, last + 1)) last += 2;
  return last > first ? last : null;
}

function isThousands(words: readonly Word[], comma: number): boolean {
  const [mark, group] = [words[comma], words[comma + 1]];
  return mark?.text === ',' && mark.glued && group?.type === 'digits' && group.glued && group.text.length === 3;
}

/** One point, and not the 3.4 or 3.3.4 of a telephone number. */
function isDecimal(words: readonly Word[], first: number): boolean {
  const [before, whole, part, more] = [words[first - 1], words[first], words[first + 2], words[first + 3]];
  if (!whole || part?.type !== 'digits' || !part.glued) return false;
  if (before?.text === '.' && whole.glued) return false;
  if (more?.text === '.' && more.glued && words[first + 4]?.glued && words[first + 4]?.type === 'digits') return false;
  return !(whole.text.length === 3 && part.text.length === 4);
}

/** A unit after it or a currency sign before it. Seven and more digits are no dose, whatever stands behind them. */
export function isMeasured(words: readonly Word[], first: number, last: number, digits: number): boolean {
  const after = words[last + 1];
  const before = words[first - 1];
  if (before && isCurrencySign(before.text)) return true;
  return after !== undefined && (after.text === '%' || (digits < 7 && isUnit(after.lower, after.glued)));
}

/** 1990-1995, "nineteen ninety nineteen ninety five". */
export function isRangeOfYears(digits: string, groups: readonly number[]): boolean {
  return /^(?:19|20)\d\d(?:19|20)\d\d$/.test(digits) && groups.length > 1 && groups.every((length) => length % 2 === 0);
}

/** 1, 2, 3, 4, 5, 6, 7 and "eighteen, sixteen, fourteen": enumerations, unless the parts are of a telephone number's size. */
export function isList(
  words: readonly Word[],
  first: number,
  last: number,
  groups: readonly number[],
  spoken: boolean,
): boolean {
  let commas = 0;
  for (let at = first; at <= last; at++) if (words[at]?.text === ',') commas++;
  if (spoken) return commas > 0 && commas === groups.length - 1 && groups.every((length) => length === 2);
  return commas > 0 && !/^(?:3,)?3,4$/.test(groups.join(','));
}
