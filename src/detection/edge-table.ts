/** The edges of a trie of up to some hundred thousand nodes: to add one never moves many others. */

/** Edges of the first part: a Map that grows moves all its entries at once, which takes milliseconds from here on. */
const FIRST_PART = 8192;
/** Further parts, over which nodes and characters are spread alike. A power of two. */
const PARTS = 64;
/** Nodes may be numbered up to this. */
export const MOST_NODES = 500_000;

export class EdgeTable {
  readonly #first = new Map<number, number>();
  readonly #further: Map<number, number>[] = [];

  /** Returns the node behind the edge; undefined where there is none. */
  get(node: number, code: number): number | undefined {
    const edge = edgeOf(node, code);
    const next = this.#first.get(edge);
    return next === undefined && this.#further.length > 0 ? this.#further[partOf(node, code)]?.get(edge) : next;
  }

  /** Adds an edge that is not there. */
  add(node: number, code: number, next: number): void {
    const isFirst = this.#first.size < FIRST_PART;
    if (!isFirst && this.#further.length === 0)
      for (let part = 0; part < PARTS; part += 1) this.#further.push(new Map());
    const part = isFirst ? this.#first : this.#further[partOf(node, code)];
    part?.set(edgeOf(node, code), next);
  }
}

const partOf = (node: number, code: number): number => (node + code) % PARTS;

/** The key of an edge: for ASCII, which nearly all is, a small integer, and such a key is found several times as fast. */
const edgeOf = (node: number, code: number): number =>
  code < 0x80 ? node * 0x80 + code : (node + MOST_NODES) * 0x10000 + code;
