import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { GIVEN_NAMES } from '../vocabulary/given-names.ts';
import { isCapitalised, type Word } from '../words.ts';
import { NAME_PARTICLES } from '../vocabulary/name-particles.ts';

/** How much a cue says about the words after it. */
export interface NameReading {
  /** Most words of the name, particles and initials included. */
  readonly most: number;
  /** A lower-case word counts if it is not a common word; otherwise only if it is a known given name. */
  readonly anyLowerCase: boolean;
  /** After a known given name any lower-case word counts that is not a common word. */
  readonly anySurname?: boolean;
  /** A capitalised word counts if it is not a common word; otherwise only if it is a known given name. */
  readonly anyCapitalised: boolean;
}

// A surname ends these too, but demonyms and languages are far more common after "I'm".
const DEMONYM = /(?:ish|ese|ican|ian|ean)$/;

/** The last word of the name that begins with the word `first`, or null. A name never crosses a mark or a line break, but for an initial's point. */
export function nameEnd(words: readonly Word[], first: number, reading: NameReading): number | null {
  if (!isFirstWord(words, first, reading)) return null;
  const capitalised = isCapitalised(words[first] ?? NO_WORD);
  let last = first;
  for (let count = 1; count < reading.most; count++) {
    const next = skipInitialDot(words, last);
    const end = nextNameWord(words, next, capitalised, reading);
    if (end === null) break;
    last = end;
  }
  return reading.anySurname ? givenNameAfterComma(words, last) : last;
}

/** "Smith, John": in a form the given name may stand last. */
function givenNameAfterComma(words: readonly Word[], last: number): number {
  const given = words[last + 2];
  return words[last + 1]?.text === ',' &&
    given &&
    isCapitalised(given) &&
    !given.newLine &&
    GIVEN_NAMES.has(given.lower)
    ? last + 2
    : last;
}

const NO_WORD: Word = { type: 'mark', text: '', lower: '', start: 0, end: 0, glued: false, newLine: false };

function isFirstWord(words: readonly Word[], at: number, { anyLowerCase, anyCapitalised }: NameReading): boolean {
  const word = words[at];
  if (word?.type !== 'letters' || word.lower === "'s" || isPartOfIdentifier(words, at)) return false;
  if (word.text.length === 1) return isInitial(words, at) && isCapitalised(words[at + 2] ?? NO_WORD);
  if (GIVEN_NAMES.has(word.lower)) return true;
  if (COMMON_WORDS.has(word.lower)) return false;
  if (!isCapitalised(word)) return anyLowerCase && word.text.length > 2;
  return anyCapitalised && !DEMONYM.test(word.lower) && !isShout(word);
}

const LONGEST_PART = 6;

/** "Min-ji Noh": the second part of a given name, in lower case before a family name. */
function isSecondPart(words: readonly Word[], at: number): boolean {
  const [part, family] = [words[at], words[at + 1]];
  const isShort = part !== undefined && part.text.length <= LONGEST_PART;
  return isShort && family?.type === 'letters' && !family.newLine && isCapitalised(family);
}

/** The next word of the name at `at` (a surname, an initial, particles before one), or null. */
function nextNameWord(words: readonly Word[], at: number, capitalised: boolean, reading: NameReading): number | null {
  let k = at;
  while (k < at + 2 && NAME_PARTICLES.has(words[k]?.lower ?? '') && words[k + 1]?.type === 'letters') k++;
  const word = words[k];
  if (
    word?.type === 'mark' &&
    word.text === '-' &&
    word.glued &&
    words[k + 1]?.glued &&
    words[k + 1]?.type === 'letters'
  ) {
    return isCapitalised(words[k + 1] ?? NO_WORD) || !capitalised || isSecondPart(words, k + 1) ? k + 1 : null;
  }
  if (word?.type !== 'letters' || word.newLine || word.lower === "'s" || isPartOfIdentifier(words, k)) return null;
  if (capitalised) {
    if (!isCapitalised(word)) return null;
    if (word.text.length === 1) return word.lower !== 'i' || isInitial(words, k) ? k : null;
    return COMMON_WORDS.has(word.lower) && !GIVEN_NAMES.has(word.lower) ? null : k;
  }
  if (isCapitalised(word) || word.text.length < 2) return null;
  return (reading.anyLowerCase || reading.anySurname === true || GIVEN_NAMES.has(word.lower)) &&
    !COMMON_WORDS.has(word.lower)
    ? k
    : null;
}

function isInitial(words: readonly Word[], at: number): boolean {
  return words[at + 1]?.text === '.' && words[at + 1]?.glued === true;
}

function skipInitialDot(words: readonly Word[], at: number): number {
  return (words[at]?.text.length ?? 9) === 1 && isInitial(words, at) ? at + 2 : at + 1;
}

/** getPatient, patient_name, {{name}}: names of fields and functions, not of people. */
function isPartOfIdentifier(words: readonly Word[], at: number): boolean {
  const word = words[at];
  const [before, after] = [words[at - 1], words[at + 1]];
  if (word && /[a-z][A-Z]/.test(word.text) && !/^(?:Mc|Mac|De|La|Le|Van|O')[A-Z][a-z]+$/.test(word.text)) return true;
  if (word?.glued && before && (before.type === 'digits' || /^[_{<$/\\@#]$/.test(before.text))) return true;
  return after?.glued === true && (after.type === 'digits' || /^[_(}>/\\=]$/.test(after.text));
}

/** Words in capitals are shouted or abbreviations, unless they are long enough for a form filled in capitals. */
function isShout(word: Word): boolean {
  return word.text.length <= 4 && word.text.length > 1 && word.text === word.text.toUpperCase();
}
