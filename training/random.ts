/** Seeded random numbers: the same seed gives the same training text on every machine (mulberry32, Tommy Ettinger, public domain). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A source that goes on with the same numbers as this one, without taking any from it. */
  copy(): Random {
    return new Random(this.#state);
  }

  /** From 0 to 1, 1 excluded. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws RangeError where there is nothing to pick from */
  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.next() * from.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** Picks early members more often: the lists are sorted by how common their members are. */
  pickCommon<T>(from: readonly T[], lean = 3): T {
    return from[Math.floor(this.next() ** lean * from.length)] ?? this.pick(from);
  }

  digits(count: number, first = '0123456789'): string {
    let out = first.charAt(this.int(0, first.length - 1));
    while (out.length < count) out += String(this.int(0, 9));
    return out;
  }

  letters(count: number): string {
    let out = '';
    while (out.length < count) out += String.fromCharCode(97 + this.int(0, 25));
    return out;
  }

  shuffle(items: unknown[]): void {
    for (let at = items.length - 1; at > 0; at--) {
      const other = this.int(0, at);
      const [a, b] = [items[at], items[other]];
      [items[at], items[other]] = [b, a];
    }
  }
}
