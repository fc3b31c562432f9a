import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HmacKey, KeyDerivation } from '../../../src/platform/hmac.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

// RFC 4231, test cases 1 to 4: those whose key fits a block and whose digest is whole.
test.each([
  ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    '4a656665',
    '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    '0102030405060708090a0b0c0d0e0f10111213141516171819',
    'cd'.repeat(50),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
])('a published vector of HMAC-SHA256', (key, message, digest) => {
  expect(new HmacKey(hex(key)).digest(hex(message)).toString('hex')).toBe(digest);
});

// RFC 5869, test case 3: no salt, no info; its first 32 bytes.
test('a published vector of HKDF-SHA256', () => {
  expect(new KeyDerivation(hex('0b'.repeat(22))).derive('').toString('hex')).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
  );
});

test("agrees with node's own, part by part, however often the key is used", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.tuple(bytes, fc.string({ unit: 'binary' })), { maxLength: 4 }),
      (key, messages) => {
        const own = new HmacKey(key);
        for (const [part, text] of messages) {
          const theirs = createHmac('sha256', key).update(part).update(text.toWellFormed(), 'utf8').digest();
          expect(own.digest(part, text.toWellFormed())).toEqual(theirs);
        }
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.string(), (secret, info) => {
      expect(new KeyDerivation(secret).derive(info)).toEqual(
        Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32)),
      );
    }),
  );
});

test('a key over a block is refused', () => {
  expect(() => new HmacKey(Buffer.alloc(65))).toThrow(RangeError);
});

test.each([1000, 2709, 2710, 8096, 8128, 8129, 30_000])(
  "agrees with node's own about a message of %d and more bytes",
  (length) => {
    const key = hex('0b'.repeat(32));
    for (const text of ['a'.repeat(length), 'é€😀'.repeat(length / 3)]) {
      for (const part of [text, Buffer.from(text)]) {
        expect(new HmacKey(key).digest(hex('ff'), part, text)).toEqual(
          createHmac('sha256', key).update(hex('ff')).update(part).update(text).digest(),
        );
      }
    }
  },
);
