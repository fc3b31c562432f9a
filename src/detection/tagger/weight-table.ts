import { LABEL_COUNT } from './labels.ts';

/** A label in the lower bits of an entry, its weight in the upper ones. */
const LABEL_BITS = 5;
const LABEL_MASK = 2 ** LABEL_BITS - 1;

/**
 * Rows of weights by the hash of a feature: open addressing, half full at most. Most features of a text have no row, and
 * end with one look; most rows have weights for a few labels only, and keep those.
 */
export class WeightTable {
  /** Of each slot the hash, and the row's number from 1; 0 is an empty slot. Side by side: one look, one line of the cache. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** Where each row's entries begin, and after the last where they end. */
  readonly #starts: Int32Array;
  readonly #entries: Int16Array;
  readonly hashes: Int32Array;

  /** @param hashes one a row, all different; @param weights the rows in the same order: `row * LABEL_COUNT + label` */
  constructor(hashes: Int32Array, weights: Int8Array) {
    if (weights.length !== hashes.length * LABEL_COUNT) throw new Error('a row of weights for each hash');
    this.hashes = hashes;
    let size = 16;
    while (size < hashes.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size * 2);
    this.#starts = new Int32Array(hashes.length + 1);
    let used = 0;
    for (const weight of weights) if (weight !== 0) used++;
    this.#entries = new Int16Array(used);
    let entry = 0;
    for (let row = 0; row < hashes.length; row++) {
      this.#place(hashes[row] ?? 0, row);
      this.#starts[row] = entry;
      for (let label = 0; label < LABEL_COUNT; label++) {
        const weight = weights[row * LABEL_COUNT + label] ?? 0;
        if (weight !== 0) this.#entries[entry++] = (weight << LABEL_BITS) | label;
      }
    }
    this.#starts[hashes.length] = entry;
  }

  /** Adds the weights of a feature to the scores of the labels from `here` on. */
  addTo(scores: Int32Array, here: number, hash: number): void {
    const row = this.#find(hash);
    if (row < 0) return;
    const entries = this.#entries;
    const end = this.#starts[row + 1] ?? 0;
    for (let at = this.#starts[row] ?? 0; at < end; at++) {
      const entry = entries[at] ?? 0;
      const label = here + (entry & LABEL_MASK);
      scores[label] = (scores[label] ?? 0) + (entry >> LABEL_BITS);
    }
  }

  /** The weights of a feature, a label each. */
  rowOf(hash: number): Int32Array {
    const row = new Int32Array(LABEL_COUNT);
    this.addTo(row, 0, hash);
    return row;
  }

  #place(hash: number, row: number): void {
    let slot = hash & this.#mask;
    while (this.#slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot * 2] = hash;
    this.#slots[slot * 2 + 1] = row + 1;
  }

  #find(hash: number): number {
    const slots = this.#slots;
    let slot = hash & this.#mask;
    for (;;) {
      const row = slots[slot * 2 + 1] ?? 0;
      if (row === 0) return -1;
      if (slots[slot * 2] === hash) return row - 1;
      slot = (slot + 1) & this.#mask;
    }
  }
}
