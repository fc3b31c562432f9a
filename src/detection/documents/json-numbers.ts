/**
 * Which JSON numbers are quantities: counts, amounts, measures, durations and time stamps. A model calculates with them, so
 * they leave as they are. Whatever else has as many digits as an identifier is left to detection.
 */
import { hasMeasure, isIdentifying } from './json-quantities.ts';
import { keyFacts } from './json-words.ts';

/** Seconds of the years 1990 to 2065, and the same in milli-, micro- and nanoseconds. */
const EPOCH = /^(?:6[3-9]\d{7}|[7-9]\d{8}|[12]\d{9})(?:\d{3}){0,3}$/;
/** Digits of the shortest number that nobody counts to without saying what is counted. */
const UNEXPLAINED = 6;

/** The digits of a JSON number in full, without its sign; null where it is no whole number. */
export function wholeDigits(source: string): string | null {
  const digits = source.replace(/^-/, '');
  if (/^\d+$/.test(digits)) return digits;
  if (!/[eE]/.test(digits)) return null;
  const amount = Number(digits);
  return Number.isFinite(amount) && Number.isInteger(amount) ? BigInt(amount).toString() : null;
}

/**
 * Returns true if the number is nobody's by its form and by the name it stands under: no whole number, a short or a round
 * one, one under the name of a quantity, a time stamp under that of a time. `name` is null where there is none.
 */
export function isQuantity(source: string, name: string | null): boolean {
  const digits = wholeDigits(source);
  if (digits === null || digits.length < UNEXPLAINED) return true;
  if (name !== null) {
    const { isQuantity: isNamed, isTime, words } = keyFacts(name);
    if (isNamed && hasMeasure(words)) return true;
    if (isTime && EPOCH.test(digits)) return true;
  }
  return digits.length <= 7 && digits.endsWith('000') && !isIdentifying(keyFacts(name ?? '').words);
}
