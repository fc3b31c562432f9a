/** Public keys: those a file states, those the caller pins. docs/audit-format.md, Signatures and keys. */
import { sha256 } from './sha.ts';
import { fromBase64, fromHex, toHex } from './bytes.ts';
import { PublicKey } from './ed25519.ts';
import { isArray, isObject, type JsonValue } from './json.ts';
import { fieldsOf } from './shape.ts';
import { counted, shown } from './shown.ts';
import { Findings, notChecked, type Check } from './verdict.ts';

/** A key as a file states it. */
export interface StatedKey {
  readonly key_id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** Each of the keys once. */
export function distinctKeys(keys: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(keys.map((key) => [toHex(key), key])).values()];
}

/** First 8 hex digits of SHA-256 of the raw public key. A name for people to compare, and no proof of identity. */
export function keyIdOf(publicKey: Uint8Array): string {
  return toHex(sha256(publicKey).subarray(0, 4));
}

/** Reads one of a file's keys; null, with findings, where it is not what the format says. */
export function readKey(value: JsonValue, path: string, findings: Findings): StatedKey | null {
  const fields = fieldsOf(value, path, findings);
  if (fields === null) return null;
  fields.constant('alg', 'Ed25519');
  const key_id = fields.text('key_id', 'keyId');
  const bytes =
    fromBase64(fields.text('public_key', 'freeText'), 32) ??
    fields.fault('public_key', 'base64 of 32 bytes', new Uint8Array());
  return fields.finish({ key_id, bytes });
}

/** A raw Ed25519 public key from its text: base64, lower-case hex, or PEM (RFC 8410). Null for anything else. */
export function parsePublicKey(text: string): Uint8Array | null {
  const trimmed = text.trim();
  return fromHex(trimmed, 32) ?? fromBase64(trimmed, 32) ?? fromPem(trimmed);
}

// RFC 8410 section 4: the DER of a SubjectPublicKeyInfo is this, and the 32 bytes of the key.
const SPKI_PREFIX = '302a300506032b6570032100';

function fromPem(text: string): Uint8Array | null {
  const body = /^-----BEGIN PUBLIC KEY-----\r?\n([A-Za-z0-9+/=]{60})\r?\n-----END PUBLIC KEY-----$/.exec(text)?.[1];
  const der = body === undefined ? null : fromBase64(body, 44);
  return der !== null && toHex(der.subarray(0, 12)) === SPKI_PREFIX ? der.slice(12) : null;
}

/** The keys of a document like `/.well-known/masker-keys.json`: `{"keys": [...]}`. Null where it is none, or has no key. */
export function parseKeyList(document: JsonValue): readonly Uint8Array[] | null {
  const list = isObject(document) ? document.get('keys') : undefined;
  if (!isArray(list) || list.length === 0) return null;
  const findings = new Findings();
  const keys = list.flatMap((value) => readKey(value, '/keys', findings)?.bytes ?? []);
  return findings.none ? keys : null;
}

/** Whether each key id is derived from its key, and names one key only. */
export function checkKeyIds(keys: readonly StatedKey[] | null): Check {
  if (keys === null) return notChecked('key_ids', 'the file holds no keys');
  const findings = new Findings();
  const seen = new Set<string>();
  for (const { key_id, bytes } of keys) {
    findings.compare('wrong_key_id', 'a key is listed under an id that is not its own', keyIdOf(bytes), key_id);
    // 8 hex digits can be hit on purpose: two keys under one id leave open whose signature is meant.
    if (seen.has(key_id)) findings.add('wrong_key_id', `key id ${shown(key_id)} occurs twice`);
    seen.add(key_id);
  }
  return findings.conclude('key_ids', counted(keys.length, 'key'));
}

/** Finds the keys that a signature may have been made with. */
export class KeyRing {
  readonly #pinned = new Map<string, PublicKey[]>();
  readonly #stated = new Map<string, PublicKey>();

  constructor(pinned: readonly Uint8Array[], stated: readonly StatedKey[]) {
    for (const bytes of pinned) {
      const id = keyIdOf(bytes);
      const same = this.#pinned.get(id) ?? [];
      this.#pinned.set(id, [...same, new PublicKey(bytes)]);
    }
    // The first of several under one id counts. checkKeyIds has named the others, and a file full of them costs no time.
    for (const { key_id, bytes } of stated)
      if (!this.#stated.has(key_id)) this.#stated.set(key_id, new PublicKey(bytes));
  }

  /** The pinned keys of an id. An attacker can make a key with the same id: trust goes by the whole key. */
  pinnedUnder(id: string): readonly PublicKey[] {
    return this.#pinned.get(id) ?? [];
  }

  /** The key that the file itself states under an id. */
  statedUnder(id: string): PublicKey | null {
    return this.#stated.get(id) ?? null;
  }
}
