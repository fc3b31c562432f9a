/** The leaves of an account's log: RFC 8785 texts of seals and of administrative acts. See docs/account-log.md, Leaves. */
import { canonicalJson } from '../audit/canonical.ts';
import type { Json } from '../audit/canonical.ts';
import { sha256 } from '../platform/sha256.ts';
import type { AccountId } from '../platform/ids.ts';

/** Bytes of a leaf at most: an entry bundle states the length in two bytes. */
export const MAX_LEAF_BYTES = 65_535;

/** What became a leaf: the seal of a session, an administrative act, or another signing key. */
export type LeafSource = 'seal' | 'event' | 'key';

/** A leaf before it has its place. */
export interface NewLeaf {
  readonly source: LeafSource;
  /** Id of the session or of the act, or the key in hex: no source has one twice in a log. */
  readonly ref: string;
  readonly kind: string;
  /** RFC 8785 text. */
  readonly body: string;
}

/** A seal as it is stored with its session. */
export interface StoredSeal {
  readonly accountId: AccountId;
  readonly sessionId: string;
  /** RFC 8785 text of the seal. */
  readonly seal: string;
  readonly keyId: string;
  readonly signature: Buffer;
  readonly sealedAt: Date;
}

/** Returns the leaf of a session's seal. */
export function sealLeaf({ accountId, sessionId, seal, keyId, signature, sealedAt }: StoredSeal): NewLeaf {
  const kind = 'session_sealed';
  const body = {
    v: 1,
    kind,
    ts: sealedAt.toISOString(),
    account_id: accountId,
    seal: parsed(seal),
    signature: { alg: 'Ed25519', key_id: keyId, sig: signature.toString('base64') },
  };
  return { source: 'seal', ref: sessionId, kind, body: bounded(accountId, kind, canonicalJson(body)) };
}

/** Returns the leaf of an administrative act: its record as it was written. */
export function eventLeaf(accountId: AccountId, id: string, kind: string, body: string): NewLeaf {
  return { source: 'event', ref: id, kind, body: bounded(accountId, kind, body) };
}

/** Returns the leaf that says from where on another key signs the log. */
export function keyLeaf(
  accountId: AccountId,
  publicKey: Buffer,
  keyId: string,
  previousKeyId: string,
  now: number,
): NewLeaf {
  const kind = 'signing_key_changed';
  const body = {
    v: 1,
    kind,
    ts: new Date(now).toISOString(),
    account_id: accountId,
    key_id: keyId,
    public_key: publicKey.toString('base64'),
    previous_key_id: previousKeyId,
  };
  return { source: 'key', ref: publicKey.toString('hex'), kind, body: canonicalJson(body) };
}

/** The value of a canonical text; the text itself where it is none, for nothing may keep a log from growing. */
function parsed(text: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    return canonicalJson(value) === text ? value : text;
  } catch {
    return text;
  }
}

/** The text, or its hash where it is too long for a leaf. */
function bounded(accountId: AccountId, kind: string, body: string): string {
  if (Buffer.byteLength(body, 'utf8') <= MAX_LEAF_BYTES) return body;
  return canonicalJson({ v: 1, kind, account_id: accountId, body_sha256: sha256(body).toString('hex') });
}
