/** The texts of a request as a walk over it gives them out, one by one, and takes back what is sent instead. */
import type { JsonPlace } from '../../detection/documents/json-place.ts';
import type { JsonSense } from '../../detection/documents/json-sense.ts';
import type { WrittenPieces } from '../../json/json-rewrite.ts';
import type { TextNeighbours } from './text-neighbours.ts';
import type { SPEAKERS } from './treatment.ts';

/** The role of the message that holds a text. */
export type Speaker = (typeof SPEAKERS)[number];

/** The position of a text. It holds no value of the caller: a key that masking changed is in its masked form. */
export interface TextPosition {
  /** JSON Pointer (RFC 6901) into the masked body, to the string, the number or the object whose key it is. */
  readonly pointer: string;
  /** Null outside messages. */
  readonly speaker: Speaker | null;
  /** The nearest key above the value, a cue to what it is (`mrn`); null for a key and where there is none. */
  readonly key: string | null;
  /** What the JSON document around the text says about it; absent for other texts. */
  readonly sense?: JsonSense;
  /** True for a free appointment time in the JSON of a tool, and for one that a tool is asked for. */
  readonly isSlot?: true;
  /** True for a date beside the name of a person in the JSON of a tool. */
  readonly isPersons?: true;
}

/** A text of a request, where it is sent. */
export interface TextSlot {
  /** Never empty. */
  readonly text: string;
  readonly position: TextPosition;
  /** Present for the text parts of one message, for keys of JSON that are more than names, and for values under these keys. */
  readonly beside?: TextNeighbours | undefined;
}

/** The end of the last item of a request's history. */
export const HISTORY_END = Symbol('history end');

/** What a walk yields: a text, the end of the history, or nothing where it may be interrupted. */
export type WalkStep = TextSlot | typeof HISTORY_END | undefined;

/**
 * A walk over a request. It yields its texts in the order of the request, because earlier texts are context. After each text
 * it continues with the masked form.
 */
export type Walking<T> = Generator<WalkStep, T, string>;

/** Runs a walk that changes nothing, and shows its texts. Yields wherever it may be interrupted. */
export function* visiting<T>(walk: Walking<T>, visit: (slot: TextSlot) => void): Generator<undefined, T> {
  for (let text = ''; ;) {
    const step = walk.next(text);
    if (step.done === true) return step.value;
    if (step.value === HISTORY_END) continue;
    if (step.value === undefined) yield;
    else {
      visit(step.value);
      ({ text } = step.value);
    }
  }
}

/** The place of a value in a request. */
export interface Place {
  readonly pointer: string;
  readonly key: string | null;
  /** The key, for a value directly under it that may begin in the key. */
  readonly beside?: TextNeighbours | undefined;
  /** The place in the JSON document around the value. */
  readonly json?: JsonPlace | undefined;
  /** Replacements for the items of a list with values in pieces, and the path from that list to this value. */
  readonly pieces?: { readonly written: WrittenPieces; readonly path: string } | undefined;
}

/** Returns the key as a segment of a JSON Pointer. */
export function pointerSegment(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
