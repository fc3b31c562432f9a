/** Letters said one by one where a name is expected, whatever else they could be an abbreviation of. */
import { readLetter } from '../spoken/alphabet.ts';
import { FILLERS } from '../spoken/numbers.ts';
import type { Word } from '../words.ts';

/** A run of letters, from its first to its last word. */
export interface Spelling {
  readonly first: number;
  readonly last: number;
  /** The letters, upper case. */
  readonly chars: string;
}

const MOST_BETWEEN = 3;
const DOUBLES: ReadonlySet<string> = new Set(['double', 'triple']);
const BETWEEN: ReadonlySet<string> = new Set([
  '-',
  ',',
  '.',
  'dash',
  'hyphen',
  'apostrophe',
  'space',
  'capital',
  'and',
  'then',
]);

/** All runs of letters, in order: over hyphens, commas and fillers, with "b as in boy" and "double l". */
export function findSpellings(words: readonly Word[]): Spelling[] {
  const spellings: Spelling[] = [];
  for (let at = 0; at < words.length; at++) {
    const spelling = readSpelling(words, at);
    if (spelling === null) continue;
    spellings.push(spelling);
    at = spelling.last;
  }
  return spellings;
}

function readSpelling(words: readonly Word[], first: number): Spelling | null {
  let chars = '';
  let last = -1;
  for (let at = first; at < words.length;) {
    const times = DOUBLES.has(words[at]?.lower ?? '') ? (words[at]?.lower === 'double' ? 2 : 3) : 1;
    const letter = words[at]?.newLine === true && chars !== '' ? null : readLetter(words, times > 1 ? at + 1 : at);
    if (letter !== null) {
      chars += letter.letter.repeat(times);
      last = letter.next - 1;
      at = letter.next;
    } else {
      const word = words[at];
      const passes = word !== undefined && (BETWEEN.has(word.lower) || FILLERS.has(word.lower));
      if (chars === '' || !passes || at - last > MOST_BETWEEN) break;
      at++;
    }
  }
  // "a" and "i" alone are words.
  return chars === '' || chars === 'A' || chars === 'I' ? null : { first, last, chars };
}
