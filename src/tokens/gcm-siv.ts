/**
 * AES-256-GCM-SIV (RFC 8452): authenticated encryption that survives a repeated nonce.
 *
 * AES is node's own, in its plainest mode, and so in constant time; node has no GCM-SIV itself. A value of a call is sealed
 * in a fifth of the time that an implementation without the processor's AES takes (15 us instead of 75): a turn waits for
 * several.
 */
import { createCipheriv, timingSafeEqual } from 'node:crypto';
import type { Cipher } from 'node:crypto';
import { polyval } from './polyval.ts';

const BLOCK = 16;
const NONCE = 12;
const TAG = 16;
/** Blocks that the two keys of a message are derived from: two of the hash's, four of the cipher's. */
const DERIVATION_BLOCKS = 6;
const HALF = 8;

/** AES-256 of blocks, each by itself. Whole blocks come back at once, and none depends on those before it. */
const aes = (key: Uint8Array): Cipher => createCipheriv('aes-256-ecb', key, null);

/** One key for many messages. */
export class GcmSiv {
  readonly #derivation: Cipher;

  /** `key` has 32 bytes. Throws RangeError for another length. */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new RangeError('an AES-256-GCM-SIV key has 32 bytes');
    this.#derivation = aes(key);
  }

  /** Ciphertext and tag, end to end. `nonce` has 12 bytes; `plaintext` under 2^31. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Buffer {
    const { authentication, encryption } = this.#messageKeys(nonce);
    const tag = computeTag(authentication, encryption, nonce, plaintext, associated);
    const sealed = Buffer.allocUnsafe(plaintext.length + TAG);
    exclusiveOr(sealed, plaintext, keyStream(encryption, tag, plaintext.length));
    tag.copy(sealed, plaintext.length);
    return sealed;
  }

  /** The plaintext of `seal`; null where key, nonce, associated data or bytes are not the ones it was made with. */
  open(nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | null {
    if (sealed.length < TAG) return null;
    const { authentication, encryption } = this.#messageKeys(nonce);
    const length = sealed.length - TAG;
    const tag = sealed.subarray(length);
    const plaintext = Buffer.allocUnsafe(length);
    exclusiveOr(plaintext, sealed, keyStream(encryption, tag, length));
    if (timingSafeEqual(tag, computeTag(authentication, encryption, nonce, plaintext, associated))) return plaintext;
    // RFC 8452, section 5: what does not authenticate must not be seen by anybody.
    plaintext.fill(0);
    return null;
  }

  /** RFC 8452, section 4: keys for one nonce, so that the master key is never worn out. */
  #messageKeys(nonce: Uint8Array): { readonly authentication: Buffer; readonly encryption: Cipher } {
    if (nonce.length !== NONCE) throw new RangeError('an AES-256-GCM-SIV nonce has 12 bytes');
    const counters = Buffer.allocUnsafe(DERIVATION_BLOCKS * BLOCK);
    for (let i = 0; i < DERIVATION_BLOCKS; i += 1) {
      counters.writeUInt32LE(i, i * BLOCK);
      counters.set(nonce, i * BLOCK + 4);
    }
    const blocks = this.#derivation.update(counters);
    // Of every block the first half counts.
    for (let i = 1; i < DERIVATION_BLOCKS; i += 1) blocks.copy(blocks, i * HALF, i * BLOCK, i * BLOCK + HALF);
    const encryption = aes(blocks.subarray(2 * HALF, DERIVATION_BLOCKS * HALF));
    return { authentication: blocks.subarray(0, 2 * HALF), encryption };
  }
}

function computeTag(
  authentication: Buffer,
  encryption: Cipher,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associated: Uint8Array,
): Buffer {
  const plaintextAt = wholeBlocks(associated.length);
  const lengthsAt = plaintextAt + wholeBlocks(plaintext.length);
  const hashed = Buffer.alloc(lengthsAt + BLOCK);
  hashed.set(associated, 0);
  hashed.set(plaintext, plaintextAt);
  writeBits(hashed, lengthsAt, associated.length);
  writeBits(hashed, lengthsAt + 8, plaintext.length);
  const digest = polyval(authentication, hashed);
  for (let i = 0; i < NONCE; i += 1) digest[i] = (digest[i] ?? 0) ^ (nonce[i] ?? 0);
  digest[BLOCK - 1] = (digest[BLOCK - 1] ?? 0) & 0x7f;
  return encryption.update(digest);
}

/** So many bytes, filled up to whole blocks. */
const wholeBlocks = (length: number): number => Math.ceil(length / BLOCK) * BLOCK;

/** A length in bytes as one in bits, in 64 bits. */
function writeBits(block: Buffer, at: number, bytes: number): void {
  block.writeUInt32LE((bytes << 3) >>> 0, at);
  block.writeUInt32LE(bytes >>> 29, at + 4);
}

/** AES in counter mode from the tag on. The counter is the first word alone, and wraps within it. */
function keyStream(encryption: Cipher, tag: Uint8Array, length: number): Buffer {
  const counters = Buffer.allocUnsafe(wholeBlocks(length));
  for (let at = 0; at < counters.length; at += BLOCK) {
    counters.set(tag, at);
    counters.writeUInt32LE((counters.readUInt32LE(at) + at / BLOCK) >>> 0, at);
    counters[at + BLOCK - 1] = (counters[at + BLOCK - 1] ?? 0) | 0x80;
  }
  return encryption.update(counters);
}

function exclusiveOr(target: Buffer, bytes: Uint8Array, stream: Buffer): void {
  for (let i = 0; i < Math.min(target.length, bytes.length, stream.length); i += 1)
    target[i] = (bytes[i] ?? 0) ^ (stream[i] ?? 0);
}
