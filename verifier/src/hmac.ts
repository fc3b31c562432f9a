/** HMAC (RFC 2104) with SHA-256. */
import { sha256 } from './sha.ts';

const BLOCK = 64;

/** HMAC-SHA256 of the parts, one after the other, under a key of any length. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? sha256(key) : key);
  const inner = sha256(
    padded.map((byte) => byte ^ 0x36),
    ...parts,
  );
  return sha256(
    padded.map((byte) => byte ^ 0x5c),
    inner,
  );
}
