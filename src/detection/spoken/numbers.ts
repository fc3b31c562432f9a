/**
 * Numbers in words, as callers say them. Positions are indexes of words; every reader answers null where no such number
 * starts, and looks at a bounded number of words.
 */

import type { Word } from '../words.ts';

/** A number that was read: its value and the first word after it. */
export interface ReadNumber {
  readonly value: number;
  readonly next: number;
}

export const DIGIT_WORDS: ReadonlyMap<string, number> = new Map([
  ['zero', 0],
  ['oh', 0],
  ['o', 0],
  ['nought', 0],
  ['naught', 0],
  ['one', 1],
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['five', 5],
  ['fife', 5],
  ['six', 6],
  ['seven', 7],
  ['eight', 8],
  ['nine', 9],
  ['niner', 9],
  ['fower', 4],
]);

/** Words that speech engines write for a digit that sounds like them. */
export const HOMOPHONES: ReadonlyMap<string, number> = new Map([
  ['to', 2],
  ['too', 2],
  ['tu', 2],
  ['for', 4],
  ['fore', 4],
  ['ate', 8],
  ['ait', 8],
  ['won', 1],
  ['sicks', 6],
  ['tree', 3],
  ['nein', 9],
]);

export const TEEN_WORDS: ReadonlyMap<string, number> = new Map(
  ['ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'].map(
    (word, n) => [word, n + 10],
  ),
);

export const TENS_WORDS: ReadonlyMap<string, number> = new Map([
  ...['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'].map(
    (word, n) => [word, (n + 2) * 10] as const,
  ),
  ['fourty', 40],
  ['ninty', 90],
]);

/** Ordinals without the compound ones (twenty-first). */
export const ORDINAL_WORDS: ReadonlyMap<string, number> = new Map([
  ...(
    'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
    'sixteenth seventeenth eighteenth nineteenth twentieth'
  )
    .split(' ')
    .map((word, n) => [word, n + 1] as const),
  ...['thirtieth', 'fortieth', 'fiftieth', 'sixtieth', 'seventieth', 'eightieth', 'ninetieth'].map(
    (word, n) => [word, (n + 3) * 10] as const,
  ),
  // as speech engines and callers spell them
  ['nineth', 9],
  ['twelth', 12],
  ['fourtieth', 40],
  ['eigth', 8],
]);

/** How often the next digit or letter is meant: "double two". */
export const REPEAT_WORDS: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['triple', 3],
  ['treble', 3],
  ['quadruple', 4],
]);

/** The word that "double" repeats: "double two", "double-oh". */
export function repeatedAt(words: readonly Word[], at: number): number {
  return isHyphen(words, at + 1) ? at + 2 : at + 1;
}

/** Several of one digit: "three zeros". */
export const PLURAL_DIGITS: ReadonlyMap<string, number> = new Map([
  ...'zeros ones twos threes fours fives sixes sevens eights nines'.split(' ').map((word, n) => [word, n] as const),
  ['zeroes', 0],
  ['ohs', 0],
]);

/** Sounds made while thinking; they interrupt no number. */
export const FILLERS: ReadonlySet<string> = new Set([
  'uh',
  'um',
  'uhm',
  'umm',
  'er',
  'erm',
  'ah',
  'hmm',
  'hm',
  'mm',
  'then',
  'sorry',
  'okay',
]);

/** Whether the word is part of a number in words. */
export function isNumberWord(lower: string): boolean {
  return (
    DIGIT_WORDS.has(lower) ||
    TEEN_WORDS.has(lower) ||
    TENS_WORDS.has(lower) ||
    lower === 'hundred' ||
    lower === 'thousand'
  );
}

/** Reads 0 to 99: "oh", "seventeen", "forty", "forty two", "forty-two". */
export function readBelowHundred(words: readonly Word[], at: number): ReadNumber | null {
  const lower = words[at]?.lower ?? '';
  const small = DIGIT_WORDS.get(lower) ?? TEEN_WORDS.get(lower);
  if (small !== undefined) return { value: small, next: at + 1 };
  const tens = TENS_WORDS.get(lower);
  if (tens === undefined) return null;
  const unitAt = isHyphen(words, at + 1) ? at + 2 : at + 1;
  const unit = words[unitAt]?.newLine ? 0 : (DIGIT_WORDS.get(words[unitAt]?.lower ?? '') ?? 0);
  return unit > 0 ? { value: tens + unit, next: unitAt + 1 } : { value: tens, next: at + 1 };
}

