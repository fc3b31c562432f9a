/** Order statistics of a measurement. Units are the caller's. */

/**
 * The smallest sample that at least the share `p` of all samples does not exceed (nearest rank, without interpolation:
 * a percentile is a value that really occurred). `p` from 0 to 1.
 * @throws RangeError when there is no sample, or `p` is out of range.
 */
export function percentile(samples: readonly number[] | Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError('p must be from 0 to 1');
  const sorted = Float64Array.from(samples).sort();
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no samples');
  return value;
}

/**
 * The middle of the values, or the mean of the two in the middle. For few rounds of a benchmark: one disturbed round
 * does not move it.
 * @throws RangeError when there is no value.
 */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('no values');
  return (lower + upper) / 2;
}
