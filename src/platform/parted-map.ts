/** Entries of one part: a Map that grows beyond it moves all its entries at once, which takes milliseconds from here on. */
const PART_SIZE = 16_384;

/** A map that may have hundreds of thousands of entries, in the order of insertion. To add one never moves many others. */
export class PartedMap<K, V> {
  readonly #full: Map<K, V>[] = [];
  #last = new Map<K, V>();

  get size(): number {
    return this.#full.length * PART_SIZE + this.#last.size;
  }

  get(key: K): V | undefined {
    return this.#partOf(key).get(key);
  }

  has(key: K): boolean {
    return this.#partOf(key).has(key);
  }

  set(key: K, value: V): void {
    this.#partOf(key).set(key, value);
    if (this.#last.size < PART_SIZE) return;
    this.#full.push(this.#last);
    this.#last = new Map();
  }

  *values(): Generator<V, void> {
    for (const [, value] of this) yield value;
  }

  *[Symbol.iterator](): Generator<readonly [K, V], void> {
    for (const part of this.#full) yield* part;
    yield* this.#last;
  }

  /** The part that has the key, else the one that takes new keys. */
  #partOf(key: K): Map<K, V> {
    if (this.#full.length === 0 || this.#last.has(key)) return this.#last;
    return this.#full.find((part) => part.has(key)) ?? this.#last;
  }
}