/** Reads a whole number up to 9,999 in words: "ninety four", "a hundred and two", "two thousand and four". */
export function readCardinal(words: readonly Word[], at: number): ReadNumber | null {
  const leading =
    words[at]?.lower === 'a' && isScale(words[at + 1]) ? { value: 1, next: at + 1 } : readBelowHundred(words, at);
  if (!leading) return null;
  let { value, next } = leading;
  if (words[next]?.lower === 'thousand' && value > 0) {
    value *= 1000;
    next = next + 1;
    const rest = readBelowThousand(words, words[next]?.lower === 'and' ? next + 1 : next);
    return rest ? { value: value + rest.value, next: rest.next } : { value, next };
  }
  return readHundreds(words, value, next);
}

function readBelowThousand(words: readonly Word[], at: number): ReadNumber | null {
  const leading = readBelowHundred(words, at);
  return leading && readHundreds(words, leading.value, leading.next);
}

function readHundreds(words: readonly Word[], value: number, next: number): ReadNumber {
  if (words[next]?.lower !== 'hundred' || value === 0) return { value, next };
  const restAt = words[next + 1]?.lower === 'and' ? next + 2 : next + 1;
  const rest = readBelowHundred(words, restAt);
  return rest && rest.value > 0
    ? { value: value * 100 + rest.value, next: rest.next }
    : { value: value * 100, next: next + 1 };
}

function isScale(word: Word | undefined): boolean {
  return word?.lower === 'hundred' || word?.lower === 'thousand';
}

/** Reads an ordinal from 1 to 99: "third", "twenty first"; in digits any: "21st", "114th". */
export function readOrdinal(words: readonly Word[], at: number): ReadNumber | null {
  const word = words[at];
  if (!word) return null;
  if (word.type === 'ordinal') return { value: Number.parseInt(word.text, 10), next: at + 1 };
  const simple = ORDINAL_WORDS.get(word.lower);
  if (simple !== undefined) return { value: simple, next: at + 1 };
  const tens = TENS_WORDS.get(word.lower);
  if (tens === undefined) return null;
  const unitAt = isHyphen(words, at + 1) ? at + 2 : at + 1;
  const unit = ORDINAL_WORDS.get(words[unitAt]?.lower ?? '');
  return unit !== undefined && unit < 10 ? { value: tens + unit, next: unitAt + 1 } : null;
}

/** Reads a year from 1900 to 2099: "1982", "nineteen eighty two", "nineteen oh five", "two thousand and four", "twenty ten". */
export function readYear(words: readonly Word[], at: number): ReadNumber | null {
  const word = words[at];
  if (!word) return null;
  if (word.type === 'digits')
    return /^(?:19|20)\d\d$/.test(word.text) ? { value: Number(word.text), next: at + 1 } : null;
  if (word.lower === 'two' && words[at + 1]?.lower === 'thousand') {
    const read = readCardinal(words, at);
    return read && read.value < 2100 ? read : null;
  }
  const century = word.lower === 'nineteen' ? 1900 : word.lower === 'twenty' ? 2000 : null;
  if (century === null) return null;
  if (words[at + 1]?.lower === 'hundred') return { value: century, next: at + 2 };
  const from = isHyphen(words, at + 1) ? at + 2 : at + 1;
  if (words[from]?.lower === 'oh' || words[from]?.lower === 'o') {
    const unit = DIGIT_WORDS.get(words[from + 1]?.lower ?? '');
    return unit === undefined ? null : { value: century + unit, next: from + 2 };
  }
  const rest = readBelowHundred(words, from);
  return rest && rest.value >= 10 ? { value: century + rest.value, next: rest.next } : null;
}

/** Whether a hyphen without spaces joins the word before to the word after. */
function isHyphen(words: readonly Word[], at: number): boolean {
  return words[at]?.text === '-' && words[at].glued && words[at + 1]?.glued === true;
}
