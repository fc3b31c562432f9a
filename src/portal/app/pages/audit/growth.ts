/** Whether the log only grew since a checkpoint that a person kept, checked by the verifier's own code. */
import { ask } from '../../api/ask.ts';
import { ApiFailure } from '../../api/failure.ts';
import { counted } from '../../parts/format.ts';
import { fromHex, toHex } from '../../../../../verifier/src/bytes.ts';
import { FormatError, parseCheckpointNote, verifyConsistency } from '../../../../../verifier/src/verify.ts';
import type { CheckpointNote } from '../../../../../verifier/src/verify.ts';
import { growthProofOperation, newestCheckpointOperation } from './queries.generated.ts';

/** What was found. */
export interface Growth {
  readonly isGrown: boolean;
  readonly words: string;
}

const OTHER_LOG = 'This checkpoint is of another log: its first line names another account.';

/** Compares. Throws ApiFailure where the text is no checkpoint, or the server gives no proof. */
export async function growthSince(text: string): Promise<Growth> {
  const { checkpoint: kept } = noteOf(`${text.trim()}\n`);
  const { checkpoint: newest } = await ask(newestCheckpointOperation, {});
  const { checkpoint: stated } = noteOf(newest.note);
  if (kept.origin !== stated.origin) return { isGrown: false, words: OTHER_LOG };
  if (kept.size > stated.size)
    return {
      isGrown: false,
      words: `The log has fewer leaves than the ${kept.size} of your checkpoint: some are gone.`,
    };
  if (kept.size === stated.size) {
    const isSame = toHex(kept.root) === toHex(stated.root);
    return {
      isGrown: isSame,
      words: isSame ? 'The log is what it was: size and root are the same.' : changed(kept.size),
    };
  }
  const { consistencyProof } = await ask(growthProofOperation, { from: Number(kept.size) });
  const root2 = fromHex(consistencyProof.toRootHash, 32);
  const proof = consistencyProof.hashes.map((each) => fromHex(each, 32)).filter((each) => each !== null);
  const isGrown =
    root2 !== null &&
    verifyConsistency({ size1: kept.size, root1: kept.root, size2: consistencyProof.to, root2, proof });
  if (!isGrown) return { isGrown, words: changed(kept.size) };
  const added = Number(BigInt(consistencyProof.to) - kept.size);
  return {
    isGrown,
    words: `The log only grew: ${counted(added, 'leaf', 'leaves')} more, and all that were there still are.`,
  };
}

function changed(size: bigint): string {
  return `The first ${size} leaves are not those of your checkpoint: the log was changed, or another log was signed.`;
}

function noteOf(text: string): CheckpointNote {
  try {
    return parseCheckpointNote(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new ApiFailure('validation_failed', `This is no checkpoint: ${error.message}.`);
  }
}
