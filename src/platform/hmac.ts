/**
 * HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869) under keys that are used again and again. The padded key is made once;
 * node's own HMAC objects cost more than the two hashes that they compute.
 */
import { sha256 } from './sha256.ts';

const BLOCK = 64;
const DIGEST = 32;

/** Where a message is put behind the padded key; a longer one gets bytes of its own. Used within one call only. */
const scratch = Buffer.alloc(8192);

/** Bytes that a part may take. */
const mostBytes = (part: Uint8Array | string): number => (typeof part === 'string' ? 3 * part.length : part.length);

/** A key for many HMACs. */
export class HmacKey {
  readonly #inner = Buffer.alloc(BLOCK, 0x36);
  readonly #outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);

  /** Throws RangeError for a key over 64 bytes, which the RFC would hash first: none here is. */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK) throw new RangeError('an HMAC key has at most 64 bytes');
    for (let at = 0; at < key.length; at += 1) {
      this.#inner[at] = (key[at] ?? 0) ^ 0x36;
      this.#outer[at] = (key[at] ?? 0) ^ 0x5c;
    }
  }

  /** HMAC-SHA256 over the parts, end to end; texts are UTF-8. */
  digest(...parts: readonly (Uint8Array | string)[]): Buffer {
    let most = BLOCK;
    for (const part of parts) most += mostBytes(part);
    const message = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
    message.set(this.#inner);
    let end = BLOCK;
    for (const part of parts) {
      if (typeof part === 'string') {
        end += message.write(part, end, 'utf8');
      } else {
        message.set(part, end);
        end += part.length;
      }
    }
    this.#outer.set(sha256(message.subarray(0, end)), BLOCK);
    return sha256(this.#outer);
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
