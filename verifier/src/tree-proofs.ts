/** Proofs about Merkle trees of RFC 6962, checked by the algorithms of RFC 9162. */
import { nodeHash } from './merkle.ts';
import { asCount } from './strict-text.ts';

/** What an inclusion proof claims: the leaf at `index` of a tree of `size` leaves has this hash. */
export interface InclusionClaim {
  /** SHA-256(0x00 || leaf), 32 bytes. */
  readonly leafHash: Uint8Array;
  /** Position of the leaf from 0; less than `size`. At most 2^64 - 1; a number must be a safe integer. */
  readonly index: number | bigint;
  /** Number of leaves. At most 2^64 - 1; a number must be a safe integer. */
  readonly size: number | bigint;
  /** Hashes of 32 bytes, from the sibling of the leaf upwards (RFC 6962, 2.1.1). */
  readonly proof: readonly Uint8Array[];
  /** Root of the tree, 32 bytes. */
  readonly root: Uint8Array;
}

/** What a consistency proof claims: the first `size1` leaves of the tree with `root2` are the tree with `root1`. */
export interface ConsistencyClaim {
  /** Number of leaves of the older tree. At most 2^64 - 1; a number must be a safe integer. */
  readonly size1: number | bigint;
  /** Root of the older tree, 32 bytes. */
  readonly root1: Uint8Array;
  /** Number of leaves of the newer tree. At most 2^64 - 1; a number must be a safe integer. */
  readonly size2: number | bigint;
  /** Root of the newer tree, 32 bytes. */
  readonly root2: Uint8Array;
  /** Hashes of 32 bytes (RFC 6962, 2.1.2). Empty where the sizes are equal. */
  readonly proof: readonly Uint8Array[];
}

/** Returns true if the proof leads from the leaf to the root (RFC 9162, 2.1.3.2). Never throws. */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const root = rootFromInclusion(claim);
  return root !== null && isHash(claim.root) && equal(root, claim.root);
}

/** The root that an inclusion proof leads to; null where no tree has such a proof. Never throws. */
export function rootFromInclusion(claim: Omit<InclusionClaim, 'root'>): Uint8Array | null {
  const [index, size] = [asCount(claim.index), asCount(claim.size)];
  if (index === null || size === null || index >= size) return null;
  if (!isHash(claim.leafHash) || !areHashes(claim.proof)) return null;
  let [node, last, root] = [index, size - 1n, claim.leafHash];
  for (const hash of claim.proof) {
    if (last === 0n) return null;
    if (isOdd(node) || node === last) {
      root = nodeHash(hash, root);
      // At the ragged right edge a node moves up as it is until it is a right child.
      for (; !isOdd(node) && node !== 0n; node >>= 1n) last >>= 1n;
    } else {
      root = nodeHash(root, hash);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n ? root : null;
}

/**
 * Returns true if the newer tree continues the older one (RFC 9162, 2.1.4.2). Never throws.
 *
 * Two trees of one size are consistent where their roots are equal and the proof is empty. Nothing can be proven about an
 * older tree without leaves and a larger one: the answer is false.
 */
export function verifyConsistency({ size1, root1, size2, root2, proof }: ConsistencyClaim): boolean {
  const [first, second] = [asCount(size1), asCount(size2)];
  if (first === null || second === null || first > second || !areHashes(proof)) return false;
  if (first === second) return proof.length === 0 && equal(root1, root2);
  if (first === 0n || proof.length === 0 || !isHash(root1)) return false;
  // The root of a complete first tree is a node of the second, and is left out of the proof.
  const isComplete = (first & (first - 1n)) === 0n;
  const [start, ...rest] = isComplete ? [root1, ...proof] : proof;
  return start !== undefined && leadsToBoth(start, rest, first, second, root1, root2);
}

function leadsToBoth(
  start: Uint8Array,
  proof: readonly Uint8Array[],
  first: bigint,
  second: bigint,
  root1: Uint8Array,
  root2: Uint8Array,
): boolean {
  let [node, last, older, newer] = [first - 1n, second - 1n, start, start];
  for (; isOdd(node); node >>= 1n) last >>= 1n;
  for (const hash of proof) {
    if (last === 0n) return false;
    if (isOdd(node) || node === last) {
      [older, newer] = [nodeHash(hash, older), nodeHash(hash, newer)];
      for (; !isOdd(node) && node !== 0n; node >>= 1n) last >>= 1n;
    } else {
      newer = nodeHash(newer, hash);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && isHash(root2) && equal(older, root1) && equal(newer, root2);
}

function isOdd(value: bigint): boolean {
  return (value & 1n) === 1n;
}

// Not `instanceof`: bytes of another realm (an iframe, a test runner) are bytes, too.
function isHash(value: unknown): boolean {
  return ArrayBuffer.isView(value) && value.byteLength === 32;
}

/** No tree of 2^64 leaves has a proof of more than 65 hashes; a longer one is refused before any work. */
function areHashes(proof: readonly Uint8Array[]): boolean {
  return Array.isArray(proof) && proof.length <= 65 && proof.every(isHash);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
