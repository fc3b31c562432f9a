/** Whether words are used as a name or a number of their own. */
import { isCurrencySign, isUnit } from '../units.ts';
import { isCapitalised, type Word } from '../words.ts';
import type { Meaning } from './meaning.ts';

const BEFORE_NAMES: ReadonlySet<string> = new Set(
  'mr mrs ms miss mister dr doctor nurse hi hello hey thanks dear named called name surname patient caller for with to from and or than'.split(
    ' ',
  ),
);
const STRONGLY_BEFORE_NAMES: ReadonlySet<string> = new Set(
  'mr mrs ms mister dr doctor nurse hi hello hey dear named called name surname'.split(' '),
);

/**
 * Whether a word that is also a name stands like one: after a title, a greeting or "name is"; or capitalised where no
 * sentence begins, in a text that is not all capitals.
 */
export function isNameLike(words: readonly Word[], first: number, last: number): boolean {
  const word = words[first];
  const before = words[first - 1];
  if (word === undefined) return false;
  // Spelled letter by letter, or said alone.
  if (last > first || isAlone(words, first)) return true;
  const near = before?.text === '.' || before?.text === ',' ? words[first - 2] : before;
  if (STRONGLY_BEFORE_NAMES.has(near?.lower ?? '')) return true;
  if (/^(?:is|'s)$/.test(before?.lower ?? '') && /^(?:name|surname|this)$/.test(words[first - 2]?.lower ?? ''))
    return true;
  if (before?.lower === 'you' && words[first - 2]?.lower === 'thank') return true;
  if (!isCapitalised(word) || (word.text.length > 1 && word.text === word.text.toUpperCase())) return false;
  if (words[first + 1]?.lower === "'s") return true;
  const begins = before === undefined || before.newLine || /^[.!?:]$/.test(before.text);
  return !begins && (BEFORE_NAMES.has(before.lower) || before.type !== 'mark' || before.text === ',');
}

/** Returns true if all other words are marks. Looks from the word outwards: another one mostly stands beside it. */
function isAlone(words: readonly Word[], at: number): boolean {
  for (let next = at + 1; next < words.length; next += 1) if (words[next]?.type !== 'mark') return false;
  for (let next = at - 1; next >= 0; next -= 1) if (words[next]?.type !== 'mark') return false;
  return true;
}

const POINTS: ReadonlySet<string> = new Set(
  'ends ending end last four digits pin code number is cvv zip ssn social'.split(' '),
);
const YEAR = /^(?:19|20)\d\d$/;
const MAX_POINTED = 3;

/**
 * Whether a short number stands by itself: no more digits around it, not a price, a measure or a decimal. What may be a
 * year needs a word before it that points to a number.
 */
export function isOwnRun(
  words: readonly Word[],
  meanings: readonly Meaning[],
  first: number,
  last: number,
  chars: string,
): boolean {
  const before = words[first - 1];
  if (isCurrencySign(before?.text ?? '') || joins(words, meanings, first, -1) || joins(words, meanings, last, 1))
    return false;
  const after = words[last + 1];
  if (after !== undefined && (isUnit(after.lower, after.glued) || after.text === '%')) return false;
  if (!YEAR.test(chars)) return true;
  for (let at = first - 1; at >= 0 && at >= first - MAX_POINTED; at--)
    if (POINTS.has(words[at]?.lower ?? '')) return true;
  return words.length === last - first + 1;
}

/** Whether digits go on beside the word: right there, or over a mark that is written inside numbers. */
function joins(words: readonly Word[], meanings: readonly Meaning[], from: number, step: 1 | -1): boolean {
  const near = words[from + step];
  if (near === undefined || (step === 1 ? near.newLine : words[from]?.newLine === true)) return false;
  const isDigits = (at: number) => /\d/.test(meanings[at]?.chars ?? '');
  // The country code of "+1 480 555".
  if (step === -1 && /^(?:1|one)$/.test(near.lower) && /^(?:\+|plus)$/.test(words[from - 2]?.lower ?? '')) return false;
  if (near.type !== 'mark') return isDigits(from + step);
  const glued = step === 1 ? near.glued && words[from + 2]?.glued === true : words[from]?.glued === true && near.glued;
  return glued && /^[-/.,:]$/.test(near.text) && isDigits(from + 2 * step);
}
