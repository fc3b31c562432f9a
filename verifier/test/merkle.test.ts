import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, merkleRoot, nodeHash } from '../src/merkle.ts';
import { treeHash } from './bundle-builder.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// github.com/google/certificate-transparency, merkletree tests: the leaves and the roots over the first 0 to 8 of them.
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

describe('RFC 6962 trees', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))('the known root over %i leaves', (size, root) => {
    expect(hex(merkleRoot(LEAVES.slice(0, size).map((leaf) => leafHash(Buffer.from(leaf, 'hex')))))).toBe(root);
  });

  it('are those of the recursion that the RFC defines, for any leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), (leaves) => {
        expect(hex(merkleRoot(leaves.map(leafHash)))).toBe(hex(treeHash(leaves)));
      }),
    );
  });

  it('tell a leaf from a node of the same bytes', () => {
    const [left, right] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
    expect(hex(leafHash(Buffer.concat([left, right])))).not.toBe(hex(nodeHash(left, right)));
  });

  it('have another root when two leaves change places', () => {
    const leaves = [1, 2, 3].map((byte) => leafHash(Uint8Array.of(byte)));
    expect(hex(merkleRoot([...leaves].reverse()))).not.toBe(hex(merkleRoot(leaves)));
  });
});
