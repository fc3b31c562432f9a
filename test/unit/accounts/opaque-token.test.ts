import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpaqueToken, newOpaqueToken, opaqueTokenHash } from '../../../src/accounts/opaque-token.ts';

describe('opaque tokens', () => {
  it('are 256 bits, all of them fresh', () => {
    const tokens = Array.from({ length: 1000 }, newOpaqueToken);
    expect(new Set(tokens).size).toBe(1000);
    for (const token of tokens) {
      expect(isOpaqueToken(token)).toBe(true);
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    }
  });

  it.each([
    '',
    'a'.repeat(42),
    'a'.repeat(44),
    `${'a'.repeat(42)}=`,
    `${'a'.repeat(42)}+`,
    `${'a'.repeat(42)}é`,
    `${'a'.repeat(43)}\n`,
    'a'.repeat(1_000_000),
  ])('have one form, and no other passes (case %#)', (text) => {
    expect(isOpaqueToken(text)).toBe(false);
  });

  it('accept exactly 43 characters of the base64url alphabet', () => {
    fc.assert(
      // Decoding drops what is not of the alphabet, so only text of the alphabet comes back as it was.
      fc.property(
        fc.oneof(fc.string({ minLength: 40, maxLength: 46 }), fc.stringMatching(/^[A-Za-z0-9_-]{42,44}$/)),
        (text) => {
          const ofAlphabet = Buffer.from(`${text}A`, 'base64url').toString('base64url') === `${text}A`;
          expect(isOpaqueToken(text)).toBe(text.length === 43 && ofAlphabet);
        },
      ),
    );
  });

  it('are stored as SHA-256 (FIPS 180-4 vectors)', () => {
    expect(opaqueTokenHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(opaqueTokenHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
