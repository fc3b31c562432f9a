import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairMap } from '../../../../src/masking/egress/pair-map.ts';

const key = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());

test('PairMap returns what was set for a pair, and 0 for any other', () => {
  const pairs = fc.uniqueArray(fc.tuple(key, key, fc.integer({ min: 1, max: 2 ** 31 - 1 })), {
    maxLength: 200,
    selector: ([first, second]) => `${first} ${second}`,
  });
  fc.assert(
    fc.property(pairs, key, key, (all, first, second) => {
      const map = new PairMap();
      for (const [a, b, value] of all) map.set(a, b, value);
      expect(map.size).toBe(all.length);
      expect(all.map(([a, b]) => map.get(a, b))).toEqual(all.map(([, , value]) => value));
      const known = all.find(([a, b]) => a === first && b === second);
      expect(map.get(first, second)).toBe(known?.[2] ?? 0);
    }),
    { numRuns: 60 },
  );
});

test('PairMap tells a pair from the same numbers in the other order', () => {
  const map = new PairMap();
  map.set(1, 2, 12);
  expect([map.get(1, 2), map.get(2, 1), map.get(1, 1), map.get(0, 0)]).toEqual([12, 0, 0, 0]);
});

test('PairMap keeps all of 5000 pairs while it grows', () => {
  const map = new PairMap();
  for (let n = 1; n <= 5000; n += 1) map.set(n, -n, n);
  for (let n = 1; n <= 5000; n += 1) if (map.get(n, -n) !== n) expect.fail(`lost ${n}`);
  expect(map.size).toBe(5000);
});
