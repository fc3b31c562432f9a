/** Ed25519 (RFC 8032), read as strictly as it can be read. */
import { BASE, isSame, littleEndian, ORDER, pointOf, pointOfPrimeOrder, sumOf, type Point } from './edwards.ts';
import { sha512 } from './sha.ts';
import { toHex } from './bytes.ts';

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
  private point: Point | null | undefined; // a curve multiplication: made once, and only for a key that is used

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
  }

  /** Whether `signature` (64 bytes) over `message` was made by the holder of this key. Never throws. */
  verifies(signature: Uint8Array, message: Uint8Array): boolean {
    if (signature.length !== 64) return false;
    const key = (this.point ??= pointOfPrimeOrder(this.bytes));
    const encodedR = signature.subarray(0, 32);
    const R = key === null ? null : pointOf(encodedR);
    const S = littleEndian(signature.subarray(32));
    if (key === null || R === null || S >= ORDER) return false;
    // RFC 8032 section 5.1.7, step 3, without the cofactor: S * B - k * A must be R. A is of prime order, so -k is ORDER - k.
    const digest = sha512(encodedR, this.bytes, message);
    const k = littleEndian(digest) % ORDER;
    // The sum is of prime order, as both points are: no R with a small-order part equals it.
    return isSame(sumOf([S, BASE], [ORDER - k, key]), R);
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
