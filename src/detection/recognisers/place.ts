import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { isMedicalWord } from '../vocabulary/medical-words.ts';
import {
  AMBIGUOUS_STATE_CODES,
  COUNTRIES,
  DOUBTFUL_TOWNS,
  PHRASE_TOWNS,
  REGIONS,
  STATE_CODES,
  STATES,
  WORD_TOWNS,
} from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { codeAt, wordsFinding } from './ranges.ts';
import { stateEndingAt, stateStartingAt } from './state.ts';
import type { Trigger } from './trigger.ts';

const MAX_CITY_WORDS = 3;

// First words of states' names, and their codes.
const STATE_WORDS = [
  ...Array.from(STATES.keys(), (state) => state.split(' ')[0] ?? ''),
  ...Array.from(STATE_CODES, (code) => code.toLowerCase()),
];

/** "Springfield, IL 62704", "Portland, Oregon": a capitalised city and its state, with the ZIP code that follows. */
export const cityState: Trigger = {
  words: new Set(STATE_WORDS),
  find(reading, at) {
    const { words } = reading;
    const state = at > 0 && isCapitalised(words[at] ?? NO_WORD) ? stateStartingAt(words, at) : null;
    if (!state) return null;
    const zip = zipEnd(words, state.last + 1);
    const comma = words[at - 1]?.text === ',';
    const doubtful = state.isCode ? AMBIGUOUS_STATE_CODES.has(words[at]?.text ?? '') || !comma : !comma;
    const first = zip === null && doubtful ? null : cityStart(words, comma ? at - 2 : at - 1);
    return first === null
      ? null
      : wordsFinding(reading, first, zip ?? state.last, 'ADDRESS', 'address.city_state', zip === null ? 0.75 : 0.9);
  },
};

const NO_WORD: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

function zipEnd(words: readonly Word[], at: number): number | null {
  const start = words[at]?.text === ',' ? at + 1 : at;
  if (words[start]?.type !== 'digits' || words[start].text.length !== 5) return null;
  const dashed =
    words[start + 1]?.text === '-' &&
    words[start + 1]?.glued &&
    words[start + 2]?.text.length === 4 &&
    words[start + 2]?.type === 'digits';
  return dashed ? start + 2 : start;
}

/** First of up to three capitalised words that end with `last` and may be a city's name. */
function cityStart(words: readonly Word[], last: number): number | null {
  let first: number | null = null;
  for (let at = last; at > last - MAX_CITY_WORDS && at >= 0; at--) {
    const word = words[at];
    if (
      !word ||
      !isCapitalised(word) ||
      (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower)) ||
      COUNTRIES.has(word.lower)
    )
      break;
    if (at > 0 && stateEndingAt(words, at)?.isCode) break;
    first = at;
    if (word.newLine) break;
  }
  // Capitals alone ("CALL, OH") are shouting.
  const only = words[last];
  return first !== null &&
    !(first === last && only && only.text.length > 1 && only.text === only.text.toUpperCase() && only.text.length <= 4)
    ? first
    : null;
}

const CITY_WORDS: ReadonlySet<string> = new Set([
  'saint',
  'st',
  'new',
  'long',
  'old',
  'little',
  'white',
  'black',
  'spring',
  'city',
  'grand',
  'center',
  'park',
  'beach',
  'second',
  'high',
  'big',
  'good',
]);

const DWELL: ReadonlySet<string> = new Set([
  'live',
  'lives',
  'lived',
  'living',
  'reside',
  'resides',
  'residing',
  'born',
  'moved',
  'moving',
  'based',
  'located',
  'staying',
  'relocated',
  'raised',
]);
const DWELL_LINKS: ReadonlySet<string> = new Set(['in', 'to', 'at', 'near', 'outside', 'of', 'from']);
const PLACE_LINKS: ReadonlySet<string> = new Set(['in', 'from', 'near', 'outside', 'around']);

/** "I live in springfield illinois", "born in Chicago": the place after a verb of dwelling, lower-case only with its state. */
export const livedIn: Trigger = {
  words: DWELL,
  find: (reading, at) => placeFinding(reading, placeAfterVerb(reading.words, at + 1)),
};

/** "calling from tulsa oklahoma": any city with its state; "drove from weed": a town that is a word, after where people come from. */
export const cityFrom: Trigger = {
  words: PLACE_LINKS,
  find(reading, at) {
    const { words } = reading;
    const comes = words[at]?.lower === 'from' && COMES.test(words[at - 1]?.lower ?? '');
    return placeFinding(reading, cityAndState(words, at + 1) ?? (comes ? wordTown(words, at + 1) : null));
  },
};

