import { isNumberWord } from '../spoken/numbers.ts';
import { BOUNDARY_WORDS } from '../vocabulary/boundary-words.ts';
import { SPOKEN_JOINTS } from '../vocabulary/domains.ts';
import type { Word } from '../words.ts';

const MAX_WORDS = 40;
const MAX_PLAIN_WORDS = 4;

/**
 * The first word of a name that is spoken in several words and ends with the word `last`: "heel left tuesday", "tiny u r l",
 * "i m g underscore four four one nine". Letters, digits and words for marks are its pieces; of plain words it has four at most.
 * Null if no boundary is reached: a mark, a line, a word that such names do not hold.
 */
export function spokenNameStart(words: readonly Word[], last: number): number | null {
  let start = last;
  let plain = isPiece(words, last) ? 0 : 1;
  while (last - start < MAX_WORDS) {
    const [current, before] = [words[start], words[start - 1]];
    if (before === undefined || current?.newLine === true) return start;
    if (isJoint(before, current) && isSpoken(words[start - 2])) {
      start -= 2;
      if (!isPiece(words, start) && BOUNDARY_WORDS.has(words[start]?.lower ?? '')) return start;
    } else if (!isSpoken(before)) return start;
    else if (isPiece(words, start - 1)) start -= 1;
    else if (BOUNDARY_WORDS.has(before.lower)) return start;
    else if (plain === MAX_PLAIN_WORDS) return null;
    else {
      plain += 1;
      start -= 1;
    }
  }
  return null;
}

/** The first of the letters, digits and words for marks that end with the word `last`: "u r l" of "tiny u r l". */
export function spelledStart(words: readonly Word[], last: number): number {
  let start = last;
  while (start > 0 && last - start < MAX_WORDS && words[start]?.newLine !== true) {
    const before = words[start - 1];
    if (before !== undefined && isJoint(before, words[start]) && isSpoken(words[start - 2])) start -= 2;
    else if (isPiece(words, start) && isPiece(words, start - 1)) start -= 1;
    else break;
  }
  return start;
}

/** A letter, digits, a number word; "a" and "i" only before another piece. */
function isPiece(words: readonly Word[], at: number): boolean {
  const word = words[at];
  if (word === undefined || word.type === 'mark') return false;
  if (word.lower === 'a' || word.lower === 'i')
    return words[at + 1]?.text.length === 1 || SPOKEN_JOINTS.has(words[at + 1]?.lower ?? '');
  return (
    word.text.length === 1 ||
    word.type === 'digits' ||
    isNumberWord(word.lower) ||
    word.lower === 'double' ||
    word.lower === 'triple'
  );
}

function isSpoken(word: Word | undefined): boolean {
  return word !== undefined && word.type !== 'mark';
}

function isJoint(word: Word, after: Word | undefined): boolean {
  if (SPOKEN_JOINTS.has(word.lower)) return true;
  return (word.text === '.' || word.text === '_' || word.text === '-') && word.glued && after?.glued === true;
}
