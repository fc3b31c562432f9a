import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { KeyRing } from '../../../src/tokens/key-ring.ts';

const active = { kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 0xaa) } as const;
const old = { kid: 'K_HEALTHCARE', role: 'old', secret: Buffer.alloc(32, 0xbb) } as const;

describe('a key ring', () => {
  test('issues with the active key and opens with either', () => {
    const ring = new KeyRing([old, active]);
    const issuing = ring.active('K_HEALTHCARE');
    expect(issuing).not.toBeNull();
    expect(ring.registered('K_HEALTHCARE').map(({ version }) => version)).toHaveLength(2);
    expect(ring.registered('K_HEALTHCARE')[0]).toBe(issuing);
    for (const key of ring.registered('K_HEALTHCARE')) expect(ring.version('K_HEALTHCARE', key.version)).toBe(key);
  });

  test('knows no key that it was not given', () => {
    const ring = new KeyRing([active]);
    expect(ring.active('K_OTHER')).toBeNull();
    expect(ring.version('K_HEALTHCARE', '00000000')).toBeNull();
    expect(ring.registered('K_OTHER')).toEqual([]);
    expect([...ring.kids()]).toEqual(['K_HEALTHCARE']);
  });

  test('with an old key alone issues nothing', () => {
    expect(new KeyRing([old]).active('K_HEALTHCARE')).toBeNull();
  });

  test('derives by HKDF-SHA256 of RFC 5869 with an empty salt', () => {
    const key = new KeyRing([active]).active('K_HEALTHCARE');
    // Computed with Python's hmac: PRK = HMAC(32 zero bytes, key), OKM = HMAC(PRK, info || 0x01).
    expect(key?.derive('masker/test', 32).toString('hex')).toBe(
      'f8408d5f4cc503218c5b08753d5b90ecb48b44625eb7097a0b3c8b7dc876aecc',
    );
  });

  test('never shows a key', () => {
    const ring = new KeyRing([active]);
    const shown = [
      JSON.stringify(ring),
      inspect(ring, { depth: 10, showHidden: true }),
      JSON.stringify(ring.active('K_HEALTHCARE')),
    ];
    for (const text of shown) {
      expect(text).not.toMatch(/aa.?aa.?aa/i);
      expect(text).not.toContain(Buffer.alloc(32, 0xaa).toString('base64').slice(0, 8));
    }
  });

  test.each([
    ['a lower-case kid', { ...active, kid: 'k_healthcare' }],
    ['a kid with a dot, which would break tokens', { ...active, kid: 'K.X' }],
    ['a short key', { ...active, secret: Buffer.alloc(16) }],
  ])('refuses %s', (_, key) => {
    expect(() => new KeyRing([key])).toThrow(RangeError);
  });

  test('refuses two active keys under one kid', () => {
    expect(() => new KeyRing([active, { ...active, secret: Buffer.alloc(32, 1) }])).toThrow(RangeError);
  });
});