const COMES = /^(?:drove|drive|drives|driving|came|come|calling|moved|here|i'm|im|are|am|originally|folks)$/;
const MOST_TOWN_WORDS = 2;
const AFTER_TOWNS =
  /^(?:now|and|with|these|since|but|so|for|until|right|this|last|these|every|at|in|i|we|yeah|still|as|on|about|near|to|if|because)$/;

/** "reading", "big bear": a town whose name is words, and nothing behind it that makes them others. */
function wordTown(words: readonly Word[], first: number): Place | null {
  let last = first - 1;
  while (last < first + MOST_TOWN_WORDS - 1 && isTownWord(words[last + 1])) last++;
  if (last < first || isStartOfOther(words[last + 1])) return null;
  const [only, capital] = [words[first], isCapitalised(words[first] ?? NO_WORD)];
  if (last === first && !capital && DOUBTFUL_TOWNS.has(only?.lower ?? '')) return null;
  const isPhone = only?.lower === 'mobile' && words[first - 2]?.lower === 'calling';
  return only?.lower === 'may' || isPhone ? null : { first, last };
}

function isTownWord(word: Word | undefined): boolean {
  return word?.type === 'letters' && !word.newLine && WORD_TOWNS.has(word.lower);
}

function isStartOfOther(next: Word | undefined): boolean {
  return (
    next !== undefined && !next.newLine && !(next.type === 'mark' && next.text !== '-') && !AFTER_TOWNS.test(next.lower)
  );
}

function placeFinding(reading: Reading, place: Place | null): Finding | null {
  return place && wordsFinding(reading, place.first, place.last, 'ADDRESS', 'address.lives_in', 0.75);
}

interface Place {
  readonly first: number;
  readonly last: number;
}

/** "Cook County", "harris county texas". */
export const county: Trigger = {
  words: ['county'],
  find: (reading, at) =>
    isCounty(reading.words, at - 1)
      ? wordsFinding(
          reading,
          at - 1,
          stateStartingAt(reading.words, at + 1)?.last ?? at,
          'ADDRESS',
          'address.county',
          0.7,
        )
      : null,
};

/** "truth or consequences": towns whose names are phrases of other words. */
export const phraseTown: Trigger = {
  words: PHRASE_TOWNS.map((town) => town.split(' ')[0] ?? ''),
  find(reading, at) {
    for (const town of PHRASE_TOWNS) {
      const parts = town.split(' ');
      if (parts.every((part, index) => reading.words[at + index]?.lower === part))
        return wordsFinding(reading, at, at + parts.length - 1, 'ADDRESS', 'address.town', 0.75);
    }
    return null;
  },
};

/** "precinct 4471", "precinct number twelve". */
export const precinct: Trigger = {
  words: ['precinct'],
  find(reading, at) {
    const code = codeAt(
      reading.codes,
      /^(?:number|no|#|is|:)$/.test(reading.words[at + 1]?.lower ?? '') ? at + 2 : at + 1,
    );
    return code && code.chars.length <= 6 && !code.quantity
      ? wordsFinding(reading, at, code.last, 'ADDRESS', 'address.precinct', 0.7)
      : null;
  },
};

const NOT_COUNTIES: ReadonlySet<string> = new Set(
  'the this that our your my each every what which any another same a local entire whole next per by neighboring of in and or his her their other'.split(
    ' ',
  ),
);

/** "Cook County", "in cook county". */
function isCounty(words: readonly Word[], at: number): boolean {
  const name = words[at];
  if (name?.type !== 'letters' || name.text.length < 3 || NOT_COUNTIES.has(name.lower)) return false;
  if (isCapitalised(name) && isCapitalised(words[at + 1] ?? NO_WORD)) return true;
  const before = words[at - 1]?.lower;
  return (
    before === 'in' || before === 'from' || before === 'of' || (isCapitalised(name) && !COMMON_WORDS.has(name.lower))
  );
}

function placeAfterVerb(words: readonly Word[], from: number): Place | null {
  // "lives over in normal", "moved here from bend"
  const link = ADVERBS.test(words[from]?.lower ?? '') ? from + 1 : from;
  let first = link;
  while (first < link + 2 && DWELL_LINKS.has(words[first]?.lower ?? '')) first++;
  if (
    first === link ||
    stateStartingAt(words, first) ||
    COUNTRIES.has(words[first]?.lower ?? '') ||
    REGIONS.has(words[first]?.lower ?? '')
  )
    return null;
  const city = cityAndState(words, first);
  // "got moved to Xarelto": a drug is no town, but "moved to Lyme" names one.
  if (city === null && /^(?:got|was|been|were|be|me|him|her)$/.test(words[from - 2]?.lower ?? ''))
    return isMedicalWord(words[first]?.lower ?? '') ? null : capitalisedRun(words, first);
  return city ?? capitalisedRun(words, first) ?? wordTown(words, first);
}

const ADVERBS = /^(?:over|here|back|up|down|out|there)$/;

/** "salt lake city utah", "Portland, Oregon" from the word on; not "east texas". */
function cityAndState(words: readonly Word[], first: number): Place | null {
  if (
    stateStartingAt(words, first) ||
    REGIONS.has(words[first]?.lower ?? '') ||
    COUNTRIES.has(words[first]?.lower ?? '')
  )
    return null;
  for (let at = first; at < first + MAX_CITY_WORDS; at++) {
    const word = words[at];
    if (
      word?.type !== 'letters' ||
      word.newLine ||
      word.text.length < 2 ||
      (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower))
    )
      return null;
    const state = stateStartingAt(words, words[at + 1]?.text === ',' ? at + 2 : at + 1);
    // In lower case the two letters of a state are mostly words.
    if (state) return { first, last: state.last };
    // "guadalajara mexico": the country is everybody's.
    if (COUNTRIES.has(words[at + 1]?.lower ?? '') && !isMedicalWord(word.lower) && words[at + 1]?.lower !== 'us')
      return { first, last: at };
  }
  return null;
}

function capitalisedRun(words: readonly Word[], first: number): Place | null {
  let last = first - 1;
  while (last < first + MAX_CITY_WORDS - 1) {
    const word = words[last + 1];
    if (
      !word ||
      !isCapitalised(word) ||
      // "O nine", "U S A".
      word.text.length === 1 ||
      (word.newLine && last >= first) ||
      (COMMON_WORDS.has(word.lower) && !CITY_WORDS.has(word.lower))
    )
      break;
    last++;
  }
  return last >= first ? { first, last } : null;
}
