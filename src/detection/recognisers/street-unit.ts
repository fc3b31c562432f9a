import type { Reading } from '../reading.ts';
import { readOrdinal } from '../spoken/numbers.ts';
import { STREET_KINDS } from '../vocabulary/places.ts';
import { codeAt, codeEndingAt, wordsFinding } from './ranges.ts';
import type { Trigger } from './trigger.ts';

const UNIT_WORDS: ReadonlySet<string> = new Set([
  'apartment',
  'apt',
  'unit',
  'suite',
  'ste',
  '#',
  'floor',
  'fl',
  'lot',
  'bldg',
  'building',
  'trailer',
  'room',
  'rm',
  'space',
  'spc',
  'penthouse',
  'flat',
]);
const MAX_CODE = 8;

/** A unit without its street: "Suite 245", "apartment 5 b". */
export const unit: Trigger = {
  words: ['apartment', 'apt', 'suite', 'ste'],
  find(reading, at) {
    const last = unitEnd(reading, at);
    return last === null ? null : wordsFinding(reading, at, last, 'ADDRESS', 'address.unit', 0.7);
  },
};

/** "house number 42". */
export const houseNumber: Trigger = {
  words: ['house'],
  find(reading, at) {
    const { words } = reading;
    if (words[at + 1]?.lower !== 'number') return null;
    const code = codeAt(reading.codes, words[at + 2]?.lower === 'is' ? at + 3 : at + 2);
    return code && code.chars.length <= MAX_CODE && !code.quantity
      ? wordsFinding(reading, code.first, code.last, 'ADDRESS', 'address.house_number', 0.7)
      : null;
  },
};

/** "on Pelican Way, number thirty one": the number of a house behind its street. */
export const numberBehind: Trigger = {
  words: ['number'],
  find(reading, at) {
    const { words } = reading;
    if (words[at - 1]?.text !== ',' || !STREET_KINDS.has(words[at - 2]?.lower ?? '')) return null;
    const code = codeAt(reading.codes, at + 1);
    return code !== null && code.chars.length <= MAX_CODE && !code.quantity
      ? wordsFinding(reading, at + 1, code.last, 'ADDRESS', 'address.house_number', 0.7)
      : null;
  },
};

/** The last word of ", apartment 5 b", "# 12" or ", 34th floor" from the word on, or null. */
export function unitEnd({ words, codes }: Reading, from: number): number | null {
  let at = from;
  while (at < from + 2 && (words[at]?.text === ',' || words[at]?.text === '.')) at++;
  const ordinal = readOrdinal(words, at);
  if (ordinal && words[ordinal.next]?.lower === 'floor') return ordinal.next;
  // "Pelican Way, number thirty one"
  const isNumbered = at > from && words[at]?.lower === 'number';
  if (!isNumbered && !UNIT_WORDS.has(words[at]?.lower ?? '')) return null;
  at++;
  if (words[at]?.text === '.' || words[at]?.text === '#') at++;
  if (words[at]?.lower === 'number') at++;
  const code = codeAt(codes, at);
  if (code) return code.chars.length <= MAX_CODE ? code.last : null;
  const word = words[at];
  return word && (word.text.length === 1 || word.type === 'digits') && word.type !== 'mark' ? at : null;
}

/** The first word of "Unit 12," right before the house number, or null. */
export function unitBefore({ words, codes }: Reading, number: number): number | null {
  if (words[number - 1]?.text !== ',') return null;
  const code = codeEndingAt(codes, number - 2);
  if (!code || code.chars.length > MAX_CODE) return null;
  const hash = words[code.first - 1]?.text === '#';
  const at = words[code.first - 1]?.text === '.' || hash ? code.first - 2 : code.first - 1;
  if (UNIT_WORDS.has(words[at]?.lower ?? '')) return at;
  return hash ? code.first - 1 : null;
}
