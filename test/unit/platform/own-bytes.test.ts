import { describe, expect, it } from 'vitest';
import { ownBytes } from '../../../src/platform/own-bytes.ts';

describe('ownBytes', () => {
  it('returns the same bytes in a buffer that holds nothing else', () => {
    const pooled = Buffer.from('a digest of thirty-two bytes, so');
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.length);
    const own = ownBytes(pooled);
    expect(own.equals(pooled)).toBe(true);
    expect(own.buffer.byteLength).toBe(pooled.length);
  });
});
