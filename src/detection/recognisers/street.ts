import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import type { Code } from '../spoken/codes.ts';
import { isNumberWord, readOrdinal } from '../spoken/numbers.ts';
import { isUnit } from '../units.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import {
  COMMON_STREET_KINDS,
  DIRECTIONS,
  PREFIXED_STREET_KINDS,
  STREET_KINDS,
  STREET_NAME_WORDS,
} from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { addressEnd } from './address-end.ts';
import { wordsFinding } from './ranges.ts';
import { routeEnd } from './route.ts';
import { unitBefore, unitEnd } from './street-unit.ts';

const MAX_NAME_WORDS = 6;

/** "123 Main Street", "four twenty two west oak avenue, apartment 5 b, springfield", "4500 State Route 9". */
export function findStreets(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  reading.codes.forEach((code, index) => {
    if (code.quantity || code.slug || code.digits.length === 0) return;
    const number = houseNumber(reading, index, code);
    const last = number && streetLast(reading, number);
    if (!number || last === null) return;
    const first = unitBefore(reading, number.first) ?? number.first;
    findings.push(wordsFinding(reading, first, addressEnd(reading, last), 'ADDRESS', 'address.street', 0.88));
  });
  return findings;
}

interface HouseNumber {
  readonly first: number;
  /** The first word after it. */
  readonly next: number;
  readonly digits: number;
}

/**
 * The house number: one to six digits and perhaps a letter or a half. Letters behind it are directions ("120 w main street").
 */
function houseNumber({ words, codes }: Reading, index: number, code: Code): HouseNumber | null {
  let { first } = code;
  let digits = code.digits.length;
  if (digits > 6 && code.spoken === 0 && code.last > code.first) {
    // Two written numbers side by side: the street has the second.
    first = code.last;
    digits = words[first]?.text.length ?? 9;
  }
  if (digits > 6 || code.letters > 2) return null;
  let next = code.last + 1;
  while (next - 1 > first && DIRECTIONS.has(words[next - 1]?.lower ?? '')) next--;
  if (words[next]?.lower === 'and' && words[next + 1]?.lower === 'a' && words[next + 2]?.lower === 'half') next += 3;
  // "12 1/2 Oak Lane": the denominator is a code of its own.
  const before = codes[index - 1];
  if (words[first - 1]?.text === '/' && before?.last === first - 2)
    return { first: before.first, next, digits: before.digits.length };
  return { first, next, digits };
}

/** The last word of the street's name, or null if no street follows the number. */
function streetLast(reading: Reading, { first, next, digits }: HouseNumber): number | null {
  const { words } = reading;
  const end = routeEnd(reading, next) ?? streetEnd(words, next, digits) ?? prefixedEnd(words, next);
  if (end !== null) return end;
  const run = nameRunEnd(words, next);
  if (run === null) return null;
  if (isAnnounced(words, first)) return run;
  // "6750 Koskikatu 25 Apt. 864": a capitalised name before a unit.
  return digits >= 2 &&
    isCapitalised(words[next] ?? NO_WORD) &&
    words[run + 1]?.text !== '#' &&
    unitEnd(reading, run + 1) !== null
    ? run
    : null;
}

const NO_WORD: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

/** The last word of the street's name (its kind, and a direction after it), or null. */
function streetEnd(words: readonly Word[], from: number, digits: number): number | null {
  let at = from;
  if (DIRECTIONS.has(words[at]?.lower ?? '')) at = words[at + 1]?.text === '.' ? at + 2 : at + 1;
  const nameStart = at;
  if (words[at]?.lower === 'broadway') return at;
  while (at < nameStart + MAX_NAME_WORDS) {
    const word = words[at];
    if (!word || word.newLine) return null;
    if (at > nameStart && isStreetKind(words, nameStart, at, digits)) {
      // "pine ridge road": of two kinds the second counts.
      return withDirection(words, isStreetKind(words, nameStart, at + 1, digits) ? at + 1 : at);
    }
    const ordinal = readOrdinal(words, at);
    if (ordinal) {
      at = ordinal.next;
      continue;
    }
    if (!isNamePart(words, at)) return null;
    at++;
  }
  return isStreetKind(words, nameStart, at, digits) ? withDirection(words, at) : null;
}

