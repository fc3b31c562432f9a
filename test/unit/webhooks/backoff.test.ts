import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseAfter } from '../../../src/webhooks/backoff.ts';

test('the pause doubles from five seconds up to a day, and stays there', () => {
  expect([1, 2, 3, 4].map((failures) => pauseAfter(failures, 0))).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(pauseAfter(15, 0)).toBe(81_920_000);
  for (const failures of [16, 100, 1e9]) expect(pauseAfter(failures, 0)).toBe(86_400_000);
});

test('jitter shortens a pause by up to half', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, r) => {
        const [full, pause] = [pauseAfter(n, 0), pauseAfter(n, r)];
        expect(pause).toBeLessThanOrEqual(full);
        expect(pause).toBeGreaterThanOrEqual(full / 2);
      },
    ),
  );
});
