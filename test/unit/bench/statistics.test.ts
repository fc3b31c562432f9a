import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, percentile } from '../../bench/statistics.ts';

const samples = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 200 });

describe('percentile', () => {
  test('is the nearest rank: a value that occurred', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.991)).toBe(100);
    expect(percentile([7], 0.99)).toBe(7);
  });

  test('orders numbers as numbers and leaves its input as it was', () => {
    const input = [10, 9, 100];
    expect(percentile(input, 1)).toBe(100);
    expect(input).toEqual([10, 9, 100]);
  });

  test('at least the share p is not above it, and less than p is below it', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const found = percentile(values, p);
        expect(values.some((value) => value === found)).toBe(true);
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(p * values.length);
        if (p > 0) expect(values.filter((value) => value < found).length).toBeLessThan(p * values.length);
      }),
    );
  });

  test('refuses what has no answer', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => percentile([1], 1.01)).toThrow(RangeError);
    expect(() => percentile([1], -0.1)).toThrow(RangeError);
    expect(() => percentile([1], NaN)).toThrow(RangeError);
  });
});

describe('median', () => {
  test('is the middle one, or the mean of the two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([5])).toBe(5);
  });

  test('one disturbed round of three does not move it beyond the others', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer(), (a, b, wild) => {
        const found = median([a, wild, b]);
        expect(found).toBeGreaterThanOrEqual(Math.min(a, b));
        expect(found).toBeLessThanOrEqual(Math.max(a, b));
      }),
    );
  });

  test('refuses nothing at all', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
