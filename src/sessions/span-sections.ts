/**
 * Lists of spans of one text, cut at the same places into sections that have nothing to do with one another: what overlaps or
 * would be merged stands in one section. What is done with overlaps may be done section by section.
 */
import { mayGoOn } from '../detection/overlap.ts';
import type { Span } from '../detection/span.ts';

/** Spans in one section, unless more of them hang together: some milliseconds of work. */
const SECTION = 500;

/**
 * The sections of the lists, of each list as many parts as there are sections. Each list is in order of its starts. A few
 * spans are one section.
 */
export function* sectionsOf(
  text: string,
  lists: readonly (readonly Span[])[],
): Generator<readonly (readonly Span[])[], void> {
  if (lists.reduce((sum, list) => sum + list.length, 0) <= SECTION) {
    yield lists;
    return;
  }
  const from = lists.map(() => 0);
  const next = lists.map(() => 0);
  const part = (): readonly (readonly Span[])[] => {
    const cut = lists.map((list, n) => list.slice(from[n], next[n]));
    next.forEach((at, n) => (from[n] = at));
    return cut;
  };
  const reached = new Reached(text);
  for (let count = 0; ; count += 1) {
    const which = firstOf(lists, next);
    const at = next[which] ?? 0;
    const span = lists[which]?.[at];
    if (span === undefined) break;
    if (count >= SECTION && reached.isApart(span)) {
      yield part();
      count = 0;
    }
    reached.add(span);
    next[which] = at + 1;
  }
  yield part();
}

/** The list whose next span starts first; any of them where all are at their ends. */
function firstOf(lists: readonly (readonly Span[])[], next: readonly number[]): number {
  let first = 0;
  let least = Infinity;
  for (let n = 0; n < lists.length; n += 1) {
    const start = lists[n]?.[next[n] ?? 0]?.start ?? Infinity;
    if (start < least) {
      least = start;
      first = n;
    }
  }
  return first;
}

/** How far the spans reach that were read, and those that end there. */
class Reached {
  readonly #text: string;
  #end = 0;
  #last: Span[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  add(span: Span): void {
    if (span.end > this.#end) {
      this.#end = span.end;
      this.#last = [span];
    } else if (span.end === this.#end) this.#last.push(span);
  }

  /** Whether the span, which starts behind all that were read, neither meets one nor may be merged with one. */
  isApart(span: Span): boolean {
    return span.start >= this.#end && !this.#last.some((before) => mayGoOn(this.#text, before, span.start));
  }
}
