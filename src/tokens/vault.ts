/**
 * Envelope encryption of the values behind tokens. Spec tokens.md, Vault.
 *
 * Each session has a random data key, wrapped by the active key of its kid; each value is encrypted under the data key.
 * All with AES-256-GCM-SIV (RFC 8452), `nonce || ciphertext || tag`, and associated data that binds a ciphertext to its
 * account, session and token: a row moved elsewhere does not open. Deleting the wrapped key erases every value at once.
 */
import type { AccountId, SessionId } from '../platform/ids.ts';
import { freshBytes } from '../platform/random-bytes.ts';
import { GcmSiv } from './gcm-siv.ts';
import type { KeyRing, RingKey } from './key-ring.ts';

const NONCE = 12;
const TAG = 16;
const WELL_FORMED = 0;
const UTF16 = 1;

/** AES-256-GCM-SIV with a fresh random nonce: `nonce || ciphertext || tag`. */
export function sealBytes(cipher: GcmSiv, plaintext: Uint8Array, associated: string): Buffer {
  const nonce = freshBytes(NONCE);
  return Buffer.concat([nonce, cipher.seal(nonce, plaintext, Buffer.from(associated, 'utf8'))]);
}

/** The plaintext of `sealBytes`, or null where key, associated data or bytes are not the ones it was made with. */
export function openBytes(cipher: GcmSiv, sealed: Uint8Array, associated: string): Buffer | null {
  if (sealed.length < NONCE + TAG) return null;
  return cipher.open(sealed.subarray(0, NONCE), sealed.subarray(NONCE), Buffer.from(associated, 'utf8'));
}

/** A value's bytes: UTF-8 where it has a UTF-8 form, else UTF-16, so that a lone surrogate survives. One tag byte first. */
export function encodeValue(value: string): Buffer {
  return value.isWellFormed()
    ? Buffer.concat([Buffer.of(WELL_FORMED), Buffer.from(value, 'utf8')])
    : Buffer.concat([Buffer.of(UTF16), Buffer.from(value, 'utf16le')]);
}

/** The value of `encodeValue`, or null for bytes that it did not make. */
export function decodeValue(bytes: Uint8Array): string | null {
  const [form] = bytes;
  if (form === WELL_FORMED) return Buffer.from(bytes.subarray(1)).toString('utf8');
  return form === UTF16 ? Buffer.from(bytes.subarray(1)).toString('utf16le') : null;
}

/** A session's wrapped data key, as stored. */
export interface WrappedKey {
  readonly kid: string;
  readonly keyVersion: string;
  readonly wrapped: Buffer;
}

const wrapCipher = (key: RingKey): GcmSiv => key.cipher('masker/vault-key/v1');
const keyScope = (account: AccountId, session: SessionId, kid: string): string =>
  `masker/vault-key/v1|${account}|${session}|${kid}`;

/** The vault of one session: seals and opens the values behind its tokens. */
export class SessionVault {
  readonly #cipher: GcmSiv;
  readonly #scope: string;

  private constructor(dataKey: Uint8Array, account: AccountId, session: SessionId) {
    this.#cipher = new GcmSiv(dataKey);
    this.#scope = `masker/vault/v1|${account}|${session}|`;
  }

  /** A vault with a fresh data key, wrapped by `key`. */
  static create(key: RingKey, account: AccountId, session: SessionId): { vault: SessionVault; wrapped: WrappedKey } {
    const dataKey = freshBytes(32);
    const wrapped = sealBytes(wrapCipher(key), dataKey, keyScope(account, session, key.kid));
    return {
      vault: new SessionVault(dataKey, account, session),
      wrapped: { kid: key.kid, keyVersion: key.version, wrapped },
    };
  }

  /** Opens a stored vault; null where its key is no longer registered or the wrapping does not authenticate. */
  static open(ring: KeyRing, stored: WrappedKey, account: AccountId, session: SessionId): SessionVault | null {
    const key = ring.version(stored.kid, stored.keyVersion);
    if (key === null) return null;
    const dataKey = openBytes(wrapCipher(key), stored.wrapped, keyScope(account, session, stored.kid));
    return dataKey === null ? null : new SessionVault(dataKey, account, session);
  }

  /** Encrypts the value behind a token. */
  seal(token: string, value: string): Buffer {
    return sealBytes(this.#cipher, encodeValue(value), this.#scope + token);
  }

  /** The value behind a token; null where the row is not the one this vault sealed for it. */
  open(token: string, sealed: Uint8Array): string | null {
    const bytes = openBytes(this.#cipher, sealed, this.#scope + token);
    return bytes === null ? null : decodeValue(bytes);
  }
}
