import { MOST_FEATURES } from './features.ts';
import { LABEL_COUNT } from './labels.ts';

/** A label in the lower bits of an entry, its weight in the upper ones. */
const LABEL_BITS = 5;
const LABEL_MASK = 2 ** LABEL_BITS - 1;

/** Three labels to a number: each field holds what `MOST_FEATURES` weights of 8 bits, and as many again, add up to. */
const FIELD = 2 ** 17;
const FIELDS = 3;
/** What one in each field of a number is worth. */
const UNITS = [1, FIELD, FIELD * FIELD];
/** Half a field in each place: with it no field is below zero. */
const MIDDLE = FIELD / 2;
const MIDDLES = UNITS.reduce((sum, unit) => sum + MIDDLE * unit, 0);

/** Numbers that hold the weights or the sums of weights of all labels, packed: 64 bytes, a line of memory. */
export const ROW_WIDTH = 8;
if (ROW_WIDTH * FIELDS < LABEL_COUNT) throw new Error('a packed row has no room for all labels');

/** One weight of a row: 16 bits. */
export function packEntry(label: number, weight: number): number {
  return (weight << LABEL_BITS) | label;
}

/**
 * Rows of weights by the hash of a feature: open addressing, half full at most. The features that a text does have in the
 * table have weights for most labels, so rows are packed, three labels to a number: eight additions add all weights of a
 * feature (they are whole and small, so no addition rounds), which is a fifth of the time that label by label takes.
 */
export class WeightTable {
  /** Of each slot the hash, and the row counted from 1; 0 is an empty slot. Side by side: a look fetches one line. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  /** One bit for some hashes, set where one of them has a row: small enough to stay near, it answers for most that have none. */
  readonly #some: Int32Array;
  /** The rows of the features under way. */
  readonly #found = new Int32Array(MOST_FEATURES);
  readonly #rows: Float64Array;
  readonly hashes: Int32Array;

  /**
   * @param hashes one a row, all different
   * @param starts where each row's entries begin, and after the last where they end
   * @param entries of all rows, see `packEntry`
   */
  constructor(hashes: Int32Array, starts: Int32Array, entries: Int16Array) {
    if (starts.length !== hashes.length + 1) throw new Error('a row of weights for each hash');
    this.hashes = hashes;
    let size = 16;
    while (size < hashes.length * 2) size *= 2;
    const mask = size - 1;
    const slots = new Int32Array(size * 2);
    const some = new Int32Array(size / 8);
    const rows = new Float64Array(hashes.length * ROW_WIDTH);
    for (let row = 0; row < hashes.length; row++) {
      const hash = hashes[row] ?? 0;
      const end = starts[row + 1] ?? 0;
      let at = starts[row] ?? 0;
      if (at === end) continue;
      for (; at < end; at++) {
        const entry = entries[at] ?? 0;
        const label = entry & LABEL_MASK;
        const place = row * ROW_WIDTH + Math.floor(label / FIELDS);
        rows[place] = (rows[place] ?? 0) + (entry >> LABEL_BITS) * (UNITS[label % FIELDS] ?? 0);
      }
      let slot = hash & mask;
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = hash;
      slots[slot * 2 + 1] = row + 1;
      some[(hash >>> 5) & (some.length - 1)] = (some[(hash >>> 5) & (some.length - 1)] ?? 0) | (1 << (hash & 31));
    }
    this.#mask = mask;
    this.#some = some;
    this.#slots = slots;
    this.#rows = rows;
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
   * Adds the weights of features to the packed sums from `here` on. First all looks, then all additions: looks that do not
   * wait for one another are fetched from memory side by side.
   */
  addTo(sums: Float64Array, here: number, hashes: Int32Array, count: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    const some = this.#some;
    const near = some.length - 1;
    const found = this.#found;
    let hits = 0;
    for (let index = 0; index < count; index++) {
      const hash = hashes[index] ?? 0;
      if ((((some[(hash >>> 5) & near] ?? 0) >>> (hash & 31)) & 1) === 0) continue;
      let slot = (hash & mask) << 1;
      let row = slots[slot + 1] ?? 0;
      while (row !== 0 && slots[slot] !== hash) {
        slot = (slot + 2) & (mask * 2);
        row = slots[slot + 1] ?? 0;
      }
      if (row !== 0) found[hits++] = row;
    }
    const rows = this.#rows;
    let s0 = sums[here] ?? 0;
    let s1 = sums[here + 1] ?? 0;
    let s2 = sums[here + 2] ?? 0;
    let s3 = sums[here + 3] ?? 0;
    let s4 = sums[here + 4] ?? 0;
    let s5 = sums[here + 5] ?? 0;
    let s6 = sums[here + 6] ?? 0;
    let s7 = sums[here + 7] ?? 0;
    for (let index = 0; index < hits; index++) {
      const at = ((found[index] ?? 1) - 1) * ROW_WIDTH;
      s0 += rows[at] ?? 0;
      s1 += rows[at + 1] ?? 0;
      s2 += rows[at + 2] ?? 0;
      s3 += rows[at + 3] ?? 0;
      s4 += rows[at + 4] ?? 0;
      s5 += rows[at + 5] ?? 0;
      s6 += rows[at + 6] ?? 0;
      s7 += rows[at + 7] ?? 0;
    }
    sums[here] = s0;
    sums[here + 1] = s1;
    sums[here + 2] = s2;
    sums[here + 3] = s3;
    sums[here + 4] = s4;
    sums[here + 5] = s5;
    sums[here + 6] = s6;
    sums[here + 7] = s7;
  }

  /** The weights of a feature, a label each. */
  rowOf(hash: number): Int32Array {
    const sums = new Float64Array(ROW_WIDTH);
    this.addTo(sums, 0, Int32Array.of(hash), 1);
    const row = new Int32Array(ROW_WIDTH * FIELDS);
    unpackSums(sums, 0, row, 0);
    return row.slice(0, LABEL_COUNT);
  }
}

/**
 * Writes the packed sums from `here` on as one number a label, from `to` on: three for each packed one, so that a few places
 * behind the last label are written, too.
 */
export function unpackSums(sums: Float64Array, here: number, scores: Int32Array, to: number): void {
  for (let at = 0; at < ROW_WIDTH; at++) {
    const sum = (sums[here + at] ?? 0) + MIDDLES;
    const third = (sum / (FIELD * FIELD)) | 0;
    const rest = sum - third * (FIELD * FIELD);
    const second = (rest / FIELD) | 0;
    const label = to + at * FIELDS;
    scores[label] = rest - second * FIELD - MIDDLE;
    scores[label + 1] = second - MIDDLE;
    scores[label + 2] = third - MIDDLE;
  }
}
