/** Checkpoints (C2SP tlog-checkpoint): what a log says of its tree at some size, as the text of a signed note. */
import type { Signer } from '../audit/seal.ts';
import type { AccountId } from '../platform/ids.ts';
import { fromBase64, noteKeyId, signatureLine } from './note.ts';
import type { NoteKey } from './note.ts';

export interface Checkpoint {
  readonly origin: string;
  /** Number of leaves, to 2^64 - 1. */
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Buffer;
}

const LARGEST = 2n ** 64n - 1n;

/** Returns the origin of an account's log, which is also the name of its key. It never changes. */
export function originOf(accountId: AccountId): string {
  return `masker.dev/log/${accountId}`;
}

/** Returns the key of an account's log. `publicKey` has 32 bytes. */
export function logKey(accountId: AccountId, publicKey: Buffer): NoteKey {
  return { name: originOf(accountId), type: 'ed25519', publicKey };
}

/** Returns the text of a checkpoint's note. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads a number of leaves; null for a sign, a leading zero, and what is above 2^64 - 1. */
export function parseSize(text: string): bigint | null {
  if (!/^(?:0|[1-9]\d{0,19})$/.test(text)) return null;
  const size = BigInt(text);
  return size <= LARGEST ? size : null;
}

/** Reads the text of a note as a checkpoint. Extension lines are allowed and left out. Null for anything else. */
export function parseCheckpoint(text: string): Checkpoint | null {
  if (!text.endsWith('\n')) return null;
  const lines = text.slice(0, -1).split('\n');
  const [origin = '', size = '', root = ''] = lines;
  const [leaves, hash] = [parseSize(size), fromBase64(root)];
  if (lines.includes('') || leaves === null || hash?.length !== 32) return null;
  return { origin, size: leaves, root: hash };
}

/** Signs a checkpoint of an account's log: the whole note. Ed25519 makes the same note each time. */
export function signCheckpoint(signer: Signer, accountId: AccountId, size: number, root: Buffer): string {
  const text = checkpointText({ origin: originOf(accountId), size: BigInt(size), root });
  const key = logKey(accountId, signer.publicKey);
  const signature = signer.signBytes(Buffer.from(text, 'utf8'));
  return `${text}\n${signatureLine({ name: key.name, keyId: noteKeyId(key), signature })}`;
}
