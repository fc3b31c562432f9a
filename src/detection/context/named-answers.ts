/** Answers that are names: of a person, a town, a street; and words that are secrets. */
import { suffixEnd } from '../name-extent.ts';
import type { Reading } from '../reading.ts';
import { stateStartingAt } from '../recognisers/state.ts';
import { shortNameEnd } from '../recognisers/word-name.ts';
import { isNumberWord } from '../spoken/numbers.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { COUNTRIES, STATES, STREET_KINDS, WORD_TOWNS } from '../vocabulary/places.ts';
import { FAMILY_WORDS, GIVEN_WORDS, SHORT_FAMILY, SHORT_GIVEN } from '../vocabulary/word-names.ts';
import { isCapitalised, type Word } from '../words.ts';
import { coveringCode } from './covering-code.ts';
import { NAMES_THAT_ARE_WORDS } from './name-words.ts';
import { AFTER_NAMES, AROUND_ANSWERS, NOT_NAMES, PLACE_QUALIFIERS } from './phrases.ts';
import { NAME_PARTICLES } from '../vocabulary/name-particles.ts';

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

/** "kowalczyk", "yeah it's maria del carmen", "grace with a c": null for what is no name or a sentence about one. */
export function readPerson(reading: Reading): WordRange | null {
  const { words } = reading;
  const short = readShortName(words);
  if (short !== null) return short;
  const said = contentWords(words);
  const isName = (at: number, last: number): boolean => {
    const word = words[at];
    if (!isWord(reading, at) || word === undefined) return false;
    if (NAME_PARTICLES.has(word.lower)) return isWord(reading, at + 1);
    if (isVietnameseEnd(words, at)) return true;
    if (last < 0 && SMALL_NAMES.test(word.lower) && isBareFamilyWord(words, at)) return true;
    if (NOT_NAMES.has(word.lower) || SPECIALISTS.test(word.lower)) return false;
    // "Hurt.": a family name that is all that is said.
    if (last < 0 && isBareFamilyWord(words, at)) return true;
    if (GIVEN_NAMES.has(word.lower) || NAMES_THAT_ARE_WORDS.has(word.lower) || GIVEN_WORDS.has(word.lower))
      return last >= 0 || said <= FEW_WORDS || !COMMON_WORDS.has(word.lower);
    // "nguyen thi be", "Marisol Day": a word that ends a name and the answer.
    if (last >= 0 && (SHORT_GIVEN.has(word.lower) || FAMILY_WORDS.has(word.lower)) && endsWith(words, at)) return true;
    return !COMMON_WORDS.has(word.lower) && word.text.length > 1;
  };
  const range = readRange(
    words,
    isName,
    MOST_NAME_WORDS,
    (word) => AFTER_NAMES.has(word.lower) || word.lower === 'the',
  );
  if (range === null) return null;
  const last = suffixEnd(words, range.last);
  const isSentence = last === range.last && words[last + 1]?.lower === 'the' && !isTold(words, last + 1);
  return isSentence ? null : { ...range, last };
}

/** "nguyen thi be": what follows a family name and a middle name that is said of nothing else, whatever word it is. */
function isVietnameseEnd(words: readonly Word[], at: number): boolean {
  const [family, middle] = [words[at - 2], words[at - 1]];
  return middle?.lower === 'thi' && SHORT_FAMILY.has(family?.lower ?? '') && endsWith(words, at);
}

/** "okonkwo, the kidney one", "ferris the tall guy": which of several is meant. */
function isTold(words: readonly Word[], the: number): boolean {
  for (let at = the + 1; at <= the + 4; at++)
    if (/^(?:one|lady|guy|man|woman|doctor|nurse|pharmacist|specialist|surgeon)$/.test(words[at]?.lower ?? ''))
      return endsWith(words, at);
  return false;
}

/** "my cardiologist", "a pediatrician": who it was, and no name. */
const SPECIALISTS = /(?:ologists?|iatrists?|icians?|urgeons?|odontists?)$/;

