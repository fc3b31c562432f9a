import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  endingAt,
  goesOn,
  someBelow,
  step,
  TokenTrie,
  type TrieNode,
} from '../../../../src/masking/rehydration/token-trie.ts';

const issued = (token: string) => ({ token, kind: 'NAME', value: token }) as const;
const key = fc.stringMatching(/^[ab]{0,5}$/);

function trieOf(keys: readonly string[]): TokenTrie {
  const trie = new TokenTrie();
  for (const each of keys) trie.add(each, issued(each));
  return trie;
}

/** The node that the text leads to; null where no key begins so. */
function nodeAt(trie: TokenTrie, text: string): TrieNode | null {
  let node: TrieNode | null = trie.root;
  for (let depth = 0; depth < text.length && node !== null; depth++) node = step(node, depth, text.charCodeAt(depth));
  return node;
}

test('TokenTrie leads along the beginnings of its keys, and along nothing else', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 10 }), key, (keys, text) => {
      const node = nodeAt(trieOf(keys), text);
      const below = keys.filter((each) => each.startsWith(text));
      if (text !== '') expect(node === null).toBe(below.length === 0);
      if (node === null) return;
      expect(endingAt(node, text.length).map(({ token }) => token)).toEqual(keys.filter((each) => each === text));
      expect(goesOn(node, text.length)).toBe(below.some((each) => each !== text));
      expect(someBelow(node)?.token.startsWith(text) ?? false).toBe(below.length > 0);
    }),
    { numRuns: 300 },
  );
});

test('TokenTrie keeps tokens of one key together, in the order in which they came', () => {
  const trie = new TokenTrie();
  for (const [text, value] of [
    ['AB', '1'],
    ['AB', '2'],
    ['ABC', 'longer'],
    ['AB', '3'],
  ] as const)
    trie.add(text, issued(value));
  const node = nodeAt(trie, 'AB');
  expect(node === null ? [] : endingAt(node, 2).map(({ token }) => token)).toEqual(['1', '2', '3']);
});

test('TokenTrie takes a key of 100,000 characters, and one that parts from it at its end', () => {
  const long = 'a'.repeat(100_000);
  const trie = trieOf([long]);
  expect(nodeAt(trie, long)).not.toBeNull();
  trie.add(`${'a'.repeat(50)}b`, issued('b'));
  expect([nodeAt(trie, `${'a'.repeat(50)}b`) === null, nodeAt(trie, `${'a'.repeat(49)}b`)]).toEqual([false, null]);
});
