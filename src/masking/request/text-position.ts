/** Where a text of a request stands, and how it is asked for. */
import type { JsonPlace } from '../../detection/documents/json-place.ts';
import type { JsonSense } from '../../detection/documents/json-sense.ts';
import type { WrittenPieces } from '../../json/json-rewrite.ts';
import type { TextNeighbours } from './text-neighbours.ts';
import type { SPEAKERS } from './treatment.ts';

/** The role of the message that a text stands in. */
export type Speaker = (typeof SPEAKERS)[number];

/** Where a text stands. Holds no value of the caller: keys that masking changed are here as masking wrote them. */
export interface TextPosition {
  /** JSON Pointer (RFC 6901) into the masked body, to the string, the number or the object whose key it is. */
  readonly pointer: string;
  /** Null outside messages. */
  readonly speaker: Speaker | null;
  /** The nearest key above the value, a cue to what it is (`mrn`); null for a key and where there is none. */
  readonly key: string | null;
  /** What the JSON document that the text stands in says of it; absent where it is a text like any other. */
  readonly sense?: JsonSense;
  /** True for a time in a list of free slots in a tool's JSON, and for one that a tool is asked for. */
  readonly isSlot?: true;
  /** True for a date that stands beside the name of a person, in a tool's JSON. */
  readonly isPersons?: true;
}

/**
 * Returns the text with identifiers replaced. Texts are asked for in the order of the request, for what was said before
 * may tell what they are; empty ones never. `beside` is given for the text parts of one message, and for keys of JSON that
 * are more than names, with the values under them.
 */
export type MaskText = (text: string, at: TextPosition, beside?: TextNeighbours) => string;

/** A walk, to be run in stretches: it yields wherever it may be interrupted. */
export type Walking<T> = Generator<void, T>;

/** Where a value of a request stands. */
export interface Place {
  readonly pointer: string;
  readonly key: string | null;
  /** For the value right under a key in which a value may begin. */
  readonly beside?: TextNeighbours | undefined;
  /** The place in the JSON document that the value is a part of. */
  readonly json?: JsonPlace | undefined;
  /** What to write for values in the list that this is or lies in, and the way here from that list. */
  readonly pieces?: { readonly written: WrittenPieces; readonly path: string } | undefined;
}

/** Returns the key as a segment of a JSON Pointer. */
export function pointerSegment(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return key;
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
