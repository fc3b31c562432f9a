/**
 * Letters as callers say them: one by one, "b as in boy", or in the NATO alphabet.
 */

import type { Word } from '../words.ts';

/** Code words of the NATO alphabet, each standing for its first letter. */
export const PHONETIC: ReadonlySet<string> = new Set(
  (
    'alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec romeo sierra ' +
    'tango uniform victor whiskey xray yankee zulu'
  ).split(' '),
);

const EXPLAINERS: ReadonlySet<string> = new Set(['for', 'like', 'as']);

/** A letter that was read: in upper case, and the first word after it and its explanation. */
export interface ReadLetter {
  readonly letter: string;
  readonly next: number;
}

/** Whether the word is a code word of the NATO alphabet. */
export function isPhonetic(lower: string): boolean {
  return PHONETIC.has(lower);
}

/** Whether the word is one Latin letter that stands for itself: not the s of it's, not part of an abbreviation such as e.g. */
export function isLetterWord(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word?.type !== 'letters' || word.text.length !== 1 || word.lower < 'a' || word.lower > 'z') return false;
  const [before, after] = [words[at - 1], words[at + 1]];
  const abbreviation = (dot: Word | undefined, other: Word | undefined) =>
    dot?.text === '.' && dot.glued && other?.type === 'letters' && other.glued;
  if (abbreviation(after, words[at + 2])) return false;
  // The s of "it's", but not the H in quotes.
  const isSuffix = before?.text === "'" && before.glued && words[at - 2]?.type === 'letters';
  if (word.glued && (isSuffix || (before?.text === '.' && words[at - 2]?.type === 'letters'))) return false;
  return true;
}

/** Reads one letter: "b", "b as in boy", "b for bravo". Null where no letter stands. */
export function readLetter(words: readonly Word[], at: number): ReadLetter | null {
  const word = words[at];
  if (!word || !isLetterWord(words, at)) return null;
  const letter = word.text.toUpperCase();
  // "M. like Mary": the point is that of an abbreviation.
  const isPointed = words[at + 1]?.text === '.' && words[at + 1]?.glued === true;
  const saidAt = isPointed && EXPLAINERS.has(words[at + 2]?.lower ?? '') ? at + 2 : at + 1;
  const explainer = words[saidAt]?.lower ?? '';
  if (!EXPLAINERS.has(explainer)) return { letter, next: at + 1 };
  const exampleAt = explainer === 'as' && words[saidAt + 1]?.lower === 'in' ? saidAt + 2 : saidAt + 1;
  const example = words[exampleAt];
  if (example?.lower === 'x' && word.lower === 'x' && isRay(words, exampleAt + 1))
    return { letter, next: exampleAt + 3 };
  const explained = example !== undefined && example.text.length > 1 && example.lower.startsWith(word.lower);
  return { letter, next: explained ? exampleAt + 1 : at + 1 };
}

/** The "-ray" of "x-ray". */
function isRay(words: readonly Word[], at: number): boolean {
  return words[at]?.text === '-' && words[at + 1]?.lower === 'ray';
}
