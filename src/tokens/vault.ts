/**
 * Envelope encryption of the values behind tokens. See docs/tokens.md, Vault.
 *
 * Each session has a random data key, wrapped by the active key of its kid; each value is encrypted under the data key.
 * All with AES-256-GCM and associated data that binds a ciphertext to its account, session and token: a row moved
 * elsewhere does not open. Deleting the wrapped key erases every value at once. The stored form: sealing-key.ts.
 */
import { HmacKey } from '../platform/hmac.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { freshBytes } from '../platform/random-bytes.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import { SealingKey } from './sealing-key.ts';

const WELL_FORMED = 0;
const UTF16 = 1;
/** A value with its surrogate: a JSON list of both, in UTF-8. */
const PAIR = 2;

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

/** The bytes of a value, and of the surrogate that the model reads instead of its token. */
function encodePair(value: string, surrogate: string): Buffer {
  return Buffer.concat([Buffer.of(PAIR), Buffer.from(JSON.stringify([value, surrogate]), 'utf8')]);
}

/** A value in the vault, with its surrogate where it has one. */
export interface VaultValue {
  readonly value: string;
  readonly surrogate?: string;
}

function decodePair(bytes: Uint8Array): VaultValue | null {
  if (bytes[0] !== PAIR) {
    const value = decodeValue(bytes);
    return value === null ? null : { value };
  }
  const parsed: unknown = JSON.parse(Buffer.from(bytes.subarray(1)).toString('utf8'));
  const pair: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  const [value, surrogate] = pair;
  return typeof value === 'string' && typeof surrogate === 'string' ? { value, surrogate } : null;
}

/** The request as received and as it left; the response as the model wrote it and as the caller got it. */
export type PayloadPart = 'request' | 'masked' | 'answer' | 'response';

/** A session's wrapped data key, as stored. */
export interface WrappedKey {
  readonly kid: string;
  readonly keyVersion: string;
  readonly wrapped: Buffer;
}

const wrappingKey = (key: RingKey): SealingKey => key.sealing('masker/vault-key');
const keyScope = (account: AccountId, session: SessionId, kid: string): string =>
  `masker/vault-key/v1|${account}|${session}|${kid}`;

function unwrap(ring: KeyRing, stored: WrappedKey, account: AccountId, session: SessionId): Buffer | null {
  const key = ring.version(stored.kid, stored.keyVersion);
  return key === null ? null : wrappingKey(key).open(stored.wrapped, keyScope(account, session, stored.kid));
}

/** The vault of one session: seals and opens the values behind its tokens. */
export class SessionVault {
  readonly #key: SealingKey;
  readonly #scope: string;
  readonly #payloadScope: string;

  private constructor(dataKey: Uint8Array, account: AccountId, session: SessionId) {
    // Rows of earlier versions are under the data key itself.
    this.#key = new SealingKey(new HmacKey(dataKey).digest('masker/vault/v2'), dataKey);
    this.#scope = `masker/vault/v1|${account}|${session}|`;
    this.#payloadScope = `masker/payload/v1|${account}|${session}|`;
  }

  /** A vault with a fresh data key, wrapped by `key`. */
  static create(key: RingKey, account: AccountId, session: SessionId): { vault: SessionVault; wrapped: WrappedKey } {
    const dataKey = freshBytes(32);
    const wrapped = wrappingKey(key).seal(dataKey, keyScope(account, session, key.kid));
    return {
      vault: new SessionVault(dataKey, account, session),
      wrapped: { kid: key.kid, keyVersion: key.version, wrapped },
    };
  }

  /** Opens a stored vault; null where its key is no longer registered or the wrapping does not authenticate. */
  static open(ring: KeyRing, stored: WrappedKey, account: AccountId, session: SessionId): SessionVault | null {
    const dataKey = unwrap(ring, stored, account, session);
    return dataKey === null ? null : new SessionVault(dataKey, account, session);
  }

  /**
   * Wraps the data key of a stored vault under another key. Null where the stored one does not open. The values are under
   * the data key and stay as they are.
   */
  static rewrap(
    ring: KeyRing,
    stored: WrappedKey,
    target: RingKey,
    account: AccountId,
    session: SessionId,
  ): WrappedKey | null {
    const dataKey = unwrap(ring, stored, account, session);
    if (dataKey === null) return null;
    const wrapped = wrappingKey(target).seal(dataKey, keyScope(account, session, target.kid));
    return { kid: target.kid, keyVersion: target.version, wrapped };
  }

  /** Returns true if both open to the same data key. */
  static haveSameKey(ring: KeyRing, a: WrappedKey, b: WrappedKey, account: AccountId, session: SessionId): boolean {
    const [first, second] = [unwrap(ring, a, account, session), unwrap(ring, b, account, session)];
    return first !== null && second !== null && first.equals(second);
  }

  /** Encrypts the value behind a token, with its surrogate where it has one. */
  seal(token: string, value: string, surrogate?: string): Buffer {
    const bytes = surrogate === undefined ? encodeValue(value) : encodePair(value, surrogate);
    return this.#key.seal(bytes, this.#scope + token);
  }

  /** Encrypts a part of what went through in a turn, bound to its place. */
  sealPayload(turn: number, part: PayloadPart, bytes: Uint8Array): Buffer {
    return this.#key.seal(bytes, `${this.#payloadScope}${turn}|${part}`);
  }

  /** The bytes of `sealPayload`; null where they were not sealed by this vault for this place. */
  openPayload(turn: number, part: PayloadPart, sealed: Uint8Array): Buffer | null {
    return this.#key.open(sealed, `${this.#payloadScope}${turn}|${part}`);
  }

  /** The value behind a token; null where the row is not the one this vault sealed for it. */
  open(token: string, sealed: Uint8Array): string | null {
    return this.openPair(token, sealed)?.value ?? null;
  }

  /** The same, with the surrogate. */
  openPair(token: string, sealed: Uint8Array): VaultValue | null {
    const bytes = this.#key.open(sealed, this.#scope + token);
    return bytes === null ? null : decodePair(bytes);
  }
}
