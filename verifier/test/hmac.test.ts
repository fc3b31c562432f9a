import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hmacSha256 } from '../src/hmac.ts';
import { chainKey, SESSION } from './bundle-builder.ts';

const hex = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('HMAC-SHA256, as the verifier computes it: RFC 4231', () => {
  it.each([
    [
      'case 1',
      '0b'.repeat(20),
      Buffer.from('Hi There').toString('hex'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      'case 2',
      Buffer.from('Jefe').toString('hex'),
      Buffer.from('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['case 3', 'aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      'case 6',
      'aa'.repeat(131),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('%s', (_, key, message, expected) => {
    expect(hex(hmacSha256(bytes(key), bytes(message)))).toBe(expected);
    const half = message.length / 4 - ((message.length / 4) % 1);
    const parts = [message.slice(0, 2 * half), message.slice(2 * half)].map(bytes);
    expect(hex(hmacSha256(bytes(key), ...parts))).toBe(expected);
  });
});

describe('HKDF-SHA256, as chain keys are derived: RFC 5869', () => {
  it('test case 1', () => {
    const okm = hkdfSync(
      'sha256',
      bytes('0b'.repeat(22)),
      bytes('000102030405060708090a0b0c'),
      bytes('f0f1f2f3f4f5f6f7f8f9'),
      42,
    );
    expect(hex(okm)).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
  });

  it('test case 3: no salt, no info', () => {
    expect(hex(hkdfSync('sha256', bytes('0b'.repeat(22)), '', '', 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('one block of it, written out with HMAC alone, is the chain key', () => {
    const extracted = hmacSha256(new Uint8Array(32), new Uint8Array(32).fill(7));
    const expanded = hmacSha256(extracted, new TextEncoder().encode(`masker/audit-chain/v1|${SESSION}\u0001`));
    expect(hex(expanded)).toBe(hex(chainKey(SESSION)));
  });
});
