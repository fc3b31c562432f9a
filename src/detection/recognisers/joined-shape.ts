import type { Code } from '../spoken/codes.ts';
import type { Word } from '../words.ts';

const JOINTS: ReadonlySet<string> = new Set(['.', ':', '/', '-', '_']);
const MAX_JOINED = 6;
const MAX_LETTERS = 5;

/**
 * The words of an identifier that is written with marks inside, around the code that was read of it: FMD:4c1e09a7, FR.20481.c,
 * T-3319/L, APRN.CNP.0031882, 4471#. Nothing of the cue belongs to it: `cueLast` is the cue's last word.
 */
export function joinedShape(
  words: readonly Word[],
  { first, last, spoken }: Code,
  cueLast: number,
): { readonly first: number; readonly last: number } {
  if (spoken > 0) return { first, last };
  let start = first;
  for (
    let parts = 0;
    parts < MAX_JOINED && start - 2 > cueLast && isJoint(words, start - 1) && isPart(words[start - 2]);
    parts++
  )
    start -= 2;
  let end = last;
  for (let parts = 0; parts < MAX_JOINED && isJoint(words, end + 1) && isPart(words[end + 2]); parts++)
    end = partEnd(words, end + 2);
  if (
    words[end + 1]?.text === '#' &&
    words[end + 1]?.glued === true &&
    !(words[end + 2]?.glued === true && words[end + 2]?.type !== 'mark')
  )
    end += 1;
  return { first: start, last: end };
}

/** A mark without white space on either side, and words on both. */
function isJoint(words: readonly Word[], at: number): boolean {
  return JOINTS.has(words[at]?.text ?? '') && words[at]?.glued === true && words[at + 1]?.glued === true;
}

/** Digits, a few capitals, a single letter; not "12345.Thanks". */
function isPart(word: Word | undefined): boolean {
  if (word === undefined || word.type === 'mark') return false;
  return (
    word.type !== 'letters' ||
    word.text.length === 1 ||
    (word.text.length <= MAX_LETTERS && word.text === word.text.toUpperCase())
  );
}

/** The last word of letters and digits written together from the word on: 4c1e09a7. */
function partEnd(words: readonly Word[], from: number): number {
  let end = from;
  while (end - from < MAX_JOINED * 2 && words[end + 1]?.glued === true && isPart(words[end + 1])) end += 1;
  return end;
}
