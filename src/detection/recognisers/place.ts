import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { AMBIGUOUS_STATE_CODES, COUNTRIES, REGIONS } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { codeAt, wordsFinding } from './ranges.ts';
import { stateEndingAt, stateStartingAt } from './state.ts';

const MAX_CITY_WORDS = 3;

/** "Springfield, IL 62704", "Portland, Oregon": a capitalised city and its state, with the ZIP code that follows. */
export function findCityStates(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 1; at < words.length; at++) {
    if (!isCapitalised(words[at] ?? NO_WORD)) continue;
    const state = stateStartingAt(words, at);
    if (!state) continue;
    const zip = zipEnd(words, state.last + 1);
    const comma = words[at - 1]?.text === ',';
    const doubtful = state.isCode ? AMBIGUOUS_STATE_CODES.has(words[at]?.text ?? '') || !comma : !comma;
    const first = zip === null && doubtful ? null : cityStart(words, comma ? at - 2 : at - 1);
    if (first !== null) findings.push(wordsFinding(reading, first, zip ?? state.last, 'ADDRESS', 'address.city_state', zip === null ? 0.75 : 0.9));
    at = state.last;
  }
  return findings;
}

const NO_WORD: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

function zipEnd(words: readonly Word[], at: number): number | null {
  const start = words[at]?.text === ',' ? at + 1 : at;
  if (words[start]?.type !== 'digits' || words[start].text.length !== 5) return null;
  const dashed = words[start + 1]?.text === '-' && words[start + 1]?.glued && words[start + 2]?.text.length === 4 && words[start + 2]?.type === 'digits';
  return dashed ? start + 2 : start;
}

/** First of up to three capitalised words that end with `last` and may be a city's name. */
function cityStart(words: readonly Word[], last: number): number | null {
  let first: number | null = null;
  for (let at = last; at > last - MAX_CITY_WORDS && at >= 0; at--) {
    const word = words[at];
    if (!word || !isCapitalised(word) || (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower)) || COUNTRIES.has(word.lower)) break;
    if (at > 0 && stateEndingAt(words, at)?.isCode) break;
    first = at;
    if (word.newLine) break;
  }
  // Capitals alone ("CALL, OH") are shouting.
  const only = words[last];
  return first !== null && !(first === last && only && only.text.length > 1 && only.text === only.text.toUpperCase() && only.text.length <= 4) ? first : null;
}

const CITY_WORDS: ReadonlySet<string> = new Set(['saint', 'st', 'new', 'long', 'old', 'little', 'white', 'black', 'spring', 'city', 'grand', 'center', 'park', 'beach', 'second', 'high', 'big', 'good']);

const DWELL: ReadonlySet<string> = new Set(['live', 'lives', 'lived', 'living', 'reside', 'resides', 'residing', 'born', 'moved', 'moving', 'based', 'located', 'staying', 'relocated', 'raised']);
const DWELL_LINKS: ReadonlySet<string> = new Set(['in', 'to', 'at', 'near', 'outside', 'of', 'from']);
const PLACE_LINKS: ReadonlySet<string> = new Set(['in', 'from', 'near', 'outside', 'around']);

/**
 * "I live in springfield illinois", "born in Chicago": the place after a verb of dwelling, lower-case only with its state;
 * "calling from tulsa oklahoma": any city with its state; counties and precincts.
 */
export function findLivedIn(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at + 1 < words.length; at++) {
    const lower = words[at]?.lower ?? '';
    const place = DWELL.has(lower) ? placeAfterVerb(words, at + 1) : PLACE_LINKS.has(lower) ? cityAndState(words, at + 1) : null;
    if (place) findings.push(wordsFinding(reading, place.first, place.last, 'ADDRESS', 'address.lives_in', 0.75));
    if (words[at + 1]?.lower === 'county' && isCounty(words, at)) findings.push(wordsFinding(reading, at, stateStartingAt(words, at + 2)?.last ?? at + 1, 'ADDRESS', 'address.county', 0.7));
    if (lower === 'precinct') {
      const code = codeAt(reading.codes, /^(?:number|no|#|is|:)$/.test(words[at + 1]?.lower ?? '') ? at + 2 : at + 1);
      if (code && code.chars.length <= 6 && !code.quantity) findings.push(wordsFinding(reading, at, code.last, 'ADDRESS', 'address.precinct', 0.7));
    }
  }
  return findings;
}

const NOT_COUNTIES: ReadonlySet<string> = new Set('the this that our your my each every what which any another same a local entire whole next per by neighboring of in and or his her their other'.split(' '));

/** "Cook County", "in cook county". */
function isCounty(words: readonly Word[], at: number): boolean {
  const name = words[at];
  if (name?.type !== 'letters' || name.text.length < 3 || NOT_COUNTIES.has(name.lower)) return false;
  if (isCapitalised(name) && isCapitalised(words[at + 1] ?? NO_WORD)) return true;
  const before = words[at - 1]?.lower;
  return before === 'in' || before === 'from' || before === 'of' || (isCapitalised(name) && !COMMON_WORDS.has(name.lower));
}

function placeAfterVerb(words: readonly Word[], from: number): { first: number; last: number } | null {
  let first = from;
  while (first < from + 2 && DWELL_LINKS.has(words[first]?.lower ?? '')) first++;
  if (first === from || stateStartingAt(words, first) || COUNTRIES.has(words[first]?.lower ?? '') || REGIONS.has(words[first]?.lower ?? '')) return null;
  return cityAndState(words, first) ?? capitalisedRun(words, first);
}

/** "salt lake city utah", "Portland, Oregon" from the word on; not "east texas". */
function cityAndState(words: readonly Word[], first: number): { first: number; last: number } | null {
  if (stateStartingAt(words, first) || REGIONS.has(words[first]?.lower ?? '') || COUNTRIES.has(words[first]?.lower ?? '')) return null;
  for (let at = first; at < first + MAX_CITY_WORDS; at++) {
    const word = words[at];
    if (word?.type !== 'letters' || word.newLine || word.text.length < 2 || (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower))) return null;
    const state = stateStartingAt(words, words[at + 1]?.text === ',' ? at + 2 : at + 1);
    // In lower case the two letters of a state are mostly words.
    if (state) return { first, last: state.last };
  }
  return null;
}

function capitalisedRun(words: readonly Word[], first: number): { first: number; last: number } | null {
  let last = first - 1;
  while (last < first + MAX_CITY_WORDS - 1) {
    const word = words[last + 1];
    if (!word || !isCapitalised(word) || (word.newLine && last >= first) || (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower))) break;
    last++;
  }
  return last >= first ? { first, last } : null;
}
