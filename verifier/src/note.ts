/** Opening of signed notes: their signatures under known keys. C2SP signed-note, Signatures. */
import { utf8 } from './bytes.ts';
import { cosignatureTime } from './cosignature.ts';
import { publicKeyOf } from './ed25519.ts';
import { FormatError } from './format-error.ts';
import { KEY_TYPES, type NoteKey, type WitnessKey } from './note-key.ts';
import { readNote, type NoteSignature } from './signed-note.ts';

/** A signature that verified. */
export interface VerifiedSignature extends NoteSignature {
  /** The key that it verified under: the object that the caller gave. */
  readonly key: NoteKey;
  /** POSIX seconds, of a cosignature; null for a signature that states no time. */
  readonly timestamp: bigint | null;
}

/** A note that a known key signed. */
export interface OpenedNote {
  readonly text: string;
  /** By known keys; at least one. */
  readonly verified: readonly VerifiedSignature[];
  /** By other keys: not checked, and of no meaning. */
  readonly unverified: readonly NoteSignature[];
}

/**
 * Opens a signed note: verifies every line by a known key and returns the text.
 *
 * `input` is the whole note; `keys` are those of `parseVerifierKey` and `parseWitnessKey`. A line by another key is left
 * unverified. Throws FormatError: `malformed_note` or `input_too_large`; `bad_note_signature` where a line by a known key
 * does not verify; `no_known_signature` where no line is by a known key; `ambiguous_key` where two known keys share the
 * name and key ID of a line.
 */
export function openNote(input: string | Uint8Array, keys: readonly NoteKey[]): OpenedNote {
  const { text, signatures } = readNote(input);
  const verified: VerifiedSignature[] = [];
  const unverified: NoteSignature[] = [];
  for (const signature of signatures) {
    const key = knownKey(signature, keys);
    if (key === null) unverified.push(signature);
    else verified.push({ ...signature, key, timestamp: checkSignature(text, signature, key) });
  }
  if (verified.length === 0) throw new FormatError('no_known_signature', 'no signature of the note is by a known key');
  return { text, verified, unverified };
}

function knownKey({ name, keyId }: NoteSignature, keys: readonly NoteKey[]): NoteKey | null {
  const [key, other] = keys.filter((known) => known.name === name && known.keyId === keyId);
  if (other !== undefined) throw new FormatError('ambiguous_key', 'two known keys have the same name and key ID');
  // An ML-DSA signature cannot be checked here. It counts as one by an unknown key: it proves nothing.
  return key === undefined || key.type === KEY_TYPES.mlDsa44 ? null : key;
}

/** The time that a verified signature states, or null. Throws FormatError where it does not verify. */
function checkSignature(text: string, { signature }: NoteSignature, key: NoteKey): bigint | null {
  if (key.type === KEY_TYPES.cosignature) {
    const time = cosignatureTime(text, signature, key);
    if (time !== null) return time;
  } else if (publicKeyOf(key.publicKey).verifies(signature, utf8(text))) {
    return null;
  }
  throw new FormatError('bad_note_signature', `the signature under key ID ${key.keyId} does not verify`);
}

/** What a witness says of a checkpoint. */
export interface Cosignature {
  /** When the witness cosigned, in POSIX seconds; at most 2^63 - 1. */
  readonly timestamp: bigint;
}

/**
 * Verifies the cosignature of one witness on a whole signed checkpoint (C2SP tlog-cosignature, `cosignature/v1`).
 *
 * Returns the latest time at which the witness cosigned; null where no line is by the witness, where a line by it does not
 * verify, or where the note is no checkpoint. Other lines are not checked, the log's own neither. Throws FormatError
 * `malformed_note` or `input_too_large`.
 */
export function verifyCosignature(input: string | Uint8Array, key: WitnessKey): Cosignature | null {
  const { text, signatures } = readNote(input);
  const own = signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
  let latest: bigint | null = null;
  for (const { signature } of own) {
    const time = cosignatureTime(text, signature, key);
    if (time === null) return null;
    if (latest === null || time > latest) latest = time;
  }
  return latest === null ? null : { timestamp: latest };
}
