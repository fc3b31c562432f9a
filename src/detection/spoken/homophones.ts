/**
 * Words that speech engines write for a digit that sounds like them: "nine won nine five five five oh won for seven".
 */

import type { Word } from '../words.ts';
import { DIGIT, HOMOPHONE } from './code-words.ts';
import { HOMOPHONES } from './numbers.ts';

/** What was read of a code so far. */
interface ReadSoFar {
  readonly parts: readonly { readonly chars: string; readonly spoken: boolean }[];
  readonly length: number;
}

/** Digits that must stand before such a word, or behind it: "two for seven days" has one. */
const ROW = 3;
/** Words that are looked at behind such a word. */
const MAX_ROW = 8;
/** Digits of a number that lacks its last one: a telephone number's, a social security number's. */
const LACKS_ONE: ReadonlySet<number> = new Set([3, 4, 6, 7, 8, 9, 15]);

/**
 * The digit that the word `at` stands for; null where it is the word that it is. `mayBegin` tells whether a number
 * may begin with it. Looks at a bounded number of words.
 */
export function homophoneAt(
  words: readonly Word[],
  classes: Uint16Array,
  at: number,
  run: ReadSoFar,
  mayBegin: () => boolean,
): number | null {
  const digit = HOMOPHONES.get(words[at]?.lower ?? '') ?? null;
  if (digit === null) return null;
  const isDigit = (k: number): boolean => ((classes[k] ?? 0) & DIGIT) !== 0 || isWrittenDigit(words[k]);
  const before = saidBefore(run);
  const isHomophone = (k: number): boolean => ((classes[k] ?? 0) & HOMOPHONE) !== 0;
  let behind = 0;
  for (let k = at + 1; behind < ROW && k < at + MAX_ROW; k++) {
    if (isPause(words[k])) continue;
    if (!isDigit(k) && !((behind > 0 || before > 1) && isHomophone(k))) break;
    behind++;
  }
  if (run.length === 0)
    return (behind === ROW || beginsRow(words, at, isDigit, isHomophone)) && mayBegin() ? digit : null;
  if (isTime(words, at) || isStep(words, at)) return null;
  if (before >= 1 && run.parts.length < ROW && beginsRow(words, at, isDigit, isHomophone)) return digit;
  if (before >= 1 && isSetApart(words, at) && (before > 1 || behind > 0)) return digit;
  if (before >= 1 && behind === ROW) return digit;
  if (before >= 2 && behind >= 2) return digit;
  if (before >= ROW && (behind > 0 || isRunOfHomophones(words, classes, at, isDigit))) return digit;
  const isLast = before >= ROW && LACKS_ONE.has(run.length) && endsHere(words[at + 1]);
  return isLast ? digit : null;
}

/** "for ate oh five five five": one more such word, and then digits enough. */
function beginsRow(
  words: readonly Word[],
  at: number,
  isDigit: (k: number) => boolean,
  isHomophone: (k: number) => boolean,
): boolean {
  let next = at + 1;
  for (let count = 0; count < 2 && (isPause(words[next]) || isHomophone(next)); next++)
    if (!isPause(words[next])) count++;
  for (let digits = 0; next < at + 2 * MAX_ROW; next++) {
    if (isPause(words[next])) continue;
    if (!isDigit(next)) return false;
    if (++digits > ROW) return true;
  }
  return false;
}

/** "six, six, won, ate": a pause stands before the word, and after it another one or the end. */
function isSetApart(words: readonly Word[], at: number): boolean {
  return isPauseMark(words[at - 1]) && (isPauseMark(words[at + 1]) || endsHere(words[at + 1]));
}

function isPauseMark(word: Word | undefined): boolean {
  return word?.type === 'mark' && /^[,.;/|-]$/.test(word.text);
}

/** Digits that were said one by one right before. */
function saidBefore({ parts }: ReadSoFar): number {
  let count = 0;
  for (let at = parts.length - 1; at >= 0 && count < ROW && /^\d+$/.test(parts[at]?.chars ?? ''); at--)
    if (parts[at]?.chars.length === 1 || parts[at]?.spoken === true) count++;
    else break;
  return count;
}

/** "five five five oh to for seven", "for, to to ate oh": several of them, and then a digit or the end. */
function isRunOfHomophones(
  words: readonly Word[],
  classes: Uint16Array,
  at: number,
  isDigit: (k: number) => boolean,
): boolean {
  let next = at + 1;
  let count = 0;
  for (; next < at + MAX_ROW && (isPause(words[next]) || ((classes[next] ?? 0) & HOMOPHONE) !== 0); next++)
    if (!isPause(words[next])) count++;
  return count > 0 && (isDigit(next) || endsHere(words[next]));
}

function isWrittenDigit(word: Word | undefined): boolean {
  return word?.type === 'digits' && word.text.length === 1;
}

function isPause(word: Word | undefined): boolean {
  return word?.text === ',';
}

function endsHere(word: Word | undefined): boolean {
  if (word === undefined || word.newLine) return true;
  return /^[.,?]$/.test(word.text) || /^(?:thanks|thank|yeah|yes|please|okay|ok)$/.test(word.lower);
}

/** "nine oh five to six oh five" is from one time to another. */
function isTime(words: readonly Word[], at: number): boolean {
  const isOh = (k: number): boolean => words[k]?.lower === 'oh' || words[k]?.lower === 'o';
  return words[at]?.lower === 'to' && isOh(at - 2) && isOh(at + 2);
}

/** "from 9 to 7 to 5", "down from eight to six to four": each "to" leads from one reading to the next. */
function isStep(words: readonly Word[], at: number): boolean {
  if (words[at]?.lower !== 'to') return false;
  let first = at - 1;
  while (words[first - 1]?.lower === 'to') first -= 2;
  return words[first - 1]?.lower === 'from';
}
