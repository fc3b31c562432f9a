/**
 * The right edge of a log's tree: the hashes of the partial tile of each level. It is all that appending needs, so that the
 * cost of a leaf does not grow with the log.
 */
import { sha256 } from '../platform/sha256.ts';
import { subtreesOf } from './ranges.ts';
import { completeRoot, foldRight, levelWidth, TILE_WIDTH } from './tile.ts';
import type { HashRun } from './tile.ts';

/** The root of a full tile: a hash of the level above. */
export interface TreeNode {
  /** From 1. */
  readonly level: number;
  readonly index: number;
  readonly hash: Buffer;
}

/** Returns the runs of the partial tiles of a tree of `size` leaves, the lowest level first. A level may have none. */
export function edgeRuns(size: number): HashRun[] {
  const runs: HashRun[] = [];
  for (let level = 0; levelWidth(level, size) > 0; level += 1) {
    const last = levelWidth(level, size);
    runs.push({ level, first: last - (last % TILE_WIDTH), last });
  }
  return runs;
}

/** A tree that leaves are appended to. */
export class TreeEdge {
  readonly #levels: Buffer[][];
  #size: number;

  /** `levels` are the hashes of `edgeRuns(size)`. Throws RangeError where they do not fit the size. */
  constructor(size: number, levels: readonly (readonly Buffer[])[]) {
    for (const [level, { first, last }] of edgeRuns(size).entries())
      if (levels[level]?.length !== last - first) throw new RangeError(`level ${level} of the log lacks hashes`);
    this.#size = size;
    this.#levels = levels.map((hashes) => [...hashes]);
  }

  get size(): number {
    return this.#size;
  }

  /** Appends a leaf by its hash. Returns the nodes above it that are complete now, at most one a level. */
  append(leaf: Buffer): TreeNode[] {
    const nodes: TreeNode[] = [];
    this.#size += 1;
    for (let [level, hash] = [0, leaf]; ; level += 1) {
      const hashes = (this.#levels[level] ??= []);
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return nodes;
      hash = completeRoot(hashes);
      this.#levels[level] = [];
      nodes.push({ level: level + 1, index: this.#size / TILE_WIDTH ** (level + 1) - 1, hash });
    }
  }

  /** Returns the root; SHA-256 of the empty text for an empty tree. */
  root(): Buffer {
    const fromTop = [...this.#levels].reverse();
    const subtrees = fromTop.flatMap((hashes) =>
      subtreesOf({ begin: 0, end: hashes.length }).map(({ height, index }) =>
        completeRoot(hashes.slice(index * 2 ** height, (index + 1) * 2 ** height)),
      ),
    );
    return foldRight(subtrees) ?? sha256('');
  }
}
