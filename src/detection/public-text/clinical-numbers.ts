/** Numbers that medicine says in a row and that identify nobody: pregnancies, levels of the spine, teeth and ribs, "twenty four seven". */
import type { Reading } from '../reading.ts';
import type { Word } from '../words.ts';
import type { PublicWords } from './public-words.ts';

const NUMBER =
  /^(?:\d{1,2}|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty)$/;
const JOINT = /^(?:,|-|\/|and|or|to|through|thru|then|also)$/;
const ANATOMY = /^(?:teeth|tooth|ribs?|toes?|fingers?|nerves?|vertebrae?|molars?|digits?)$/;
const MOST_JOINTS = 2;
const LEAST_LEVELS = 2;
/** Words that a row of pregnancies has at most. */
const MOST_WORDS = 16;

/** The rows of the text, each from the word that says what is numbered to its last number. */
export function findClinicalNumbers({ words }: Reading): PublicWords[] {
  const found: PublicWords[] = [];
  for (let at = 0; at < words.length; at++) {
    const last = pregnanciesEnd(words, at) ?? levelsEnd(words, at) ?? anatomyEnd(words, at) ?? alwaysEnd(words, at);
    if (last === null) continue;
    found.push({ first: at, last, rule: 'measurement.row', explainsNumber: true });
    at = last;
  }
  return found;
}

const isNumber = (word: Word | undefined): boolean => word !== undefined && NUMBER.test(word.lower);

/** "gravida four para three zero one three", "G five P two one two two". */
function pregnanciesEnd(words: readonly Word[], first: number): number | null {
  if (!/^(?:gravida|g)$/.test(words[first]?.lower ?? '') || !isNumber(words[first + 1])) return null;
  let hasPara = false;
  let last = first + 1;
  for (let at = first + 2; at < first + MOST_WORDS; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (isNumber(word)) last = at;
    else if (/^(?:para|p)$/.test(word.lower)) hasPara = true;
    else if (!JOINT.test(word.lower) && !/^(?:a|ab|l|t|abortus|living)$/.test(word.lower)) break;
  }
  return hasPara ? last : null;
}

const LEVEL = /^[ctls]$/;

/** "C five C six and C seven T one": letters of the spine, each with its number. */
function levelsEnd(words: readonly Word[], first: number): number | null {
  let levels = 0;
  let last = first;
  for (let at = first; LEVEL.test(words[at]?.lower ?? '') && isNumber(words[at + 1]);) {
    levels++;
    last = at + 1;
    at = last + 1;
    for (let joints = 0; joints < MOST_JOINTS && JOINT.test(words[at]?.lower ?? ''); joints++) at++;
  }
  return levels >= LEAST_LEVELS ? last : null;
}

/** "teeth one, two, three and fourteen", "ribs five through nine". */
function anatomyEnd(words: readonly Word[], first: number): number | null {
  if (!ANATOMY.test(words[first]?.lower ?? '')) return null;
  let at = /^(?:numbers?|no)$/.test(words[first + 1]?.lower ?? '') ? first + 2 : first + 1;
  let last: number | null = null;
  for (;;) {
    if (isNumber(words[at])) last = at++;
    else if (last !== null && JOINT.test(words[at]?.lower ?? '')) at++;
    else return last;
  }
}

/** "twenty four seven", "twenty four seven three sixty five". */
function alwaysEnd(words: readonly Word[], first: number): number | null {
  if (words[first]?.lower !== 'twenty') return null;
  const said = words
    .slice(first, first + 6)
    .map(({ lower }) => lower)
    .join(' ');
  if (said === 'twenty four seven three sixty five') return first + 5;
  return /^twenty four seven(?: (?!eight|five|four|nine|oh|one|seven|six|three|two|zero|[a-z]*teen|[a-z]*ty\b)|$)/.test(
    said,
  )
    ? first + 2
    : null;
}
