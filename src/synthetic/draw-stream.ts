/** Bytes that a seed and a context determine: HMAC-SHA256 in counter mode. */
import type { HmacKey } from '../platform/hmac.ts';

/** Draws from one stream. The same key and context give the same draws. */
export class DrawStream {
  readonly #key: HmacKey;
  readonly #context: string;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #counter = 0;

  constructor(key: HmacKey, context: string) {
    this.#key = key;
    this.#context = context;
  }

  #word(): number {
    if (this.#at + 4 > this.#block.length) {
      this.#block = this.#key.digest(`${this.#counter}\0${this.#context}`);
      this.#counter += 1;
      this.#at = 0;
    }
    const word = this.#block.readUInt32BE(this.#at);
    this.#at += 4;
    return word;
  }

  /** Returns a whole number from 0 to `count` - 1, all equally likely. */
  below(count: number): number {
    const limit = 2 ** 32 - (2 ** 32 % count);
    for (;;) {
      const word = this.#word();
      if (word < limit) return word % count;
    }
  }

  /** Returns one member. Throws RangeError for an empty list. */
  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new RangeError('There is nothing to draw from.');
    return picked;
  }

  /** Returns one member of a list that begins with the most common one; the weight of rank r is 1 / (r + 10). */
  pickCommon<T>(from: readonly T[]): T {
    const total = Math.log((from.length + 10) / 10);
    const share = this.below(2 ** 24) / 2 ** 24;
    return from[Math.floor(10 * Math.exp(share * total) - 10)] ?? this.pick(from);
  }

  /** Returns one character of the text. */
  character(from: string): string {
    return from.charAt(this.below(from.length));
  }

  /** Returns that many digits. */
  digits(count: number): string {
    let drawn = '';
    while (drawn.length < count) drawn += String(this.below(10));
    return drawn;
  }
}
