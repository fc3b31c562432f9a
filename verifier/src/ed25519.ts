/** Ed25519 (RFC 8032), read as strictly as it can be read. */
import { ed25519 } from '@noble/curves/ed25519.js';

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
  private sound: boolean | null = null; // a curve multiplication: made once, and only for a key that is used

  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
  }

  /** Whether `signature` (64 bytes) over `message` was made by the holder of this key. Never throws. */
  verifies(signature: Uint8Array, message: Uint8Array): boolean {
    if (signature.length !== 64 || this.bytes.length !== 32) return false;
    this.sound ??= hasPrimeOrder(this.bytes);
    // Without zip215: false the library would accept encodings that RFC 8032 refuses.
    return (
      this.sound &&
      hasPrimeOrder(signature.subarray(0, 32)) &&
      ed25519.verify(signature, message, this.bytes, { zip215: false })
    );
  }
}

function hasPrimeOrder(encoded: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(encoded, false);
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false; // bytes that are no point of the curve
  }
}
