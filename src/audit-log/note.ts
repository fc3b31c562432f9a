/** Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature. */
import { sha256 } from '../platform/sha256.ts';

/** The type byte of a key: what its signatures are over. */
export const KEY_TYPES = { ed25519: 0x01, cosignature: 0x04, mlDsa44: 0x06 } as const;
export type KeyType = keyof typeof KEY_TYPES;
const keyTypes = ['ed25519', 'cosignature', 'mlDsa44'] as const satisfies readonly KeyType[];

/** Signatures in one note at most, and its size in bytes: more than a log and its witnesses need. */
const MAX_SIGNATURES = 100;
const MAX_BYTES = 64 * 1024;

/** A line below a note's text. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes, in hex. */
  readonly keyId: string;
  /** What follows the key id: 64 bytes for Ed25519. */
  readonly signature: Buffer;
}

export interface SignedNote {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A public key as notes name it. */
export interface NoteKey {
  readonly name: string;
  readonly type: KeyType;
  /** 32 bytes; 1312 of ML-DSA-44, which is read and never verified. */
  readonly publicKey: Buffer;
}

/** No white space of any kind, and no plus sign, which a verifier key is split at. */
const NAME = /^[^\s+\u0085]{1,255}$/u;
/** Base64 of RFC 4648, section 4. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
// eslint-disable-next-line no-control-regex -- the specification forbids them by number
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** Returns the bytes of a base64 text; null where it has another spelling of the same bytes, or is none. */
export function fromBase64(text: string): Buffer | null {
  if (!BASE64.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Whether a text can be the name of a key. */
export function isKeyName(text: string): boolean {
  return NAME.test(text);
}

/** Returns the id of a key, 4 bytes in hex: the beginning of SHA-256 over its name, type and bytes. */
export function noteKeyId({ name, type, publicKey }: NoteKey): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(KEY_TYPES[type]), publicKey]);
  return sha256(named).toString('hex', 0, 4);
}

/** Returns the key as a text: `name+id+base64`. */
export function verifierKey(key: NoteKey): string {
  const bytes = Buffer.concat([Buffer.of(KEY_TYPES[key.type]), key.publicKey]);
  return `${key.name}+${noteKeyId(key)}+${bytes.toString('base64')}`;
}

const KEY_BYTES: Readonly<Record<KeyType, number>> = { ed25519: 32, cosignature: 32, mlDsa44: 1312 };

/** Reads a verifier key. Null for another type, a wrong id, and anything that is no key. */
export function parseVerifierKey(text: string): NoteKey | null {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.*)$/s.exec(text);
  const [, name = '', id = '', encoded = ''] = parts ?? [];
  const bytes = fromBase64(encoded);
  if (parts === null || bytes === null || !isKeyName(name)) return null;
  const type = keyTypes.find((each) => bytes[0] === KEY_TYPES[each]);
  if (type === undefined || bytes.length !== 1 + KEY_BYTES[type]) return null;
  const key: NoteKey = { name, type, publicKey: bytes.subarray(1) };
  return noteKeyId(key) === id ? key : null;
}

/** Returns a signature's line, with its newline. */
export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`;
}

/** Reads a signature's line without its newline; null for anything else. */
export function parseSignatureLine(line: string): NoteSignature | null {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (bytes === null || bytes.length < 5 || !isKeyName(name)) return null;
  return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

/** Reads a note without judging its signatures; null where it is none. It must be well-formed Unicode. */
export function parseNote(note: string): SignedNote | null {
  if (note.length > MAX_BYTES || !note.endsWith('\n') || CONTROL.test(note) || !note.isWellFormed()) return null;
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return null;
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return null;
  const signatures = lines.map(parseSignatureLine).filter((signature) => signature !== null);
  return signatures.length === lines.length ? { text: note.slice(0, split + 1), signatures } : null;
}
