/** Places the bars of the chart: redactions over time, stacked by family of kinds. */
import { kindCounts, kindWords } from '../../parts/kinds.ts';
import type { KindFamily } from '../../parts/kinds.ts';

/** One hour or day of the chart. */
export interface Bucket {
  readonly start: string;
  readonly redactions: number;
  readonly redactionsByKind: unknown;
}

/** A part of a bar. Coordinates are shares of the height, 0 at the bottom. */
export interface Segment {
  readonly family: KindFamily;
  readonly from: number;
  readonly to: number;
}

/** A bar with what it counts. */
export interface Bar {
  readonly start: string;
  readonly redactions: number;
  readonly segments: readonly Segment[];
}

export const FAMILIES: readonly KindFamily[] = [
  'person',
  'place',
  'time',
  'contact',
  'number',
  'money',
  'thing',
  'other',
];

/** Returns a round number that is at least as high as the highest bar: 1, 2 or 5 times a power of ten. */
export function roundedTop(highest: number): number {
  if (highest <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= highest) ?? highest;
}

/** Stacks each bucket in the order of the families. */
export function barsOf(buckets: readonly Bucket[], top: number): readonly Bar[] {
  return buckets.map(({ start, redactions, redactionsByKind }) => {
    const byFamily = new Map<KindFamily, number>();
    for (const { kind, count } of kindCounts(redactionsByKind)) {
      const { family } = kindWords(kind);
      byFamily.set(family, (byFamily.get(family) ?? 0) + count);
    }
    let from = 0;
    const segments = FAMILIES.flatMap((family) => {
      const count = byFamily.get(family);
      if (count === undefined) return [];
      const segment = { family, from, to: from + count / top };
      from = segment.to;
      return [segment];
    });
    return { start, redactions, segments };
  });
}
