/**
 * Hashing of words and features. Not cryptography: quick, the same on every machine, and spread evenly over the table of
 * weights (the steps and constants are those of MurmurHash3, by Austin Appleby, public domain).
 */

/** A 32-bit hash of a text's UTF-16 units, or of those from `start` to `end`. */
export function murmur(text: string, start = 0, end = text.length): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = mix(hash, text.charCodeAt(at));
  return finish(hash);
}

/** Takes one more 32-bit value into a hash. */
export function mix(hash: number, value: number): number {
  return mixScrambled(hash, scramble(value));
}

/** The part of `mix` that depends on the value alone: done once for a value that goes into many hashes. */
export function scramble(value: number): number {
  const k = Math.imul(value, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

/** Takes one more value into a hash, as `scramble` made it. */
export function mixScrambled(hash: number, scrambled: number): number {
  const h = hash ^ scrambled;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Spreads what is in a hash over all its bits. */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
