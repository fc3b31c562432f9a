/**
 * What a word can be among public terms: one look-up per word instead of one per list and question. Most words of speech
 * are in no list and are passed at once. Telling public text in a turn takes a third less.
 */
import { COMMON_DRUGS } from '../vocabulary/common-drugs.ts';
import { COMPOUND_EPONYMS, EPONYM_PARTS, EPONYM_SURNAMES } from '../vocabulary/eponyms.ts';
import { hasMedicalEnding, MEDICAL_WORDS } from '../vocabulary/medical-words.ts';
import { NAMESAKE_DRUGS, PUBLIC_NAMES } from '../vocabulary/public-names.ts';
import type { Word } from '../words.ts';
import { PhraseIndex } from './phrase-index.ts';

/** Names of things, companies and brands. */
export const NAMES = new PhraseIndex(PUBLIC_NAMES);

/** A surname that is also an eponym. */
export const SURNAME = 1;
/** A part of compound eponyms that is no name by itself. */
export const PART = 2;
/** A word of medicine. */
export const MEDICAL = 4;
/** A drug that is also somebody's name. */
export const NAMESAKE = 8;
/** The first word of a compound eponym. */
export const COMPOUND_START = 16;
/** The first word of a name in `NAMES`. */
export const NAME_START = 32;
/** Says that a text is about drugs. */
export const ABOUT_DRUGS = 64;
/** An insurer that is a surname or a word by itself: beside another insurer it is none. */
export const INSURER = 128;
/** A herb or spice that is a given name: among foods it is none. */
export const HERB = 256;

const DRUG_WORDS =
  'pill pills mg milligrams dose prescription generic brand pharmacy medication medicine birth contraceptive allergy tablet tablets';
const HERBS = 'rosemary sage basil ginger jasmine saffron heather olive clove anise';
const INSURERS = 'kaiser anthem oscar molina clover bright';

const CLASSES: ReadonlyMap<string, number> = classes();

function classes(): Map<string, number> {
  const all = new Map<string, number>();
  const add = (words: Iterable<string>, bit: number) => {
    for (const word of words) all.set(word, (all.get(word) ?? 0) | bit);
  };
  add(EPONYM_SURNAMES, SURNAME);
  add(EPONYM_PARTS, PART);
  add(MEDICAL_WORDS, MEDICAL);
  add(COMMON_DRUGS, MEDICAL);
  add(NAMESAKE_DRUGS, NAMESAKE);
  add(
    COMPOUND_EPONYMS.map((phrase) => phrase.split(' ')[0] ?? ''),
    COMPOUND_START,
  );
  add(NAMES.firstWords(), NAME_START);
  add(DRUG_WORDS.split(' '), ABOUT_DRUGS);
  add(INSURERS.split(' '), INSURER);
  add(HERBS.split(' '), HERB);
  return all;
}

/** The classes of each word, 0 for one that is none of these. */
export function classifyTerms(words: readonly Word[]): Uint16Array {
  const result = new Uint16Array(words.length);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined || word.type === 'mark') continue;
    result[at] = (CLASSES.get(word.lower) ?? 0) | (hasMedicalEnding(word.lower) ? MEDICAL : 0);
  }
  return result;
}
