/** Signatures of others (witnesses), judged as strictly as `masker-verify` judges ours: RFC 8032, and no point of small order. */
import { ed25519 } from '@noble/curves/ed25519.js';

/**
 * Returns whether `signature` (64 bytes) over `message` was made with the key. Refuses keys and R with a small-order part,
 * coordinates that are not reduced, and S not below the group order. Never throws.
 */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return (
    isTorsionFree(publicKey) &&
    isTorsionFree(signature.subarray(0, 32)) &&
    ed25519.verify(signature, message, publicKey, { zip215: false })
  );
}

function isTorsionFree(encoded: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(encoded, false);
    return !point.is0() && point.isTorsionFree();
  } catch {
    return false; // no point of the curve
  }
}
