/** Where in an answer something may be a token. */
import type { WordEdge } from './surroundings.ts';

/** A place in a text that may go on. */
export interface Place {
  readonly text: string;
  readonly at: number;
  /** How many JSON strings the place is in. */
  readonly depth: number;
  readonly edge: WordEdge;
  /** In JSON, but in no string of it: then quotes are no decoration, they hold the JSON together. */
  readonly isBetweenStrings: boolean;
  /** Nothing follows the text. */
  readonly final: boolean;
}
