import type { Reading } from '../reading.ts';
import type { Finding } from '../recogniser.ts';
import { isLetterWord } from '../spoken/alphabet.ts';
import type { Code } from '../spoken/codes.ts';
import { COMMON_WORDS } from '../vocabulary/common-words.ts';
import { isMedicalWord } from '../vocabulary/medical-words.ts';
import { SHORT_FAMILY, SHORT_GIVEN } from '../vocabulary/word-names.ts';
import type { Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';

const MIN_LETTERS = 3;
const MAX_CUE_WORDS = 8;
const MAX_WORDS_AFTER = 4;
const SPELL_CUES: ReadonlySet<string> = new Set([
  'name',
  'spell',
  'spelled',
  'spelling',
  'spelt',
  'spells',
  'surname',
  'lastname',
  'firstname',
]);
// "it's called x y z": names of medicines and things are spelled, too.
const NOT_NAMES: ReadonlySet<string> = new Set([
  'medication',
  'medicine',
  'drug',
  'email',
  'street',
  'company',
  'pharmacy',
  'website',
  'address',
]);

/** Names spelled letter by letter: "spelled s m i t h", "that's K-O-W", after a cue, with the name itself, or with a remark on a letter. */
export function findSpelledNames(reading: Reading): Finding[] {
  const findings: Finding[] = [];
  for (const code of reading.codes) {
    if (code.digits.length > 0) continue;
    const short = code.letters === 2 && code.spoken === 2 ? shortName(reading.words, code) : null;
    if (short !== null) findings.push(wordsFinding(reading, short, code.last, 'NAME', 'name.spelled', 0.8));
    if (code.letters < MIN_LETTERS || code.spoken < MIN_LETTERS) continue;
    const repeated = repeatedName(reading.words, code);
    if (repeated) findings.push(wordsFinding(reading, repeated.first, repeated.last, 'NAME', 'name.spelled', 0.85));
    if (
      repeated ||
      isRemarkedOn(reading.words, code.last) ||
      isExplained(reading.words, code) ||
      isCued(reading, code) ||
      isBareSpelling(reading.words, code)
    ) {
      findings.push(wordsFinding(reading, code.first, code.last, 'NAME', 'name.spelled', 0.85));
    }
  }
  return findings;
}

/** The word of two letters before the same two letters: "an, a n". Null where it is no name of that length. */
function shortName(words: readonly Word[], { first, chars }: Code): number | null {
  const name = words[first - 1]?.text === ',' ? first - 2 : first - 1;
  const lower = words[name]?.lower ?? '';
  return lower === chars.toLowerCase() && (SHORT_GIVEN.has(lower) || SHORT_FAMILY.has(lower)) ? name : null;
}

const MAX_BETWEEN = 4;

/** The words just before the letters, or right after them, that they spell: "smith, s m i t h", "o'brien, that's o apostrophe b r i e n". */
function repeatedName(words: readonly Word[], code: Code): { first: number; last: number } | null {
  const wanted = code.chars.toLowerCase();
  for (let last = code.first - 1; last >= 0 && last >= code.first - MAX_BETWEEN; last--) {
    for (let first = last; first >= 0 && first >= last - 2; first--)
      if (lettersOf(words, first, last) === wanted) return { first, last };
  }
  for (let first = code.last + 1; first <= code.last + 2; first++)
    if (lettersOf(words, first, first) === wanted) return { first, last: first };
  return null;
}

function lettersOf(words: readonly Word[], first: number, last: number): string {
  let letters = '';
  for (let at = first; at <= last; at++) {
    const word = words[at];
    if (word?.type === 'letters') letters += word.lower.includes("'") ? word.lower.replaceAll("'", '') : word.lower;
  }
  return letters;
}

/** "... with one r", "... with no h", "... with two t's". */
function isRemarkedOn(words: readonly Word[], last: number): boolean {
  const at = words[last + 1]?.text === ',' ? last + 2 : last + 1;
  if (
    !/^(?:with|without)$/.test(words[at]?.lower ?? '') ||
    !/^(?:one|two|no|a|an|double|just)$/.test(words[at + 1]?.lower ?? '')
  )
    return false;
  return isLetterWord(words, words[at + 2]?.lower === 'one' ? at + 3 : at + 2);
}

const LONG_SPELLING = 5;
/** Abbreviations of five letters and more that are said letter by letter. */
const ABBREVIATIONS = /^(?:hipaa|cobra|nsaids?|covid|abcde.*|aeiou|qwert.*|erisa|fmlas?|mrsas?)$/;
const BEFORE_SPELLING = /^(?:that's|thats|that|'s|it's|its|is|uh|um|er|yes|yeah|no|okay|ok|so|sure|well)$/;

/** "that's m c g l i n c h e y": five letters and more that are all that is said, and no medicine. */
function isBareSpelling(words: readonly Word[], { first, last, letters, spoken, chars }: Code): boolean {
  if (letters < LONG_SPELLING || spoken < LONG_SPELLING) return false;
  const joined = chars.toLowerCase();
  if (ABBREVIATIONS.test(joined) || isMedicalWord(joined) || COMMON_WORDS.has(joined)) return false;
  const after = words[last + 1];
  const isEnd =
    after === undefined || after.type === 'mark' || /^(?:with|and|as|like|not|okay|that's)$/.test(after.lower);
  return isEnd && words.slice(0, first).every(({ type, lower }) => type === 'mark' || BEFORE_SPELLING.test(lower));
}

/** "M like Mary, C like Charlie", "capital M, lowercase c": said of letters that are written down. */
function isExplained(words: readonly Word[], { first, last }: Code): boolean {
  let explained = 0;
  for (let at = first; at <= last; at++)
    if (/^(?:like|as|capital|uppercase|lowercase)$/.test(words[at]?.lower ?? '')) explained++;
  return explained > 1;
}

function isCued({ words }: Reading, code: Code): boolean {
  let cued = false;
  for (
    let at = code.first - 1, count = 0;
    at >= 0 && count < MAX_CUE_WORDS && code.first - at < MAX_CUE_WORDS * 3;
    at--
  ) {
    const word = words[at];
    if (word?.type !== 'letters') continue;
    if (NOT_NAMES.has(word.lower)) return false;
    cued ||= SPELL_CUES.has(word.lower);
    count++;
  }
  // "... that's my last name"
  for (let at = code.last + 1; at <= code.last + MAX_WORDS_AFTER; at++) cued ||= words[at]?.lower === 'name';
  return cued;
}
