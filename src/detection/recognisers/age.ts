import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { DIGIT_WORDS, readCardinal, readOrdinal, TEEN_WORDS, TENS_WORDS, type ReadNumber } from '../spoken/numbers.ts';
import { isUnit } from '../units.ts';
import type { Word } from '../words.ts';
import {
  AGE_LINKS,
  ageEnd,
  endsAge,
  isYearsOld,
  LEAST,
  MOST,
  PEOPLE,
  readNumber,
  SUBJECTS,
  YEARS,
} from './age-words.ts';
import { wordsFinding } from './ranges.ts';
import { vagueAgeEnd } from './vague-age.ts';

/** Ages over 89: "94 years old", "a ninety-four-year-old", "aged 94", "my father is 94", "in her nineties". The span goes over the unit. */
export const age: Recogniser = {
  name: 'age',
  passes: ['regex'],
  find(reading) {
    const findings: Finding[] = [];
    const { words } = reading;
    const add = (first: number, next: number, rule: string) =>
      findings.push(wordsFinding(reading, first, next - 1, 'AGE', `age.${rule}`, 0.85));
    for (let at = 0; at < words.length; at++) {
      const word = words[at];
      if (!word || word.type === 'mark' || (word.type === 'letters' && !MAY_START.has(word.lower))) continue;
      if (isDecade(words, at)) add(at, pluralMark(words, at + 1) ?? at + 2, 'decade');
      const hundred = readHyphenatedAge(words, at);
      if (hundred !== null) {
        add(at, hundred, 'hyphenated');
        at = hundred - 1;
        continue;
      }
      const coded = readCodedAge(words, at);
      if (coded !== null) add(at, coded, 'coded');
      if (isDecadeWord(words, at)) add(at, at + 1, 'nineties');
      const exactly = restatedAge(words, at);
      if (exactly !== null) add(exactly.first, exactly.next, 'restated');
      if (word.lower === 'nonagenarian' || word.lower === 'centenarian') add(at, at + 1, 'called');
      const birthday = readBirthday(words, at);
      if (birthday !== null) add(at, birthday, 'birthday');
      const read = readNumber(words, at);
      if (!read) continue;
      const vague = vagueAgeEnd(words, at, read);
      if (vague !== null) add(at, vague, 'vague');
      const exact = exactAgeEnd(words, at, read);
      if (exact !== null) add(at, exact, 'exact');
      else if (read.value >= LEAST && read.value <= MOST && isAge(reading, at, read.next))
        add(at, ageEnd(words, read.next), 'number');
      at = read.next - 1;
    }
    return findings;
  },
};

// One look-up rules out all words that begin no number.
const MAY_START: ReadonlySet<string> = new Set([
  ...DIGIT_WORDS.keys(),
  ...TEEN_WORDS.keys(),
  ...TENS_WORDS.keys(),
  'a',
  'ninetieth',
  'nineties',
  'hundred',
  'hundreds',
  'nonagenarian',
  'centenarian',
  'p',
]);

/** "in his 90s", "in their early 100s". */
function isDecade(words: readonly Word[], at: number): boolean {
  const [number, plural] = [words[at], words[at + 1]];
  if (number?.text !== '90' && number?.text !== '100') return false;
  const isPlural = plural?.glued === true && (plural.lower === 's' || pluralMark(words, at + 1) !== null);
  return isPlural && isOwned(words, at);
}

/** "her nineties", "in his hundreds". */
function isDecadeWord(words: readonly Word[], at: number): boolean {
  const lower = words[at]?.lower;
  // "grandpa, nineties, lives alone"
  const isSaidOf = words[at - 1]?.text === ',' && PEOPLE.has(words[at - 2]?.lower ?? '') && endsAge(words[at + 1]);
  if (lower === 'nineties') return isOwned(words, at) || isSaidOf;
  return lower === 'hundreds' && isOwned(words, at) && /^(?:in|into|to)$/.test(words[at - 2]?.lower ?? '');
}

/** "in his hundreds, hundred and three", "pushing a hundred, ninety eight": the age itself behind a rough one. */
function restatedAge(words: readonly Word[], at: number): { readonly first: number; readonly next: number } | null {
  const lower = words[at]?.lower ?? '';
  const isHundred = /^(?:a|one)$/.test(lower) && words[at + 1]?.lower === 'hundred' && isNearly(words, at);
  const mark = isHundred ? at + 2 : at + 1;
  if (!(isHundred || isDecadeWord(words, at)) || !/^[,-]$/.test(words[mark]?.text ?? '')) return null;
  const first = /^(?:so|like|about|just)$/.test(words[mark + 1]?.lower ?? '') ? mark + 2 : mark + 1;
  const read = words[first]?.lower === 'hundred' ? readBareHundred(words, first) : readNumber(words, first);
  if (read === null || read.value < LEAST || read.value > MOST) return null;
  const after = words[read.next];
  return endsAge(after) || /^(?:actually|exactly|i|to|years?)$/.test(after?.lower ?? '')
    ? { first, next: ageEnd(words, read.next) }
    : null;
}

