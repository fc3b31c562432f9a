/** The Merkle tree of RFC 6962 section 2.1, with SHA-256. */
import { sha256, sha256OfText } from './sha.ts';

// Leaves and nodes are hashed under different prefixes: else a node could be passed off as a leaf.
const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** SHA-256(0x00 || leaf). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(LEAF, leaf);
}

/** The same of a text's UTF-8 bytes, which is what entries are hashed by. */
export function leafHashOfText(text: string): Uint8Array {
  return sha256OfText(`\0${text}`);
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/**
 * The root over leaf hashes in order; of none, SHA-256 of nothing. Linear in time, logarithmic in memory.
 *
 * The stack holds the roots of complete subtrees, largest first, one for each bit set in the number of leaves so far.
 */
export function merkleRoot(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const stack: Uint8Array[] = [];
  let index = 0;
  for (const leaf of leafHashes) {
    let root = leaf;
    for (let complete = index; complete % 2 === 1; complete = (complete - 1) / 2) {
      root = nodeHash(stack.pop() ?? root, root);
    }
    stack.push(root);
    index += 1;
  }
  return (
    stack.reduceRight<Uint8Array | null>((right, left) => (right === null ? left : nodeHash(left, right)), null) ??
    sha256(new Uint8Array())
  );
}
