/** Rows of words in a folded text: what stays as it is, and what is replaced. */
import { REPEAT_WORDS } from '../detection/spoken/numbers.ts';
import { isLetterWord, readLetter } from '../detection/spoken/alphabet.ts';
import type { Word } from '../detection/words.ts';

/** Letters that are read out one by one. */
export interface Spelled {
  /** In lower case. */
  readonly letters: string;
  /** What stands between the first two. */
  readonly joint: string;
  /** The first word after them. */
  readonly next: number;
}

const FEWEST_SPELLED = 3;

/** Reads three letters or more from the word on, with doubles and explanations; null for anything else. */
export function readSpelled(text: string, words: readonly Word[], from: number): Spelled | null {
  let letters = '';
  let at = from;
  let end = from;
  let joint = '';
  while (at < words.length) {
    const word = words[at];
    if (word === undefined || (word.newLine && at > from)) break;
    const times = REPEAT_WORDS.get(word.lower) ?? 1;
    const letterAt = times > 1 ? at + 1 : at;
    const read = isLetterWord(words, letterAt) ? readLetter(words, letterAt) : null;
    if (read === null) break;
    letters += read.letter.toLowerCase().repeat(times);
    end = read.next;
    at = end;
    while (words[at]?.type === 'mark' && isLetterWord(words, at + 1)) at++;
    if (joint === '' && at < words.length) joint = text.slice(words[end - 1]?.end ?? 0, words[at]?.start ?? 0);
  }
  return letters.length >= FEWEST_SPELLED ? { letters, joint: joint === '' ? ' ' : joint, next: end } : null;
}

/** Writes a word letter by letter, in the case of the first of `surface`. */
export function spellOut(word: string, { joint }: Spelled, surface: string): string {
  const spelled = Array.from(word.replace(/[^\p{L}]/gu, '')).join(joint);
  const first = surface.charAt(0);
  return first !== first.toLowerCase() ? spelled.toUpperCase() : spelled;
}
