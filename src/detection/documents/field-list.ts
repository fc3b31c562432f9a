/** Collects the fields of a section while a reader goes over it. */
import { meantBetween } from './document-text.ts';
import type { DocumentEscape, DocumentField, FieldContent } from './document.ts';

/** A stretch of a text: UTF-16 offsets, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Fields in the order in which they are added, which is that of the text. */
export class FieldList {
  readonly fields: DocumentField[] = [];
  readonly #text: string;
  readonly #escapes: readonly DocumentEscape[];

  constructor(text: string, escapes: readonly DocumentEscape[] = []) {
    this.#text = text;
    this.#escapes = escapes;
  }

  /** The text of a stretch as it is written. */
  textOf({ start, end }: Stretch): string {
    return this.#text.slice(start, end);
  }

  /** The text of a stretch without escapes. */
  meaningOf({ start, end }: Stretch): string {
    return meantBetween(this.#text, this.#escapes, start, end) ?? this.#text.slice(start, end);
  }

  /** Adds a field without the white space around it; nothing for an empty one. `meant` defaults to it without escapes. */
  add(stretch: Stretch, holds: FieldContent, meant?: string): void {
    const { start, end } = trimmed(this.#text, stretch);
    if (start >= end) return;
    const says =
      meant ?? (holds === 'keep' || holds === 'text' ? undefined : meantBetween(this.#text, this.#escapes, start, end));
    this.fields.push(says === undefined ? { start, end, holds } : { start, end, holds, meant: says });
  }
}

/** The stretch without white space at its ends. */
export function trimmed(text: string, { start, end }: Stretch): Stretch {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (start < end && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
}

/** The parts of a stretch between separators, empty ones too. Linear. */
export function splitAt(text: string, { start, end }: Stretch, separator: string): readonly Stretch[] {
  const parts: Stretch[] = [];
  // A search in the whole text would run far behind the stretch.
  const inside = text.slice(start, end);
  let from = 0;
  for (let at = separator === '' ? -1 : inside.indexOf(separator); at !== -1; at = inside.indexOf(separator, from)) {
    parts.push({ start: start + from, end: start + at });
    from = at + separator.length;
  }
  parts.push({ start: start + from, end });
  return parts;
}
