/** The tokens in the texts of one walk over a request. */

/** What is asked of such tokens. They are iterated in the order of the texts, each once. */
export interface TokenSet extends Iterable<string> {
  has(token: string): boolean;
}

/** From so many tokens on, a text keeps its own set: to copy it on each walk would hold up the loop. */
const SHARED_FROM = 1000;

/** Takes the tokens of a text in a time that does not grow with them. */
export class TokensInTurn implements TokenSet {
  /** Sets of long texts as they are, and between two of them one set for all short texts there. */
  readonly #parts: ReadonlySet<string>[] = [];
  /** The last part, if it is for short texts. */
  #short: Set<string> | null = null;

  /** Begins with the tokens of texts that are not walked again. They are copied, because further turns add to them. */
  constructor(before?: ReadonlySet<string>) {
    if (before !== undefined) this.#parts.push((this.#short = new Set(before)));
  }

  /** Adds the tokens of a text. The set must not change any more. */
  add(tokens: ReadonlySet<string>): void {
    if (tokens.size >= SHARED_FROM) {
      // A text may be said again and again.
      if (!this.#parts.includes(tokens)) this.#parts.push(tokens);
      this.#short = null;
      return;
    }
    if (tokens.size === 0) return;
    if (this.#short === null) this.#parts.push((this.#short = new Set()));
    for (const token of tokens) this.#short.add(token);
  }

  has(token: string): boolean {
    return this.#parts.some((part) => part.has(token));
  }

  *[Symbol.iterator](): Generator<string, void> {
    for (const [n, part] of this.#parts.entries()) {
      const before = this.#parts.slice(0, n);
      for (const token of part) if (!before.some((earlier) => earlier.has(token))) yield token;
    }
  }
}
