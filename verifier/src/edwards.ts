/**
 * The group of Edwards25519, RFC 8032 section 5.1: as much of it as judging a signature needs. All inputs are public, so nothing
 * here runs in constant time, and nothing here may be used to sign.
 */

/** Order of the group that the base point generates. */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SQRT_OF_MINUS_1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;
const MASK = 2n ** 255n - 1n;

/** Extended coordinates: x = X/Z, y = Y/Z, x * y = T/Z. */
export interface Point {
  readonly X: bigint;
  readonly Y: bigint;
  readonly Z: bigint;
  readonly T: bigint;
}

const IDENTITY: Point = { X: 0n, Y: 1n, Z: 1n, T: 0n };

/** Returns the remainder of a number from 0. 2^255 is congruent to 19, so a shift does most of the division. */
function mod(value: bigint): bigint {
  return ((value & MASK) + 19n * (value >> 255n)) % P;
}

/** Returns the sum by the formulas of section 5.1.4, which hold for all points of the curve. */
export function add(a: Point, b: Point): Point {
  const A = mod((a.Y - a.X + P) * (b.Y - b.X + P));
  const B = mod((a.Y + a.X) * (b.Y + b.X));
  const C = mod(2n * D * mod(a.T * b.T));
  const F2 = mod(2n * a.Z * b.Z);
  const [E, F, G, H] = [B - A + P, F2 - C + P, F2 + C, B + A];
  return { X: mod(E * F), Y: mod(G * H), Z: mod(F * G), T: mod(E * H) };
}

function double({ X, Y, Z }: Point): Point {
  const [A, B] = [mod(X * X), mod(Y * Y)];
  const H = A + B;
  const E = H + P + P - mod((X + Y) * (X + Y));
  const G = A - B + P;
  const F = mod(2n * Z * Z) + G;
  return { X: mod(E * F), Y: mod(G * H), Z: mod(F * G), T: mod(E * H) };
}

/** A number from 0 to 2^256 - 1, and the point that it is multiplied with. */
export type Product = readonly [factor: bigint, point: Point];

/** Returns the sum of products, by digits of four bits: the doublings are shared (Straus' method). */
export function sumOf(...products: readonly Product[]): Point {
  const parts = products.map(([factor, point]) => [factor.toString(16).padStart(64, '0'), multiplesOf(point)] as const);
  let sum = IDENTITY;
  for (let place = 0; place < 64; place += 1) {
    sum = double(double(double(double(sum))));
    for (const [digits, multiples] of parts) {
      const digit = Number.parseInt(digits.charAt(place), 16);
      if (digit > 0) sum = add(sum, multiples[digit] ?? IDENTITY);
    }
  }
  return sum;
}

/** 0 to 15 times each point that was multiplied lately: keys, and the base point. */
const kept = new WeakMap<Point, readonly Point[]>();

function multiplesOf(point: Point): readonly Point[] {
  const known = kept.get(point);
  if (known !== undefined) return known;
  const multiples = [IDENTITY];
  for (let last = IDENTITY; multiples.length < 16; multiples.push(last)) last = add(last, point);
  kept.set(point, multiples);
  return multiples;
}

/** Returns true if both are the same point. */
export function isSame(a: Point, b: Point): boolean {
  return mod(a.X * b.Z) === mod(b.X * a.Z) && mod(a.Y * b.Z) === mod(b.Y * a.Z);
}

/** The same as `pointOf`, but also null for a point with a small-order part. */
export function pointOfPrimeOrder(encoded: Uint8Array): Point | null {
  const point = pointOf(encoded);
  return point !== null && isSame(sumOf([ORDER, point]), IDENTITY) ? point : null;
}

/**
 * Returns the point of 32 bytes, as section 5.1.3 decodes it; null where they encode none, where y is not reduced, and for the
 * identity.
 */
export function pointOf(encoded: Uint8Array): Point | null {
  const number = littleEndian(encoded);
  const y = number & MASK;
  const x = y < P ? xOf(y, number >> 255n) : null;
  if (encoded.length !== 32 || x === null) return null;
  const point = { X: x, Y: y, Z: 1n, T: mod(x * y) };
  return isSame(point, IDENTITY) ? null : point;
}

/** Returns the x of a y, with the sign that was encoded; null where the curve has no such point. */
function xOf(y: bigint, sign: bigint): bigint | null {
  const square = mod(y * y);
  const [u, v] = [mod(square - 1n + P), mod(D * square + 1n)];
  // The candidate root of u/v: (u v^3) (u v^7)^((p - 5) / 8).
  const v3 = mod(mod(v * v) * v);
  const uv3 = mod(u * v3);
  const root = mod(uv3 * power(mod(uv3 * mod(v3 * v)), (P - 5n) / 8n));
  const found = mod(v * mod(root * root));
  const x = found === u ? root : found === mod(P - u) ? mod(root * SQRT_OF_MINUS_1) : null;
  if (x === null || (x === 0n && sign === 1n)) return null;
  return (x & 1n) === sign ? x : P - x;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = mod(result * result);
    if (bit === '1') result = mod(result * base);
  }
  return result;
}

/** Returns the number of which these are the bytes, the least significant one first. */
export function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** Section 5.1: the base point. */
export const BASE: Point = {
  X: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  Y: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
  Z: 1n,
  T: 46827403850823179245072216630277197565144205554125654976674165829533817101731n,
};
