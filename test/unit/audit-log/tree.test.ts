/** Tiles, ranges and the right edge, against RFC 6962 word for word and against the verifier's own reading of proofs. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafHash } from '../../../src/audit/merkle.ts';
import { consistencyRanges, inclusionRanges, subtreesOf } from '../../../src/audit-log/ranges.ts';
import type { LeafRange } from '../../../src/audit-log/ranges.ts';
import { levelWidth, rangeHash, runsFor, tileHashes, TILE_WIDTH } from '../../../src/audit-log/tile.ts';
import type { HashRun } from '../../../src/audit-log/tile.ts';
import { edgeRuns, TreeEdge } from '../../../src/audit-log/tree-edge.ts';
import { verifyConsistency, verifyInclusion } from '../../../verifier/src/tree-proofs.ts';

const node = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();

const leaf = (index: number): Buffer => leafHash(`leaf ${index}`);

/** MTH of RFC 6962, 2.1, word for word, with a memory: trees of some ten thousand leaves are hashed many times. */
const memory = new Map<string, Buffer>();
function rfcRoot(begin: number, end: number): Buffer {
  if (end === begin) return createHash('sha256').digest();
  if (end - begin === 1) return leaf(begin);
  const name = `${begin} ${end}`;
  const known = memory.get(name);
  if (known !== undefined) return known;
  let k = 1;
  while (k * 2 < end - begin) k *= 2;
  const root = node(rfcRoot(begin, begin + k), rfcRoot(begin + k, end));
  memory.set(name, root);
  return root;
}

/** SUBPROOF of RFC 6962, 2.1.2, word for word. */
function rfcSubproof(m: number, begin: number, end: number, isWhole: boolean): Buffer[] {
  const n = end - begin;
  if (m === n) return isWhole ? [] : [rfcRoot(begin, end)];
  let k = 1;
  while (k * 2 < n) k *= 2;
  return m <= k
    ? [...rfcSubproof(m, begin, begin + k, isWhole), rfcRoot(begin + k, end)]
    : [...rfcSubproof(m - k, begin + k, end, false), rfcRoot(begin, begin + k)];
}

/** A log in memory: the hashes of every level, as the tables keep them. */
class Levels {
  readonly levels: Buffer[][] = [[]];

  constructor(size: number) {
    const edge = new TreeEdge(0, []);
    for (let index = 0; index < size; index += 1) {
      this.levels[0]?.push(leaf(index));
      for (const { level, index: at, hash } of edge.append(leaf(index))) {
        const hashes = (this.levels[level] ??= []);
        expect(at).toBe(hashes.length);
        hashes.push(hash);
      }
    }
  }

  read({ level, first, last }: HashRun): Buffer {
    return Buffer.concat(this.levels[level]?.slice(first, last) ?? []);
  }

  hashes(ranges: readonly LeafRange[], size: number): Buffer[] {
    const runs = runsFor(ranges, size);
    expect(runs.length).toBeLessThanOrEqual(2 * (edgeRuns(size).length + 1));
    const tiles = tileHashes(
      runs,
      runs.map((run) => this.read(run)),
    );
    return ranges.map((range) => rangeHash(range, tiles));
  }

  edge(size: number): TreeEdge {
    return new TreeEdge(
      size,
      edgeRuns(size).map(({ level, first, last }) => this.levels[level]?.slice(first, last) ?? []),
    );
  }
}

const LARGEST = 66_000;
const log = new Levels(LARGEST);
const sizes = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: LARGEST }));

describe('the right edge', () => {
  test.each([0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, LARGEST])(
    'of %i leaves has the root of RFC 6962',
    (size) => {
      expect(log.edge(size).root().toString('hex')).toBe(rfcRoot(0, size).toString('hex'));
    },
  );

  test('that is read at any size and appended to gives the root of the larger tree', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 300 }), (size, more) => {
        const edge = log.edge(size);
        for (let index = size; index < size + more; index += 1) edge.append(leaf(index));
        expect(edge.size).toBe(size + more);
        expect(edge.root().equals(rfcRoot(0, size + more))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses hashes that do not fit its size', () => {
    expect(() => new TreeEdge(3, [[leaf(0), leaf(1)]])).toThrow(RangeError);
    expect(() => new TreeEdge(256, [[]])).toThrow(RangeError);
  });
});

