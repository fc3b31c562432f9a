/**
 * Long texts cut into segments that are searched one by one, and what was found put together again. Each segment is read
 * with some of what stands around it: a value at a cut stands whole in one of the two, with its cues.
 */
import { uniteOverlaps } from '../../../detection/overlap.ts';
import type { Pass, Span } from '../../../detection/span.ts';

/** A part of a text, by UTF-16 units. The parts of a text are adjacent and cover it. */
export interface Segment {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** What is read with it. */
  readonly readFrom: number;
  readonly readTo: number;
}

export interface Cutting {
  /** The longest segment, from 1. */
  readonly size: number;
  /** How much is read on either side of it. A longer value is still found whole, joined from what two segments see of it. */
  readonly overlap: number;
}

/** The segments of a text, cut between words where it has any. */
export function segmentsOf(text: string, { size, overlap }: Cutting): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  while (from < text.length) {
    const rest = text.length - from;
    const to = rest <= size ? text.length : breakBefore(text, from + size, from + Math.ceil(size / 2));
    const readFrom = from <= overlap ? 0 : breakBefore(text, from - overlap, from - overlap - WORD);
    const readTo =
      text.length - to <= overlap ? text.length : breakBefore(text, to + overlap, to + Math.floor(overlap / 2));
    segments.push({ from, to, readFrom, readTo });
    from = to;
  }
  return segments;
}

/** The spans of the whole text, sorted and disjoint. `found`: for each segment, the spans of what was read with it. */
export function joinSegments(
  text: string,
  segments: readonly Segment[],
  found: readonly (readonly Span[])[],
  passes: readonly Pass[],
): Span[] {
  const spans = segments.flatMap(({ from, to, readFrom }, n) => {
    const own = (found[n] ?? []).map((span) => ({ ...span, start: span.start + readFrom, end: span.end + readFrom }));
    // What stands in a neighbour alone is seen better from there: here it may be cut.
    return own.filter(({ start, end }) => start < to && end > from);
  });
  return uniteOverlaps(text, spans, passes);
}

/** Letters of a word that is not cut for the sake of reading a little more. */
const WORD = 64;

/** The last place up to `at` and after `least` where a word begins, better a line; else `at`, but in no surrogate pair. */
function breakBefore(text: string, at: number, least: number): number {
  const from = Math.max(least, 0);
  const line = text.slice(from, at).lastIndexOf('\n') + 1;
  let gap = line > 0 ? from + line : at;
  while (gap > from && !isSpace(text.charCodeAt(gap - 1))) gap -= 1;
  if (gap > from) return gap;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}

/** Returns true for what `\s` matches. */
function isSpace(unit: number): boolean {
  return unit < 0x80 ? unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) : WIDE_SPACE.test(String.fromCharCode(unit));
}

const WIDE_SPACE = /\s/;
