/** Checks the proof of a leaf by the verifier's own code: text, hash, path, root, and the signature of the checkpoint. */
import { toHex, fromHex, utf8 } from '../../../../../verifier/src/bytes.ts';
import { canonicalBytes } from '../../../../../verifier/src/jcs.ts';
import { readJson } from '../../../../../verifier/src/json.ts';
import { leafHash } from '../../../../../verifier/src/merkle.ts';
import {
  FormatError,
  openNote,
  parseCheckpointNote,
  parseVerifierKey,
  verifyInclusion,
} from '../../../../../verifier/src/verify.ts';
import type { LeafProofQuery } from './queries.generated.ts';

/** Returns what does not fit; null where the leaf is proven under a checkpoint that a key of the log signed. */
export function faultOf({ inclusionProof, logKeys }: LeafProofQuery): string | null {
  const { entry, hashes, rootHash, treeSize, checkpoint } = inclusionProof;
  const hash = leafHash(bytesOfLeaf(entry.leaf));
  if (toHex(hash) !== entry.leafHash) return 'The text of the leaf does not have the hash that the server states.';
  const root = fromHex(rootHash, 32);
  const proof = hashes.map((each) => fromHex(each, 32));
  if (root === null || proof.some((each) => each === null)) return 'The proof holds a hash that is none.';
  const claim = {
    leafHash: hash,
    index: entry.index,
    size: treeSize,
    root,
    proof: proof.filter((each) => each !== null),
  };
  if (!verifyInclusion(claim)) return 'The proof does not lead from this leaf to the root.';
  return checkpoint === null
    ? 'There is no checkpoint of this size.'
    : faultOfNote(checkpoint.note, treeSize, root, logKeys);
}

/** What a leaf's hash is over: its RFC 8785 text, or the text itself where it is not JSON. */
function bytesOfLeaf(leaf: unknown): Uint8Array {
  if (typeof leaf === 'string') return utf8(leaf);
  return canonicalBytes(readJson(utf8(JSON.stringify(leaf))).value);
}

function faultOfNote(note: string, size: number, root: Uint8Array, { keys }: LeafProofQuery['logKeys']): string | null {
  try {
    openNote(
      note,
      keys.map(({ verifierKey }) => parseVerifierKey(verifierKey)),
    );
    const { checkpoint } = parseCheckpointNote(note);
    const isSame = checkpoint.size === BigInt(size) && toHex(checkpoint.root) === toHex(root);
    return isSame ? null : 'The checkpoint is of another tree than the proof.';
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return `The checkpoint cannot be trusted: ${error.message}.`;
  }
}
