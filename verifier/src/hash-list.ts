/** SHA-256 hashes in little memory: texts that were cut out of a file would keep the whole file in memory. */
import { putHex, toHex } from './bytes.ts';

const LENGTH = 32;

/** A list of hashes, of which some may be malformed. */
export class HashList {
  length = 0;
  #bytes = new Uint8Array(0);
  readonly #malformed = new Set<number>();

  /** Adds a hash as 64 lower-case hex digits; null for one that is malformed. */
  add(hex: string | null): void {
    const start = this.length * LENGTH;
    if (start === this.#bytes.length) {
      const larger = new Uint8Array(Math.ceil(1.5 * this.length + 64) * LENGTH);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (hex === null) this.#malformed.add(this.length);
    else putHex(this.#bytes, start, hex);
    this.length += 1;
  }

  /** The hash at a place as hex digits; null where it is malformed, or there is none. */
  at(place: number): string | null {
    if (place >= this.length || this.#malformed.has(place)) return null;
    return toHex(this.#bytes.subarray(place * LENGTH, (place + 1) * LENGTH));
  }
}