/** Family names that are other answers to the same question. */
const OTHER_ANSWERS =
  /^(?:friend|guest|stranger|newcomer|back|call|best|loud|self|story|riddle|grief|pain|cough|sales|rooms|post|read|write|call|ring)$/;

/** Family names that are the smallest of words: with a capital, and nothing else said. */
const SMALL_NAMES = /^(?:be|do|to|an|in|he|my)$/;

/** Whether the word is a family name and nothing is said beside it but "uh" or "it's". */
function isBareFamilyWord(words: readonly Word[], at: number): boolean {
  const lower = words[at]?.lower ?? '';
  return (
    (FAMILY_WORDS.has(lower) || (SMALL_NAMES.test(lower) && /^[A-Z]/.test(words[at]?.text ?? ''))) &&
    !OTHER_ANSWERS.test(lower) &&
    words.every((word, k) => k === at || word.type === 'mark' || /^(?:uh|um|it's|it|'s|yes|yeah|is)$/.test(word.lower))
  );
}

/** "An Le", "my tran", "So Young Park": the whole utterance, but for what stands around answers. */
function readShortName(words: readonly Word[]): WordRange | null {
  const isAround = (word: Word): boolean => word.type === 'mark' || AROUND_ANSWERS.has(word.lower);
  for (let first = 0; first < words.length && first < MOST_WORDS_BEFORE; first++) {
    const end = shortNameEnd(words, first, true);
    const last = end !== null && isVietnameseEnd(words, end + 1) ? end + 1 : end;
    // "Be Nguyen, B E": spelled behind it.
    if (last !== null && words.slice(last + 1).every((word) => isAround(word) || word.text.length === 1))
      return { first, last };
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
    if (last >= 0 && (TOWN_ENDS.has(word.lower) || isTownJoint(words, at))) return true;
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

const MOST_TOWN_WORDS = 2;

/** "Mobile", "it's reading": null for what is no such town, or where more is said. */
function wordTown(words: readonly Word[]): WordRange | null {
  // "Golden, it's near denver": up to the first mark.
  const said: number[] = [];
  for (const [at, { type, lower }] of words.entries()) {
    if (type === 'mark' && said.length > 0) break;
    if (type !== 'mark' && !AROUND_ANSWERS.has(lower)) said.push(at);
  }
  const [first, last] = [said[0], said.at(-1)];
  if (first === undefined || last === undefined || said.length > MOST_TOWN_WORDS) return null;
  return said.every((at) => WORD_TOWNS.has(words[at]?.lower ?? '')) ? { first, last } : null;
}

/** Common words that end the names of towns. */
const TOWN_ENDS: ReadonlySet<string> = new Set(
  'head bluff bluffs bend mill mills bridge crossing forks fork neck landing island prairie pass mesa hollow summit cove shores shore isle creek farms station junction gardens harbor woods wood field fields pines oaks ranch ferry furnace corner corners mountain rapids'.split(
    ' ',
  ),
);

/** "lake in the hills", "fond du lac": small words inside the name of a town. */
function isTownJoint(words: readonly Word[], at: number): boolean {
  const next = words[at + 1]?.lower === 'the' ? at + 2 : at + 1;
  if (!/^(?:in|of|on|by|du|des)$/.test(words[at]?.lower ?? '') && !(words[at]?.lower === 'the' && at > 0)) return false;
  const after = words[next]?.lower ?? '';
  return PLACE_QUALIFIERS.has(after) || TOWN_ENDS.has(after) || WORD_TOWNS.has(after);
}

/** What ends the name of a street after its first word, though it is a common word. */
const STREET_ENDS =
  /^(?:run|walk|pass|bend|cove|glen|hollow|landing|knoll|trace|pike|point|view|mill|bridge|farm|gate)$/;

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
        (named > 0 && STREET_ENDS.test(word.lower)) ||
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
  const lower = words[at]?.lower ?? '';
  return (NAMES_THAT_ARE_WORDS.has(lower) || SMALL_NAMES.test(lower)) && belongs(at, -1);
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
