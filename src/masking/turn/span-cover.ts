import { MAILBOX } from '../../detection/context/known-forms.ts';
import type { EntityKind } from '../../detection/kinds.ts';
import type { Span } from '../../detection/span.ts';

/**
 * Returns a function that is true if `found` covers a span: it has the same span of the same kind, or a longer one around it.
 * A name covers what is the mailbox of a known e-mail address as well.
 * A text may have as many spans as words, so each call takes logarithmic time.
 */
export function spanCover(found: readonly Span[]): (span: Span) => boolean {
  if (found.length === 0) return () => false;
  const sorted = [...found].sort((a, b) => a.start - b.start);
  const names = new Set(found.map((span) => name(span)));
  // For each span, of it and all before it: the farthest end, and the first span that reaches there.
  const farthest: Span[] = [];
  for (const span of sorted) {
    const before = farthest.at(-1);
    farthest.push(before === undefined || span.end > before.end ? span : before);
  }
  return (span) => {
    const reaching = farthest[countUpTo(sorted, span.start) - 1];
    if (reaching === undefined || reaching.end < span.end) return false;
    const isLonger = reaching.end > span.end || reaching.start < span.start;
    return isLonger || names.has(name(span)) || (span.recogniser === MAILBOX && names.has(name(span, 'NAME')));
  };
}

const name = ({ start, end, kind }: Span, as: EntityKind = kind): string => `${start}-${end}-${as}`;

/** How many of the spans, in order of their starts, start at `start` or before. */
function countUpTo(sorted: readonly Span[], start: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.start ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}
