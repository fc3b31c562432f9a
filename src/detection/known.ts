import { foldText } from './folding.ts';
import type { EntityKind } from './kinds.ts';
import { resolveOverlaps } from './overlap.ts';
import type { Span } from './span.ts';

// Shorter values would be found everywhere.
const MIN_LENGTH = 3;

interface Node {
  readonly next: Map<string, Node>;
  fail: Node | null;
  /** The longest known value that ends here, and the node of the next shorter one. */
  value: { readonly length: number; readonly kind: EntityKind } | null;
  shorter: Node | null;
}

/**
 * Finds again what a call already gave away: whole-word, case-insensitive occurrences of known surface forms, spans of
 * pass `known` with confidence 1, sorted and disjoint (the longest form wins). Both sides are folded first, so another spelling of
 * quotes or digits is found too. Forms shorter than three characters are ignored. Linear in text and forms (Aho and
 * Corasick, 1975), but for forms that are suffixes of each other.
 */
export function findKnown(text: string, values: ReadonlyMap<string, EntityKind>): Span[] {
  return knownFinder(values)(text);
}

/** Finds one set of values in any number of texts: the automaton is built once. */
export type KnownFinder = (text: string) => Span[];

/** `findKnown` for many texts. Values that are added to the map later are not found. */
export function knownFinder(values: ReadonlyMap<string, EntityKind>): KnownFinder {
  const root = buildAutomaton(values);
  return root.next.size === 0 ? () => [] : (text) => search(root, text);
}

function search(root: Node, text: string): Span[] {
  const folded = foldText(text);
  const spans: Span[] = [];
  let state = root;
  for (let at = 0; at < folded.text.length; at++) {
    const unit = lowerUnit(folded.text, at);
    while (state !== root && !state.next.has(unit)) state = state.fail ?? root;
    state = state.next.get(unit) ?? root;
    for (let hit: Node | null = state.value ? state : state.shorter; hit?.value; hit = hit.shorter) {
      const start = at + 1 - hit.value.length;
      if (!isWholeWord(folded.text, start, at + 1)) continue;
      spans.push({ ...folded.toOriginal(start, at + 1), kind: hit.value.kind, pass: 'known', confidence: 1, validated: false, recogniser: 'known' });
      // The longest whole word that ends here covers the shorter ones.
      break;
    }
  }
  return resolveOverlaps(text, spans, ['known']);
}

function buildAutomaton(values: ReadonlyMap<string, EntityKind>): Node {
  const root = newNode();
  for (const [value, kind] of values) {
    const form = foldText(value).text.trim();
    if (form.length < MIN_LENGTH) continue;
    let node = root;
    for (let at = 0; at < form.length; at++) {
      const unit = lowerUnit(form, at);
      const next = node.next.get(unit) ?? newNode();
      node.next.set(unit, next);
      node = next;
    }
    node.value ??= { length: form.length, kind };
  }
  linkFailures(root);
  return root;
}

function linkFailures(root: Node): void {
  const queue: Node[] = [];
  for (const child of root.next.values()) {
    child.fail = root;
    queue.push(child);
  }
  for (const node of queue) {
    for (const [unit, child] of node.next) {
      let fail = node.fail;
      while (fail && !fail.next.has(unit)) fail = fail.fail;
      child.fail = fail?.next.get(unit) ?? root;
      child.shorter = child.fail.value ? child.fail : child.fail.shorter;
      queue.push(child);
    }
  }
}

function newNode(): Node {
  return { next: new Map(), fail: null, value: null, shorter: null };
}

/** One UTF-16 unit in lower case; a letter whose lower case is longer stays as it is, so that lengths agree. */
function lowerUnit(text: string, at: number): string {
  const unit = text.charAt(at);
  const lower = unit.toLowerCase();
  return lower.length === 1 ? lower : unit;
}

const WORD_UNIT = /^[\p{L}\p{N}\p{M}]$/u;

/** An end of the form that is a letter or digit must not touch another one. */
function isWholeWord(text: string, start: number, end: number): boolean {
  const cut = (left: number) => WORD_UNIT.test(text.charAt(left)) && WORD_UNIT.test(text.charAt(left + 1));
  return (start === 0 || !cut(start - 1)) && (end === text.length || !cut(end - 1));
}
