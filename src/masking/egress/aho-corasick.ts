/**
 * Finds any of many sequences of symbols in one pass (Aho and Corasick 1975). Sequences may be added at any time: the
 * failure links are made anew at the next search, in the time that all sequences are long.
 */
import { PairMap } from './pair-map.ts';

/** The state before anything was read. */
export const ROOT = 0;

/** Nodes beyond which nothing more is added; `isFull` says so. Some 50,000 values, in tens of megabytes. */
const MAX_NODES = 500_000;

/** Nodes that are linked before the work may be interrupted. */
const LINKED_AT_ONCE = 500;

/** Symbols are 32-bit integers; what a sequence stands for is an integer from 0 to 2^30. */
export class AhoCorasick {
  readonly #next = new PairMap();
  readonly #parent: number[] = [ROOT];
  readonly #symbol: number[] = [0];
  readonly #depth: number[] = [0];
  /** What the sequence that ends at a node stands for, or -1. */
  readonly #meaning: number[] = [-1];
  #fail = new Int32Array(1);
  /** The longest shorter sequence that ends where the node's ends, as a node; ROOT for none. */
  #suffix = new Int32Array(1);
  #linked = 1;
  #isFull = false;

  /** Whether a sequence was left out: a search does not find it. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Adds a sequence; one that is known already keeps what it stands for. Returns what it stands for. */
  add(symbols: readonly number[], meaning: number): number {
    if (this.#parent.length + symbols.length > MAX_NODES) {
      this.#isFull = true;
      return meaning;
    }
    let node = ROOT;
    for (const symbol of symbols) {
      let next = this.#next.get(node, symbol);
      if (next === 0) {
        next = this.#parent.length;
        this.#next.set(node, symbol, next);
        this.#parent.push(node);
        this.#symbol.push(symbol);
        this.#depth.push(this.depthOf(node) + 1);
        this.#meaning.push(-1);
      }
      node = next;
    }
    const known = this.#meaning[node] ?? -1;
    if (node === ROOT || known !== -1) return known;
    this.#meaning[node] = meaning;
    // A new end at an old node changes the links as a new node does.
    this.#linked = 0;
    return meaning;
  }

  /**
   * To be run before a search, after the last `add`, in stretches: yields wherever it may be interrupted. Nothing may be added
   * meanwhile. Costs nothing where nothing was added.
   */
  *linking(): Generator<undefined, void> {
    const count = this.#parent.length;
    if (this.#linked === count) return;
    this.#fail = new Int32Array(count);
    this.#suffix = new Int32Array(count);
    const order = this.#byDepth();
    for (const [at, node] of order.entries()) {
      if (at % LINKED_AT_ONCE === LINKED_AT_ONCE - 1) yield;
      const symbol = this.#symbol[node] ?? 0;
      const parent = this.#parent[node] ?? ROOT;
      const fail = parent === ROOT ? ROOT : this.step(this.#fail[parent] ?? ROOT, symbol);
      this.#fail[node] = fail;
      this.#suffix[node] = this.#meaning[fail] === -1 ? (this.#suffix[fail] ?? ROOT) : fail;
    }
    this.#linked = count;
  }

  /** The state after one more symbol: the longest end of what was read that begins a sequence. */
  step(state: number, symbol: number): number {
    let from = state;
    let to = this.#next.get(from, symbol);
    while (to === 0 && from !== ROOT) {
      from = this.#fail[from] ?? ROOT;
      to = this.#next.get(from, symbol);
    }
    return to;
  }

  /** The longest sequence that ends in this state, as a node; ROOT for none. */
  ending(state: number): number {
    return state === ROOT || this.#meaning[state] !== -1 ? state : (this.#suffix[state] ?? ROOT);
  }

  /** The next shorter sequence that ends in the same place. */
  shorter(node: number): number {
    return this.#suffix[node] ?? ROOT;
  }

  meaningOf(node: number): number {
    return this.#meaning[node] ?? -1;
  }

  /** How many symbols the node's sequence has. */
  depthOf(node: number): number {
    return this.#depth[node] ?? 0;
  }

  /** All nodes but the root, those of shorter beginnings first. */
  #byDepth(): Int32Array {
    const starts: number[] = [];
    for (const depth of this.#depth) starts[depth + 1] = (starts[depth + 1] ?? 0) + 1;
    // From counts to places; the root is left out.
    let place = -1;
    for (let depth = 0; depth < starts.length; depth++) starts[depth] = place += starts[depth] ?? 0;
    const order = new Int32Array(this.#depth.length - 1);
    for (let node = 1; node < this.#depth.length; node++) {
      const depth = this.#depth[node] ?? 0;
      const at = starts[depth] ?? 0;
      order[at] = node;
      starts[depth] = at + 1;
    }
    return order;
  }
}
