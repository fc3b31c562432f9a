import { MOST_FEATURES } from './features.ts';
import { LABEL_COUNT } from './labels.ts';

/** A label in the lower bits of an entry, its weight in the upper ones. */
const LABEL_BITS = 5;
const LABEL_MASK = 2 ** LABEL_BITS - 1;
/** A row has a weight for each label at most. */
const COUNT_BITS = 5;
const COUNT_MASK = 2 ** COUNT_BITS - 1;

/** One weight of a row: 16 bits. */
export function packEntry(label: number, weight: number): number {
  return (weight << LABEL_BITS) | label;
}

/**
 * Rows of weights by the hash of a feature: open addressing, half full at most. Most features of a text have no row, and
 * end with one look; most rows have weights for a few labels only, and keep those.
 */
export class WeightTable {
  /**
   * Of each slot the hash, and where its entries begin with how many there are; 0 is an empty slot. Side by side, since
   * what a look costs is the line of memory that it fetches.
   */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** Where the entries of the features under way are. */
  readonly #places = new Int32Array(MOST_FEATURES);
  readonly #entries: Int16Array;
  readonly hashes: Int32Array;

  /**
   * @param hashes one a row, all different
   * @param starts where each row's entries begin, and after the last where they end
   * @param entries of all rows, see `packEntry`
   */
  constructor(hashes: Int32Array, starts: Int32Array, entries: Int16Array) {
    if (starts.length !== hashes.length + 1) throw new Error('a row of weights for each hash');
    this.hashes = hashes;
    this.#entries = entries;
    let size = 16;
    while (size < hashes.length * 2) size *= 2;
    const mask = size - 1;
    const slots = new Int32Array(size * 2);
    for (let row = 0; row < hashes.length; row++) {
      const hash = hashes[row] ?? 0;
      const start = starts[row] ?? 0;
      const count = (starts[row + 1] ?? 0) - start;
      if (count === 0) continue;
      let slot = hash & mask;
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = hash;
      slots[slot * 2 + 1] = (start << COUNT_BITS) | count;
    }
    this.#mask = mask;
    this.#slots = slots;
  }

  /** A table of whole rows: `row * LABEL_COUNT + label`. */
  static ofRows(hashes: Int32Array, weights: Int8Array): WeightTable {
    if (weights.length !== hashes.length * LABEL_COUNT) throw new Error('a row of weights for each hash');
    const starts = new Int32Array(hashes.length + 1);
    const entries: number[] = [];
    for (let row = 0; row < hashes.length; row++) {
      for (let label = 0; label < LABEL_COUNT; label++) {
        const weight = weights[row * LABEL_COUNT + label] ?? 0;
        if (weight !== 0) entries.push(packEntry(label, weight));
      }
      starts[row + 1] = entries.length;
    }
    return new WeightTable(hashes, starts, Int16Array.from(entries));
  }

  /**
   * Adds the weights of features to the scores of the labels from `here` on. First all looks, then all additions: looks
   * that do not wait for one another are fetched from memory side by side, which is most of what they cost.
   */
  addTo(scores: Int32Array, here: number, hashes: Int32Array, count: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    const places = this.#places;
    for (let index = 0; index < count; index++) {
      const hash = hashes[index] ?? 0;
      let slot = (hash & mask) * 2;
      let place = slots[slot + 1] ?? 0;
      while (place !== 0 && slots[slot] !== hash) {
        slot = (slot + 2) & (mask * 2 + 1);
        place = slots[slot + 1] ?? 0;
      }
      places[index] = place;
    }
    const entries = this.#entries;
    for (let index = 0; index < count; index++) {
      const place = places[index] ?? 0;
      let at = place >>> COUNT_BITS;
      for (const end = at + (place & COUNT_MASK); at < end; at++) {
        const entry = entries[at] ?? 0;
        const label = here + (entry & LABEL_MASK);
        scores[label] = (scores[label] ?? 0) + (entry >> LABEL_BITS);
      }
    }
  }

  /** The weights of a feature, a label each. */
  rowOf(hash: number): Int32Array {
    const row = new Int32Array(LABEL_COUNT);
    this.addTo(row, 0, Int32Array.of(hash), 1);
    return row;
  }
}
