/** What a map may hold before it forgets its oldest entries. */
export interface SizedMapLimits {
  readonly entries: number;
  /** As `set` is told of each. */
  readonly bytes: number;
}

/** A map that knows how many bytes its entries take, and forgets those set longest ago once they are too many or too large. */
export class SizedMap<V> {
  readonly #limits: SizedMapLimits;
  readonly #entries = new Map<string, { readonly value: V; readonly bytes: number }>();
  #bytes = 0;

  constructor(limits: SizedMapLimits) {
    this.#limits = limits;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Sets the newest entry. One that is too large by itself is not kept, nor is what had its key. */
  set(key: string, value: V, bytes: number): void {
    this.delete(key);
    if (bytes > this.#limits.bytes) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) return;
      this.delete(oldest);
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The sum of what `set` was told of all that is held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Forgets an entry, where there is one. */
  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
