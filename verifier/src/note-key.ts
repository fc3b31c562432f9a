/** Verifier keys of signed notes: of logs and of witnesses. C2SP signed-note, Verifier keys; C2SP tlog-cosignature. */
import { sha256 } from './sha.ts';
import { fromBase64, toHex, utf8 } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { textOf } from './strict-text.ts';

/** Signature type bytes of C2SP signed-note. */
export const KEY_TYPES = {
  /** Ed25519 over the text of the note. */
  ed25519: 0x01,
  /** Ed25519 over a header, a time and the text: a witness's cosignature/v1. */
  cosignature: 0x04,
  /** ML-DSA-44 over a tree head. Such a key is read in a policy, but its signatures cannot be checked here. */
  mlDsa44: 0x06,
} as const;

/** A public key that may sign notes. */
export interface NoteKey {
  /** Key name: of a log, its origin. Not empty, no Unicode space, no plus sign. */
  readonly name: string;
  /** 8 lower-case hex digits: the first 4 bytes of SHA-256(name || 0x0A || type || public key). */
  readonly keyId: string;
  readonly type: 0x01 | 0x04 | 0x06;
  /** Raw public key: 32 bytes of Ed25519 (RFC 8032), or 1312 of ML-DSA-44. */
  readonly publicKey: Uint8Array;
}

/** A log's key: `type` is 1. */
export interface VerifierKey extends NoteKey {
  readonly type: 0x01;
}

/** A witness's key: `type` is 4. */
export interface WitnessKey extends NoteKey {
  readonly type: 0x04;
}

/** The keys that a log may sign with, by its name. */
export type LogKeys = (name: string) => readonly VerifierKey[];

/**
 * A log's key from its text, `<name>+<key ID>+<base64 of 0x01 || 32-byte public key>`. Throws FormatError `malformed_key`,
 * `wrong_key_id`, or `unsupported_key` for a key of another type.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const key = parseNoteKey(text);
  if (key.type !== KEY_TYPES.ed25519) throw unfit('a key of type 1 (Ed25519)', key);
  return { ...key, type: key.type };
}

/**
 * A witness's key from its text, `<name>+<key ID>+<base64 of 0x04 || 32-byte public key>`. Throws FormatError
 * `malformed_key`, `wrong_key_id`, or `unsupported_key` for a key of another type, ML-DSA-44 (6) among them.
 */
export function parseWitnessKey(text: string): WitnessKey {
  const key = parseNoteKey(text);
  if (key.type !== KEY_TYPES.cosignature) throw unfit('a key of type 4 (Ed25519 cosignatures)', key);
  return { ...key, type: key.type };
}

function unfit(wanted: string, { type }: NoteKey): FormatError {
  return new FormatError('unsupported_key', `${wanted} is needed; this one is of type ${type}`);
}

/** A key of a known type from its text. Throws FormatError. */
export function parseNoteKey(input: string): NoteKey {
  const [name, keyId, encoded] = splitKey(textOf(input, 'malformed_key'));
  if (!isKeyName(name))
    throw new FormatError('malformed_key', 'the key name must not be empty, and must hold no space, plus or control');
  if (!/^[0-9a-f]{8}$/.test(keyId))
    throw new FormatError('malformed_key', 'the key ID must be 8 lower-case hex digits');
  const bytes = fromBase64(encoded);
  const type = bytes?.[0];
  if (bytes === null || type === undefined)
    throw new FormatError('malformed_key', 'the key must end in base64 of a type byte and a public key');
  if (keyIdOf(name, bytes) !== keyId)
    throw new FormatError('wrong_key_id', 'the key ID is not that of the name and the public key');
  if (type !== KEY_TYPES.ed25519 && type !== KEY_TYPES.cosignature && type !== KEY_TYPES.mlDsa44)
    throw new FormatError('unsupported_key', `keys of type ${type} are not supported`);
  if (bytes.length !== (type === KEY_TYPES.mlDsa44 ? 1313 : 33))
    throw new FormatError('malformed_key', 'the public key does not have the length of its type');
  return { name, keyId, type, publicKey: bytes.slice(1) };
}

/** The key of a log that signs with a raw Ed25519 public key (32 bytes) under a name. */
export function logKey(name: string, publicKey: Uint8Array): VerifierKey {
  const keyId = keyIdOf(name, Uint8Array.of(KEY_TYPES.ed25519, ...publicKey));
  return { name, keyId, type: KEY_TYPES.ed25519, publicKey };
}

/** Returns the keys of a log by its name, from raw public keys. They are computed once for each name. */
export function logKeysOf(publicKeys: readonly Uint8Array[]): LogKeys {
  const known = new Map<string, readonly VerifierKey[]>();
  return (name) => {
    const keys = known.get(name) ?? publicKeys.map((key) => logKey(name, key));
    known.set(name, keys);
    return keys;
  };
}

/** Whether a text may name a key: not empty, no Unicode space, no plus sign, no control character. */
export function isKeyName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- no control character may be in a note
  return name !== '' && !/[\p{White_Space}+\x00-\x1f]/u.test(name);
}

// The base64 part may hold a plus sign of its own.
function splitKey(text: string): readonly [string, string, string] {
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) throw new FormatError('malformed_key', 'a key has three parts: name+key ID+base64');
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

function keyIdOf(name: string, typeAndKey: Uint8Array): string {
  return toHex(sha256(utf8(`${name}\n`), typeAndKey).subarray(0, 4));
}
