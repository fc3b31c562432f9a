/** The Merkle tree of RFC 6962 section 2.1, with SHA-256. */
import { sha256 } from '@noble/hashes/sha2.js';

// Leaves and nodes are hashed under different prefixes: else a node could be passed off as a leaf.
const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** SHA-256(0x00 || leaf). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256.create().update(LEAF).update(leaf).digest();
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256.create().update(NODE).update(left).update(right).digest();
}

/**
 * The root over leaf hashes in order; of none, SHA-256 of nothing. Linear in time, logarithmic in memory.
 *
 * The stack holds the roots of complete subtrees, largest first, one for each bit set in the number of leaves so far.
 */
export function merkleRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  const stack: Uint8Array[] = [];
  leafHashes.forEach((leaf, index) => {
    let root = leaf;
    for (let complete = index; complete % 2 === 1; complete = (complete - 1) / 2) {
      root = nodeHash(stack.pop() ?? root, root);
    }
    stack.push(root);
  });
  return (
    stack.reduceRight<Uint8Array | null>((right, left) => (right === null ? left : nodeHash(left, right)), null) ??
    sha256(new Uint8Array())
  );
}

/**
 * The root that an audit path (RFC 6962, 2.1.1) leads to from the leaf `index` of a tree of `size` leaves; null where no
 * tree has such a path. The loop is that of RFC 9162, 2.1.3.2.
 */
export function rootFromProof(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Uint8Array | null {
  if (index >= size) return null;
  let [node, last, root] = [index, size - 1, leaf];
  for (const hash of proof) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(hash, root);
      // At the ragged right edge a node moves up as it is until it is a right child.
      for (; node % 2 === 0 && node !== 0; node /= 2) last = Math.floor(last / 2);
    } else {
      root = nodeHash(root, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : null;
}
