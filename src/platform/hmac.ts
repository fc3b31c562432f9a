/**
 * HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869) under keys that are used again and again. The padded key is made once;
 * node's own HMAC objects cost more than the two hashes that they compute.
 */
import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;

/** A key for many HMACs. */
export class HmacKey {
  readonly #inner = Buffer.alloc(BLOCK, 0x36);
  readonly #outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);

  /** Throws RangeError for a key over 64 bytes, which the RFC would hash first: none here is. */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError('an HMAC key has at most 64 bytes');
    key.forEach((byte, at) => {
      this.#inner.writeUInt8(byte ^ 0x36, at);
      this.#outer.writeUInt8(byte ^ 0x5c, at);
    });
  }

  /** HMAC-SHA256 over the parts, end to end; texts are UTF-8. */
  digest(...parts: readonly (Uint8Array | string)[]): Buffer {
    const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part));
    hash('sha256', Buffer.concat([this.#inner, ...bytes]), 'buffer').copy(this.#outer, BLOCK);
    return hash('sha256', this.#outer, 'buffer');
  }
}

/** Derives keys of 32 bytes from one secret: HKDF-SHA256 with an empty salt, of which the first step is done once. */
export class KeyDerivation {
  readonly #extracted: HmacKey;

  constructor(secret: Uint8Array) {
    this.#extracted = new HmacKey(new HmacKey(Buffer.alloc(DIGEST)).digest(secret));
  }

  /** The 32 bytes for `info`. */
  derive(info: string): Buffer {
    return this.#extracted.digest(info, Buffer.of(1));
  }
}
