import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/audit/canonical.ts';
import { Signer } from '../../../src/audit/seal.ts';

// RFC 8032, 7.1, TEST 1.
const SEED = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

describe('a signer', () => {
  test('has the public key that RFC 8032 gives for the seed', () => {
    expect(new Signer(SEED).publicKey.toString('hex')).toBe(PUBLIC);
  });

  test('is named by the first 8 hex of SHA-256 of its public key', () => {
    const digest = createHash('sha256').update(Buffer.from(PUBLIC, 'hex')).digest('hex');
    expect(new Signer(SEED).keyId).toBe(digest.slice(0, 8));
  });

  test('signs the canonical form, so that the order of keys does not matter', () => {
    const signer = new Signer(SEED);
    const signature = signer.sign({ b: 1, a: 'ü' });
    expect(signature).toEqual(signer.sign({ a: 'ü', b: 1 }));
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), signer.publicKey]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const text = Buffer.from(canonicalJson({ a: 'ü', b: 1 }), 'utf8');
    expect(verify(null, text, key, Buffer.from(signature.sig, 'base64'))).toBe(true);
    expect(verify(null, Buffer.from('{"a":"u","b":1}'), key, Buffer.from(signature.sig, 'base64'))).toBe(false);
  });

  test.each([0, 31, 33, 64])('takes no seed of %d bytes', (length) => {
    expect(() => new Signer(Buffer.alloc(length))).toThrow(RangeError);
  });
});
