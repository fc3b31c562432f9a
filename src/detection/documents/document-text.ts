/** The words of a text with documents in it: what detection reads by itself, and where what it finds may stand. */
import type { DocumentEscape, DocumentReading, DocumentSection } from './document.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The text with a mark and spaces in place of each field that its position explains, so that detection reads only words
 * of which nothing is known. It is as long as the text, and offsets are the same.
 */
export function proseOf(text: string, { sections }: DocumentReading): string {
  let prose = '';
  let at = 0;
  for (const { fields, goesOn } of sections) {
    for (const { start, end, holds } of fields) {
      if (holds === 'text' || start === end) continue;
      prose += text.slice(at, start) + (goesOn === true ? ' ' : '|') + ' '.repeat(end - start - 1);
      at = end;
    }
  }
  return prose + text.slice(at);
}

/** A text without the escapes of its documents, with the way back. */
export interface PlainProse {
  readonly text: string;
  /** The span of the escaped text that the units `start` to `end` came from. */
  toOriginal(start: number, end: number): Range;
}

/** The prose with its escapes undone; null where no document escapes anything. */
export function withoutEscapes(prose: string, { sections }: DocumentReading): PlainProse | null {
  // Escapes of a field that is left out are left out with it.
  const escapes = sections.flatMap(({ escapes: own = [] }) =>
    own.filter(({ start }) => !/[| ]/.test(prose.charAt(start))),
  );
  if (escapes.length === 0) return null;
  // The ends of the original stretch that each unit came from.
  const starts: number[] = [];
  const ends: number[] = [];
  let plain = '';
  let at = 0;
  const copy = (to: number): void => {
    plain += prose.slice(at, to);
    for (; at < to; at++) {
      starts.push(at);
      ends.push(at + 1);
    }
  };
  for (const { start, end, meant } of escapes) {
    copy(start);
    plain += meant;
    for (let unit = meant.length; unit > 0; unit--) {
      starts.push(start);
      ends.push(end);
    }
    at = end;
  }
  copy(prose.length);
  return {
    text: plain,
    toOriginal: (start, end) => ({ start: starts[start] ?? prose.length, end: ends[end - 1] ?? 0 }),
  };
}

/** What `text` says between `start` and `end` without the escapes that lie there; undefined where none does. */
export function meantBetween(
  text: string,
  escapes: readonly DocumentEscape[],
  start: number,
  end: number,
): string | undefined {
  let meant: string | undefined;
  let at = start;
  for (let next = firstEndingAfter(escapes, start); (escapes[next]?.start ?? Infinity) < end; next++) {
    const escape = escapes[next];
    if (escape === undefined) break;
    meant = (meant ?? '') + text.slice(at, Math.max(at, escape.start)) + escape.meant;
    at = escape.end;
  }
  return meant === undefined ? undefined : meant + text.slice(at, Math.max(at, end));
}

/** A stretch that has its place in a document. */
interface Piece extends Range {
  readonly isCode: boolean;
}

/**
 * The spans, each cut where a field ends: a value never crosses the border of a field, and structure is no part of one.
 * A span that crosses a border leaves codes alone; one inside a code stays. Spans in order of their starts.
 */
export function confined<T extends Range>(reading: DocumentReading, spans: readonly T[], cut: Cutter<T>): T[] {
  const confinedSpans: T[] = [];
  let next = 0;
  for (const span of spans) {
    while ((reading.sections[next]?.end ?? Infinity) <= span.start) next++;
    const section = reading.sections[next];
    if (section === undefined || section.start >= span.end) confinedSpans.push(span);
    else confinedSpans.push(...cutToFields(reading.sections, next, span, cut));
  }
  return confinedSpans;
}

/** Makes the piece of a span from `start` to `end`; null where nothing but white space and marks is left. */
export type Cutter<T> = (span: T, start: number, end: number) => T | null;

function cutToFields<T extends Range>(
  sections: readonly DocumentSection[],
  from: number,
  span: T,
  cut: Cutter<T>,
): T[] {
  const pieces: Piece[] = [];
  let outside = span.start;
  for (let at = from; at < sections.length; at++) {
    const section = sections[at];
    if (section === undefined || section.start >= span.end) break;
    if (section.start > outside) pieces.push({ start: outside, end: section.start, isCode: false });
    pieces.push(...piecesIn(section, span));
    outside = section.end;
  }
  if (outside < span.end) pieces.push({ start: outside, end: span.end, isCode: false });
  const [only] = pieces;
  if (pieces.length === 1 && only?.start === span.start && only.end === span.end) return [span];
  return pieces.flatMap(({ start, end, isCode }) => {
    const piece = isCode ? null : cut(span, start, end);
    return piece === null ? [] : [piece];
  });
}

function piecesIn({ fields }: DocumentSection, span: Range): Piece[] {
  const pieces: Piece[] = [];
  for (let at = firstEndingAfter(fields, span.start); at < fields.length; at++) {
    const field = fields[at];
    if (field === undefined || field.start >= span.end) break;
    const start = Math.max(field.start, span.start);
    const end = Math.min(field.end, span.end);
    if (start < end) pieces.push({ start, end, isCode: field.holds === 'keep' });
  }
  return pieces;
}

/** The first range that ends behind `at`, of ranges in order: by halves, for a section has thousands of fields. */
function firstEndingAfter(ranges: readonly Range[], at: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.end ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