/** "pushing a hundred", "close to one hundred". */
function isNearly(words: readonly Word[], at: number): boolean {
  return /^(?:pushing|nearing|almost|nearly|near|approaching|hitting|to|on|about)$/.test(words[at - 1]?.lower ?? '');
}

/** "hundred and three" without its "a". */
function readBareHundred(words: readonly Word[], hundred: number): ReadNumber | null {
  const rest = readCardinal(words, words[hundred + 1]?.lower === 'and' ? hundred + 2 : hundred + 1);
  if (rest === null) return { value: 100, next: hundred + 1 };
  return rest.value < 100 ? { value: 100 + rest.value, next: rest.next } : null;
}

/** The word after the "'s" of "90's", which are one word or two; null where there is none. */
function pluralMark(words: readonly Word[], at: number): number | null {
  if (words[at]?.lower === "'s") return at + 1;
  return words[at]?.text === "'" && words[at + 1]?.lower === 's' && words[at + 1]?.glued === true ? at + 2 : null;
}

/** "his 90s", "her mid-nineties", "their very late nineties". */
function isOwned(words: readonly Word[], at: number): boolean {
  const before = words[at - 1]?.lower ?? '';
  const owner = /^(?:early|mid|late|-|middle|upper|low|high)$/.test(before)
    ? words.slice(Math.max(0, at - 4), at)
    : [words[at - 1]];
  return owner.some((word) => POSSESSIVES.has(word?.lower ?? ''));
}

/** "a hundred-and-one-year-old", "one-hundred-one years old": the word after the number, or after what is joined to it. */
function readHyphenatedAge(words: readonly Word[], first: number): number | null {
  const past = (at: number): number => (words[at]?.text === '-' && words[at + 1]?.glued === true ? at + 1 : at);
  const lower = words[first]?.lower;
  const hundred = lower === 'a' || lower === 'one' ? past(first + 1) : first;
  if (words[hundred]?.lower !== 'hundred' || words[hundred + 1]?.text !== '-') return null;
  let at = past(hundred + 1);
  if (words[at]?.lower === 'and') at = past(at + 1);
  const rest = readCardinal(words, at);
  const next = rest === null ? at : rest.next;
  if ((rest?.value ?? 0) > MOST - 100) return null;
  if (!isYearsOld(words, next)) return rest !== null && isYearsOld(words, past(next)) ? ageEnd(words, next) : null;
  // What is joined by hyphens is one word: "hundred-and-one-year-old".
  let end = next;
  while (words[end]?.text === '-' && words[end + 1]?.glued === true) end += 2;
  return end === next ? ageEnd(words, next) : end;
}

const PART_OF_YEAR = /^(?:days?|weeks?|wks?|months?|mos?)$/;
/** "age: 90 years 1 day": the word after it, or null. A day before the birthday of 90 on a leap day counts as 90. */
function exactAgeEnd(words: readonly Word[], first: number, { value, next }: ReadNumber): number | null {
  const isYears = YEARS.test(words[next]?.lower ?? '');
  // "aged 90 and 3 months"
  const isAged = /^(?:age|aged)$/.test(words[first - 1]?.lower ?? '') && words[next]?.lower === 'and';
  if (value < LEAST - 1 || value > MOST || !(isYears || isAged)) return null;
  const at = isAged
    ? next + 1
    : words[next + 1]?.lower === 'and' || words[next + 1]?.text === ','
      ? next + 2
      : next + 1;
  const rest = readNumber(words, at);
  const unit = rest === null ? '' : (words[rest.next]?.lower ?? '');
  if (rest === null || !PART_OF_YEAR.test(unit)) return null;
  if (value < LEAST && !(unit.startsWith('day') && rest.value >= 364)) return null;
  return first > 0 || words.length > rest.next ? rest.next + 1 : null;
}

/** "P93Y" (ISO 8601) and "093Y" (DICOM age strings): the word after it, or null. */
function readCodedAge(words: readonly Word[], at: number): number | null {
  const [first, number, unit] =
    words[at]?.lower === 'p' ? [words[at], words[at + 1], words[at + 2]] : [undefined, words[at], words[at + 1]];
  if (number?.type !== 'digits' || unit?.text !== 'Y' || !unit.glued || (first !== undefined && !number.glued))
    return null;
  if (first === undefined && number.text.length !== 3) return null;
  const years = Number(number.text);
  const next = first === undefined ? at + 2 : at + 3;
  return years >= LEAST && years <= MOST ? next : null;
}

