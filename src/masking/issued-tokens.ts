/** The tokens of one session, found by their beginnings. */

/** What rehydration asks of the tokens that may be restored: those issued in this session, and no others. */
export interface TokenIndex {
  /** The value that an issued token stands for; undefined for every other text. */
  resolve(token: string): string | undefined;
  /** Whether an issued token is longer than `text` and begins with it. */
  hasPrefix(text: string): boolean;
  /** Where the longest issued token ends that stands at `start`; -1 where none stands there. */
  matchAt(text: string, start: number): number;
}

/** A {@link TokenIndex} over a map from token to value, which may grow while the index is in use. */
export class IssuedTokens implements TokenIndex {
  readonly #values: ReadonlyMap<string, string>;
  /** In code unit order, for binary search. */
  #sorted: string[] = [];
  /** Descending. Tokens differ in few lengths: by kind and kid, and under AEAD by the size of the value. */
  #lengths: number[] = [];

  /** Tokens may be added to `values`, not removed or replaced. */
  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  resolve(token: string): string | undefined {
    return this.#values.get(token);
  }

  hasPrefix(text: string): boolean {
    this.#refresh();
    // The first token after `text` in order is the first that could begin with it.
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? '') <= text) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low]?.startsWith(text) ?? false;
  }

  matchAt(text: string, start: number): number {
    this.#refresh();
    for (const length of this.#lengths) {
      const end = start + length;
      if (end <= text.length && this.#values.has(text.slice(start, end))) return end;
    }
    return -1;
  }

  #refresh(): void {
    if (this.#sorted.length === this.#values.size) return;
    this.#sorted = [...this.#values.keys()].sort(byCodeUnit);
    this.#lengths = [...new Set(this.#sorted.map((token) => token.length))].sort((a, b) => b - a);
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
