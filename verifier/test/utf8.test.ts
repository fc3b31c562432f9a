import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormedLength } from '../src/utf8.ts';

/** The longest beginning that a fatal TextDecoder accepts whole. */
function decodableLength(bytes: Uint8Array): number {
  for (let length = bytes.length; length > 0; length -= 1) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
      return length;
    } catch {
      continue;
    }
  }
  return 0;
}

describe('the place of malformed UTF-8', () => {
  it('is where a TextDecoder stops, for arbitrary bytes', () => {
    const lead = fc.constantFrom(0x7f, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff);
    const trail = fc.constantFrom(0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0);
    const shaped = fc.tuple(lead, trail, trail, trail).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.oneof(shaped, fc.uint8Array({ maxLength: 12 })), (bytes) => {
        expect(wellFormedLength(bytes)).toBe(decodableLength(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  it('is the end for well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(wellFormedLength(bytes)).toBe(bytes.length);
      }),
    );
  });
});
