/** Server and verifier judge every signature alike. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSignedBy } from '../../../src/audit-log/ed25519.ts';
import { PublicKey } from '../../../verifier/src/ed25519.ts';
import { CCTV, RFC_8032, SMALL_ORDER, SPECCHECK } from '../../../verifier/test/ed25519-vectors.ts';

const { Point } = ed25519;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The one judgement of both. */
function judge(key: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  const server = isSignedBy(key, message, signature);
  const verifier = new PublicKey(key).verifies(signature, message);
  expect(server).toBe(verifier);
  return server;
}

describe('server and verifier', () => {
  test.each(RFC_8032)('accept the RFC 8032 signature of key %s, and no other message', (key, message, signature) => {
    expect(judge(hex(key), hex(signature), hex(message))).toBe(true);
    expect(judge(hex(key), hex(signature), hex(`${message}00`))).toBe(false);
  });

  test.each(SPECCHECK)('refuse %s', (_, key, message, signature) => {
    expect(judge(hex(key), hex(signature), hex(message))).toBe(false);
  });

  test.each(CCTV)('refuse C2SP/CCTV vector %i', (_, key, signature, message) => {
    expect(judge(hex(key), hex(signature), Buffer.from(message))).toBe(false);
  });

  test.each(SMALL_ORDER)('refuse the small-order point %s as a key, and as R', (point) => {
    const [valid] = RFC_8032;
    for (const s of [Buffer.alloc(32), hex(valid[2]).subarray(32)]) {
      const signature = Buffer.concat([hex(point), s]);
      for (const key of [hex(point), hex(valid[0])]) expect(judge(key, signature, Buffer.from('message'))).toBe(false);
    }
  });

  test('refuse keys that are a sound key and a small-order point added, whatever signs under them', () => {
    const twist = Point.fromHex(SMALL_ORDER[10] ?? '');
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: Point.Fn.ORDER - 1n }), fc.integer({ min: 1, max: 7 }), (secret, times) => {
        const key = Point.BASE.multiply(secret)
          .add(twist.multiplyUnsafe(BigInt(times)))
          .toBytes();
        // The signature of the sound key. One message in eight verifies under the twisted one with OpenSSL.
        const R = Point.BASE.multiply(7n).toBytes();
        for (let counter = 0; counter < 8; counter += 1) {
          const message = Buffer.of(counter);
          const k = scalar(R, key, message);
          const s = (7n + k * secret) % Point.Fn.ORDER;
          const signature = Buffer.concat([R, hex(s.toString(16).padStart(64, '0')).reverse()]);
          expect(judge(key, signature, message)).toBe(false);
        }
      }),
      { numRuns: 8 },
    );
  });

  test('agree on honest signatures and on every changed bit', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(511), fc.nat(255), (message, bit, keyBit) => {
        const signature = sign(null, message, privateKey);
        expect(judge(raw, signature, message)).toBe(true);
        expect(judge(raw, flipped(signature, bit), message)).toBe(false);
        expect(judge(flipped(raw, keyBit), signature, message)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test('refuse keys and signatures of another length', () => {
    const [[key, , signature]] = RFC_8032;
    for (const length of [0, 31, 33])
      expect(judge(Buffer.alloc(length, 1), hex(signature), Buffer.alloc(0))).toBe(false);
    for (const length of [0, 63, 65]) expect(judge(hex(key), Buffer.alloc(length, 1), Buffer.alloc(0))).toBe(false);
  });
});

function scalar(R: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  const digest = createHash('sha512').update(R).update(key).update(message).digest().reverse();
  return BigInt(`0x${digest.toString('hex')}`) % Point.Fn.ORDER;
}

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
