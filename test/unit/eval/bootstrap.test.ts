import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapIntervals, seededRandom } from '../../eval/bootstrap.ts';

const units = (...values: number[][]): Float64Array[] => values.map((value) => Float64Array.from(value));
const share = ([found = 0, n = 0]: Float64Array): { share: number } => ({ share: n === 0 ? 0 : found / n });

describe('the bootstrap', () => {
  test('of rows that are all alike has no width', () => {
    expect(bootstrapIntervals(units([3, 4], [3, 4], [3, 4]), share, 1)).toEqual({ share: [0.75, 0.75] });
  });

  test('is the same for the same seed, and another for another', () => {
    const rows = units(...Array.from({ length: 50 }, (_, at) => [at % 3 === 0 ? 1 : 0, 1]));
    expect(bootstrapIntervals(rows, share, 7)).toEqual(bootstrapIntervals(rows, share, 7));
    expect(bootstrapIntervals(rows, share, 7, 99)).not.toEqual(bootstrapIntervals(rows, share, 8, 99));
  });

  test('comes near the normal interval of a proportion', () => {
    const rows = units(...Array.from({ length: 400 }, (_, at) => [at < 100 ? 1 : 0, 1]));
    const [lower, upper] = bootstrapIntervals(rows, share, 3, 2000).share;
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    expect(lower).toBeCloseTo(0.25 - half, 1.7);
    expect(upper).toBeCloseTo(0.25 + half, 1.7);
  });

  test('needs a row', () => {
    expect(() => bootstrapIntervals([], share, 1)).toThrow(RangeError);
  });

  test('of a share lies in order within the shares of the single rows', () => {
    const counts = fc.array(
      fc.tuple(fc.nat(5), fc.nat(5)).map(([found, more]) => [found, found + more + 1]),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(counts, fc.integer(), (rows, seed) => {
        const shares = rows.map(([found = 0, n = 1]) => found / n);
        const [lower, upper] = bootstrapIntervals(units(...rows), share, seed, 50).share;
        expect(lower).toBeLessThanOrEqual(upper);
        expect(lower).toBeGreaterThanOrEqual(Math.min(...shares) - 1e-12);
        expect(upper).toBeLessThanOrEqual(Math.max(...shares) + 1e-12);
      }),
    );
  });
});

describe('the random numbers', () => {
  test('are spread evenly from 0 to 1', () => {
    const random = seededRandom(42);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw++) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
