/**
 * The Merkle tree of RFC 6962, section 2.1, over SHA-256. Leaves are hashed with a 0x00 prefix and inner nodes with
 * 0x01, so that no inner node can be passed off as a leaf.
 */
import { ownBytes } from '../platform/own-bytes.ts';
import { sha256 } from '../platform/sha256.ts';

const LEAF = Buffer.of(0x00);
const HASH = 32;
/** An inner node, filled in within one call only. */
const node = Buffer.alloc(1 + 2 * HASH, 0x01);

/** SHA-256(0x00 || data); a text is its UTF-8. */
export function leafHash(data: Uint8Array | string): Buffer {
  return sha256(typeof data === 'string' ? `\0${data}` : Buffer.concat([LEAF, data]));
}

/** SHA-256(0x01 || left || right); both have 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + HASH);
  return sha256(node);
}

/**
 * A growing tree of which only the roots of the complete subtrees are kept: O(log n) memory, O(1) amortised append.
 * A live session carries one, so that sealing need not read the journal again.
 */
export class MerkleFrontier {
  // subtrees[i] is the root of a complete subtree of 2^i leaves, or null; as in a binary counter of the size.
  #subtrees: (Buffer | null)[] = [];
  #size = 0;

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** An independent copy: a write that may fail appends to the copy and keeps it on success only. */
  clone(): MerkleFrontier {
    const copy = new MerkleFrontier();
    copy.#subtrees = [...this.#subtrees];
    copy.#size = this.#size;
    return copy;
  }

  /** Appends a leaf by its hash (32 bytes, of `leafHash`). */
  append(leaf: Buffer): void {
    let carry = leaf;
    let level = 0;
    for (let left = this.#subtrees[level] ?? null; left !== null; left = this.#subtrees[level] ?? null) {
      carry = nodeHash(left, carry);
      this.#subtrees[level] = null;
      level += 1;
    }
    this.#subtrees[level] = carry;
    this.#size += 1;
  }

  /** Gives the hashes memory of their own. To be called for a frontier that is kept for long. */
  settle(): void {
    this.#subtrees = this.#subtrees.map((subtree) => subtree && ownBytes(subtree));
  }

  /** The root; SHA-256 of the empty string for the empty tree (RFC 6962, 2.1). */
  root(): Buffer {
    let root: Buffer | null = null;
    // From the smallest subtree upwards: the ragged right edge is folded into ever larger left parts.
    for (const subtree of this.#subtrees) {
      if (subtree !== null) root = root === null ? subtree : nodeHash(subtree, root);
    }
    return root ?? sha256('');
  }
}

/** The root over leaf hashes in order. */
export function merkleRoot(leaves: Iterable<Buffer>): Buffer {
  const frontier = new MerkleFrontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

/** A whole tree: its root, and the audit path of each leaf (RFC 6962, 2.1.1), from the leaf upwards. */
export interface MerkleTree {
  readonly root: Buffer;
  readonly proofs: readonly (readonly Buffer[])[];
}

/** The tree over leaf hashes in order: O(n log n) memory, for trees of some thousand leaves. */
export function merkleTree(leaves: readonly Buffer[]): MerkleTree {
  const proofs: Buffer[][] = leaves.map(() => []);
  let level = leaves;
  for (let height = 0; level.length > 1; height += 1) {
    for (const [index, proof] of proofs.entries()) {
      // A node at the ragged right edge has no sibling: it moves up as it is.
      const sibling = level[(index >> height) ^ 1];
      if (sibling !== undefined) proof.push(sibling);
    }
    level = pairs(level);
  }
  return { root: level[0] ?? sha256(''), proofs };
}

function pairs(level: readonly Buffer[]): Buffer[] {
  const above: Buffer[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
  }
  return above;
}
