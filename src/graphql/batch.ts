/** Joins the loads of one moment into one call. */
export class Batch<K, V> {
  readonly #load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>;
  #pending: { readonly keys: Set<K>; readonly result: Promise<ReadonlyMap<K, V>> } | null = null;

  /** `load` is called with distinct keys. A key that it does not answer loads as undefined. */
  constructor(load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>) {
    this.#load = load;
  }

  /** The value of one key. Rejects with whatever `load` rejects with. */
  async load(key: K): Promise<V | undefined> {
    this.#pending ??= this.#open();
    this.#pending.keys.add(key);
    return (await this.#pending.result).get(key);
  }

  #open(): { readonly keys: Set<K>; readonly result: Promise<ReadonlyMap<K, V>> } {
    const keys = new Set<K>();
    // Siblings of a list resolve within one run of the microtask queue, though some promises deeper than others;
    // process.nextTick from a microtask runs when that queue is empty.
    const result = Promise.resolve()
      .then(
        () =>
          new Promise<void>((resolve) => {
            process.nextTick(resolve);
          }),
      )
      .then(() => {
        this.#pending = null;
        return this.#load([...keys]);
      });
    return { keys, result };
  }
}
