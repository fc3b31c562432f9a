/** A map from two integers to a positive one: open addressing over one typed array, for automata that take a step a byte. */

const EMPTY = 0;
/** Cells of one entry: both keys and the value. */
const WIDTH = 3;
const FIRST_CAPACITY = 64;

/** Keys are any 32-bit integers, values 1 to 2^31 - 1. Grows only; 24 to 48 bytes an entry. */
export class PairMap {
  #cells = new Int32Array(FIRST_CAPACITY * WIDTH);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value, or 0 for what was never set. */
  get(first: number, second: number): number {
    const cells = this.#cells;
    for (let slot = spread(first, second) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WIDTH;
      const value = cells[at + 2] ?? EMPTY;
      if (value === EMPTY || (cells[at] === first && cells[at + 1] === second)) return value;
    }
  }

  /** Sets a value for keys that have none yet. */
  set(first: number, second: number, value: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    this.#place(first, second, value);
    this.#size++;
  }

  #place(first: number, second: number, value: number): void {
    const cells = this.#cells;
    let slot = spread(first, second) & this.#mask;
    while (cells[slot * WIDTH + 2] !== EMPTY) slot = (slot + 1) & this.#mask;
    const at = slot * WIDTH;
    cells[at] = first;
    cells[at + 1] = second;
    cells[at + 2] = value;
  }

  #grow(): void {
    const old = this.#cells;
    this.#cells = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += WIDTH) {
      const value = old[at + 2] ?? EMPTY;
      if (value !== EMPTY) this.#place(old[at] ?? 0, old[at + 1] ?? 0, value);
    }
  }
}

/** Mixes both keys over all bits (the finaliser of MurmurHash3). */
function spread(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
