import type { EntityKind } from './kinds.ts';
import type { Reading } from './reading.ts';
import type { Pass } from './span.ts';

/** What a recogniser found: offsets in the folded text, UTF-16 units, end exclusive. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: EntityKind;
  /** 0 to 1. */
  readonly confidence: number;
  /** A check digit or an allocation rule confirmed the value. */
  readonly validated: boolean;
  /** For `explain`: `phone.nanp`. */
  readonly recogniser: string;
  /**
   * Reported only because nothing explains it. Left out where a finding of any kind, even of one that the policy does
   * not look for, explains the same text: whoever lets phone numbers through does not want them masked under another name.
   */
  readonly fallback?: boolean;
}

/**
 * One way of finding identifiers: a pure function over a reading. `passes` are those it works for; a finding is reported
 * in the first of the policy's passes that may report its kind. Time must be linear in the text, whatever the text.
 */
export interface Recogniser {
  readonly name: string;
  readonly passes: readonly Pass[];
  find(reading: Reading): readonly Finding[];
}
