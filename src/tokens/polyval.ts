/**
 * POLYVAL, the universal hash of AES-GCM-SIV (RFC 8452, section 3), without tables and without branches on data: the time
 * it takes depends on nothing but the length.
 *
 * A carry-less product of 32 by 32 bits is made of integer products whose bits stand four apart, so that carries die in
 * the holes between them (T. Pornin, BearSSL, ghash_ctmul32). That gives the lower half; the upper half is the lower half
 * of the product of the reversed factors, reversed. By Karatsuba nine products of words make one of 128 by 128 bits.
 */

/** The lower 32 bits of the carry-less product. */
function multiplyLow(x: number, y: number): number {
  const x0 = x & 0x11111111;
  const x1 = x & 0x22222222;
  const x2 = x & 0x44444444;
  const x3 = x & 0x88888888;
  const y0 = y & 0x11111111;
  const y1 = y & 0x22222222;
  const y2 = y & 0x44444444;
  const y3 = y & 0x88888888;
  const z0 = Math.imul(x0, y0) ^ Math.imul(x1, y3) ^ Math.imul(x2, y2) ^ Math.imul(x3, y1);
  const z1 = Math.imul(x0, y1) ^ Math.imul(x1, y0) ^ Math.imul(x2, y3) ^ Math.imul(x3, y2);
  const z2 = Math.imul(x0, y2) ^ Math.imul(x1, y1) ^ Math.imul(x2, y0) ^ Math.imul(x3, y3);
  const z3 = Math.imul(x0, y3) ^ Math.imul(x1, y2) ^ Math.imul(x2, y1) ^ Math.imul(x3, y0);
  return (z0 & 0x11111111) | (z1 & 0x22222222) | (z2 & 0x44444444) | (z3 & 0x88888888);
}

/** The bits of a word in reverse. */
function reverse(word: number): number {
  let x = ((word & 0x55555555) << 1) | ((word >>> 1) & 0x55555555);
  x = ((x & 0x33333333) << 2) | ((x >>> 2) & 0x33333333);
  x = ((x & 0x0f0f0f0f) << 4) | ((x >>> 4) & 0x0f0f0f0f);
  x = ((x & 0x00ff00ff) << 8) | ((x >>> 8) & 0x00ff00ff);
  return (x << 16) | (x >>> 16);
}

/** The upper 31 bits of the carry-less product, of the lower 32 of the reversed factors' product. */
const upper = (low: number): number => reverse(low) >>> 1;

// What a word becomes four words higher when it is multiplied by 1 + x^-1 + x^-2 + x^-7, and what spills into the word below.
const folded = (word: number): number => word ^ (word >>> 1) ^ (word >>> 2) ^ (word >>> 7);
const spilt = (word: number): number => (word << 31) ^ (word << 30) ^ (word << 25);

/** The word that begins at a byte, little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

/** POLYVAL of whole blocks of 16 bytes. `key` has 16 bytes; so has the hash. */
export function polyval(key: Uint8Array, blocks: Uint8Array): Buffer {
  const a0 = wordAt(key, 0);
  const a1 = wordAt(key, 4);
  const a2 = wordAt(key, 8);
  const a3 = wordAt(key, 12);
  const c0 = reverse(a0);
  const c1 = reverse(a1);
  const c2 = reverse(a2);
  const c3 = reverse(a3);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  // sum = (sum + block) * key * x^-128, modulo x^128 + x^127 + x^126 + x^121 + 1.
  for (let at = 0; at < blocks.length; at += 16) {
    const b0 = s0 ^ wordAt(blocks, at);
    const b1 = s1 ^ wordAt(blocks, at + 4);
    const b2 = s2 ^ wordAt(blocks, at + 8);
    const b3 = s3 ^ wordAt(blocks, at + 12);
    // Lower halves: l<ij> is of (ai + aj) and (bi + bj).
    const l0 = multiplyLow(a0, b0);
    const l1 = multiplyLow(a1, b1);
    const l2 = multiplyLow(a2, b2);
    const l3 = multiplyLow(a3, b3);
    const l01 = multiplyLow(a0 ^ a1, b0 ^ b1) ^ l0 ^ l1;
    const l23 = multiplyLow(a2 ^ a3, b2 ^ b3) ^ l2 ^ l3;
    const l02 = multiplyLow(a0 ^ a2, b0 ^ b2);
    const l13 = multiplyLow(a1 ^ a3, b1 ^ b3);
    const l0123 = multiplyLow(a0 ^ a1 ^ a2 ^ a3, b0 ^ b1 ^ b2 ^ b3) ^ l02 ^ l13;
    // Upper halves, of the reversed words.
    const d0 = reverse(b0);
    const d1 = reverse(b1);
    const d2 = reverse(b2);
    const d3 = reverse(b3);
    const u0 = multiplyLow(c0, d0);
    const u1 = multiplyLow(c1, d1);
    const u2 = multiplyLow(c2, d2);
    const u3 = multiplyLow(c3, d3);
    const u01 = multiplyLow(c0 ^ c1, d0 ^ d1) ^ u0 ^ u1;
    const u23 = multiplyLow(c2 ^ c3, d2 ^ d3) ^ u2 ^ u3;
    const u02 = multiplyLow(c0 ^ c2, d0 ^ d2);
    const u13 = multiplyLow(c1 ^ c3, d1 ^ d3);
    const u0123 = multiplyLow(c0 ^ c1 ^ c2 ^ c3, d0 ^ d1 ^ d2 ^ d3) ^ u02 ^ u13;
    // The product of 256 bits, lowest word first.
    const z1 = l01 ^ upper(u0);
    const z2 = l1 ^ l0 ^ l2 ^ l02 ^ upper(u01);
    const z3 = l01 ^ l23 ^ l0123 ^ upper(u1 ^ u0 ^ u2 ^ u02);
    const z4 = l2 ^ l1 ^ l3 ^ l13 ^ upper(u01 ^ u23 ^ u0123);
    const z5 = l23 ^ upper(u2 ^ u1 ^ u3 ^ u13);
    const z6 = l3 ^ upper(u23);
    const z7 = upper(u3);
    // x^-128 = 1 + x^-1 + x^-2 + x^-7: each of the lower four words is folded into the four above it.
    const f3 = z3 ^ spilt(l0);
    s0 = z4 ^ folded(l0) ^ spilt(z1);
    s1 = z5 ^ folded(z1) ^ spilt(z2);
    s2 = z6 ^ folded(z2) ^ spilt(f3);
    s3 = z7 ^ folded(f3);
  }
  const hash = Buffer.allocUnsafe(16);
  for (const [i, word] of [s0, s1, s2, s3].entries()) hash.writeInt32LE(word, 4 * i);
  return hash;
}
