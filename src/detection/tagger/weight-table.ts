import { MOST_FEATURES } from './features.ts';
import { LABEL_COUNT } from './labels.ts';

/** A label in the lower bits of an entry, its weight in the upper ones. */
const LABEL_BITS = 5;
const LABEL_MASK = 2 ** LABEL_BITS - 1;

/** Weights of 8 bits, four to a word of 32: what a feature says of all labels, in the order of the labels. */
const LABELS_PER_WORD = 4;
const WORDS = 6;
if (WORDS * LABELS_PER_WORD < LABEL_COUNT) throw new Error('A row of weights has no room for all labels.');

/** A feature: its weights, its hash, and a word that is not 0 where there is a feature. */
const HASH = WORDS;
const FILLED = WORDS + 1;
const BUCKET_BITS = 3;
const BUCKET = 1 << BUCKET_BITS;

/**
 * Where the first feature is. The memory of a large array begins 16 bytes behind a line of 64: with 48 more no feature
 * lies across two lines.
 */
const FIRST = 12;

/** A weight is kept as what it is above the least one, so that none borrows from its neighbour. */
const LEAST = 128;
/** The bytes of a word that go into one sum: the other two are shifted there. */
const EVEN = 0x00ff00ff;
/** What `LEAST` in both fields of a sum is. */
const LEASTS = LEAST * 0x10001;

/**
 * Numbers that hold the sums of weights of all labels: two to a number of 32 bits, which all features of a word, those of
 * its neighbours and as many again do not fill.
 */
export const ROW_WIDTH = 2 * WORDS;

/** One weight of a row: 16 bits. */
export function packEntry(label: number, weight: number): number {
  return (weight << LABEL_BITS) | label;
}

/**
 * Weights by the hash of a feature: open addressing, half full at most, hash and weights side by side. A feature that is met
 * costs one line of memory and no wait for another; with packed doubles behind a table of hashes it cost three. Tagging
 * varied turns takes a tenth less.
 */