describe('an inclusion proof', () => {
  test('from tiles leads from every leaf of every small tree to its root', () => {
    for (let size = 1; size <= 40; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = log.hashes(inclusionRanges(index, size), size);
        expect(verifyInclusion({ leafHash: leaf(index), index, size, proof, root: rfcRoot(0, size) })).toBe(true);
      }
    }
  });

  test('from tiles leads from any leaf of any tree to its root', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, seed) => {
        const index = seed % size;
        const proof = log.hashes(inclusionRanges(index, size), size);
        expect(verifyInclusion({ leafHash: leaf(index), index, size, proof, root: rfcRoot(0, size) })).toBe(true);
      }),
    );
  });

  test('is not asked for a leaf outside of the tree', () => {
    expect(() => inclusionRanges(3, 3)).toThrow(RangeError);
    expect(() => inclusionRanges(-1, 3)).toThrow(RangeError);
    expect(() => inclusionRanges(0, 0)).toThrow(RangeError);
  });
});

describe('a consistency proof', () => {
  test('from tiles is that of RFC 6962 for every two small trees', () => {
    for (let to = 1; to <= 40; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const path = log.hashes(consistencyRanges(from, to), to);
        expect(
          path.map((hash) => hash.toString('hex')),
          `${from} ${to}`,
        ).toEqual(rfcSubproof(from, 0, to, true).map((hash) => hash.toString('hex')));
      }
    }
  });

  test('from tiles is that of RFC 6962 for any two trees', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const path = log.hashes(consistencyRanges(from, to), to);
        expect(Buffer.concat(path).equals(Buffer.concat(rfcSubproof(from, 0, to, true)))).toBe(true);
        const [root1, root2] = [rfcRoot(0, from), rfcRoot(0, to)];
        expect(verifyConsistency({ size1: from, root1, size2: to, root2, proof: path })).toBe(true);
      }),
    );
  });

  test('of the empty tree, and of a tree with itself, is empty; of a larger one there is none', () => {
    expect(consistencyRanges(0, 7)).toEqual([]);
    expect(consistencyRanges(7, 7)).toEqual([]);
    expect(() => consistencyRanges(8, 7)).toThrow(RangeError);
  });
});

describe('sizes to 2^53 - 1', () => {
  const LAST = Number.MAX_SAFE_INTEGER;

  test('are divided exactly: the ranges of a path cover all other leaves once', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const [index, size] = [Math.min(a, b), Math.max(a, b) + (a === b && a < LAST ? 1 : 0)];
        fc.pre(index < size);
        const ranges = inclusionRanges(index, size).sort((one, other) => one.begin - other.begin);
        expect(ranges.length).toBeLessThanOrEqual(53);
        let at = 0;
        for (const { begin, end } of ranges) {
          expect([begin, begin === index + 1]).toEqual([at === index ? index + 1 : at, at === index]);
          at = end;
        }
        expect(at === size || (at === index && index === size - 1)).toBe(true);
      }),
    );
  });

  test('need at most two tiles a level', () => {
    const runs = runsFor(inclusionRanges(LAST - 2, LAST), LAST);
    expect(runs.length).toBeLessThanOrEqual(14);
    for (const { level, first, last } of runs) {
      expect(last - first).toBeLessThanOrEqual(TILE_WIDTH);
      expect(last).toBeLessThanOrEqual(levelWidth(level, LAST));
    }
    for (const range of consistencyRanges(2 ** 52 + 1, LAST))
      for (const { height, index } of subtreesOf(range)) expect(Number.isSafeInteger(index * 2 ** height)).toBe(true);
  });
});

test('tileHashes refuses runs of which bytes are missing', () => {
  const run = { level: 0, first: 0, last: 2 };
  expect(() => tileHashes([run], [leaf(0)])).toThrow(RangeError);
  expect(() => tileHashes([run], [])).toThrow(RangeError);
});
