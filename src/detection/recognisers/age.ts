import type { Reading } from '../reading.ts';
import type { Finding, Recogniser } from '../recogniser.ts';
import { readCardinal, type ReadNumber } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

// Safe Harbor: ages over 89 identify; nobody documented has reached 126.
const LEAST = 90;
const MOST = 125;

/** Ages over 89: "94 years old", "a ninety-four-year-old", "aged 94", "I'm 94". The span is the number. */
export const age: Recogniser = {
  name: 'age',
  passes: ['regex'],
  find(reading) {
    const findings: Finding[] = [];
    for (let at = 0; at < reading.words.length; at++) {
      const read = readNumber(reading.words, at);
      if (!read) continue;
      if (read.value >= LEAST && read.value <= MOST && isAge(reading, at, read.next)) {
        findings.push(wordsFinding(reading, at, read.next - 1, 'AGE', 'age.number', 0.85));
      }
      at = read.next - 1;
    }
    return findings;
  },
};

function readNumber(words: readonly Word[], at: number): ReadNumber | null {
  const word = words[at];
  if (word?.type === 'digits') return word.text.length <= 3 ? { value: Number(word.text), next: at + 1 } : null;
  return readCardinal(words, at);
}

function isAge(reading: Reading, first: number, next: number): boolean {
  return isYearsOld(reading.words, next) || isAgedBefore(reading.words, first, next);
}

/** "years old", "year-old", "years of age", "yo", "y/o". */
function isYearsOld(words: readonly Word[], next: number): boolean {
  const after: string[] = [];
  for (let at = next; at < words.length && after.length < 3 && at < next + 6; at++) {
    const word = words[at];
    if (word && word.text !== '-') after.push(word.lower);
  }
  const [a, b, c] = after;
  if (a === 'years' || a === 'year' || a === 'yrs' || a === 'yr') return b === 'old' || b === 'olds' || b === 'young' || (b === 'of' && c === 'age');
  return a === 'yo' || (a === 'y' && (b === 'o' || (b === '/' && c === 'o')));
}

const AGE_WORDS: ReadonlySet<string> = new Set(['age', 'aged', 'turned', 'turning']);
const SUBJECTS: ReadonlySet<string> = new Set(["i'm", 'he', 'she', 'am']);
const AGE_LINKS: ReadonlySet<string> = new Set(['is', "'s", ':', 'of', 'was', '"', 'now', 'just', 'am']);

/** "age 94", "age: 94", "just turned ninety one"; "I'm 94", "she's 94" only where the sentence ends or goes on with "and". */
function isAgedBefore(words: readonly Word[], first: number, next: number): boolean {
  let at = first - 1;
  let links = 0;
  while (links < 3 && AGE_LINKS.has(words[at]?.lower ?? '')) {
    at--;
    links++;
  }
  const word = words[at]?.lower ?? '';
  if (AGE_WORDS.has(word)) return words[next]?.text !== '%';
  const am = words[first - 1]?.lower === 'am' && words[first - 2]?.lower === 'i';
  if (!am && !(SUBJECTS.has(word) && word !== 'am' && (word === "i'm" || links > 0))) return false;
  const after = words[next];
  return after === undefined || after.newLine || after.text === '.' || after.text === ',' || after.lower === 'and' || after.lower === 'now';
}
