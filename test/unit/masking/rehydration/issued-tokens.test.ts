import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { IssuedTokens, matchExact } from '../../../../src/masking/rehydration/issued-tokens.ts';
import {
  endingAt,
  goesOn,
  someBelow,
  step,
  TokenTrie,
  type TrieNode,
} from '../../../../src/masking/rehydration/token-trie.ts';
import { foldToken } from '../../../../src/masking/rehydration/tolerance.ts';
import { NAME, PHONE } from './answers.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const text = fc.stringMatching(/^[MSK1.]{0,6}$/);
const tokens = fc.array(fc.stringMatching(/^[MSK1.]{1,6}$/), { maxLength: 12 });
const entry = (value: string) => ({ kind: 'NAME', value }) as const;

describe('issued tokens', () => {
  it('answer as a search through all of them does', () => {
    fc.assert(
      fc.property(tokens, text, fc.nat(6), (all, query, start) => {
        const index = new IssuedTokens(new Map(all.map((token) => [token, entry(token)])));
        expect(index.resolve(query)?.token).toBe(all.find((token) => token === query));
        const { issued, isOpen } = matchExact(index, query, Math.min(start, query.length));
        const rest = query.slice(Math.min(start, query.length));
        const standing = all.filter((token) => rest.startsWith(token)).sort((a, b) => b.length - a.length);
        expect(issued?.token).toBe(standing[0]);
        expect(isOpen).toBe(all.some((token) => token.startsWith(rest) && token !== rest));
      }),
      { numRuns: 5000 },
    );
  });

  it('grow while they are in use, and a token keeps its first value', () => {
    const values = new Map([['MSKA', entry('a')]]);
    const index = new IssuedTokens(values);
    expect(matchExact(index, 'MSKB', 0).isOpen).toBe(false);
    values.set('MSKBC', entry('b'));
    for (const step of index.addingAll(values)) expect(step).toBeUndefined();
    index.add('MSKA', entry('other'));
    expect(matchExact(index, 'MSKB', 0).isOpen).toBe(true);
    expect(matchExact(index, 'xMSKBC', 1).issued?.value).toBe('b');
    expect(index.resolve('MSKA')?.value).toBe('a');
  });

  it('of a session without any are none', () => {
    expect(matchExact(new IssuedTokens(), 'MSK', 0)).toEqual({ issued: null, isOpen: false });
    expect(new IssuedTokens().resolve('constructor')).toBeUndefined();
  });

  it('are found by their letters and digits where they are of the grammar', () => {
    const index = new IssuedTokens(
      new Map([
        [NAME, entry('n')],
        [PHONE, entry('p')],
        ['MSKX', entry('x')],
      ]),
    );
    expect(walk(index.folded, foldToken(PHONE)).map(({ value }) => value)).toEqual(['p']);
    expect(walk(index.folded, 'MSKX')).toEqual([]);
  });
});

/** The tokens that a key leads to. */
function walk(trie: TokenTrie, key: string): readonly { readonly value: string }[] {
  let node: TrieNode | null = trie.root;
  for (let depth = 0; depth < key.length && node !== null; depth++) node = step(node, depth, key.charCodeAt(depth));
  return node === null ? [] : endingAt(node, key.length);
}

describe('a trie', () => {
  const token = (value: string) => ({ token: value, ...entry(value) });

  it('keeps what has one key together', () => {
    const trie = new TokenTrie();
    for (const value of ['1', '2', '3']) trie.add('AB', token(value));
    trie.add('ABC', token('longer'));
    trie.add('AB', token('4'));
    expect(walk(trie, 'AB').map(({ value }) => value)).toEqual(['1', '2', '3', '4']);
    expect(walk(trie, 'ABC').map(({ value }) => value)).toEqual(['longer']);
    expect(walk(trie, 'A')).toEqual([]);
  });

  it('knows some token below each of its places', () => {
    fc.assert(
      fc.property(tokens, text, (all, query) => {
        const trie = new TokenTrie();
        for (const key of all) trie.add(key, token(key));
        let node: TrieNode | null = trie.root;
        for (let depth = 0; depth < query.length && node !== null; depth++)
          node = step(node, depth, query.charCodeAt(depth));
        const below = all.filter((key) => key.startsWith(query));
        if (node === null) expect(below).toEqual([]);
        else if (all.length > 0) expect(below).toContain(someBelow(node)?.token);
        if (node !== null) expect(goesOn(node, query.length)).toBe(below.some((key) => key !== query));
      }),
      { numRuns: 3000 },
    );
  });

  it('without keys has nothing', () => {
    expect(someBelow(new TokenTrie().root)).toBeNull();
  });
});
