/** Consistency proofs as text: `old` and the older size, hashes, an empty line, the newer checkpoint. C2SP tlog-witness. */
import { fromBase64 } from './bytes.ts';
import { parseCheckpointNote, type CheckpointNote } from './account-log.ts';
import { FormatError } from './format-error.ts';
import { parseCount, textOf } from './strict-text.ts';

/** A proof that a log at the size of a checkpoint continues the same log at an older size. */
export interface ConsistencyProof {
  /** Number of leaves of the older tree. */
  readonly oldSize: bigint;
  /** Hashes of 32 bytes (RFC 6962, 2.1.2). At most 64. */
  readonly proof: readonly Uint8Array[];
  /** The newer checkpoint; its signatures are not verified. */
  readonly newer: CheckpointNote;
}

/**
 * A consistency proof from its text: the body of an `add-checkpoint` request. Throws FormatError `malformed_tlog_proof`,
 * `malformed_note`, `malformed_checkpoint` or `input_too_large`.
 */
export function parseConsistencyProof(input: string | Uint8Array): ConsistencyProof {
  const text = textOf(input, 'malformed_tlog_proof');
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('an empty line must part the proof from the checkpoint');
  const [first = '', ...lines] = text.slice(0, end).split('\n');
  const oldSize = first.startsWith('old ') ? parseCount(first.slice('old '.length)) : null;
  if (oldSize === null) throw malformed('line 1 must be: old, space, decimal number up to 2^64 - 1');
  if (lines.length > 64) throw malformed('a proof has at most 64 hashes');
  const proof = lines.map((line) => {
    const hash = fromBase64(line, 32);
    if (hash === null) throw malformed('each line of the proof must be base64 of 32 bytes');
    return hash;
  });
  return { oldSize, proof, newer: parseCheckpointNote(text.slice(end + 2)) };
}

function malformed(message: string): FormatError {
  return new FormatError('malformed_tlog_proof', message);
}
