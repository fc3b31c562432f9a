import { gcmsiv } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GcmSiv } from '../../../src/tokens/gcm-siv.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const ONE = `01${'00'.repeat(31)}`;
const THREE = `03${'00'.repeat(11)}`;
const ZERO = '00'.repeat(32);

// RFC 8452, appendices C.2 (AES-256) and C.3 (the counter wraps): key, nonce, associated data, plaintext, sealed.
test.each([
  [ONE, THREE, '', '', '07f5f4169bbf55a8400cd47ea6fd400f'],
  [ONE, THREE, '', '0100000000000000', 'c2ef328e5c71c83b843122130f7364b761e0b97427e3df28'],
  [
    ONE,
    THREE,
    '',
    '01000000000000000000000000000000',
    '85a01b63025ba19b7fd3ddfc033b3e76c9eac6fa700942702e90862383c6c366',
  ],
  [ONE, THREE, '01', '0200000000000000', '1de22967237a813291213f267e3b452f02d01ae33e4ec854'],
  [
    ONE,
    THREE,
    '010000000000000000000000000000000200',
    '0300000000000000000000000000000004000000',
    '43dd0163cdb48f9fe3212bf61b201976067f342bb879ad976d8242acc188ab59cabfe307',
  ],
  [
    '3c535de192eaed3822a2fbbe2ca9dfc88255e14a661b8aa82cc54236093bbc23',
    '688089e55540db1872504e1c',
    '734320ccc9d9bbbb19cb81b2af4ecbc3e72834321f7aa0f70b7282b4f33df23f167541',
    'ced532ce4159b035277d4dfbb7db62968b13cd4eec',
    '626660c26ea6612fb17ad91e8e767639edd6c9faee9d6c7029675b89eaf4ba1ded1a286594',
  ],
  [
    ZERO,
    '00'.repeat(12),
    '',
    '000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108',
    'f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3eaffffffff000000000000000000000000',
  ],
  [
    ZERO,
    '00'.repeat(12),
    '',
    'eb3640277c7ffd1303c7a542d02d3e4c0000000000000000',
    '18ce4f0b8cb4d0cac65fea8f79257b20888e53e72299e56dffffffff000000000000000000000000',
  ],
])('a published vector: %#', (key, nonce, associated, plaintext, sealed) => {
  const cipher = new GcmSiv(hex(key));
  expect(cipher.seal(hex(nonce), hex(plaintext), hex(associated)).toString('hex')).toBe(sealed);
  expect(cipher.open(hex(nonce), hex(sealed), hex(associated))?.toString('hex')).toBe(plaintext);
});

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.tuple(
  bytes(12),
  fc.uint8Array({ maxLength: 120, size: 'max' }),
  fc.uint8Array({ maxLength: 200, size: 'max' }),
);

test('seals and opens as another implementation does, message after message under one key', () => {
  fc.assert(
    fc.property(bytes(32), fc.array(message, { minLength: 1, maxLength: 3 }), (key, messages) => {
      const cipher = new GcmSiv(key);
      for (const [nonce, plaintext, associated] of messages) {
        const sealed = cipher.seal(nonce, plaintext, associated);
        expect(sealed).toEqual(Buffer.from(gcmsiv(key, nonce, associated).encrypt(plaintext)));
        expect(cipher.open(nonce, sealed, associated)).toEqual(Buffer.from(plaintext));
      }
    }),
  );
});

describe('what does not authenticate', () => {
  const cipher = new GcmSiv(hex(ONE));
  const nonce = hex(THREE);
  const sealed = cipher.seal(nonce, Buffer.from('a value of 20 bytes.'), Buffer.from('here'));

  test('does not open: any one bit of it changed', () => {
    for (let bit = 0; bit < 8 * sealed.length; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(cipher.open(nonce, changed, Buffer.from('here'))).toBeNull();
    }
  });

  test('does not open: other associated data, another nonce, another key, a part of it', () => {
    expect(cipher.open(nonce, sealed, Buffer.from('there'))).toBeNull();
    expect(cipher.open(nonce, sealed, Buffer.from('here\0'))).toBeNull();
    expect(cipher.open(hex('00'.repeat(12)), sealed, Buffer.from('here'))).toBeNull();
    expect(new GcmSiv(hex(ZERO)).open(nonce, sealed, Buffer.from('here'))).toBeNull();
    for (let length = 0; length < sealed.length; length += 1)
      expect(cipher.open(nonce, sealed.subarray(0, length), Buffer.from('here'))).toBeNull();
  });
});

test('a key or a nonce of another length is refused', () => {
  for (const length of [0, 16, 24, 31, 33]) expect(() => new GcmSiv(Buffer.alloc(length))).toThrow(RangeError);
  for (const length of [0, 11, 13, 16])
    expect(() => new GcmSiv(hex(ONE)).seal(Buffer.alloc(length), Buffer.alloc(1), Buffer.alloc(0))).toThrow(RangeError);
});
