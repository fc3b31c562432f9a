/** Drawn numbers that depend on a seed and a label alone: HMAC-SHA-256 in counter mode. */
import { createHmac } from 'node:crypto';

const BYTES_A_DRAW = 4;
const RANGE = 2 ** 32;

/** A stream of numbers. Without the seed it says nothing about its label; with it, one label always gives one stream. */
export class Draws {
  readonly #seed: Uint8Array;
  readonly #label: string;
  #block = Buffer.alloc(0);
  #at = 0;
  #counter = 0;

  constructor(seed: Uint8Array, label: string) {
    this.#seed = seed;
    this.#label = label;
  }

  /** Returns a whole number from 0 to `count` - 1; `count` is from 1 to 2^32. */
  below(count: number): number {
    if (this.#at + BYTES_A_DRAW > this.#block.length) {
      this.#block = createHmac('sha256', this.#seed).update(`${this.#counter}\0${this.#label}`).digest();
      this.#counter += 1;
      this.#at = 0;
    }
    const drawn = this.#block.readUInt32BE(this.#at);
    this.#at += BYTES_A_DRAW;
    return Math.floor((drawn / RANGE) * count);
  }

  /** Throws RangeError where there is nothing to pick from. */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => String(this.below(10))).join('');
  }

  /** Returns one character of the alphabet. */
  character(alphabet: string): string {
    return alphabet.charAt(this.below(alphabet.length));
  }
}

/** Members that are drawn as often as their weights say. */
export class Weighted {
  readonly #members: readonly string[];
  readonly #until: readonly number[];

  /** The weights are whole numbers over 0. */
  constructor(entries: readonly (readonly [string, number])[]) {
    this.#members = entries.map(([member]) => member);
    let sum = 0;
    this.#until = entries.map(([, weight]) => (sum += weight));
  }

  draw(draws: Draws): string {
    const drawn = draws.below(this.#until.at(-1) ?? 0);
    let [from, to] = [0, this.#until.length - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (drawn < (this.#until[middle] ?? 0)) to = middle;
      else from = middle + 1;
    }
    return this.#members[from] ?? '';
  }
}
