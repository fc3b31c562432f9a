/**
 * Whether the log only grew since a checkpoint that a person kept, checked by the verifier's own code. The server may lie: what
 * it says counts only where a key of the log signed it.
 */
import { ask } from '../../api/ask.ts';
import { ApiFailure } from '../../api/failure.ts';
import { counted } from '../../parts/format.ts';
import { fromHex, toHex } from '../../../../../verifier/src/bytes.ts';
import {
  FormatError,
  openNote,
  parseCheckpointNote,
  parseVerifierKey,
  verifyConsistency,
} from '../../../../../verifier/src/verify.ts';
import type { Checkpoint, NoteKey } from '../../../../../verifier/src/verify.ts';
import { growthProofOperation, newestSignedOperation } from './queries.generated.ts';
import type { GrowthProofQuery, NewestSignedQuery } from './queries.generated.ts';

/** What was found. */
export interface Growth {
  readonly isGrown: boolean;
  readonly words: string;
}

const OTHER_LOG = 'This checkpoint is of another log: its first line names another account.';

/** Compares. Throws ApiFailure where the text is no checkpoint, or the server gives no proof. */
export async function growthSince(text: string): Promise<Growth> {
  const note = `${text.trim()}\n`;
  const kept = checkpointOf(note);
  const answer = await ask(newestSignedOperation, {});
  const stated = statedBy(answer);
  if (typeof stated === 'string') return failed(stated);
  const { newest, keys } = stated;
  if (kept.origin !== newest.origin) return failed(OTHER_LOG);
  const fault = signatureFault(note, keys);
  if (fault !== null) return failed(`No key of this log signed your checkpoint as it is here: ${fault}.`);
  if (kept.size > newest.size)
    return failed(`The log has fewer leaves than the ${kept.size} of your checkpoint: some are gone.`);
  if (kept.size === newest.size)
    return isSame(kept, newest)
      ? {
          isGrown: true,
          words: 'The log is what it was: size and root are the same, and a key of the log signed them.',
        }
      : failed(changed(kept.size));
  const proof = await ask(growthProofOperation, { from: Number(kept.size), to: Number(newest.size) });
  return grownBy(kept, newest, proof, keys);
}

/** The newest checkpoint and the keys of its log, or why they cannot be trusted. */
function statedBy({
  checkpoint,
  logKeys,
}: NewestSignedQuery): { readonly newest: Checkpoint; readonly keys: readonly NoteKey[] } | string {
  try {
    const keys = logKeys.keys.map(({ verifierKey }) => parseVerifierKey(verifierKey));
    openNote(checkpoint.note, keys);
    return { newest: parseCheckpointNote(checkpoint.note).checkpoint, keys };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return `The newest checkpoint of the server cannot be trusted: ${error.message}.`;
  }
}

function grownBy(
  kept: Checkpoint,
  newest: Checkpoint,
  { consistencyProof }: GrowthProofQuery,
  keys: readonly NoteKey[],
): Growth {
  const { checkpoint, hashes } = consistencyProof;
  if (checkpoint === null) return failed('The server gives no signed checkpoint with its proof.');
  const fault = signatureFault(checkpoint.note, keys);
  if (fault !== null) return failed(`The checkpoint of the proof cannot be trusted: ${fault}.`);
  const signed = checkpointOf(checkpoint.note);
  if (signed.origin !== newest.origin || signed.size !== newest.size || !isSame(signed, newest))
    return failed(
      'The log has two signed states of one size: the proof is of another tree than the newest checkpoint.',
    );
  const path = hashes.map((each) => fromHex(each, 32));
  const proof = path.filter((each) => each !== null);
  const claim = { size1: kept.size, root1: kept.root, size2: signed.size, root2: signed.root, proof };
  if (proof.length !== path.length || !verifyConsistency(claim)) return failed(changed(kept.size));
  const added = counted(Number(signed.size - kept.size), 'leaf', 'leaves');
  return { isGrown: true, words: `The log only grew: ${added} more, and all that were there still are.` };
}

function failed(words: string): Growth {
  return { isGrown: false, words };
}

function isSame(one: Checkpoint, other: Checkpoint): boolean {
  return toHex(one.root) === toHex(other.root);
}

function changed(size: bigint): string {
  return `The first ${size} leaves are not those of your checkpoint: the log was changed, or another log was signed.`;
}

/** Returns why the note is not signed by one of the keys; null where it is. */
function signatureFault(note: string, keys: readonly NoteKey[]): string | null {
  try {
    openNote(note, keys);
    return null;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  }
}

function checkpointOf(text: string): Checkpoint {
  try {
    return parseCheckpointNote(text).checkpoint;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new ApiFailure('validation_failed', `This is no checkpoint: ${error.message}.`);
  }
}
