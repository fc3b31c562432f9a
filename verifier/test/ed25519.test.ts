import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PublicKey } from '../src/ed25519.ts';
import { CCTV, RFC_8032, SPECCHECK } from './ed25519-vectors.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const verifies = (key: string, message: string, signature: string): boolean =>
  new PublicKey(bytes(key)).verifies(bytes(signature), bytes(message));

describe('Ed25519', () => {
  it.each(CCTV)('refuses C2SP/CCTV vector %i', (_, key, signature, message) => {
    expect(verifies(key, Buffer.from(message).toString('hex'), signature)).toBe(false);
  });

  it.each(RFC_8032)('verifies RFC 8032 key %s', (key, message, signature) => {
    expect(verifies(key, message, signature)).toBe(true);
    expect(verifies(key, `${message}00`, signature)).toBe(false);
  });

  it.each(SPECCHECK)('refuses %s', (_, key, message, signature) => {
    expect(verifies(key, message, signature)).toBe(false);
  });

  it('refuses S + L, which stands for the same scalar', () => {
    const [key, message, signature] = RFC_8032[1];
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(signature.slice(64), 'hex').reverse().toString('hex')}`) + order;
    const again = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
    expect(verifies(key, message, signature.slice(0, 64) + again)).toBe(false);
  });

  it('refuses an R with a small-order part, which verifies with the cofactor and not without', () => {
    const { Point } = ed25519;
    const secret = 1234567890123456789n;
    const nonce = 9876543210987654321n;
    const message = Uint8Array.of(1, 2, 3);
    const key = Point.BASE.multiply(secret).toBytes();
    const twisted = Point.BASE.multiply(nonce)
      .add(Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'))
      .toBytes();
    const sign = (R: Uint8Array): Uint8Array => {
      const digest = createHash('sha512').update(R).update(key).update(message).digest().reverse();
      const k = BigInt(`0x${digest.toString('hex')}`) % Point.Fn.ORDER;
      const s = (nonce + k * secret) % Point.Fn.ORDER;
      return Uint8Array.from([...R, ...Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()]);
    };
    expect(new PublicKey(key).verifies(sign(Point.BASE.multiply(nonce).toBytes()), message)).toBe(true);
    expect(ed25519.verify(sign(twisted), message, key, { zip215: false })).toBe(true);
    expect(new PublicKey(key).verifies(sign(twisted), message)).toBe(false);
  });

  it('refuses the identity as key and as R, which no honest signer makes', () => {
    const { Point } = ed25519;
    const identity = Point.ZERO.toBytes();
    const message = Uint8Array.of(1, 2, 3);
    const secret = 1234567890123456789n;
    const key = Point.BASE.multiply(secret).toBytes();
    const digest = createHash('sha512').update(identity).update(key).update(message).digest().reverse();
    const s = ((BigInt(`0x${digest.toString('hex')}`) % Point.Fn.ORDER) * secret) % Point.Fn.ORDER;
    const scalar = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
    const signature = Uint8Array.from([...identity, ...scalar]);
    expect(ed25519.verify(signature, message, key, { zip215: false })).toBe(true);
    expect(new PublicKey(key).verifies(signature, message)).toBe(false);
    expect(new PublicKey(identity).verifies(Uint8Array.from([...identity, ...new Uint8Array(32)]), message)).toBe(
      false,
    );
  });

  it('refuses keys and signatures of another length, and keys that are no point', () => {
    const [key, message, signature] = RFC_8032[0];
    expect(verifies(key, message, signature.slice(2))).toBe(false);
    expect(verifies(key, message, `${signature}00`)).toBe(false);
    expect(verifies(key.slice(2), message, signature)).toBe(false);
    expect(verifies('02'.padEnd(64, '0'), message, signature)).toBe(false);
    expect(verifies('ff'.repeat(32), message, signature)).toBe(false);
  });

  it('agrees with node:crypto, and no changed bit verifies', () => {
    const seed = Buffer.alloc(32, 5);
    const privateKey = createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
      format: 'der',
      type: 'pkcs8',
    });
    const key = new PublicKey(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(511), (message, bit) => {
        const signature = Uint8Array.from(sign(null, message, privateKey));
        expect(key.verifies(signature, message)).toBe(true);
        signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(key.verifies(signature, message)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});
