/** Words that belong to a name that was found: a given name before it that is a word, and what tells father and son apart. */
import type { Reading } from './reading.ts';
import type { Finding } from './recogniser.ts';
import { wordAt } from './recognisers/ranges.ts';
import { COMMON_WORDS } from './vocabulary/common-words.ts';
import { GIVEN_WORDS, VERB_NAMES } from './vocabulary/word-names.ts';
import { isCapitalised, type Word } from './words.ts';

const ORDERS = /^(?:second|third|fourth|2nd|3rd|4th)$/;
const SUFFIXES = /^(?:jr|sr|ii|iii|iv)$/;
const SENIORITIES = /^(?:junior|senior)$/;
/** What follows a whole name. */
const AFTER_NAMES =
  /^(?:calling|speaking|here|and|is|was|has|needs|wants|called|says|said|born|date|who|my|i|on|from|with|please|again)$/;
/** What a sentence says before a name. */
const BEFORE_NAMES =
  /^(?:is|'s|i'm|im|am|for|about|named|called|with|name|and|patient|to|yes|yeah|hi|hello|um|uh|okay|so)$/;

/** The name with the words around it that belong to it: "summer rain johnson", "will o'neal the third". */
export function wholeName(reading: Reading, finding: Finding): Finding {
  const { words } = reading;
  const first = wordAt(reading, finding.start);
  const last = wordAt(reading, finding.end) - 1;
  const from = givenBefore(words, first, last);
  const to = suffixEnd(words, shortPartEnd(words, last));
  if (from === first && to === last) return finding;
  return { ...finding, start: words[from]?.start ?? finding.start, end: words[to]?.end ?? finding.end };
}

/** "summer" before "rain johnson", at the beginning of what is said or after what announces a name. */
function givenBefore(words: readonly Word[], first: number, last: number): number {
  const [before, given, name] = [words[first - 2], words[first - 1], words[first]];
  if (given === undefined || name === undefined || name.newLine || name.glued) return first;
  const begins = before === undefined || given.newLine || /^[.,;:?!]$/.test(before.text);
  if (begins && isUnknownGiven(words, first)) return first - 1;
  if (isHyphenatedGiven(words, first)) return first - 3;
  if (first === last) return first;
  if (!GIVEN_WORDS.has(given.lower) || VERB_NAMES.has(given.lower)) return first;
  if (isCapitalised(given) !== isCapitalised(name)) return first;
  return begins || BEFORE_NAMES.test(before.lower) ? first - 1 : first;
}

/** "Hawi Tesfaye and Girma Tesfaye": a first word that no list has, before a family name that is said twice. */
function isUnknownGiven(words: readonly Word[], family: number): boolean {
  const [given, name, joint] = [words[family - 1], words[family], words[family + 1]];
  if (given?.type !== 'letters' || name === undefined || !/^(?:and|or|&)$/.test(joint?.lower ?? '')) return false;
  if (COMMON_WORDS.has(given.lower) || !isCapitalised(given) || !isCapitalised(name)) return false;
  return words[family + 3]?.lower === name.lower;
}

/** "Soo-ah Baek", "Min-ji Noh": a given name of two parts, the second mostly in lower case, before a family name. */
function isHyphenatedGiven(words: readonly Word[], family: number): boolean {
  const [one, hyphen, two, name] = words.slice(Math.max(0, family - 3), family + 1);
  if (family < 3 || hyphen?.text !== '-' || !hyphen.glued || two?.glued !== true || name === undefined) return false;
  const areParts = one?.type === 'letters' && two.type === 'letters' && isCapitalised(one) && isCapitalised(name);
  return areParts && !one.glued && !COMMON_WORDS.has(one.lower) && one.text.length <= 6 && two.text.length <= 6;
}

const SHORTEST_PART = 2;
const SHORT_PART = 5;

/** The last word of "Hser Ku Paw", of which "Hser Ku" was found: one short name more, which ends what is said of it. */
function shortPartEnd(words: readonly Word[], last: number): number {
  const [before, name, part, after] = [words[last - 1], words[last], words[last + 1], words[last + 2]];
  if (name === undefined || part?.type !== 'letters' || part.newLine || part.glued) return last;
  const isShort = [before, name, part].every(
    (word) =>
      word?.type === 'letters' &&
      word.text.length >= SHORTEST_PART &&
      word.text.length <= SHORT_PART &&
      isCapitalised(word) &&
      word.text !== word.text.toUpperCase() &&
      !COMMON_WORDS.has(word.lower),
  );
  const ends = after === undefined || after.newLine || /^[.,;?!]$/.test(after.text) || AFTER_NAMES.test(after.lower);
  return isShort && ends ? last + 1 : last;
}

/** The last word of "junior" or "the third" behind the name that ends with the word `last`, or `last`. */
export function suffixEnd(words: readonly Word[], last: number): number {
  const at = words[last + 1]?.text === ',' ? last + 2 : last + 1;
  const word = words[at];
  if (word === undefined || word.newLine || word.glued) return last;
  if (SUFFIXES.test(word.lower)) return at;
  const ends = (next: Word | undefined): boolean =>
    next === undefined || next.newLine || next.type === 'mark' || AFTER_NAMES.test(next.lower);
  if (at !== last + 1) return last;
  if (SENIORITIES.test(word.lower)) return ends(words[at + 1]) ? at : last;
  return word.lower === 'the' && ORDERS.test(words[at + 1]?.lower ?? '') && ends(words[at + 2]) ? at + 1 : last;
}
