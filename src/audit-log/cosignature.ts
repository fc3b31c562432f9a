/** Cosignatures (C2SP tlog-cosignature, Ed25519): a witness says that it saw a checkpoint, and when. */
import { isSignedBy } from './ed25519.ts';
import { noteKeyId } from './note.ts';
import type { NoteKey, NoteSignature } from './note.ts';

/** The times that a cosignature may state, in seconds since the epoch. */
const LATEST = 2n ** 63n - 1n;
const SIGNATURE_BYTES = 8 + 64;

/** Returns what a witness signs: the note's text behind a line of its own and the time in seconds. */
export function cosignedMessage(text: string, timestamp: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timestamp}\n${text}`, 'utf8');
}

/** Whether a line names the key: by its name and its id, both. */
export function isOfKey({ name, keyId }: NoteSignature, key: NoteKey): boolean {
  return name === key.name && keyId === noteKeyId(key);
}

/** Returns the time that a cosignature states, in seconds since the epoch; null where it has another form. */
export function statedTime({ signature }: NoteSignature): bigint | null {
  return signature.length === SIGNATURE_BYTES ? signature.readBigUInt64BE(0) : null;
}

/** Returns when the witness signed, in seconds since the epoch; null where it did not sign this text. */
export function cosignedAt(text: string, line: NoteSignature, witness: NoteKey): bigint | null {
  const timestamp = statedTime(line);
  if (witness.type !== 'cosignature' || timestamp === null || timestamp > LATEST) return null;
  const message = cosignedMessage(text, timestamp);
  return isSignedBy(witness.publicKey, message, line.signature.subarray(8)) ? timestamp : null;
}
