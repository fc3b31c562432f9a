/**
 * The seal that closes a session, and Ed25519 signatures over canonical JSON. See docs/audit-format.md, Seals.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { canonicalJson } from './canonical.ts';

/** A signature over the RFC 8785 text of a document. */
export interface Signature {
  readonly alg: 'Ed25519';
  /** First 8 hex digits of SHA-256 of the raw public key. */
  readonly key_id: string;
  /** Base64 of the 64 bytes of RFC 8032. */
  readonly sig: string;
}

export interface Seal {
  readonly v: 1;
  readonly session_id: SessionId;
  readonly agent_id: AgentId;
  readonly account_id: AccountId;
  readonly started_at: string;
  readonly sealed_at: string;
  readonly event_count: number;
  readonly last_hash: string;
  readonly merkle_root_hex: string;
  readonly redactions_by_kind: Readonly<Record<string, number>>;
  readonly status: 'ok' | 'partial' | 'error';
  /** SHA-256 of the UTF-8 text of the policy snapshot, in hex. */
  readonly policy_digest: string;
}

export interface SignedSeal {
  readonly seal: Seal;
  readonly signature: Signature;
}

// RFC 8410: a PKCS #8 wrapper around the 32-byte seed, so that node:crypto takes the raw key.
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs canonical JSON with one Ed25519 key. The private key never leaves the instance. */
export class Signer {
  readonly #key: KeyObject;
  /** Raw public key, 32 bytes. */
  readonly publicKey: Buffer;
  readonly keyId: string;

  /** `seed` is the 32-byte Ed25519 seed of RFC 8032. Throws RangeError for another length. */
  constructor(seed: Uint8Array) {
    if (seed.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes');
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(-32);
    this.keyId = createHash('sha256').update(this.publicKey).digest('hex').slice(0, 8);
  }

  /** Signs the UTF-8 bytes of the document's RFC 8785 text. */
  sign(document: object): Signature {
    const sig = this.signBytes(Buffer.from(canonicalJson(document), 'utf8'));
    return { alg: 'Ed25519', key_id: this.keyId, sig: sig.toString('base64') };
  }

  /**
   * Signs bytes: the 64 bytes of RFC 8032. They must not be able to begin with `{`, as what `sign` signs does: no text
   * may pass for one of another kind.
   */
  signBytes(bytes: Uint8Array): Buffer {
    return sign(null, bytes, this.#key);
  }
}
