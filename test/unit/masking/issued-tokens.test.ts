import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { IssuedTokens } from '../../../src/masking/issued-tokens.ts';

// Properties run thousands of times: more than five seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const text = fc.stringMatching(/^[MSK1.]{0,6}$/);
const entries = fc.array(fc.tuple(fc.stringMatching(/^[MSK1.]{1,6}$/), fc.string()), { maxLength: 12 });

describe('issued tokens', () => {
  it('answer as a search through all of them does', () => {
    fc.assert(
      fc.property(entries, text, fc.nat(6), (pairs, query, start) => {
        const values = new Map(pairs);
        const index = new IssuedTokens(values);
        const tokens = [...values.keys()];
        expect(index.resolve(query)).toBe(values.get(query));
        expect(index.hasPrefix(query)).toBe(tokens.some((token) => token.startsWith(query) && token !== query));
        const standing = tokens.filter((token) => query.startsWith(token, start)).map((token) => start + token.length);
        expect(index.matchAt(query, start)).toBe(Math.max(-1, ...standing));
      }),
      { numRuns: 5000 },
    );
  });

  it('know tokens that are added while they are in use', () => {
    const values = new Map([['MSKA', 'a']]);
    const index = new IssuedTokens(values);
    expect(index.hasPrefix('MSKB')).toBe(false);
    values.set('MSKBC', 'b');
    expect(index.hasPrefix('MSKB')).toBe(true);
    expect(index.matchAt('xMSKBC', 1)).toBe(6);
    expect(index.resolve('MSKBC')).toBe('b');
  });

  it('of a session without any are none', () => {
    const index = new IssuedTokens(new Map());
    expect([index.hasPrefix(''), index.matchAt('MSK', 0), index.resolve('')]).toEqual([false, -1, undefined]);
  });

  it('are not found on a prototype', () => {
    expect(new IssuedTokens(new Map()).resolve('constructor')).toBeUndefined();
  });
});
