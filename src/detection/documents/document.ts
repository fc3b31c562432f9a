/** What a reader of documents says of a text: which stretches hold a person's values, which hold codes, which hold prose. */
import type { EntityKind } from '../kinds.ts';

/**
 * What a field of a document holds by its position:
 * - a kind: a value of a person, masked whether or not detection knows the word;
 * - `keep`: a code or a part of the structure, masked only where it equals a value that the call knows;
 * - `text`: words of which the format says nothing, read as a text of their own.
 */
export type FieldContent = EntityKind | 'keep' | 'text';

/** One field. Offsets are UTF-16 units of the text, end exclusive. */
export interface DocumentField {
  readonly start: number;
  readonly end: number;
  readonly holds: FieldContent;
  /** What the field says where it is written otherwise: without escapes, labels and separators. */
  readonly meant?: string;
}

/** Characters that the format writes for others: `\T\` of HL7 for `&`. Offsets as for fields. */
export interface DocumentEscape {
  readonly start: number;
  readonly end: number;
  readonly meant: string;
}

/**
 * One document, or a piece of one, in a text. Everything between its fields is structure and is never masked. A span
 * never crosses the border of a field.
 */
export interface DocumentSection {
  readonly start: number;
  readonly end: number;
  /** Name of the format, for `explain`: `hl7`. */
  readonly format: string;
  /** Sorted and disjoint, inside the section. */
  readonly fields: readonly DocumentField[];
  /** Whether words go on over the structure between them: a number may begin in one field and end in the next. */
  readonly goesOn?: boolean;
  /** Sorted and disjoint, inside the section; absent where the format escapes nothing here. */
  readonly escapes?: readonly DocumentEscape[];
}

/**
 * Reads one format. Returns the sections of the text that are in this format, sorted and disjoint; an empty list for
 * nearly all texts, after a cheap check. Pure, never throws, linear time whatever the text.
 */
export interface DocumentReader {
  readonly format: string;
  read(text: string): readonly DocumentSection[];
}

/** The documents in a text. */
export interface DocumentReading {
  /** Sorted and disjoint. */
  readonly sections: readonly DocumentSection[];
}

/** The sections of a reader that found nothing. */
export const NO_SECTIONS: readonly DocumentSection[] = [];
