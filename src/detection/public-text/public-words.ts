import type { Reading } from '../reading.ts';
import { wordAt } from '../recognisers/ranges.ts';

/** Words that identify nobody: a code of a classification, a result, an eponym. */
export interface PublicWords {
  /** Indexes of the first and the last word. */
  readonly first: number;
  readonly last: number;
  /** For `explain`: `code.ndc`, `lab`, `term`. */
  readonly rule: string;
  /** Whether the words say what a long number is: without that, seven and more digits are always somebody's. */
  readonly explainsNumber: boolean;
}

/** The words that lie between two offsets of the folded text. */
export function publicWords(
  reading: Reading,
  start: number,
  end: number,
  rule: string,
  explainsNumber = false,
): PublicWords {
  return { first: wordAt(reading, start), last: wordAt(reading, end) - 1, rule, explainsNumber };
}