/** "98 Calle de la Luna": the kind, and up to four words of a name behind it. */
function prefixedEnd(words: readonly Word[], from: number): number | null {
  if (!PREFIXED_STREET_KINDS.has(words[from]?.lower ?? '') || words[from]?.newLine) return null;
  let last = from;
  while (
    last < from + 5 &&
    words[last + 1]?.type === 'letters' &&
    words[last + 1]?.newLine === false &&
    (!COMMON_WORDS.has(words[last + 1]?.lower ?? '') || STREET_NAME_WORDS.has(words[last + 1]?.lower ?? ''))
  )
    last++;
  if (last === from) return null;
  return words[last + 1]?.type === 'digits' && words[last + 1]?.newLine === false ? last + 1 : last;
}

/** Whether the word may be in the name of a street. */
export function isNamePart(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (!word) return false;
  if (word.text === '.' || word.text === "'")
    return word.glued && words[at - 1]?.type === 'letters' && (words[at - 1]?.text.length ?? 9) <= 2;
  if (word.type !== 'letters' || isUnit(word.lower, word.glued)) return false;
  if (isNumberWord(word.lower)) return false;
  return (
    !COMMON_WORDS.has(word.lower) || STREET_NAME_WORDS.has(word.lower) || (isCapitalised(word) && word.text.length > 3)
  );
}

/** Whether the word is the kind of a street whose name begins with the word `nameStart`. */
export function isStreetKind(words: readonly Word[], nameStart: number, at: number, digits: number): boolean {
  const word = words[at];
  if (!word || !STREET_KINDS.has(word.lower) || word.newLine) return false;
  if (!COMMON_STREET_KINDS.has(word.lower)) return true;
  const name = words[nameStart];
  if (name && isCapitalised(name) && isCapitalised(word)) return true;
  // "30 minute drive", "2 feet square": in lower case these need a real house number, and a name that is no plain word.
  return digits >= 2 && name !== undefined && (name.type === 'ordinal' || !COMMON_WORDS.has(name.lower));
}

/** The word of a direction behind the kind of a street ("Park Ave S"), or the kind itself. */
export function withDirection(words: readonly Word[], at: number): number {
  const dot =
    words[at + 1]?.text === '.' &&
    words[at + 1]?.glued &&
    (words[at]?.text.length ?? 9) <= 4 &&
    words[at + 2]?.newLine === false &&
    words[at + 2]?.type !== 'letters';
  const next = dot ? at + 2 : at + 1;
  const direction = words[next];
  return direction &&
    !direction.newLine &&
    DIRECTIONS.has(direction.lower) &&
    (direction.text.length > 1 || isCapitalised(direction))
    ? next
    : at;
}

const DWELL_AT: ReadonlySet<string> = new Set([
  'live',
  'lives',
  'living',
  'lived',
  'reside',
  'resides',
  'residing',
  'staying',
]);

/** "I live at", "address is", "Address:" stands before the number: then the street needs no kind. */
function isAnnounced(words: readonly Word[], first: number): boolean {
  const [last, before] = [words[first - 1]?.lower ?? '', words[first - 2]?.lower ?? ''];
  if (last === 'at') return DWELL_AT.has(before);
  return (
    (last === 'is' || last === "'s" || last === ':') &&
    /^(?:address|house|residence)$/.test(before) &&
    !/^(?:email|mail|ip|mac|web)$/.test(words[first - 3]?.lower ?? '')
  );
}

/** The last of up to four words that may be a street's name, and a house number behind them; null if there is none. */
function nameRunEnd(words: readonly Word[], from: number): number | null {
  let at = from;
  while (at < from + 4 && isNamePart(words, at) && !words[at]?.newLine) at++;
  if (at === from) return null;
  return words[at]?.type === 'digits' && !words[at]?.newLine ? at : at - 1;
}
