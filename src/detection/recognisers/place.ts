import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { AMBIGUOUS_STATE_CODES, COUNTRIES } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';
import { stateEndingAt, stateStartingAt, type StateMention } from './state.ts';

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

const DWELL: ReadonlySet<string> = new Set(['live', 'lives', 'lived', 'living', 'reside', 'resides', 'residing', 'born', 'moved', 'moving', 'based', 'located', 'staying', 'relocated']);
const DWELL_LINKS: ReadonlySet<string> = new Set(['in', 'to', 'at', 'near', 'outside', 'of', 'from']);

/** "I live in springfield illinois", "born in Chicago": the place after a verb of dwelling, lower-case only with its state; and counties. */
export function findLivedIn(reading: Reading): Finding[] {
  const { words } = reading;
  const findings: Finding[] = [];
  for (let at = 0; at + 2 < words.length; at++) {
    const place = DWELL.has(words[at]?.lower ?? '') ? placeAfterVerb(words, at + 1) : null;
    if (place) findings.push(wordsFinding(reading, place.first, place.last, 'ADDRESS', 'address.lives_in', 0.75));
    if (isCounty(words, at)) findings.push(wordsFinding(reading, at, at + 1, 'ADDRESS', 'address.county', 0.7));
  }
  return findings;
}

/** "Cook County", "in cook county". */
function isCounty(words: readonly Word[], at: number): boolean {
  const name = words[at];
  if (words[at + 1]?.lower !== 'county' || name?.type !== 'letters' || name.text.length < 3 || COMMON_WORDS.has(name.lower)) return false;
  return isCapitalised(name) || words[at - 1]?.lower === 'in' || words[at - 1]?.lower === 'from';
}

function placeAfterVerb(words: readonly Word[], from: number): { first: number; last: number } | null {
  let first = from;
  while (first < from + 2 && DWELL_LINKS.has(words[first]?.lower ?? '')) first++;
  if (first === from || stateStartingAt(words, first) || COUNTRIES.has(words[first]?.lower ?? '')) return null;
  for (let at = first; at < first + MAX_CITY_WORDS; at++) {
    const word = words[at];
    if (word?.type !== 'letters' || word.newLine || (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower))) return capitalisedRun(words, first, at - 1);
    const state: StateMention | null = stateStartingAt(words, words[at + 1]?.text === ',' ? at + 2 : at + 1);
    if (state) return { first, last: state.last };
  }
  return capitalisedRun(words, first, first + MAX_CITY_WORDS - 1);
}

function capitalisedRun(words: readonly Word[], first: number, limit: number): { first: number; last: number } | null {
  let last = first - 1;
  while (last < limit && isCapitalised(words[last + 1] ?? NO_WORD)) last++;
  return last >= first ? { first, last } : null;
}
