/** Percentiles from a histogram on a logarithmic scale, which can be merged by adding its buckets. */

/** How many times as high the end of a bucket is as its beginning. A percentile is at most 2 % off. */
export const LATENCY_BASE = 1.02;

/** The turns whose latency is in one bucket. */
export interface LatencyBucket {
  readonly bucket: number;
  readonly count: number;
  /** Microseconds, all turns together. */
  readonly sumUs: number;
}

/** A histogram that is filled bucket by bucket. */
export class LatencyHistogram {
  readonly #buckets = new Map<number, { count: number; sumUs: number }>();

  add({ bucket, count, sumUs }: LatencyBucket): void {
    const known = this.#buckets.get(bucket);
    if (known === undefined) this.#buckets.set(bucket, { count, sumUs });
    else {
      known.count += count;
      known.sumUs += sumUs;
    }
  }

  /**
   * Returns a percentile in milliseconds, `p` from 0 to 1, interpolated between two turns like PostgreSQL's
   * percentile_cont; null without a turn. A turn counts with the mean of its bucket: at most 2 % off, and exact where the
   * turns of the bucket took the same time.
   */
  percentileMs(p: number): number | null {
    const buckets = [...this.#buckets].sort(([a], [b]) => a - b).map(([, bucket]) => bucket);
    const turns = buckets.reduce((sum, { count }) => sum + count, 0);
    if (turns === 0) return null;
    const rank = p * (turns - 1);
    const below = valueAt(buckets, Math.floor(rank));
    const above = valueAt(buckets, Math.ceil(rank));
    return (below + (rank - Math.floor(rank)) * (above - below)) / 1000;
  }
}

/** The latency of the turn with the rank, from 0, in microseconds. */
function valueAt(buckets: readonly { readonly count: number; readonly sumUs: number }[], rank: number): number {
  let before = 0;
  for (const { count, sumUs } of buckets) {
    before += count;
    if (rank < before) return sumUs / count;
  }
  return 0;
}
