import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { DIRECTIONS } from '../vocabulary/places.ts';
import type { Word } from '../words.ts';
import { codeAt, wordAt, wordsFinding } from './ranges.ts';
import { stateStartingAt } from './state.ts';
import { addressEnd } from './street.ts';

const PREFIXES: ReadonlySet<string> = new Set(['us', 'state', 'county', 'old', 'interstate', 'farm', 'ranch', 'business', 'township']);
const KINDS: ReadonlySet<string> = new Set(['highway', 'hwy', 'route', 'rte', 'road', 'rd', 'interstate', 'expressway', 'fm', 'cr', 'sr']);

/** The last word of "highway 71 west", "State Route 9", "US Hwy 1", "county road twelve" from the word on, or null. */
export function routeEnd({ words, codes }: Reading, from: number): number | null {
  let at = from;
  while (at < from + 2 && PREFIXES.has(words[at]?.lower ?? '') && !KINDS.has(words[at]?.lower ?? '')) at++;
  const kind = words[at];
  if (!kind || kind.newLine || !KINDS.has(kind.lower)) return null;
  // "road 12" alone may be anything, "county road 12" is one.
  if ((kind.lower === 'road' || kind.lower === 'rd') && at === from) return null;
  const code = codeAt(codes, words[at + 1]?.text === '#' || words[at + 1]?.text === '-' ? at + 2 : at + 1);
  if (!code || code.digits.length === 0 || code.digits.length > 4 || code.letters > 1 || words[code.first]?.newLine) return null;
  const direction = words[code.last + 1];
  return direction && !direction.newLine && DIRECTIONS.has(direction.lower) ? code.last + 1 : code.last;
}

const ON: ReadonlySet<string> = new Set(['on', 'off', 'near', 'along', 'at', 'by']);

/** Numbered roads without a house: "County Road 12"; a highway only where something is on it. */
export function findRoutes(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    const lower = words[at]?.lower ?? '';
    if (!KINDS.has(lower) && !PREFIXES.has(lower)) continue;
    const last = routeEnd(reading, at);
    if (last === null) continue;
    const county = lower === 'county' && words[at]?.text !== 'county';
    if (county || ON.has(words[at - 1]?.lower ?? '')) findings.push(wordsFinding(reading, at, last, 'ADDRESS', 'address.route', 0.7));
    at = last;
  }
  return findings;
}

// P.O. boxes; boxes on rural routes and of military post offices.
const BOX = /(?<![A-Za-z])p\.? ?o\.? ?box (?:number |no\.? |# ?)?/gi;

/** "P.O. Box 123", "p o box one two three", "rural route two box forty five", "PSC 1234 Box 5678, APO AE 09012". */
export function findBoxes(reading: Reading): Finding[] {
  const { words, codes, text } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at < words.length; at++) {
    if (words[at]?.lower !== 'box') continue;
    const code = codeAt(codes, words[at + 1]?.text === '#' || words[at + 1]?.lower === 'number' ? at + 2 : at + 1);
    const first = code && code.chars.length <= 8 ? ruralStart(words, at) : null;
    if (!code || first === null) continue;
    findings.push(wordsFinding(reading, first, militaryEnd(words, code.last) ?? addressEnd(reading, code.last), 'ADDRESS', 'address.rural_box', 0.88));
  }
  if (!/box/i.test(text)) return findings;
  for (const match of text.matchAll(BOX)) {
    const code = codeAt(codes, wordAt(reading, match.index + match[0].length));
    if (code) findings.push({ ...wordsFinding(reading, code.first, addressEnd(reading, code.last), 'ADDRESS', 'address.box', 0.9), start: match.index });
  }
  return findings;
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
    if (words[before]?.text === '.' && words[before - 1]?.lower === 'r' && words[before - 3]?.lower === 'r') return before - 3;
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
