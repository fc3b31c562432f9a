/**
 * Lists of spans of one text, cut at the same places into sections that have nothing to do with one another: what overlaps or
 * would be merged stands in one section. What is done with overlaps may be done section by section.
 */
import type { EntityKind } from '../../detection/kinds.ts';
import { mayGoOn } from '../../detection/overlap.ts';
import type { Span } from '../../detection/span.ts';

/** Spans in one section, unless more of them hang together: some milliseconds of work. */
const SECTION = 500;

/**
 * The sections of the lists, of each list as many parts as there are sections. Within the parts spans are in order of their
 * starts, however they came. A few spans are one section, and stay as they are.
 */
export function* sectionsOf(
  text: string,
  given: readonly (readonly Span[])[],
): Generator<readonly (readonly Span[])[], void> {
  if (given.reduce((sum, list) => sum + list.length, 0) <= SECTION) {
    yield given;
    return;
  }
  const lists = given.map(inOrder);
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

/** The spans in order of their starts. */
export function inOrder(spans: readonly Span[]): readonly Span[] {
  const isOrdered = spans.every(({ start }, at) => at === 0 || (spans[at - 1]?.start ?? 0) <= start);
  return isOrdered ? spans : [...spans].sort((a, b) => a.start - b.start);
}

/** How far the spans reach that were read, and what the last of them that overlap may be united to. */
class Reached {
  readonly #text: string;
  #end = 0;
  /** One span of each kind: overlapping spans are united under the kind of any of them. */
  readonly #run = new Map<EntityKind, Span>();

  constructor(text: string) {
    this.#text = text;
  }

  add(span: Span): void {
    if (span.start >= this.#end) this.#run.clear();
    this.#run.set(span.kind, span);
    this.#end = Math.max(this.#end, span.end);
  }

  /** Whether the span, which starts behind all that were read, neither meets one nor may be merged with one. */
  isApart(span: Span): boolean {
    if (span.start < this.#end) return false;
    for (const before of this.#run.values())
      if (mayGoOn(this.#text, { ...before, end: this.#end }, span.start)) return false;
    return true;
  }
}
