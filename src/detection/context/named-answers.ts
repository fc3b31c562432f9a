/** Answers that are names: of a person, a town, a street; and words that are secrets. */
import type { Reading } from '../reading.ts';
import { stateStartingAt } from '../recognisers/state.ts';
import { shortNameEnd } from '../recognisers/word-name.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { COUNTRIES, STATES, STREET_KINDS } from '../vocabulary/places.ts';
import { SHORT_FAMILY } from '../vocabulary/word-names.ts';
import { isCapitalised, type Word } from '../words.ts';
import { coveringCode } from './covering-code.ts';
import { NAMES_THAT_ARE_WORDS } from './name-words.ts';
import { AFTER_NAMES, AROUND_ANSWERS, NOT_NAMES, PLACE_QUALIFIERS } from './phrases.ts';

/** An answer by its first and last word. */
export interface WordRange {
  readonly first: number;
  readonly last: number;
}

const MOST_NAME_WORDS = 4;
/** "Yes, it's" before a name. */
const MOST_WORDS_BEFORE = 5;
const MOST_PLACE_WORDS = 4;
const MOST_STREET_WORDS = 9;
/** A name that is also a word answers only an utterance of so few words. */
const FEW_WORDS = 3;
const PARTICLES: ReadonlySet<string> = new Set(
  'de la del der den van von da dos di el al bin ibn le mc mac st'.split(' '),
);

/** "kowalczyk", "yeah it's maria del carmen", "grace with a c": null for what is no name or a sentence about one. */
export function readPerson(reading: Reading): WordRange | null {
  const { words } = reading;
  const short = readShortName(words);
  if (short !== null) return short;
  const said = contentWords(words);
  const isName = (at: number, last: number): boolean => {
    const word = words[at];
    if (!isWord(reading, at) || word === undefined) return false;
    if (PARTICLES.has(word.lower)) return isWord(reading, at + 1);
    if (NOT_NAMES.has(word.lower)) return false;
    if (GIVEN_NAMES.has(word.lower) || NAMES_THAT_ARE_WORDS.has(word.lower))
      return last >= 0 || said <= FEW_WORDS || !COMMON_WORDS.has(word.lower);
    return !COMMON_WORDS.has(word.lower) && word.text.length > 1;
  };
  return readRange(words, isName, MOST_NAME_WORDS, (word) => AFTER_NAMES.has(word.lower));
}

/** "An Le", "my tran", "So Young Park": the whole utterance, but for what stands around answers. */
function readShortName(words: readonly Word[]): WordRange | null {
  const isAround = (word: Word): boolean => word.type === 'mark' || AROUND_ANSWERS.has(word.lower);
  for (let first = 0; first < words.length && first < MOST_WORDS_BEFORE; first++) {
    const last = shortNameEnd(words, first, true);
    if (last !== null && words.slice(last + 1).every(isAround)) return { first, last };
    const word = words[first];
    if (word === undefined || !isAround(word)) break;
  }
  const [first, last] = [words[0], words[words.length - 1]?.type === 'mark' ? words.length - 2 : words.length - 1];
  if (first === undefined || last < 1 || last >= MOST_NAME_WORDS) return null;
  // All of it has capitals: "Do Kim", "Young Choi".
  const isWhole = words
    .slice(0, last + 1)
    .every((word) => isCapitalised(word) && word.text !== word.text.toUpperCase());
  return isWhole && SHORT_FAMILY.has(words[last]?.lower ?? '') && !NOT_NAMES.has(first.lower)
    ? { first: 0, last }
    : null;
}

/** "maple grove", "it's st paul minnesota": a state alone is no answer to mask. */
export function readPlace(reading: Reading): WordRange | null {
  const { words } = reading;
  const isPlace = (at: number, last: number): boolean => {
    const word = words[at];
    if (!isWord(reading, at) || word === undefined || NOT_NAMES.has(word.lower)) return false;
    if (last < 0 && stateStartingAt(words, at) !== null && endsWith(words, stateStartingAt(words, at)?.last ?? at))
      return false;
    if (PLACE_QUALIFIERS.has(word.lower) || STREET_KINDS.has(word.lower)) return true;
    return !COMMON_WORDS.has(word.lower) || STATES.has(word.lower);
  };
  const range = readRange(
    words,
    isPlace,
    MOST_PLACE_WORDS,
    (word) => AFTER_NAMES.has(word.lower) || /^\d/.test(word.text) || isNumberWord(word.lower),
  );
  if (range === null) return wordTown(words);
  if (range.first !== range.last) return range;
  const only = words[range.first]?.lower ?? '';
  return COUNTRIES.has(only) || STATES.has(only) || COMMON_WORDS.has(only) ? wordTown(words) : range;
}

