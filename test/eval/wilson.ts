/** The Wilson score interval of a proportion: honest for few examples and for shares near 0 and 1. */

/** Of the normal distribution, for 95 % in the middle. */
const Z = 1.959963984540054;

/**
 * The 95 % interval of `found` out of `n`, both ends from 0 to 1 (Wilson 1927). Nothing measured is nothing known: 0 to 1.
 * @throws RangeError unless 0 <= found <= n.
 */
export function wilsonInterval(found: number, n: number): readonly [lower: number, upper: number] {
  if (!(found >= 0 && found <= n)) throw new RangeError('found must be from 0 to n');
  if (n === 0) return [0, 1];
  const share = found / n;
  const weight = 1 + (Z * Z) / n;
  const centre = (share + (Z * Z) / (2 * n)) / weight;
  const half = (Z / weight) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  // Rounding must not move an end beyond the share itself.
  return [found === 0 ? 0 : Math.max(0, centre - half), found === n ? 1 : Math.min(1, centre + half)];
}
