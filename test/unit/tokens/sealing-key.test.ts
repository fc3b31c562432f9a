import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SealingKey, openGcmSiv, sealGcmSiv } from '../../../src/tokens/sealing-key.ts';

const CURRENT = Buffer.alloc(32, 3);
const EARLIER = Buffer.alloc(32, 5);
const key = new SealingKey(CURRENT, EARLIER);

/** Each way of flipping one bit of one byte. */
function* alterations(sealed: Buffer): Generator<Buffer> {
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    yield changed;
  }
}

describe('SealingKey', () => {
  test('seals as version 2: AES-256-GCM, nonce, ciphertext, tag, opened by the platform alone', () => {
    const sealed = key.seal(Buffer.from('555-0142'), 'here');
    expect(sealed[0]).toBe(2);
    const decipher = createDecipheriv('aes-256-gcm', CURRENT, sealed.subarray(1, 13));
    decipher.setAAD(Buffer.from('here'));
    decipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()]).toString()).toBe('555-0142');
  });

  test('opens what it sealed under the same associated data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (plaintext, associated) => {
        expect(key.open(key.seal(plaintext, associated), associated)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  test('opens what was sealed without a version', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (plaintext) => {
        expect(key.open(sealGcmSiv(EARLIER, plaintext, 'x'), 'x')).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  test('opens nothing under another key, other associated data or a changed byte', () => {
    const sealed = key.seal(Buffer.from('555-0142'), 'here');
    expect(new SealingKey(Buffer.alloc(32, 4), EARLIER).open(sealed, 'here')).toBeNull();
    expect(key.open(sealed, 'there')).toBeNull();
    for (const changed of alterations(sealed)) expect(key.open(changed, 'here')).toBeNull();
    for (let length = 0; length < 29; length += 1) expect(key.open(sealed.subarray(0, length), 'here')).toBeNull();
  });

  test('seals the same plaintext differently each time', () => {
    expect(key.seal(Buffer.from('x'), '')).not.toEqual(key.seal(Buffer.from('x'), ''));
  });

  test.each([0, 16, 31, 33])('refuses a key of %i bytes', (length) => {
    expect(() => new SealingKey(Buffer.alloc(length), EARLIER)).toThrow(RangeError);
    expect(() => new SealingKey(CURRENT, Buffer.alloc(length))).toThrow(RangeError);
  });
});

describe('openGcmSiv', () => {
  test('opens the vector of RFC 8452, C.2', () => {
    const sealed = Buffer.from('030000000000000000000000' + 'c2ef328e5c71c83b843122130f7364b761e0b97427e3df28', 'hex');
    const rfcKey = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
    expect(openGcmSiv(rfcKey, sealed, '')).toEqual(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
  });

  test('opens nothing that was changed', () => {
    const sealed = sealGcmSiv(CURRENT, Buffer.from('555-0142'), 'here');
    expect(openGcmSiv(CURRENT, sealed, 'here')).toEqual(Buffer.from('555-0142'));
    expect(openGcmSiv(CURRENT, sealed, 'there')).toBeNull();
    for (const changed of alterations(sealed)) expect(openGcmSiv(CURRENT, changed, 'here')).toBeNull();
    expect(openGcmSiv(CURRENT, sealed.subarray(0, 20), 'here')).toBeNull();
  });
});
