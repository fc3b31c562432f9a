import type { People } from './people.ts';
import type { Random } from './random.ts';

/** How a text is written down: by hand, or by a speech engine. */
export interface Form {
  /** From a speech engine: numbers are mostly spelled out in words. */
  readonly spoken: boolean;
}

/** What values are made from. One random source: the same seed gives the same values. */
export interface Source {
  readonly random: Random;
  readonly people: People;
}
