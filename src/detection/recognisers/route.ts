import type { Reading } from '../reading.ts';
import { DIRECTIONS } from '../vocabulary/places.ts';
import type { Word } from '../words.ts';
import { addressEnd } from './address-end.ts';
import { codeAt, wordsFinding } from './ranges.ts';
import { stateStartingAt } from './state.ts';
import type { Trigger } from './trigger.ts';

const PREFIXES: ReadonlySet<string> = new Set([
  'us',
  'state',
  'county',
  'old',
  'interstate',
  'farm',
  'ranch',
  'business',
  'township',
]);
const KINDS: ReadonlySet<string> = new Set([
  'highway',
  'hwy',
  'route',
  'rte',
  'road',
  'rd',
  'interstate',
  'expressway',
  'fm',
  'cr',
  'sr',
]);

/** The last word of "highway 71 west", "State Route 9", "US Hwy 1", "county road twelve" from the word on, or null. */
export function routeEnd({ words, codes }: Reading, from: number): number | null {
  let at = from;
  while (at < from + 2 && PREFIXES.has(words[at]?.lower ?? '') && !KINDS.has(words[at]?.lower ?? '')) at++;
  const kind = words[at];
  if (!kind || kind.newLine || !KINDS.has(kind.lower)) return null;
  // "road 12" alone may be anything, "county road 12" is one.
  if ((kind.lower === 'road' || kind.lower === 'rd') && at === from) return null;
  const code = codeAt(codes, words[at + 1]?.text === '#' || words[at + 1]?.text === '-' ? at + 2 : at + 1);
  if (!code || code.digits.length === 0 || code.digits.length > 4 || code.letters > 1 || words[code.first]?.newLine)
    return null;
  const direction = words[code.last + 1];
  return direction && !direction.newLine && DIRECTIONS.has(direction.lower) ? code.last + 1 : code.last;
}

const ON: ReadonlySet<string> = new Set(['on', 'off', 'near', 'along', 'at', 'by']);

/** Numbered roads without a house: "County Road 12"; a highway only where something is on it. */
export const route: Trigger = {
  words: new Set([...KINDS, ...PREFIXES]),
  find(reading, at) {
    const last = routeEnd(reading, at);
    if (last === null) return null;
    const word = reading.words[at];
    const isCounty = word?.lower === 'county' && word.text !== 'county';
    return isCounty || ON.has(reading.words[at - 1]?.lower ?? '')
      ? wordsFinding(reading, at, last, 'ADDRESS', 'address.route', 0.7)
      : null;
  },
};

/** "P.O. Box 123", "p o box one two three", "rural route two box forty five", "PSC 1234 Box 5678, APO AE 09012". */
export const box: Trigger = {
  words: ['box', 'pobox'],
  find(reading, at) {
    const { words, codes } = reading;
    const code = codeAt(
      codes,
      /^(?:#|number|no)$/.test(words[at + 1]?.lower ?? '') ? (words[at + 2]?.text === '.' ? at + 3 : at + 2) : at + 1,
    );
    if (!code) return null;
    const office = officeStart(words, at);
    if (office !== null)
      return wordsFinding(reading, office, addressEnd(reading, code.last), 'ADDRESS', 'address.box', 0.9);
    const first = code.chars.length <= 8 ? ruralStart(words, at) : null;
    return first === null
      ? null
      : wordsFinding(
          reading,
          first,
          militaryEnd(words, code.last) ?? addressEnd(reading, code.last),
          'ADDRESS',
          'address.rural_box',
          0.88,
        );
  },
};

/** The first word of "P.O." or "p o" or "PO" before "box", or null. */
function officeStart(words: readonly Word[], box: number): number | null {
  if (words[box]?.lower === 'pobox') return box;
  let at = words[box - 1]?.text === '.' ? box - 2 : box - 1;
  if (words[at]?.lower === 'po') return at;
  if (words[at]?.lower !== 'o') return null;
  at = words[at - 1]?.text === '.' ? at - 2 : at - 1;
  return words[at]?.lower === 'p' ? at : null;
}

const ROUTES: ReadonlySet<string> = new Set(['rr', 'rfd', 'hc', 'psc', 'cmr', 'unit']);

/** The first word of "RR 2" before "Box 45", or null. */
function ruralStart(words: readonly Word[], box: number): number | null {
  let at = words[box - 1]?.text === ',' ? box - 2 : box - 1;
  if (words[at]?.type === 'mark') return null;
  // The number has up to three words.
  for (let length = 1; length <= 3; length++, at--) {
    const before = words[at - 1]?.text === '#' ? at - 2 : at - 1;
    if (ROUTES.has(words[before]?.lower ?? '')) return before;
    if (words[before]?.lower === 'route' && words[before - 1]?.lower === 'rural') return before - 1;
    // R.R.
    if (words[before]?.text === '.' && words[before - 1]?.lower === 'r' && words[before - 3]?.lower === 'r')
      return before - 3;
  }
  return null;
}

/** ", APO AE 09012". */
function militaryEnd(words: readonly Word[], last: number): number | null {
  const at = words[last + 1]?.text === ',' ? last + 2 : last + 1;
  if (!/^(?:apo|fpo|dpo)$/.test(words[at]?.lower ?? '')) return stateStartingAt(words, at)?.last ?? null;
  const area = words[at + 1]?.text === ',' ? at + 2 : at + 1;
  if (!/^(?:aa|ae|ap)$/.test(words[area]?.lower ?? '')) return at;
  return words[area + 1]?.type === 'digits' ? area + 1 : area;
}