const POSSESSIVES: ReadonlySet<string> = new Set(['my', 'his', 'her', 'your', 'our', 'their']);

/** "her ninety fifth birthday", "a 100th birthday": the word after the ordinal, or null. */
function readBirthday(words: readonly Word[], at: number): number | null {
  const word = words[at];
  if (word?.type !== 'ordinal' && word?.lower !== 'ninety' && word?.lower !== 'ninetieth') return null;
  const ordinal = readOrdinal(words, at);
  return ordinal && ordinal.value >= LEAST && ordinal.value <= MOST && words[ordinal.next]?.lower === 'birthday'
    ? ordinal.next
    : null;
}

function isAge(reading: Reading, first: number, next: number): boolean {
  return (
    isYearsOld(reading.words, next) ||
    isOfPatient(reading.words, first, next) ||
    isSexed(reading.words, next) ||
    isAgedBefore(reading.words, first, next)
  );
}

/** "pt. 93 yrs", "about 95 years": where all that is said before is whose age it is. */
function isOfPatient(words: readonly Word[], first: number, next: number): boolean {
  if (!YEARS.test(words[next]?.lower ?? '') || !endsAge(words[next + 1])) return false;
  const at = words[first - 1]?.text === '.' ? first - 2 : first - 1;
  return /^(?:pt|patient|resident|no|actually|unknown)$/.test(
    words[words[at]?.text === ',' ? at - 1 : at]?.lower ?? '',
  );
}

/** "95F", "95 M presents". */
function isSexed(words: readonly Word[], next: number): boolean {
  const [sex, after] = [words[next], words[next + 1]];
  // "AGE/SEX: 93/F"
  const written = sex?.text === '/' && sex.glued ? after : undefined;
  if (written !== undefined) return /^[FM]$/.test(written.text) && endsAge(words[next + 2]);
  if (sex?.text !== 'F' && sex?.text !== 'M') return false;
  return sex.glued
    ? !(after?.glued === true && after.type !== 'mark')
    : /^(?:presents|presented|with|who|patient|admitted)$/.test(after?.lower ?? '');
}

const AGE_WORDS: ReadonlySet<string> = new Set(['age', 'aged', 'turned', 'turning', 'turns', 'turn']);
/** "age 94", "age: 94", "just turned ninety one", "lived to be 101"; "I'm 94", "my father is 94" only where nothing is counted. */
function isAgedBefore(words: readonly Word[], first: number, next: number): boolean {
  const after = words[next];
  if (after?.text === '%' || (after && isUnit(after.lower, after.glued))) return false;
  let at = first - 1;
  let links = 0;
  while (links < 3 && AGE_LINKS.has(words[at]?.lower ?? '')) {
    at--;
    links++;
  }
  const word = words[at]?.lower ?? '';
  if (AGE_WORDS.has(word)) return true;
  // "he was 99 when he died"
  if (after?.lower === 'when' && (SUBJECTS.has(word) || PEOPLE.has(word)) && links > 0) return true;
  const before = words[first - 1]?.lower;
  if (before === 'to' && /^(?:lived|lives|live)$/.test(words[first - 2]?.lower ?? '')) return endsAge(after);
  const third = words[first - 3]?.lower ?? '';
  // "lived to be", "she'll be"
  if (
    before === 'be' &&
    (/^(?:lived|lives|live)$/.test(words[first - 3]?.lower ?? '') ||
      /^(?:he|she)'ll$/.test(words[first - 2]?.lower ?? ''))
  )
    return endsAge(after);
  // "mom will be 93 in March"
  if (before === 'be' && words[first - 2]?.lower === 'will' && (SUBJECTS.has(third) || PEOPLE.has(third)))
    return endsAge(after);
  // "he made it to 102", "she's going to be 94 soon"
  if (before === 'to' && words[first - 2]?.lower === 'it' && words[first - 3]?.lower === 'made') return endsAge(after);
  if (before === 'be' && words[first - 2]?.lower === 'to' && words[first - 3]?.lower === 'going') return endsAge(after);
  const am = before === 'am' && words[first - 2]?.lower === 'i';
  if (am || word === "i'm" || (SUBJECTS.has(word) && word !== 'am' && links > 0)) return endsAge(after);
  return PEOPLE.has(word) && links > 0 && endsAge(after);
}

/** The word after an age over 89 that answers a question for one: "94", "a hundred and one"; null for any other number. */
export function answeredAgeEnd(words: readonly Word[], at: number): number | null {
  const read = readNumber(words, at);
  if (read === null || read.value < LEAST || read.value > MOST) return null;
  return endsAge(words[read.next]) || isYearsOld(words, read.next) || YEARS.test(words[read.next]?.lower ?? '')
    ? ageEnd(words, read.next)
    : null;
}
