import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/sha256.ts';

// FIPS 180-2, appendix B, and the empty message.
test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
])('a published vector: %s', (text, digest) => {
  expect(sha256(text).toString('hex')).toBe(digest);
  expect(sha256(Buffer.from(text)).toString('hex')).toBe(digest);
});

test("is node's own digest of any bytes, and of any text as UTF-8; none changes those before it", () => {
  const made: [Buffer, Buffer][] = [];
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, text) => {
      made.push(
        [sha256(bytes), createHash('sha256').update(bytes).digest()],
        [sha256(text), createHash('sha256').update(text, 'utf8').digest()],
      );
    }),
  );
  for (const [own, theirs] of made) expect(own).toEqual(theirs);
});
