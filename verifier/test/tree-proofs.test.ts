/** Proofs against published vectors, against trees built by definition, and at the largest sizes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyInclusion } from '../src/verify.ts';
import { sha256, treeHash } from './bundle-builder.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const nodeOf = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Uint8Array.of(1), left, right);

// transparency-dev/merkle v0.0.2, proof/verify_test.go: the leaves, the roots over the first 1 to 8 of them, and the proofs.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(hex);
const [A, B, C, D, E] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
] as const;
const [F, G, H, I, J] = [
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
] as const;
/** Leaf counted from 1, tree size, proof. */
const INCLUSION = [
  [1, 1, []],
  [1, 8, [A, B, C]],
  [6, 8, [D, E, F]],
  [3, 3, [G]],
  [2, 5, [H, B, D]],
] as const;
const CONSISTENCY = [
  [1, 1, []],
  [1, 8, [A, B, C]],
  [6, 8, [I, E, F]],
  [2, 5, [B, D]],
  [6, 7, [I, J, F]],
] as const;
const SOME = hex('abacaba000000000000000000000000000000000000000000060061e00123456');
const EMPTY = sha256('');
const [ROOT_1 = SOME] = ROOTS;

const leafOf = (number: number): Buffer => sha256(Uint8Array.of(0), hex(LEAVES[number - 1] ?? ''));
const rootOf = (size: number): Buffer => ROOTS[size - 1] ?? SOME;
/** A count of 64 bits, which wraps around as in the Go tests. */
const wrapped = (count: bigint): bigint => BigInt.asUintN(64, count);

/** The same proof, wrong in one way each. */
function wrongProofs(
  proof: readonly Uint8Array[],
  ...roots: readonly Uint8Array[]
): readonly (readonly Uint8Array[])[] {
  const flipped = proof.map((_, at) => proof.map((hash, index) => (index === at ? changed(hash) : hash)));
  return [
    ...flipped,
    ...[Uint8Array.of(), ...roots].flatMap((hash) => [
      [...proof, hash],
      [hash, ...proof],
    ]),
    ...(proof.length > 0 ? [proof.slice(0, -1), [...proof.slice(0, 1), SOME, ...proof.slice(1)]] : []),
  ];
}

function changed(hash: Uint8Array): Uint8Array {
  return hash.map((byte, at) => (at === 0 ? byte ^ 8 : byte));
}

describe('verifyInclusion', () => {
  it.each(INCLUSION)(
    'accepts the published proof of leaf %i in a tree of %i, and none of its corruptions',
    (leaf, size, texts) => {
      const claim = {
        leafHash: leafOf(leaf),
        index: BigInt(leaf - 1),
        size: BigInt(size),
        proof: texts.map(hex),
        root: rootOf(size),
      };
      expect(verifyInclusion(claim)).toBe(true);
      expect(verifyInclusion({ ...claim, index: leaf - 1, size })).toBe(true);
      const wrong = [
        ...[claim.index - 1n, claim.index + 1n, claim.index ^ 2n].map((index) => ({ ...claim, index: wrapped(index) })),
        ...[claim.size * 2n, claim.size / 2n].map((other) => ({ ...claim, size: other })),
        ...[Buffer.from('WrongLeaf'), EMPTY, SOME].map((leafHash) => ({ ...claim, leafHash })),
        ...[Buffer.alloc(0), EMPTY, SOME].map((root) => ({ ...claim, root })),
        ...wrongProofs(claim.proof, claim.root).map((proof) => ({ ...claim, proof })),
      ];
      expect(wrong.filter(verifyInclusion)).toEqual([]);
    },
  );

  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 1],
  ])('refuses index %i of a tree of %i without a sound leaf and root', (index, size) => {
    for (const [leafHash, root] of [
      [SOME, Buffer.alloc(0)],
      [Buffer.alloc(0), EMPTY],
      [SOME, EMPTY],
      [Buffer.alloc(0), Buffer.alloc(0)],
    ] as const)
      expect(verifyInclusion({ leafHash, index, size, proof: [], root })).toBe(false);
  });

  it('refuses counts that are negative, no integers, above 2^64 - 1, or numbers that a double does not hold', () => {
    const claim = { leafHash: ROOT_1, index: 0, size: 1, proof: [], root: ROOT_1 };
    expect(verifyInclusion(claim)).toBe(true);
    for (const count of [-1, -1n, 0.5, NaN, Infinity, 2 ** 53, 2n ** 64n]) {
      expect(verifyInclusion({ ...claim, index: count, size: 2n ** 64n - 1n })).toBe(false);
      expect(verifyInclusion({ ...claim, size: count })).toBe(false);
    }
  });
});

