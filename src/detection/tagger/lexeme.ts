import type { Word } from '../words.ts';
import { murmur } from './hashing.ts';
import { type Lexicon, packTraits, unpackTraits } from './lexicon.ts';
import { classOf, CUE_GROUPS, WORD_CLASS } from './word-classes.ts';

/**
 * A word as the features see it: small integers and hashes only, worked out once per spelling. Nothing of it depends on
 * the place of the word.
 */
export interface Lexeme {
  /** Hash of the word in lower case: its identity. */
  readonly id: number;
  readonly wordClass: number;
  /** Whether it is upper-case, capitalised, lower-case, a single capital, or no letters at all: 0 to 5. */
  readonly shape: number;
  readonly prefix2: number;
  readonly prefix3: number;
  readonly suffix2: number;
  readonly suffix3: number;
  readonly suffix4: number;
  /** The word with its digits as zeros, first eight characters. */
  readonly pattern: number;
  /** All of `Lexicon.traits`. */
  readonly traits: number;
  /** How common it is as a given name, a surname, a place, a word: 0 to 7 each. */
  readonly given: number;
  readonly surname: number;
  readonly place: number;
  readonly ordinary: number;
  /** The strongest of the name levels against the ordinary one, a coarse summary. */
  readonly summary: number;
  /** What kind of value the word announces; 0 for none. */
  readonly cue: number;
  readonly length: number;
}

/** What the features say of places before the first and after the last word. */
export const PADDING: Lexeme = {
  id: murmur('^'),
  wordClass: 31,
  shape: 7,
  prefix2: 0,
  prefix3: 0,
  suffix2: 0,
  suffix3: 0,
  suffix4: 0,
  pattern: 0,
  traits: 0,
  given: 0,
  surname: 0,
  place: 0,
  ordinary: 0,
  summary: 63,
  cue: 0,
  length: 0,
};

/** Works out a word. */
export function lexemeOf(word: Word, lexicon: Lexicon): Lexeme {
  const { lower, text } = word;
  const { length } = lower;
  const id = murmur(lower);
  const wordClass = classOf(word);
  const traits = wordClass === WORD_CLASS.mark || word.type === 'digits' ? 0 : lexicon.traitsOfHash(id >>> 0);
  const { given, surname, place, ordinary } = unpackTraits(traits);
  return {
    id,
    wordClass,
    shape: shapeOf(word),
    prefix2: murmur(lower, 0, Math.min(2, length)),
    prefix3: murmur(lower, 0, Math.min(3, length)),
    suffix2: murmur(lower, Math.max(0, length - 2)),
    suffix3: murmur(lower, Math.max(0, length - 3)),
    suffix4: murmur(lower, Math.max(0, length - 4)),
    pattern: murmur(
      word.type === 'letters' || word.type === 'mark' ? lower : lower.replace(/[0-9]/g, '0'),
      0,
      Math.min(8, length),
    ),
    traits,
    given,
    surname,
    place,
    ordinary,
    summary: summaryOf(given, surname, place, ordinary),
    cue: CUE_GROUPS.get(lower) ?? 0,
    length: text.length,
  };
}

/** The same word as if no list knew it: training on such makes the tagger rely on context, too. */
export function withoutTraits(lexeme: Lexeme): Lexeme {
  const { ordinary } = lexeme;
  return {
    ...lexeme,
    traits: packTraits({ given: 0, surname: 0, place: 0, ordinary, placePart: false }),
    given: 0,
    surname: 0,
    place: 0,
    summary: summaryOf(0, 0, 0, ordinary),
  };
}

const UNKNOWN = murmur('?');

/** The same word as if it had never been seen: only its form and the lists are left. */
export function withoutIdentity(lexeme: Lexeme): Lexeme {
  return { ...lexeme, id: UNKNOWN, pattern: 0 };
}

/** A word that neither a list nor the training text knew. */
export function unseen(lexeme: Lexeme): Lexeme {
  return {
    ...withoutIdentity(lexeme),
    traits: 0,
    given: 0,
    surname: 0,
    place: 0,
    ordinary: 0,
    summary: summaryOf(0, 0, 0, 0),
  };
}

/** Of 6 bits: which list is the strongest, whether it is strong, and how ordinary the word is. */
function summaryOf(given: number, surname: number, place: number, ordinary: number): number {
  const best = Math.max(given, surname, place);
  const list = best === 0 ? 0 : best === given ? 1 : best === surname ? 2 : 3;
  return (
    list |
    ((best > 4 ? 2 : best > 0 ? 1 : 0) << 2) |
    ((ordinary === 0 ? 0 : ordinary < 3 ? 1 : ordinary < 6 ? 2 : 3) << 4)
  );
}

function shapeOf(word: Word): number {
  if (word.type !== 'letters') return 0;
  const { text } = word;
  const first = text.charAt(0);
  if (first === first.toLowerCase()) return 1;
  if (text.length === 1) return 2;
  return text === text.toUpperCase() ? 3 : 4;
}
