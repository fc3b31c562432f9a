import fc from 'fast-check';
import { expect, test } from 'vitest';
import { polyval } from '../../../src/tokens/polyval.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The field of RFC 8452, section 3, by the book: bit i of the little-endian number is the coefficient of x^i. */
const MODULUS = (1n << 128n) | (1n << 127n) | (1n << 126n) | (1n << 121n) | 1n;

function number(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function bytes(element: bigint): Buffer {
  return Buffer.from(Array.from({ length: 16 }, (_, i) => Number((element >> BigInt(8 * i)) & 0xffn)));
}

/** a * b * x^-128. */
function dot(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let i = 0n; i < 128n; i += 1n) if (((b >> i) & 1n) === 1n) product ^= a << i;
  // Division by x: what is odd becomes even when the modulus, whose lowest coefficient is 1, is added.
  for (let i = 0; i < 128; i += 1) product = ((product & 1n) === 1n ? product ^ MODULUS : product) >> 1n;
  return product;
}

function byTheBook(key: Uint8Array, blocks: Uint8Array): Buffer {
  let sum = 0n;
  for (let at = 0; at < blocks.length; at += 16) sum = dot(sum ^ number(blocks.subarray(at, at + 16)), number(key));
  return bytes(sum);
}

test('the example of RFC 8452, appendix A', () => {
  const key = hex('25629347589242761d31f826ba4b757b');
  const blocks = hex('4f4f95668c83dfb6401762bb2d01a262d1a24ddd2721d006bbe45f20d3c9f362');
  expect(polyval(key, blocks).toString('hex')).toBe('f7a3b47b846119fae5b7866cf5e5b77e');
});

test('is the hash that the RFC defines, for whatever key and blocks', () => {
  const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(block, fc.array(block, { maxLength: 5 }), (key, blocks) => {
      const message = Buffer.concat(blocks);
      expect(polyval(key, message)).toEqual(byTheBook(key, message));
    }),
  );
});

test('takes words whose bits are all set as any others', () => {
  for (const byte of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
    const all = Buffer.alloc(16, byte);
    expect(polyval(all, Buffer.concat([all, all]))).toEqual(byTheBook(all, Buffer.concat([all, all])));
  }
});
