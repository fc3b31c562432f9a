import type { Reading } from '../reading.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { STREET_NAME_WORDS, WORD_TOWNS } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { stateStartingAt } from './state.ts';
import { unitEnd } from './street-unit.ts';

/** The last word of the units and of the city and state behind the street. */
export function addressEnd(reading: Reading, street: number): number {
  let last = street;
  for (let units = 0; units < 2; units++) last = unitEnd(reading, last + 1) ?? last;
  return cityEnd(reading.words, last) ?? last;
}

const MAX_CITY_WORDS = 3;

/** After the street: the last word of "in springfield illinois", ", Springfield, IL", ", Springfield"; null if neither follows. */
function cityEnd(words: readonly Word[], last: number): number | null {
  let at = last + 1;
  while (at <= last + 2 && (words[at]?.text === ',' || words[at]?.text === '.' || words[at]?.lower === 'in')) at++;
  const first = at;
  for (let count = 0; count <= MAX_CITY_WORDS; count++, at++) {
    const state =
      count > 0 || words[at]?.type === 'letters' ? stateStartingAt(words, words[at]?.text === ',' ? at + 1 : at) : null;
    if (state) return secondStateEnd(words, state.last) ?? state.last;
    const word = words[at];
    if (word?.type !== 'letters' || (COMMON_WORDS.has(word.lower) && !STREET_NAME_WORDS.has(word.lower))) break;
  }
  // "po box nine in globe"
  const town = words[first];
  if (words[first - 1]?.lower === 'in' && WORD_TOWNS.has(town?.lower ?? '') && isLast(words[first + 1])) return first;
  return words[last + 1]?.text === ',' ? loneCityEnd(words, first) : null;
}

function isLast(next: Word | undefined): boolean {
  return next === undefined || next.newLine || /^[.,;?!]$/.test(next.text);
}

/** ", Springfield." at the end of a sentence or a line: one or two capitalised words. */
function loneCityEnd(words: readonly Word[], first: number): number | null {
  let last = first - 1;
  while (last < first + 1 && isCapitalisedAt(words, last + 1) && !COMMON_WORDS.has(words[last + 1]?.lower ?? ''))
    last++;
  // "London SW1A 2AA"
  if (words[last + 1]?.type === 'digits' && words[last + 1]?.glued === true) return last > first ? last - 1 : null;
  const after = words[last + 1];
  return last >= first && (after === undefined || after.newLine || after.text === '.' || after.text === ',')
    ? last
    : null;
}

/** "Washington, DC", "new york new york": the first was the city. */
function secondStateEnd(words: readonly Word[], last: number): number | null {
  return stateStartingAt(words, words[last + 1]?.text === ',' ? last + 2 : last + 1)?.last ?? null;
}

function isCapitalisedAt(words: readonly Word[], at: number): boolean {
  const word = words[at];
  return word !== undefined && isCapitalised(word);
}
