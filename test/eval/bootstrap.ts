/** Percentile bootstrap: how far a figure would move with other rows of the same sort. */

/** Uniform numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lower and upper end of the 95 % interval of each figure. */
export type Intervals<Figure extends string> = Readonly<Record<Figure, readonly [lower: number, upper: number]>>;

/**
 * 95 % intervals of figures of a sum. A unit is a vector of counts, of one row or of all rows of one call: as many units
 * as there are, drawn with replacement `resamples` times, are summed and measured.
 * @throws RangeError when there is no unit.
 */
export function bootstrapIntervals<Figure extends string>(
  units: readonly Float64Array[],
  measure: (sum: Float64Array) => Readonly<Record<Figure, number>>,
  seed: number,
  resamples = 1000,
): Intervals<Figure> {
  const width = units[0]?.length;
  if (width === undefined) throw new RangeError('no units');
  const random = seededRandom(seed);
  const drawn: Readonly<Record<Figure, number>>[] = [];
  for (let round = 0; round < resamples; round++) {
    const sum = new Float64Array(width);
    for (let draws = units.length; draws > 0; draws--) {
      const unit = units[Math.floor(random() * units.length)];
      if (unit === undefined) continue;
      for (let at = 0; at < width; at++) sum[at] = (sum[at] ?? 0) + (unit[at] ?? 0);
    }
    drawn.push(measure(sum));
  }
  const intervals = {} as Record<Figure, readonly [number, number]>;
  for (const figure in drawn[0]) intervals[figure] = middle(drawn.map((values) => values[figure]));
  return intervals;
}

function middle(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const rank = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return [rank(0.025), rank(0.975)];
}
