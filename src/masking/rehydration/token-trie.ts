/**
 * Issued tokens by the characters they begin with, for a search that takes one character at a time. A branch splits
 * only where two tokens part, so that a token costs a few nodes and not one for each of its characters.
 */
import type { EntityKind } from '../../detection/kinds.ts';

/** A token of the session. */
export interface Issued {
  readonly token: string;
  readonly kind: EntityKind;
  readonly value: string;
}

/** A text by which a model may name a surrogate; `value` is the real text in the same form. */
export interface IssuedSurrogate extends Issued {
  readonly key: string;
  /** Whether the key is the surrogate as it was sent. */
  readonly isWhole: boolean;
}

/** One place in a trie, together with the number of characters that led to it. */
export interface TrieNode<T extends Issued = Issued> {
  /** The only key below, not yet spread over nodes; null once `children` is used. */
  lone: Leaf<T> | null;
  children: Map<number, TrieNode<T>> | null;
  /** What ends here. */
  readonly ends: T[];
}

interface Leaf<T> {
  readonly key: string;
  /** One, but where two tokens have one key. */
  readonly issued: T[];
}

const NOTHING: readonly never[] = [];

function emptyNode<T extends Issued>(): TrieNode<T> {
  return { lone: null, children: null, ends: [] };
}

/** Keys and the tokens behind them. */
export class TokenTrie<T extends Issued = Issued> {
  readonly root: TrieNode<T> = emptyNode<T>();

  /** Adds `issued` under `key`, in time linear in the key. */
  add(key: string, issued: T): void {
    let node = this.root;
    for (let depth = 0; ; depth++) {
      if (node.lone !== null) {
        if (node.lone.key === key) {
          node.lone.issued.push(issued);
          return;
        }
        spread(node, depth);
      }
      if (depth === key.length) {
        node.ends.push(issued);
        return;
      }
      if (node.children === null && node.ends.length === 0) {
        node.lone = { key, issued: [issued] };
        return;
      }
      node.children ??= new Map();
      const code = key.charCodeAt(depth);
      const next = node.children.get(code) ?? emptyNode<T>();
      node.children.set(code, next);
      node = next;
    }
  }
}

/** Moves the lone key of a node one character down. */
function spread<T extends Issued>(node: TrieNode<T>, depth: number): void {
  const { lone } = node;
  if (lone === null) return;
  node.lone = null;
  if (lone.key.length === depth) {
    node.ends.push(...lone.issued);
    return;
  }
  const child = emptyNode<T>();
  child.lone = lone;
  node.children = new Map([[lone.key.charCodeAt(depth), child]]);
}

/** Where `code` leads from `node`, `depth` characters down; null where no key goes on so. */
export function step<T extends Issued>(node: TrieNode<T>, depth: number, code: number): TrieNode<T> | null {
  if (node.lone !== null) return node.lone.key.charCodeAt(depth) === code ? node : null;
  return node.children?.get(code) ?? null;
}

/** The tokens whose key ends at `node`, `depth` characters down. */
export function endingAt<T extends Issued>(node: TrieNode<T>, depth: number): readonly T[] {
  if (node.lone !== null) return node.lone.key.length === depth ? node.lone.issued : NOTHING;
  return node.ends;
}

/** Whether a longer key goes on from there. */
export function goesOn<T extends Issued>(node: TrieNode<T>, depth: number): boolean {
  return node.lone === null ? node.children !== null : node.lone.key.length > depth;
}

/** Some token whose key goes through `node`. */
export function someBelow(node: TrieNode): Issued | null {
  let at = node;
  for (;;) {
    const found = at.lone?.issued[0] ?? at.ends[0];
    if (found !== undefined) return found;
    const [child] = at.children?.values() ?? [];
    if (child === undefined) return null;
    at = child;
  }
}
