/** Witness cosignatures over checkpoints: the cosignature/v1 of C2SP tlog-cosignature. */
import { utf8 } from './bytes.ts';
import { isCheckpointText } from './checkpoint.ts';
import { publicKeyOf } from './ed25519.ts';
import type { NoteKey } from './note-key.ts';

const LARGEST_TIME = 0x7fff_ffff_ffff_ffffn;

/**
 * The time, in POSIX seconds, at which a witness cosigned a checkpoint; null where the signature does not verify.
 *
 * `text` is the text of the note, `signature` the 72 bytes behind the key ID: a big-endian time of 8 bytes, and Ed25519 over
 * two header lines and the text. What is no checkpoint cannot be cosigned.
 */
export function cosignatureTime(text: string, signature: Uint8Array, key: NoteKey): bigint | null {
  if (signature.length !== 72 || !isCheckpointText(text)) return null;
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  if (time > LARGEST_TIME) return null;
  const message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
  return publicKeyOf(key.publicKey).verifies(signature.subarray(8), message) ? time : null;
}
