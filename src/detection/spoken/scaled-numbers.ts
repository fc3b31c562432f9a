/**
 * Whole numbers as synthetic voices and number-word libraries say them: "four billion one hundred fifty-five million five
 * hundred fifty thousand one hundred thirty-two", "4 billion 155 million 550 thousand 132", "nine lakh forty four thousand", with and without "and".
 */

import type { Word } from '../words.ts';
import { readBelowHundred, readOrdinal } from './numbers.ts';

/** A number that was read: its digits and the first word after it. */
export interface ScaledNumber {
  readonly digits: string;
  readonly next: number;
}

const SCALES: ReadonlyMap<string, number> = new Map([
  ['thousand', 1e3],
  ['lakh', 1e5],
  ['lakhs', 1e5],
  ['million', 1e6],
  ['crore', 1e7],
  ['crores', 1e7],
  ['billion', 1e9],
  ['trillion', 1e12],
  ['quadrillion', 1e15],
]);

/** Digits of a group, and of the first one: "4155 million 550 thousand 132". */
const LONGEST_GROUP = 3;
const LONGEST_FIRST = 4;

/**
 * Reads a number of "billion", "million" and "thousand" with hundreds in it; null where none starts. "five thousand five"
 * is none: the fives may be digits that are said one by one. Looks at a bounded number of words.
 */
export function readScaledNumber(words: readonly Word[], first: number): ScaledNumber | null {
  let total = 0;
  let next = first;
  let scaled = Infinity;
  let hasHundreds = false;
  for (let at: number | null = first; at !== null; at = afterScale(words, next)) {
    const group = readGroup(words, at, at === first ? LONGEST_FIRST : LONGEST_GROUP);
    if (group === null) break;
    const scaleAt = past(words, group.next);
    const scale = SCALES.get(words[scaleAt]?.lower ?? '') ?? 1;
    // "five million five five five": after the number come digits that are said one by one.
    const isSaidDigit = scale === 1 && group.value < 10 && readGroup(words, group.next) !== null;
    if (scale >= scaled || isSaidDigit || (scale === 1 && at === first)) break;
    total += group.value * scale;
    hasHundreds ||= group.hasHundreds;
    next = scale === 1 ? group.next : scaleAt + 1;
    scaled = scale;
    if (scale === 1) break;
  }
  const isLarge = next > first && (total >= 1e6 || hasHundreds);
  return isLarge ? { digits: String(total), next } : null;
}

/** Past a comma, an "and" and a hyphen; null at the end of a sentence or a line. */
function afterScale(words: readonly Word[], from: number): number | null {
  let at = from;
  if (words[at]?.text === ',') at++;
  at = past(words, at);
  if (words[at]?.lower === 'and') at = past(words, at + 1);
  return words[at] === undefined || words[at]?.newLine === true ? null : at;
}

/** Past a hyphen that joins two words. */
function past(words: readonly Word[], at: number): number {
  const [hyphen, next] = [words[at], words[at + 1]];
  return hyphen?.text === '-' && hyphen.glued && next?.glued === true ? at + 1 : at;
}

/** "6 hundred 29", "6 hundred and twenty nine". */
function digitHundreds(
  words: readonly Word[],
  at: number,
  hundreds: number,
): { readonly value: number; readonly next: number; readonly hasHundreds: boolean } {
  const restAt = words[at + 2]?.lower === 'and' ? at + 3 : at + 2;
  const word = words[restAt];
  const isDigits = word?.type === 'digits' && word.text.length <= 2 && words[restAt + 1]?.glued !== true;
  const rest = isDigits ? { value: Number(word.text), next: restAt + 1 } : readBelowHundred(words, restAt);
  return { value: hundreds * 100 + (rest?.value ?? 0), next: rest?.next ?? at + 2, hasHundreds: true };
}

/** 0 to 999: "155", "one hundred and fifty-five", "fifty five", "a hundred". */
function readGroup(
  words: readonly Word[],
  at: number,
  longest = LONGEST_GROUP,
): { readonly value: number; readonly next: number; readonly hasHundreds: boolean } | null {
  const word = words[at];
  if (word?.type === 'digits') {
    // "132mg" and "13.5" are no part of a number that is said in words.
    const [after, more] = [words[at + 1], words[at + 2]];
    const isWhole =
      word.text.length <= longest &&
      !(after?.glued === true && (after.type !== 'mark' || (more?.glued === true && more.type === 'digits')));
    // "6 hundred 29"
    if (isWhole && word.text.length === 1 && after?.lower === 'hundred')
      return digitHundreds(words, at, Number(word.text));
    return isWhole ? { value: Number(word.text), next: at + 1, hasHundreds: word.text.length >= LONGEST_GROUP } : null;
  }
  const isArticle = word?.lower === 'a' && words[at + 1]?.lower === 'hundred';
  const leading = isArticle ? { value: 1, next: at + 1 } : readBelowHundred(words, at);
  if (leading === null) return null;
  const hundred = past(words, leading.next);
  if (words[hundred]?.lower !== 'hundred' || leading.value === 0)
    return { value: leading.value, next: leading.next, hasHundreds: false };
  let restAt = past(words, hundred + 1);
  if (words[restAt]?.lower === 'and') restAt = past(words, restAt + 1);
  // "... thousand four hundred fifth": some libraries end a number as an ordinal.
  const rest =
    words[restAt]?.newLine === true || words[restAt]?.type !== 'letters'
      ? null
      : (readOrdinal(words, restAt) ?? readBelowHundred(words, restAt));
  return rest === null
    ? { value: leading.value * 100, next: hundred + 1, hasHundreds: true }
    : { value: leading.value * 100 + rest.value, next: rest.next, hasHundreds: true };
}
