import { expect, test } from 'vitest';
import { flatness, mib } from '../../soak/memory.ts';

test('the last third is held against the middle one; the first is not looked at', () => {
  expect(flatness([1, 1, 100, 100, 110, 110])).toEqual({ middle: 100, last: 110, ratio: 1.1 });
  expect(flatness([900, 900, 900, 50, 50, 50, 100, 100, 100]).ratio).toBe(2);
});

test('what does not divide by three leaves out of the middle, not of the end', () => {
  expect(flatness([0, 0, 10, 10, 7, 20, 20])).toEqual({ middle: 10, last: 20, ratio: 2 });
});

test('a handful of measurements tells nothing, and nothing is never flat', () => {
  for (const few of [[], [1], [1, 1, 1, 1, 1]]) expect(flatness(few).ratio < 1.15).toBe(false);
});

test('sizes are in binary megabytes', () => {
  expect(mib(1536 * 1024)).toBe('1.5 MiB');
});