describe('verifyConsistency', () => {
  it.each(CONSISTENCY)(
    'accepts the published proof from %i to %i leaves, and none of its corruptions',
    (size1, size2, texts) => {
      const claim = {
        size1: BigInt(size1),
        root1: rootOf(size1),
        size2: BigInt(size2),
        root2: rootOf(size2),
        proof: texts.map(hex),
      };
      expect(verifyConsistency(claim)).toBe(true);
      expect(verifyConsistency({ ...claim, size1, size2 })).toBe(true);
      if (size1 === size2) return;
      const wrong = [
        ...[claim.size1 - 1n, claim.size1 + 1n, claim.size1 ^ 2n].map((other) => ({ ...claim, size1: wrapped(other) })),
        ...[claim.size2 * 2n, claim.size2 / 2n].map((other) => ({ ...claim, size2: other })),
        { ...claim, root1: Buffer.from('WrongRoot') },
        { ...claim, root2: Buffer.from('WrongRoot') },
        { ...claim, root1: claim.root2, root2: claim.root1 },
        { ...claim, proof: [] },
        ...wrongProofs(claim.proof, claim.root1, claim.root2, claim.proof[0] ?? SOME).map((proof) => ({
          ...claim,
          proof,
        })),
      ];
      expect(wrong.filter(verifyConsistency)).toEqual([]);
    },
  );

  // The same file: sizes and roots that need no proof, or can have none. The roots there are no hashes.
  const [X, Y] = [Buffer.from("don't care 1"), Buffer.from("don't care 2")];
  it.each([
    [0, 0, X, Y, [], false],
    [1, 1, X, Y, [], false],
    [0, 0, X, X, [], true],
    [1, 1, Y, Y, [], true],
    [0, 1, X, Y, [], false],
    [1, 0, X, Y, [], false],
    [2, 1, X, Y, [], false],
    [1, 2, X, Y, [], false],
    [0, 0, EMPTY, EMPTY, [EMPTY], false],
    [0, 1, EMPTY, EMPTY, [EMPTY], false],
    [1, 1, EMPTY, EMPTY, [EMPTY], false],
  ] as const)(
    'from %i to %i leaves with these roots and this proof: %#',
    (size1, size2, root1, root2, proof, holds) => {
      expect(verifyConsistency({ size1, root1, size2, root2, proof })).toBe(holds);
    },
  );
});

/** Audit path and consistency proof, as RFC 6962 defines them: over the leaves themselves. */
function path(index: number, leaves: readonly Uint8Array[]): readonly Buffer[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...path(index, left), treeHash(right)] : [...path(index - split, right), treeHash(left)];
}

