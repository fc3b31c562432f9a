import type { Span } from '../span.ts';

/**
 * The found spans without those that a known value of another kind covers: what a number was when it was asked for counts
 * more than what it looks like. Both lists are sorted and disjoint.
 */
export function preferKnown(found: readonly Span[], known: readonly Span[]): Span[] {
  let next = 0;
  return found.filter(({ start, end, kind }) => {
    while ((known[next]?.end ?? Infinity) < end) next++;
    const cover = known[next];
    return cover === undefined || cover.start > start || cover.kind === kind;
  });
}
