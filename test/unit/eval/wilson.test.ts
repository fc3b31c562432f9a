import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../../eval/wilson.ts';

describe('the Wilson interval', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i out of %i is the published one', (found, n, lower, upper) => {
    const interval = wilsonInterval(found, n);
    expect(interval[0]).toBeCloseTo(lower, 4);
    expect(interval[1]).toBeCloseTo(upper, 4);
  });

  test('of nothing says nothing', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  test('takes 73 examples without a miss to reach 95 %', () => {
    expect(wilsonInterval(72, 72)[0]).toBeLessThan(0.95);
    expect(wilsonInterval(73, 73)[0]).toBeGreaterThan(0.95);
  });

  test.each([
    [-1, 3],
    [4, 3],
    [NaN, 3],
  ])('of %d out of %d is refused', (found, n) => {
    expect(() => wilsonInterval(found, n)).toThrow(RangeError);
  });

  test('holds the share, lies in 0 to 1, mirrors, and narrows with more examples', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (n, some) => {
        const found = some % (n + 1);
        const [lower, upper] = wilsonInterval(found, n);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(found / n).toBeGreaterThanOrEqual(lower);
        expect(found / n).toBeLessThanOrEqual(upper);
        const [mirroredLower, mirroredUpper] = wilsonInterval(n - found, n);
        expect(mirroredLower).toBeCloseTo(1 - upper, 9);
        expect(mirroredUpper).toBeCloseTo(1 - lower, 9);
        const [moreLower, moreUpper] = wilsonInterval(4 * found, 4 * n);
        expect(moreUpper - moreLower).toBeLessThan(upper - lower);
      }),
    );
  });
});
