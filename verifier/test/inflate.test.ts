/** Decompression, beside that of Node. */
import { constants, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflate } from '../src/inflate.ts';
import { Unreadable } from '../src/unreadable.ts';

const MOST = 1_000_000;
const texts = fc
  .tuple(
    fc.array(fc.constantFrom('entries', '"turn":', 'a', '0', ' ', '\n', 'é'), { maxLength: 3000 }),
    fc.uint8Array(),
  )
  .map(([words, bytes]) => Buffer.concat([Buffer.from(words.join('')), bytes]));
const options = fc.constantFrom(
  { level: 0 },
  { level: 1 },
  { level: 9 },
  { strategy: constants.Z_FIXED },
  { strategy: constants.Z_HUFFMAN_ONLY },
  { strategy: constants.Z_RLE },
);

function attempt<T>(unpack: () => T): T | null {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof Unreadable || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

describe('inflate', () => {
  it('gives back what was packed, by each kind of block', () => {
    fc.assert(
      fc.property(texts, options, (data, how) => {
        expect(Buffer.from(inflate(deflateSync(data, how), MOST)).equals(data)).toBe(true);
      }),
    );
  });

  it('accepts of damaged data only what Node accepts, with the same result', () => {
    fc.assert(
      fc.property(texts, options, fc.nat(), fc.nat(7), (data, how, place, bit) => {
        const packed = deflateSync(data, how);
        const at = place % packed.length;
        packed[at] = (packed[at] ?? 0) ^ (1 << bit);
        const mine = attempt(() => inflate(packed, MOST));
        if (mine !== null) expect(Buffer.from(mine).equals(inflateSync(packed))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses data that was cut at any place, or that something follows', () => {
    const packed = deflateSync(Buffer.from('entries '.repeat(50)));
    for (let length = 0; length < packed.length; length += 1)
      expect(() => inflate(packed.subarray(0, length), MOST)).toThrow(Unreadable);
    expect(() => inflate(Buffer.concat([packed, Buffer.alloc(1)]), MOST)).toThrow(Unreadable);
  });

  it('stops at the limit', () => {
    const packed = deflateSync(Buffer.alloc(100_000));
    expect(inflate(packed, 100_000).length).toBe(100_000);
    expect(() => inflate(packed, 99_999)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });
});
