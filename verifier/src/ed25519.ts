/** Ed25519 (RFC 8032), read as strictly as it can be read. */
import { edwards } from '@noble/curves/abstract/edwards.js';
import { sha512 } from './sha.ts';
import { toHex } from './bytes.ts';

/** Group order of the base point. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Edwards25519, RFC 8032 section 5.1. Its library for signatures would bring key generation and signing along. */
const Point = edwards({
  p: 2n ** 255n - 19n,
  n: ORDER,
  h: 8n,
  a: 2n ** 255n - 20n, // -1
  d: 37095705934669439343138083508754565189542113879843219016388785533085940283555n,
  Gx: 15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  Gy: 46316835694926478169428394003475163141307993866256225615783033603165251855960n,
});
type CurvePoint = InstanceType<typeof Point>;

/**
 * A public key that judges signatures.
 *
 * Verifiers in the field disagree on unusual keys and signatures ("Taming the many EdDSAs", 2020). All of those are
 * refused here: coordinates that are not reduced, S not below the group order, points with a small-order part and the
 * identity, which no honest signer makes. What is left, every implementation judges alike.
 */
export class PublicKey {
  /** 32 bytes. */
  readonly bytes: Uint8Array;
  private point: CurvePoint | null | undefined; // a curve multiplication: made once, and only for a key that is used

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
  }

  /** Whether `signature` (64 bytes) over `message` was made by the holder of this key. Never throws. */
  verifies(signature: Uint8Array, message: Uint8Array): boolean {
    if (signature.length !== 64) return false;
    const key = (this.point ??= pointOfPrimeOrder(this.bytes));
    const encodedR = signature.subarray(0, 32);
    const R = key === null ? null : pointOfPrimeOrder(encodedR);
    const S = littleEndian(signature.subarray(32));
    if (key === null || R === null || S >= ORDER) return false;
    // RFC 8032 section 5.1.7, step 3, without the cofactor: no point here has a small-order part that it could remove.
    const digest = sha512(encodedR, this.bytes, message);
    const k = littleEndian(digest) % ORDER;
    return Point.BASE.multiplyUnsafe(S).equals(R.add(key.multiplyUnsafe(k)));
  }
}

/** Most keys that are kept: more than a file and a policy have, as far as their limits allow. */
const MOST_KEPT = 2048;
const kept = new Map<string, PublicKey>();

/** The key of 32 bytes. The same object is returned again, so that the point of a key is computed once. */
export function publicKeyOf(bytes: Uint8Array): PublicKey {
  const name = toHex(bytes);
  const known = kept.get(name);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const key = new PublicKey(bytes);
  kept.set(name, key);
  return key;
}

/** The point of a reduced encoding; null where it is none, is the identity, or has a small-order part. */
function pointOfPrimeOrder(encoded: Uint8Array): CurvePoint | null {
  try {
    const point = Point.fromBytes(encoded, false);
    return !point.is0() && point.isTorsionFree() ? point : null;
  } catch {
    return null; // bytes that are no point of the curve
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
