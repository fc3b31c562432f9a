import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FIRST_SEED, nextFirst, nextSecond, SECOND_SEED } from '../../../../src/masking/egress/word-hashes.ts';

type Hashes = readonly [first: number, second: number];
const hashesOf = (symbols: readonly number[]): Hashes => [
  symbols.reduce(nextFirst, FIRST_SEED),
  symbols.reduce(nextSecond, SECOND_SEED),
];

test('hashes of a word are 32-bit integers, as a map of pairs takes them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 0x10ffff })), (symbols) => {
      for (const hash of hashesOf(symbols)) expect(hash).toBe(hash | 0);
    }),
    { numRuns: 100 },
  );
});

test('hashes tell all words of three letters apart, and words that differ in the order or number of letters', () => {
  const seen = new Set<string>();
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789', (letter) => letter.charCodeAt(0));
  for (const a of letters) for (const b of letters) for (const c of letters) seen.add(hashesOf([a, b, c]).join());
  for (let n = 0; n < 100; n += 1) seen.add(hashesOf(Array<number>(4 + n).fill(97)).join());
  expect(seen.size).toBe(36 ** 3 + 100);
});

test('the second hash tells words apart that the first does not, and the other way round', () => {
  // The lowest byte of each hash alone: a pair has 16 bits in which both must agree.
  const low = new Map<number, number>();
  for (let n = 0; n < 4096; n += 1) {
    const [first, second] = hashesOf([97 + (n & 15), 97 + ((n >> 4) & 15), 97 + (n >> 8)]);
    low.set(first & 255, (low.get(first & 255) ?? 0) | (1 << (second & 15)));
  }
  // Words with the same low byte of the first hash have several values in the second.
  expect([...low.values()].every((seconds) => (seconds & (seconds - 1)) !== 0)).toBe(true);
});
