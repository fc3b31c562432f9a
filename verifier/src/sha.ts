/** SHA-256 and SHA-512. The command line computes them with Node's own code, which is several times faster; others with noble. */
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js';

/** The hash functions of one implementation. A text is hashed as its UTF-8 bytes. */
export interface Hashes {
  readonly sha256: (message: Uint8Array | string) => Uint8Array;
  readonly sha512: (message: Uint8Array) => Uint8Array;
}

const encoder = new TextEncoder();
let hashes: Hashes = {
  sha256: (message) => nobleSha256(typeof message === 'string' ? encoder.encode(message) : message),
  sha512: nobleSha512,
};

/** Has all hashes computed by another implementation from now on. */
export function useHashes(others: Hashes): void {
  hashes = others;
}

/** SHA-256 of a text's UTF-8 bytes. The text must hold no lone surrogate. */
export function sha256OfText(text: string): Uint8Array {
  return hashes.sha256(text);
}

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return hashes.sha256(joined(parts));
}

/** SHA-512 of the parts, one after the other. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return hashes.sha512(joined(parts));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
