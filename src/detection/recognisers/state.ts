import { STATE_CODES, STATES } from '../vocabulary/places.ts';
import type { Word } from '../words.ts';

/** A state's name or code, from its first to its last word. */
export interface StateMention {
  readonly first: number;
  readonly last: number;
  /** Two capitals, and not the name. */
  readonly isCode: boolean;
}

/** The state (a name of up to three words in any case, or a postal code in capitals) that ends with the word `last`. */
export function stateEndingAt(words: readonly Word[], last: number): StateMention | null {
  for (const length of [3, 2, 1]) {
    const first = last - length + 1;
    if (first >= 0 && isStateName(words, first, length)) return { first, last, isCode: false };
  }
  return STATE_CODES.has(words[last]?.text ?? '') ? { first: last, last, isCode: true } : null;
}

/** The state that begins with the word `first`. */
export function stateStartingAt(words: readonly Word[], first: number): StateMention | null {
  for (const length of [3, 2, 1])
    if (isStateName(words, first, length)) return { first, last: first + length - 1, isCode: false };
  return STATE_CODES.has(words[first]?.text ?? '') ? { first, last: first, isCode: true } : null;
}

function isStateName(words: readonly Word[], first: number, length: number): boolean {
  if (words[first]?.type !== 'letters') return false;
  let name = words[first].lower;
  for (let at = first + 1; at < first + length; at++) name += ` ${words[at]?.lower ?? ''}`;
  return STATES.has(name);
}
