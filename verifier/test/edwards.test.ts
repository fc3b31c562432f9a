/** The arithmetic of the curve, beside that of @noble/curves. */
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, BASE, isSame, ORDER, pointOfPrimeOrder, sumOf } from '../src/edwards.ts';

const { Point } = ed25519;
const scalars = fc.bigInt({ min: 1n, max: ORDER - 1n });

/** The point of noble as the own code reads it. */
const read = (point: InstanceType<typeof Point>) => pointOfPrimeOrder(point.toBytes());

describe('the points of Edwards25519', () => {
  it('have the products and sums that noble computes', () => {
    fc.assert(
      fc.property(scalars, scalars, (a, b) => {
        const [A, B] = [Point.BASE.multiplyUnsafe(a), Point.BASE.multiplyUnsafe(b)];
        const [ownA, ownB, sum] = [read(A), read(B), read(A.add(B))];
        if (ownA === null || ownB === null) throw new Error('a point was refused');
        expect(isSame(sumOf([a, BASE]), ownA)).toBe(true);
        const product = read(B.multiplyUnsafe(a));
        if (product !== null) expect(isSame(sumOf([b, BASE], [a, ownB]), add(ownB, product))).toBe(true);
        expect(isSame(add(ownA, sumOf([ORDER - a, BASE])), sumOf())).toBe(true);
        if (sum !== null) expect(isSame(add(ownA, ownB), sum)).toBe(true);
        expect(isSame(ownA, ownB)).toBe(A.equals(B));
      }),
      { numRuns: 60 },
    );
  });

  it('are read where noble reads them strictly, finds no small-order part, and not the identity', () => {
    const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', true);
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      scalars.map((a) => Point.BASE.multiplyUnsafe(a).toBytes()),
      fc.tuple(scalars, fc.bigInt(0n, 7n)).map(([a, b]) =>
        Point.BASE.multiplyUnsafe(a)
          .add(b === 0n ? Point.ZERO : torsion.multiplyUnsafe(b))
          .toBytes(),
      ),
      fc.bigInt(0n, 7n).map((b) => (b === 0n ? Point.ZERO : torsion.multiplyUnsafe(b)).toBytes()),
      // Coordinates from p upwards, with either sign.
      fc.tuple(fc.nat(18), fc.boolean()).map(([over, sign]) => {
        const encoded = new Uint8Array(32).fill(0xff);
        encoded[0] = 0xed + over;
        encoded[31] = sign ? 0xff : 0x7f;
        return encoded;
      }),
    );
    fc.assert(
      fc.property(bytes, (encoded) => {
        const isRead = pointOfPrimeOrder(encoded) !== null;
        expect(isRead).toBe(isReadByNoble(encoded));
      }),
      { numRuns: 200 },
    );
  });

  it('are not read from another number of bytes', () => {
    const bytes = Point.BASE.toBytes();
    expect(pointOfPrimeOrder(bytes)).not.toBeNull();
    expect(pointOfPrimeOrder(bytes.subarray(1))).toBeNull();
    expect(pointOfPrimeOrder(Uint8Array.from([...bytes, 0]))).toBeNull();
  });
});

function isReadByNoble(encoded: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(encoded, false);
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false;
  }
}
