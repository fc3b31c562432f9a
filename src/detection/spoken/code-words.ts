/**
 * What a word can be in a code that is read aloud: one look-up per word instead of one per question.
 */

import { DIGIT_WORDS, FILLERS, HOMOPHONES, REPEAT_WORDS, TEEN_WORDS, TENS_WORDS } from './numbers.ts';
import { PHONETIC } from './alphabet.ts';
import { LETTER_NAMES } from './letter-names.ts';
import type { Word } from '../words.ts';

/** "five", "oh". */
export const DIGIT = 1;
/** "ten" to "nineteen". */
export const TEEN = 2;
/** "twenty", "thirty". */
export const TENS = 4;
/** "hundred", "thousand". */
export const SCALE = 8;
/** "double", "triple". */
export const REPEAT = 16;
/** "alpha", "bravo". */
export const PHONETIC_LETTER = 32;
/** "capital", "lowercase": says how the letter after it is written. */
export const CASE = 64;
/** "dash", "hyphen", "space": stands for a mark, or for nothing. */
export const SEPARATOR = 128;
/** "uh", "then". */
export const FILLER = 256;
/** One Latin letter. */
export const LETTER = 512;
/** "to", "for", "ate": sounds like a digit, and is one among digits that are said one by one. */
export const HOMOPHONE = 1024;
/** "bee", "kay": names a letter in a row of letters and digits. */
export const LETTER_NAME = 2048;
/** Any word for a number or a part of one. */
export const NUMBER = DIGIT | TEEN | TENS | SCALE;

const CLASSES: ReadonlyMap<string, number> = classes();

function classes(): Map<string, number> {
  const all = new Map<string, number>();
  const add = (words: Iterable<string>, bit: number) => {
    for (const word of words) all.set(word, (all.get(word) ?? 0) | bit);
  };
  add(DIGIT_WORDS.keys(), DIGIT);
  add(TEEN_WORDS.keys(), TEEN);
  add(TENS_WORDS.keys(), TENS);
  add(['hundred', 'thousand'], SCALE);
  add(REPEAT_WORDS.keys(), REPEAT);
  add(PHONETIC, PHONETIC_LETTER);
  add(['capital', 'cap', 'uppercase', 'lowercase', 'upper', 'lower', 'letter'], CASE);
  add(['dash', 'hyphen', 'space', 'apostrophe'], SEPARATOR);
  add(FILLERS, FILLER);
  add(HOMOPHONES.keys(), HOMOPHONE);
  add(LETTER_NAMES, LETTER_NAME);
  add('abcdefghijklmnopqrstuvwxyz', LETTER);
  return all;
}

/** The class of each word, 0 for one that is none of these. */
export function classify(words: readonly Word[]): Uint16Array {
  const result = new Uint16Array(words.length);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word?.type === 'letters') result[at] = CLASSES.get(word.lower) ?? 0;
  }
  return result;
}
