import { LABEL_COUNT } from './labels.ts';

/**
 * Rows of weights, one weight a label, by the hash of a feature: open addressing, half full at most. Most features of a
 * text have no row, and end with one look.
 */
export class WeightTable {
  /** Of each slot the hash, and the row's number from 1; 0 is an empty slot. Side by side: one look, one line of the cache. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly hashes: Int32Array;
  /** `row * LABEL_COUNT + label`. */
  readonly weights: Int8Array;

  /** @param hashes one a row, all different; @param weights the rows in the same order */
  constructor(hashes: Int32Array, weights: Int8Array) {
    if (weights.length !== hashes.length * LABEL_COUNT) throw new Error('a row of weights for each hash');
    this.hashes = hashes;
    this.weights = weights;
    let size = 16;
    while (size < hashes.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size * 2);
    for (let row = 0; row < hashes.length; row++) {
      const hash = hashes[row] ?? 0;
      let slot = hash & this.#mask;
      while (this.#slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot * 2] = hash;
      this.#slots[slot * 2 + 1] = row + 1;
    }
  }

  /** Where the feature's weights begin; -1 where it has none. */
  find(hash: number): number {
    const slots = this.#slots;
    let slot = hash & this.#mask;
    for (;;) {
      const row = slots[slot * 2 + 1] ?? 0;
      if (row === 0) return -1;
      if (slots[slot * 2] === hash) return (row - 1) * LABEL_COUNT;
      slot = (slot + 1) & this.#mask;
    }
  }
}
