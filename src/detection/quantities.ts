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
  return last > first && !isLongerGroup(words, last + 1) ? last : null;
}

/** Digits of the shortest group that stands behind no thousands separator: "415,555,0132" is no quantity. */
const LONGER_GROUP = 4;

function isLongerGroup(words: readonly Word[], comma: number): boolean {
  const [mark, group] = [words[comma], words[comma + 1]];
  return (
    mark?.text === ',' && mark.glued && group?.type === 'digits' && group.glued && group.text.length >= LONGER_GROUP
  );
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

/** One part of a run, as far as lists are told from numbers by it. */
interface ListedPart {
  readonly chars: string;
  /** The first word after the part. */
  readonly next: number;
  readonly spoken: boolean;
}

/** How the groups of telephone numbers, social security numbers and cards are long, between commas. */
const GROUPED = /^(?:(?:1,)?3,3,4|3,4|3,2,4|4,4,4,4|4,6,5)$/;

/**
 * "71, 72, 69" and "eighteen, sixteen, fourteen": enumerations. No list: single digits that are read out one by one
 * ("9, 1, 9"), groups of such ("9 1 9, 5 5 5"), and groups of a telephone number's size.
 */
export function isList(words: readonly Word[], parts: readonly ListedPart[]): boolean {
  const isSaid = parts.some(({ spoken }) => spoken);
  const segments = commaSegments(words, parts, isSaid ? SAID_PAUSES : PAUSES);
  if (segments.length === 1) return false;
  if (isSaid)
    return (
      (segments.length === parts.length && parts.every(({ chars }) => chars.length === 2)) || areReadings(words, parts)
    );
  if (parts.every(({ chars }) => chars.length === 1)) return segments.some(isOne) && hasRange(words, parts);
  return !GROUPED.test(segments.map((segment) => segment.reduce((sum, length) => sum + length, 0)).join(','));
}

/** What is measured with three digits, blood sugar and pressure, stays between these. */
const LOWEST_READING = 80;
const HIGHEST_READING = 400;
const READING_DIGITS = 3;
const TENS_DIGITS = 2;

/** "one eighteen, then one twenty two, then one oh nine": numbers of three digits that are said as a hundred and its rest. */
function areReadings(words: readonly Word[], parts: readonly ListedPart[]): boolean {
  const readings: string[] = [''];
  parts.forEach(({ chars, next, spoken }, index) => {
    const reading = `${readings.pop() ?? ''}${spoken ? chars : '-'}`;
    const isPaused = PAUSE_BETWEEN_READINGS.test(words[next]?.lower ?? '');
    readings.push(reading, ...(isPaused && index < parts.length - 1 ? [''] : []));
  });
  // "one two eight" is said digit by digit, as identifiers are.
  const isSaidInTens = parts.some(({ chars }) => chars.length === TENS_DIGITS);
  return (
    isSaidInTens &&
    readings.length > 1 &&
    readings.every(
      (reading) =>
        (reading.length === READING_DIGITS &&
          Number(reading) >= LOWEST_READING &&
          Number(reading) <= HIGHEST_READING) ||
        // "sugars were one ten, one forty, ninety eight"
        (reading.length === TENS_DIGITS && Number(reading) >= LOWEST_READING && isSaidOfReadings(words, parts)),
    )
  );
}

const MOST_TO_READINGS = 5;

/** Whether what is measured with such numbers is named right before them. */
function isSaidOfReadings(words: readonly Word[], parts: readonly ListedPart[]): boolean {
  // The first part is one word or two.
  const first = (parts[0]?.next ?? 0) - 1;
  return words
    .slice(Math.max(0, first - MOST_TO_READINGS), Math.max(0, first))
    .some(({ lower }) => /^(?:sugars?|glucoses?|readings?|levels?|pressures?|pulses?|rates?)$/.test(lower));
}

const PAUSE_BETWEEN_READINGS = /^(?:[,;.]|then|and)$/;

const isOne = ({ length }: readonly number[]): boolean => length === 1;

/** "3-4, 5, 5, 8": one of what is listed is a range. */
function hasRange(words: readonly Word[], parts: readonly ListedPart[]): boolean {
  const isHyphen = (at: number | undefined): boolean => at !== undefined && words[at]?.text === '-';
  return parts.some(
    ({ next }, at) => isHyphen(next) && !isHyphen(parts[at - 1]?.next) && !isHyphen(parts[at + 1]?.next),
  );
}

const PAUSES: ReadonlySet<string> = new Set([',', ';']);
const SAID_PAUSES: ReadonlySet<string> = new Set([',', ';', '.']);

/** The lengths of the parts between commas. */
function commaSegments(
  words: readonly Word[],
  parts: readonly ListedPart[],
  pauses: ReadonlySet<string>,
): readonly (readonly number[])[] {
  let segment: number[] = [];
  const segments = [segment];
  parts.forEach(({ chars, next }, index) => {
    segment.push(chars.length);
    if (index === parts.length - 1) return;
    let at = next;
    while (words[at]?.type === 'mark' && !pauses.has(words[at]?.text ?? '')) at++;
    if (pauses.has(words[at]?.text ?? '')) segments.push((segment = []));
  });
  return segments;
}

const COUNTED = 4;
/** Digits of telephone numbers, social security numbers and cards. */
const USUAL_LENGTHS: ReadonlySet<number> = new Set([7, 9, 10, 11, 16]);
const SCORED: ReadonlySet<string> = new Set(
  (
    'pain scale scales score scores scored rated rates rating level levels strength reflexes sugar sugars reading readings glucose count counts counting counted apgar gcs dose doses ' +
    'unit units take takes taking took hour hours press option options grade grades stage stages step steps page pages chapter chapters day days week weeks month months question questions room rooms floor floors times at result results ratings version versions'
  ).split(' '),
);
const MAX_SCORED_DISTANCE = 5;
const MOST_SCORES = 8;

const LEAST_OF_SERIES = 3;
/** Results of one thing differ by at most so much. */
const SPREAD = 40;
const ROUND = 5;
/** What is measured several times, or given in steps. */
const SERIES: ReadonlySet<string> = new Set(
  'scored score scores readings reading sugars sugar glucose sats sat oxygen weights temps temperatures pressures levels results doses dose milligrams milligram mg units unit'.split(
    ' ',
  ),
);

/** "the readings were ninety eight, ninety seven and ninety six", "six, twelve and eighteen hours": tens that a word before or after them measures. */
function isSeries(
  words: readonly Word[],
  first: number,
  parts: readonly ListedPart[],
  values: readonly number[],
): boolean {
  if (!parts.every(({ spoken }) => spoken)) return false;
  if (isMeasuredBefore(words, first) && areThreeDigitReadings(parts)) return true;
  if (!parts.every(({ chars }) => chars.length <= TENS_DIGITS)) return false;
  if (!parts.some(({ chars }) => chars.length === TENS_DIGITS)) return false;
  const after = words[parts.at(-1)?.next ?? first];
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  const isEven = step > 0 && values.every((value, at) => at === 0 || value - (values[at - 1] ?? 0) === step);
  if (isEven && after !== undefined && isUnit(after.lower, false)) return true;
  const isAlike = Math.max(...values) - Math.min(...values) <= SPREAD || values.every((value) => value % ROUND === 0);
  if (!isAlike || parts.some(({ chars }) => chars.length !== TENS_DIGITS)) return false;
  return isMeasuredBefore(words, first);
}

function isMeasuredBefore(words: readonly Word[], first: number): boolean {
  for (let at = first - 1; at >= 0 && at >= first - MAX_SCORED_DISTANCE; at--)
    if (SERIES.has(words[at]?.lower ?? '')) return true;
  return false;
}

/** "one forty, one sixty, two hundred": numbers of three digits behind one another, none of them said digit by digit. */
function areThreeDigitReadings(parts: readonly ListedPart[]): boolean {
  let reading = '';
  let count = 0;
  for (const { chars } of parts) {
    reading += chars;
    if (reading.length < READING_DIGITS) continue;
    if (reading.length > READING_DIGITS || chars.length === 1) return false;
    if (Number(reading) < LOWEST_READING || Number(reading) > HIGHEST_READING) return false;
    reading = '';
    count++;
  }
  return reading === '' && count > 1;
}

/**
 * Whether the parts count ("one, two, three, four", "10 9 8 7", "2, 4, 6, 8") or list scores and doses: no identifier
 * unless a cue or a question says so.
 */
export function isCounting(words: readonly Word[], first: number, parts: readonly ListedPart[]): boolean {
  if (parts.length < LEAST_OF_SERIES) return false;
  const values = parts.map(({ chars }) => Number(chars));
  if (isSeries(words, first, parts, values)) return true;
  if (parts.length < COUNTED) return false;
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  const isEven = values.every((value, at) => at === 0 || value - (values[at - 1] ?? 0) === step);
  // "one two three ... nine" without a pause may as well be the digits of a number.
  const isListed = parts
    .slice(0, -1)
    .every(({ next }) => words[next]?.type === 'mark' || words[next]?.newLine === true);
  // "five, ten, fifteen, twenty"
  if (isEven && step !== 0 && values.slice(1).every((value) => value >= 10)) return true;
  // "one hundred, ninety three, eighty six": counted down by sevens.
  const rest = values.slice(1);
  const isCountedDown = [-3, -7].some((by) =>
    rest.every((value, at) => at === 0 || value - (rest[at - 1] ?? 0) === by),
  );
  if (isCountedDown && rest.every((value) => value >= 10)) return true;
  if (
    isEven &&
    Math.abs(step) <= 2 &&
    (isListed || !USUAL_LENGTHS.has(parts.length) || values.some((value) => value > 9))
  )
    return true;
  if (!isListed || parts.length > MOST_SCORES || !values.every((value) => value <= 10)) return false;
  for (let at = first - 1; at >= 0 && at >= first - MAX_SCORED_DISTANCE; at--) {
    const word = words[at];
    if (word === undefined || word.text === '.' || word.text === '?') return false;
    if (SCORED.has(word.lower)) return true;
  }
  return false;
}
