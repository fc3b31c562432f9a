/** Positions of texts in a request, and the function that masks a text at its position. */
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

/**
 * Returns the text with identifiers replaced. It is called in the order of the request, because earlier texts are context,
 * and never for an empty text. `beside` is given for the text parts of one message, for keys of JSON that are more than
 * names, and for the values under these keys.
 */
export type MaskText = (text: string, at: TextPosition, beside?: TextNeighbours) => string;

/** A walk, which yields where it may be interrupted. */
export type Walking<T> = Generator<void, T>;

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
