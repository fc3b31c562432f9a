import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MerkleFrontier, leafHash, merkleRoot, merkleTree } from '../../../src/audit/merkle.ts';
import { verifyInclusion } from '../../../verifier/src/tree-proofs.ts';

// Leaves and roots of the reference implementation of Certificate Transparency (merkletree/merkle_tree_test.cc).
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leaves = LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')));

/** MTH of RFC 6962, 2.1, word for word: slow, recursive, and independent of the frontier. */
function rfcRoot(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes;
  if (only === undefined) return createHash('sha256').digest();
  if (hashes.length === 1) return only;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(rfcRoot(hashes.slice(0, k)))
    .update(rfcRoot(hashes.slice(k)))
    .digest();
}

describe('RFC 6962 trees', () => {
  test.each(ROOTS.map((root, size) => ({ root, size })))(
    'of $size known leaves have the published root',
    ({ root, size }) => {
      expect(merkleRoot(leaves.slice(0, size)).toString('hex')).toBe(root);
    },
  );

  test('of any size agree with the definition', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 70 }), (data) => {
        const hashes = data.map((bytes) => Buffer.from(bytes));
        expect(merkleRoot(hashes)).toEqual(rfcRoot(hashes));
      }),
    );
  });

  test('an inner node is no leaf: the prefixes differ', () => {
    const [a, b] = leaves;
    if (a === undefined || b === undefined) throw new Error('no leaves');
    expect(leafHash(Buffer.concat([a, b]))).not.toEqual(merkleRoot([a, b]));
  });
});

describe('a whole tree', () => {
  test.each(Array.from({ length: 33 }, (_, size) => size))(
    'of %i leaves has the root of the frontier, and a proof for each leaf that the verifier follows',
    (size) => {
      const hashes = Array.from({ length: size }, (_, index) => leafHash(String(index)));
      const { root, proofs } = merkleTree(hashes);
      expect(root).toEqual(merkleRoot(hashes));
      expect(proofs).toHaveLength(size);
      for (const [index, leaf] of hashes.entries()) {
        const claim = { leafHash: leaf, index, size, proof: proofs[index] ?? [], root };
        expect(verifyInclusion(claim)).toBe(true);
      }
    },
  );
});

describe('a frontier', () => {
  test('that is cloned goes its own way', () => {
    const first = new MerkleFrontier();
    for (const leaf of leaves.slice(0, 5)) first.append(leaf);
    const second = first.clone();
    for (const leaf of leaves.slice(5)) second.append(leaf);
    expect(first.root().toString('hex')).toBe(ROOTS[5]);
    expect(first.size).toBe(5);
    expect(second.root().toString('hex')).toBe(ROOTS[8]);
    expect(second.size).toBe(8);
  });

  test('can be asked for its root between appends', () => {
    const frontier = new MerkleFrontier();
    for (const [i, leaf] of leaves.entries()) {
      expect(frontier.root().toString('hex')).toBe(ROOTS[i]);
      frontier.append(leaf);
    }
  });
});
