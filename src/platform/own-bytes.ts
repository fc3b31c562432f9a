/** Bytes that are kept for long. */
import { Buffer } from 'node:buffer';

/**
 * Returns a copy with memory of its own. Node puts small buffers into slabs of 8 kB, and one that is kept, a digest of 32
 * bytes, keeps all of its slab.
 */
export function ownBytes(bytes: Uint8Array): Buffer {
  const own = Buffer.alloc(bytes.length);
  own.set(bytes);
  return own;
}