/** Towns whose names are everyday words: an answer to "what city?" where nothing else is said. */
const WORD_TOWNS: ReadonlySet<string> = new Set(
  (
    'mobile reading hope orange superior normal liberty surprise buffalo bend eagle paradise commerce industry page hazard plains independence enterprise defiance globe bath hill hobbs price moab ' +
    'sandy flint corning sparks beaver sugar golden castle rock rifle snowflake cash weed clay center union friend early energy truth temple nice what cheer cut accident boring novelty protection welcome bliss fairplay ' +
    'battle creek spring valley grand island rapids big bear green river bay long beach white plains lake forest park falls round top deer may day sun prairie gas city carbon coal copper'
  ).split(' '),
);
const MOST_TOWN_WORDS = 2;

/** "Mobile", "it's reading": null for what is no such town, or where more is said. */
function wordTown(words: readonly Word[]): WordRange | null {
  const said = words.flatMap((word, at) => (word.type === 'mark' || AROUND_ANSWERS.has(word.lower) ? [] : [at]));
  const [first, last] = [said[0], said.at(-1)];
  if (first === undefined || last === undefined || said.length > MOST_TOWN_WORDS) return null;
  return said.every((at) => WORD_TOWNS.has(words[at]?.lower ?? '')) ? { first, last } : null;
}

/** "four twenty west maple", and the town in the next breath. */
export function readStreet(reading: Reading): WordRange[] {
  const { words, codes } = reading;
  for (const code of codes) {
    if (code.quantity || code.digits.length === 0 || code.digits.length > 6) continue;
    let last = code.last;
    let named = 0;
    for (let at = code.last + 1; at < words.length && at - code.first <= MOST_STREET_WORDS; at++) {
      const word = words[at];
      if (word === undefined || word.newLine || /^[?!;:]$/.test(word.text)) break;
      if (word.type === 'mark') {
        if (word.text === '.' && words[at + 1]?.glued !== true && words[at - 1]?.text.length !== 2) break;
        continue;
      }
      if (NOT_NAMES.has(word.lower)) break;
      const counts =
        !COMMON_WORDS.has(word.lower) ||
        STREET_KINDS.has(word.lower) ||
        PLACE_QUALIFIERS.has(word.lower) ||
        NAMES_THAT_ARE_WORDS.has(word.lower) ||
        coveringCode(codes, at) !== null;
      if (!counts) break;
      last = at;
      if (word.type === 'letters' && !isNumberWord(word.lower)) named++;
    }
    if (named === 0) continue;
    // After other words no street is an answer, nor is any later one.
    if (contentBefore(words, code.first) > 0) break;
    return [{ first: code.first, last }];
  }
  const place = readPlace(reading);
  return place === null ? [] : [place];
}

/** A word that is a password: an utterance of at most two words that are nothing else. */
export function readSecret(reading: Reading): WordRange | null {
  const { words } = reading;
  return readRange(
    words,
    (at) => isWord(reading, at) && !COMMON_WORDS.has(words[at]?.lower ?? '') && !NOT_NAMES.has(words[at]?.lower ?? ''),
    2,
    () => false,
  );
}

/**
 * The run of words that `belongs` accepts, after nothing but words around answers, and before an end, a mark, or a word
 * that `mayFollow`.
 */
function readRange(
  words: readonly Word[],
  belongs: (at: number, last: number) => boolean,
  most: number,
  mayFollow: (word: Word) => boolean,
): WordRange | null {
  let first = 0;
  while (
    first < words.length &&
    (words[first]?.type === 'mark' ||
      (AROUND_ANSWERS.has(words[first]?.lower ?? '') && !belongsFirst(words, first, belongs)))
  )
    first++;
  let last = -1;
  let count = 0;
  for (let at = first; at < words.length && count < most; at++) {
    const word = words[at];
    if (word?.text === '-' && word.glued && last === at - 1) continue;
    if (word?.text === '.' && word.glued && words[last]?.text.length === 1) continue;
    if (!belongs(at, last)) break;
    last = at;
    count++;
  }
  if (last < 0) return null;
  const next = words[last + 1];
  const ends =
    next === undefined ||
    next.type === 'mark' ||
    next.newLine ||
    next.lower === "'s" ||
    next.text.length === 1 ||
    mayFollow(next);
  return ends ? { first, last } : null;
}

/** "will" and "an" stand around answers and are names, too: at the very end, or before another name, they are names. */
function belongsFirst(words: readonly Word[], at: number, belongs: (at: number, last: number) => boolean): boolean {
  return NAMES_THAT_ARE_WORDS.has(words[at]?.lower ?? '') && belongs(at, -1);
}

/** Letters that are no part of a number or a spelling. */
function isWord(reading: Reading, at: number): boolean {
  const word = reading.words[at];
  if (word?.type !== 'letters' || word.lower === "'s" || isNumberWord(word.lower)) return false;
  const code = coveringCode(reading.codes, at);
  return code === null || code.slug;
}

/** How many words are said that do not merely stand around an answer. */
function contentWords(words: readonly Word[]): number {
  return contentBefore(words, words.length);
}

function contentBefore(words: readonly Word[], end: number): number {
  return words.slice(0, end).filter(({ type, lower }) => type === 'letters' && !AROUND_ANSWERS.has(lower)).length;
}

function endsWith(words: readonly Word[], last: number): boolean {
  return words.slice(last + 1).every(({ type }) => type === 'mark');
}