function subproof(first: number, leaves: readonly Uint8Array[], complete: boolean): readonly Buffer[] {
  if (first === leaves.length) return complete ? [] : [treeHash(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return first <= split
    ? [...subproof(first, left, complete), treeHash(right)]
    : [...subproof(first - split, right, false), treeHash(left)];
}

function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

describe('trees built by definition', () => {
  const leaves = Array.from({ length: 40 }, (_, index) => Buffer.from(`leaf ${index}`));

  it('have a proof for each leaf of each size up to 40, which proves no other leaf', () => {
    for (let size = 1; size <= leaves.length; size += 1) {
      const tree = leaves.slice(0, size);
      const root = treeHash(tree);
      for (const [index, leaf] of tree.entries()) {
        const claim = { leafHash: sha256(Uint8Array.of(0), leaf), index, size, proof: path(index, tree), root };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, index: (index + 1) % (size + 1) })).toBe(false);
        expect(verifyInclusion({ ...claim, leafHash: sha256('other') })).toBe(false);
      }
    }
  });

  it('are consistent for each pair of sizes up to 40, and with no other tree', () => {
    const roots = leaves.map((_, index) => treeHash(leaves.slice(0, index + 1)));
    for (let size2 = 1; size2 <= leaves.length; size2 += 1) {
      const root2 = roots[size2 - 1] ?? EMPTY;
      for (let size1 = 1; size1 <= size2; size1 += 1) {
        const root1 = roots[size1 - 1] ?? EMPTY;
        const claim = { size1, root1, size2, root2, proof: subproof(size1, leaves.slice(0, size2), true) };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, root1: sha256('fork') })).toBe(false);
        expect(verifyConsistency({ ...claim, root2: sha256('fork') })).toBe(false);
      }
    }
  });
});

describe('trees of up to 2^64 - 1 leaves', () => {
  const largest = 2n ** 64n - 1n;
  // Sizes around powers of two are where proofs change their shape.
  const size = fc.oneof(
    fc.bigInt({ min: 1n, max: largest }),
    fc
      .tuple(fc.bigInt({ min: 0n, max: 63n }), fc.bigInt({ min: -2n, max: 2n }))
      .map(([bit, by]) => max(1n, 2n ** bit + by)),
    fc.constant(largest),
  );
  const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  const bigSplit = (leaves: bigint): bigint => 1n << BigInt((leaves - 1n).toString(2).length - 1);

  /** A path through a tree whose other parts are made up. */
  function grow(index: bigint, leaves: bigint, leaf: Buffer): { root: Buffer; proof: Buffer[] } {
    if (leaves === 1n) return { root: leaf, proof: [] };
    const split = bigSplit(leaves);
    const inner = index < split ? grow(index, split, leaf) : grow(index - split, leaves - split, leaf);
    const other = sha256(`${index} of ${leaves}`);
    return {
      root: index < split ? nodeOf(inner.root, other) : nodeOf(other, inner.root),
      proof: [...inner.proof, other],
    };
  }

  function extend(first: bigint, second: bigint, complete: boolean): { root1: Buffer; root2: Buffer; proof: Buffer[] } {
    const other = sha256(`${first} to ${second}`);
    if (first === second) return { root1: other, root2: other, proof: complete ? [] : [other] };
    const split = bigSplit(second);
    const inner = first <= split ? extend(first, split, complete) : extend(first - split, second - split, false);
    const [root1, root2] =
      first <= split
        ? [inner.root1, nodeOf(inner.root2, other)]
        : [nodeOf(other, inner.root1), nodeOf(other, inner.root2)];
    return { root1, root2, proof: [...inner.proof, other] };
  }

  it('have inclusion proofs that hold for one index and one size alone', () => {
    fc.assert(
      fc.property(size, fc.bigInt({ min: 0n, max: largest }), (leaves, number) => {
        const index = number % leaves;
        const leafHash = sha256('leaf');
        const { root, proof } = grow(index, leaves, leafHash);
        expect(verifyInclusion({ leafHash, index, size: leaves, proof, root })).toBe(true);
        expect(verifyInclusion({ leafHash, index: index ^ 1n, size: leaves, proof, root })).toBe(false);
        expect(verifyInclusion({ leafHash, index, size: leaves, proof: [...proof, SOME], root })).toBe(false);
      }),
    );
  });

  it('have consistency proofs that hold for one pair of sizes alone', () => {
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [size1, size2] = a < b ? [a, b] : [b, a];
        const { root1, root2, proof } = extend(size1, size2, true);
        expect(verifyConsistency({ size1, root1, size2, root2, proof })).toBe(true);
        expect(verifyConsistency({ size1, root1, size2, root2, proof: [...proof, SOME] })).toBe(false);
        if (size1 < size2) expect(verifyConsistency({ size1, root1, size2, root2: root1, proof })).toBe(false);
      }),
    );
  });
});
