/** How the evaluation counts words. Its own on purpose: it must not change with the detector's word scanner. */

export interface ScoredWord {
  /** UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
}

// Letters with apostrophes inside, a possessive 's by itself, digits with an ordinal's ending. Everything else is no word.
const WORD = /[\p{L}\p{M}]+(?:['’](?!s\b)[\p{L}\p{M}]+)*|(?<=\p{L})['’]s\b|\d+(?:st|nd|rd|th)\b|\p{N}+/gu;

/** The words with a letter or a digit, in order. */
export function scoredWords(text: string): ScoredWord[] {
  return Array.from(text.matchAll(WORD), ({ index, 0: word }) => ({ start: index, end: index + word.length }));
}
