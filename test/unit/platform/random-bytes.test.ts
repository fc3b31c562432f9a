import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freshBytes } from '../../../src/platform/random-bytes.ts';

test('as many bytes as were asked for, up to the pool that they are drawn by', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4096 })), (counts) =>
      counts.every((count) => freshBytes(count).length === count),
    ),
  );
  expect(() => freshBytes(4097)).toThrow(RangeError);
});

test('no byte is given out twice, nor is it another after it was given', () => {
  const drawn = Array.from({ length: 2000 }, () => freshBytes(12));
  const asDrawn = drawn.map((bytes) => bytes.toString('hex'));
  expect(new Set(asDrawn).size).toBe(drawn.length);
  // Nor do two draws overlap: four bytes that end one and begin the next are one chance in 2^32 for each.
  for (const [at, next] of drawn.slice(1).entries()) {
    for (let shared = 4; shared < 12; shared += 1)
      expect(drawn[at]?.subarray(-shared)).not.toEqual(next.subarray(0, shared));
  }
  // The pool has been filled anew several times by now.
  expect(drawn.map((bytes) => bytes.toString('hex'))).toEqual(asDrawn);
});

test('all bytes are random, to the last of a pool', () => {
  const sums = Array.from({ length: 4096 }, () => 0);
  for (let round = 0; round < 40; round += 1)
    for (const [at, byte] of freshBytes(4096).entries()) sums[at] = (sums[at] ?? 0) | byte;
  // A place that is 0 in 40 draws: one chance in 2^320.
  expect(sums.includes(0)).toBe(false);
});
