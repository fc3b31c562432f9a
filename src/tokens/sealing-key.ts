/**
 * Authenticated encryption at rest with AES-256-GCM of the platform (NIST SP 800-38D), under a fresh random 96-bit nonce.
 *
 *   sealed = version (0x02) || nonce (12 bytes) || ciphertext || tag (16 bytes)
 *
 * Bytes without a version were sealed with AES-256-GCM-SIV (RFC 8452) under a key of their own: nonce || ciphertext ||
 * tag. They are still opened. Their nonce may begin with 0x02, so what does not open in one form is tried in the other.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { gcmsiv } from '@noble/ciphers/aes.js';
import { freshBytes } from '../platform/random-bytes.ts';

const VERSION = 2;
const NONCE = 12;
const TAG = 16;
const ALGORITHM = 'aes-256-gcm';

/** A key for AES-256-GCM, and the key under which earlier versions sealed with AES-256-GCM-SIV. */
export class SealingKey {
  readonly #key: Uint8Array;
  readonly #earlier: Uint8Array;

  /** Both have 32 bytes. Throws RangeError for another length. */
  constructor(key: Uint8Array, earlier: Uint8Array) {
    if (key.length !== 32 || earlier.length !== 32) throw new RangeError('an AES-256 key has 32 bytes');
    this.#key = key;
    this.#earlier = earlier;
  }

  /** Encrypts the plaintext and binds it to the associated data. */
  seal(plaintext: Uint8Array, associated: string): Buffer {
    const nonce = freshBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(associated, 'utf8'));
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([Buffer.of(VERSION), nonce, ciphertext, cipher.getAuthTag()]);
  }

  /** Returns the plaintext, or null where key, associated data or bytes are not those of the sealing. */
  open(sealed: Uint8Array, associated: string): Buffer | null {
    const current = sealed[0] === VERSION ? this.#openGcm(sealed.subarray(1), associated) : null;
    return current ?? openGcmSiv(this.#earlier, sealed, associated);
  }

  #openGcm(sealed: Uint8Array, associated: string): Buffer | null {
    if (sealed.length < NONCE + TAG) return null;
    const end = sealed.length - TAG;
    const decipher = createDecipheriv(ALGORITHM, this.#key, sealed.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(associated, 'utf8'));
    decipher.setAuthTag(sealed.subarray(end));
    const plaintext = decipher.update(sealed.subarray(NONCE, end));
    try {
      decipher.final();
    } catch {
      return null; // it does not authenticate
    }
    return plaintext;
  }
}

/** AES-256-GCM-SIV under a fresh random nonce: `nonce || ciphertext || tag`. The form of a token that carries its value. */
export function sealGcmSiv(key: Uint8Array, plaintext: Uint8Array, associated: string): Buffer {
  const nonce = freshBytes(NONCE);
  return Buffer.concat([nonce, gcmsiv(key, nonce, Buffer.from(associated, 'utf8')).encrypt(plaintext)]);
}

/** Seals under the nonce of what `sealGcmSiv` made before. Safe for some messages: RFC 8452, section 9. */
export function sealGcmSivAfter(
  sealed: Uint8Array,
  key: Uint8Array,
  plaintext: Uint8Array,
  associated: string,
): Buffer {
  const nonce = sealed.subarray(0, NONCE);
  return Buffer.concat([nonce, gcmsiv(key, nonce, Buffer.from(associated, 'utf8')).encrypt(plaintext)]);
}

/** The plaintext of `sealGcmSiv`, or null where key, associated data or bytes are not those of the sealing. */
export function openGcmSiv(key: Uint8Array, sealed: Uint8Array, associated: string): Buffer | null {
  if (sealed.length < NONCE + TAG) return null;
  const cipher = gcmsiv(key, sealed.subarray(0, NONCE), Buffer.from(associated, 'utf8'));
  try {
    return Buffer.from(cipher.decrypt(sealed.subarray(NONCE)));
  } catch {
    return null; // it does not authenticate
  }
}
