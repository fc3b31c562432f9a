import { readCardinal, type ReadNumber } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';

// Safe Harbor: ages over 89 identify; the highest age on record is below 126.
export const LEAST = 90;
export const MOST = 125;

export const YEARS = /^(?:years?|yrs?)$/;

export const SUBJECTS: ReadonlySet<string> = new Set(["i'm", 'he', 'she', 'am']);
export const PEOPLE: ReadonlySet<string> = new Set(
  'mother father mom dad mum grandmother grandfather grandma grandpa nana papa patient husband wife aunt uncle sister brother parent he she who resident client spouse friend neighbor lady man woman gentleman'.split(
    ' ',
  ),
);
export const AGE_LINKS: ReadonlySet<string> = new Set([
  'is',
  "'s",
  ':',
  'of',
  'was',
  '"',
  'now',
  'just',
  'am',
  'about',
  'almost',
  'nearly',
  'already',
  'only',
  '=',
  'be',
  "he'll",
  "she'll",
  ',',
]);

/** A number as ages are said: "93", "ninety four", "one oh two"; null where none stands. */
export function readNumber(words: readonly Word[], at: number): ReadNumber | null {
  const word = words[at];
  if (word?.type === 'digits') return readDigits(words, at);
  const read = readCardinal(words, at);
  // "one oh four", "one twelve" after an age's cue
  return read?.value === 1 && words[at]?.lower === 'one' ? (readSaidHundred(words, at) ?? read) : read;
}

/** "93", "1 hundred and 2". */
function readDigits(words: readonly Word[], at: number): ReadNumber | null {
  const digits = words[at]?.text ?? '';
  if (digits === '1' && words[at + 1]?.lower === 'hundred') {
    const rest = readNumber(words, words[at + 2]?.lower === 'and' ? at + 3 : at + 2);
    return rest !== null && rest.value < 100
      ? { value: 100 + rest.value, next: rest.next }
      : { value: 100, next: at + 2 };
  }
  return digits.length <= 3 ? { value: Number(digits), next: at + 1 } : null;
}

/** "one oh two", "one hundred two": an age of a hundred and more without "and". */
function readSaidHundred(words: readonly Word[], at: number): ReadNumber | null {
  const oh = words[at + 1]?.lower;
  if (oh !== 'oh' && oh !== 'o') return null;
  const unit = readCardinal(words, at + 2);
  return unit && unit.value > 0 && unit.value < 10 ? { value: 100 + unit.value, next: unit.next } : null;
}

/** "years old", "year-old", "years of age", "yo", "y/o", "y.o.". */
export function isYearsOld(words: readonly Word[], next: number): boolean {
  const after: string[] = [];
  for (let at = next; at < words.length && after.length < 3 && at < next + 6; at++) {
    const word = words[at];
    if (word && word.text !== '-') after.push(word.lower);
  }
  const [a, b, c] = after;
  if (a === 'years' || a === 'year' || a === 'yrs' || a === 'yr')
    return b === 'old' || b === 'olds' || b === 'young' || (b === 'of' && c === 'age');
  return (
    a === 'yo' || a === 'yom' || a === 'yof' || (a === 'y' && (b === 'o' || ((b === '/' || b === '.') && c === 'o')))
  );
}

/** The word after the unit of an age: "years old", "-year-old", "y/o"; `next` where none is said. */
export function ageEnd(words: readonly Word[], next: number): number {
  let end = next;
  let rest = next;
  for (let count = 0; count < MAX_UNIT_WORDS; count++) {
    const word = words[rest];
    if (word === undefined || (word.newLine && rest > next)) break;
    if (word.type === 'mark') {
      if (!/^[-/.]$/.test(word.text) || !word.glued) break;
      rest++;
      continue;
    }
    if (!UNIT_WORDS.has(word.lower)) break;
    rest++;
    end = rest;
  }
  return isYearsOld(words, next) || YEARS.test(words[next]?.lower ?? '') ? end : next;
}

const MAX_UNIT_WORDS = 6;
const UNIT_WORDS: ReadonlySet<string> = new Set('years year yrs yr old olds young of age yo yom yof y o'.split(' '));

/** Whether the sentence, or what is said of the age, ends before the word. */
export function endsAge(after: Word | undefined): boolean {
  return (
    after === undefined ||
    after.newLine ||
    after.text === '.' ||
    after.text === ',' ||
    /^(?:and|now|in|this|next|but|so|soon|tomorrow|today|already|or)$/.test(after.lower)
  );
}
