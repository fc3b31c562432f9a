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

/** One place in a trie, together with the number of characters that led to it. */
export interface TrieNode {
  /** The only key below, not yet spread over nodes; null once `children` is used. */
  lone: Leaf | null;
  children: Map<number, TrieNode> | null;
  /** What ends here. */
  readonly ends: Issued[];
}

interface Leaf {
  readonly key: string;
  /** One, but where two tokens have one key. */
  readonly issued: Issued[];
}

const NOTHING: readonly Issued[] = [];

function emptyNode(): TrieNode {
  return { lone: null, children: null, ends: [] };
}

/** Keys and the tokens behind them. */
export class TokenTrie {
  readonly root: TrieNode = emptyNode();

  /** Adds `issued` under `key`, in time linear in the key. */
  add(key: string, issued: Issued): void {
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
      const next = node.children.get(code) ?? emptyNode();
      node.children.set(code, next);
      node = next;
    }
  }
}

/** Moves the lone key of a node one character down. */
function spread(node: TrieNode, depth: number): void {
  const { lone } = node;
  if (lone === null) return;
  node.lone = null;
  if (lone.key.length === depth) {
    node.ends.push(...lone.issued);
    return;
  }
  const child = emptyNode();
  child.lone = lone;
  node.children = new Map([[lone.key.charCodeAt(depth), child]]);
}

/** Where `code` leads from `node`, `depth` characters down; null where no key goes on so. */
export function step(node: TrieNode, depth: number, code: number): TrieNode | null {
  if (node.lone !== null) return node.lone.key.charCodeAt(depth) === code ? node : null;
  return node.children?.get(code) ?? null;
}

/** The tokens whose key ends at `node`, `depth` characters down. */
export function endingAt(node: TrieNode, depth: number): readonly Issued[] {
  if (node.lone !== null) return node.lone.key.length === depth ? node.lone.issued : NOTHING;
  return node.ends;
}

/** Whether a longer key goes on from there. */
export function goesOn(node: TrieNode, depth: number): boolean {
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