export class WeightTable {
  readonly #buckets: Int32Array;
  readonly #mask: number;
  /** One bit for some hashes, set where one of them has weights: small enough to stay near, it answers for most that have none. */
  readonly #some: Int32Array;
  /** Where the features under way are, and their hashes; one more than there are is written. */
  readonly #found = new Int32Array(MOST_FEATURES + 1);
  readonly #asked = new Int32Array(MOST_FEATURES + 1);
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
    this.#mask = size - 1;
    this.#buckets = new Int32Array(FIRST + size * BUCKET);
    this.#some = new Int32Array(size / 8);
    const weights = new Uint8Array(WORDS * LABELS_PER_WORD);
    for (let row = 0; row < hashes.length; row++) {
      const [from, end] = [starts[row] ?? 0, starts[row + 1] ?? 0];
      if (from === end) continue;
      weights.fill(LEAST);
      for (let at = from; at < end; at++) {
        const entry = entries[at] ?? 0;
        weights[entry & LABEL_MASK] = (entry >> LABEL_BITS) + LEAST;
      }
      this.#put(hashes[row] ?? 0, weights);
    }
  }

  #put(hash: number, weights: Uint8Array): void {
    const buckets = this.#buckets;
    let slot = hash & this.#mask;
    while (buckets[FIRST + (slot << BUCKET_BITS) + FILLED] !== 0) slot = (slot + 1) & this.#mask;
    const bucket = FIRST + (slot << BUCKET_BITS);
    weights.forEach((weight, label) => {
      const word = bucket + Math.floor(label / LABELS_PER_WORD);
      buckets[word] = (buckets[word] ?? 0) | (weight << (8 * (label % LABELS_PER_WORD)));
    });
    buckets[bucket + HASH] = hash;
    buckets[bucket + FILLED] = 1;
    const some = this.#some;
    const near = (hash >>> 5) & (some.length - 1);
    some[near] = (some[near] ?? 0) | (1 << (hash & 31));
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

  /** Adds the weights of features to the packed sums from `here` on. */
  addTo(sums: Int32Array, here: number, hashes: Int32Array, count: number): void {
    const hits = this.#find(hashes, count);
    // Half of the labels at a time: a processor has room for as many sums.
    this.#addWords(sums, here, 0, hits);
    this.#addWords(sums, here, WORDS / 2, hits);
  }

  /**
   * Lists where the weights of features are; answers how many have any. First a look at the place of each that waits for no
   * other look, so that all are fetched from memory side by side; then one look after another.
   */
  #find(hashes: Int32Array, count: number): number {
    const buckets = this.#buckets;
    const mask = this.#mask;
    const some = this.#some;
    const near = some.length - 1;
    const found = this.#found;
    const asked = this.#asked;
    let candidates = 0;
    for (let index = 0; index < count; index++) {
      const hash = hashes[index] ?? 0;
      // Without a branch: which features have weights is nothing that a processor could foresee.
      found[candidates] = FIRST + ((hash & mask) << BUCKET_BITS);
      asked[candidates] = hash;
      candidates += ((some[(hash >>> 5) & near] ?? 0) >>> (hash & 31)) & 1;
    }
    let amiss = 0;
    for (let index = 0; index < candidates; index++) {
      const bucket = found[index] ?? 0;
      amiss |= ((buckets[bucket + HASH] ?? 0) ^ (asked[index] ?? 0)) | ((buckets[bucket + FILLED] ?? 0) ^ 1);
    }
    if (amiss === 0) return candidates;
    const last = buckets.length - BUCKET;
    let hits = 0;
    for (let index = 0; index < candidates; index++) {
      const hash = asked[index] ?? 0;
      let bucket = found[index] ?? 0;
      while (buckets[bucket + FILLED] !== 0 && buckets[bucket + HASH] !== hash)
        bucket = bucket === last ? FIRST : bucket + BUCKET;
      if (buckets[bucket + FILLED] !== 0) found[hits++] = bucket;
    }
    return hits;
  }

  /** Adds three words of weights, from `first` on, of the features that were found. */
  #addWords(sums: Int32Array, here: number, first: number, hits: number): void {
    const buckets = this.#buckets;
    const found = this.#found;
    const to = here + 2 * first;
    const leasts = Math.imul(hits, LEASTS);
    let s0 = ((sums[to] ?? 0) - leasts) | 0;
    let s1 = ((sums[to + 1] ?? 0) - leasts) | 0;
    let s2 = ((sums[to + 2] ?? 0) - leasts) | 0;
    let s3 = ((sums[to + 3] ?? 0) - leasts) | 0;
    let s4 = ((sums[to + 4] ?? 0) - leasts) | 0;
    let s5 = ((sums[to + 5] ?? 0) - leasts) | 0;
    for (let index = 0; index < hits; index++) {
      const at = (found[index] ?? 0) + first;
      const a = buckets[at] ?? 0;
      const b = buckets[at + 1] ?? 0;
      const c = buckets[at + 2] ?? 0;
      s0 = (s0 + (a & EVEN)) | 0;
      s1 = (s1 + ((a >>> 8) & EVEN)) | 0;
      s2 = (s2 + (b & EVEN)) | 0;
      s3 = (s3 + ((b >>> 8) & EVEN)) | 0;
      s4 = (s4 + (c & EVEN)) | 0;
      s5 = (s5 + ((c >>> 8) & EVEN)) | 0;
    }
    sums[to] = s0;
    sums[to + 1] = s1;
    sums[to + 2] = s2;
    sums[to + 3] = s3;
    sums[to + 4] = s4;
    sums[to + 5] = s5;
  }

  /** The weights of a feature, a label each. */
  rowOf(hash: number): Int32Array {
    const sums = new Int32Array(ROW_WIDTH);
    this.addTo(sums, 0, Int32Array.of(hash), 1);
    const row = new Int32Array(WORDS * LABELS_PER_WORD);
    unpackSums(sums, 0, row, 0);
    return row.slice(0, LABEL_COUNT);
  }
}

/**
 * Writes the packed sums from `here` on as one number a label, from `to` on: two for each packed one, so that a place
 * behind the last label is written, too.
 */
export function unpackSums(sums: Int32Array, here: number, scores: Int32Array, to: number): void {
  for (let word = 0; word < WORDS; word++) {
    const even = sums[here + 2 * word] ?? 0;
    const odd = sums[here + 2 * word + 1] ?? 0;
    const label = to + word * LABELS_PER_WORD;
    // What is below zero in the lower field has borrowed from the upper one.
    const [first, second] = [(even << 16) >> 16, (odd << 16) >> 16];
    scores[label] = first;
    scores[label + 1] = second;
    scores[label + 2] = (even - first) >> 16;
    scores[label + 3] = (odd - second) >> 16;
  }
}
