import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { KIND_SPELLINGS, nearest } from '../../../src/policy/spelling.ts';

describe('nearest', () => {
  it.each([
    ['pasess', 'passes', 'two letters swapped, one wrong'],
    ['NAME', 'name', 'other case'],
    ['on-degraded', 'on_degraded', 'a hyphen'],
    ['kidd', 'kid', 'a letter too many'],
    ['audt', 'audit', 'a letter too few'],
  ])('%s is near to %s: %s', (word, expected) => {
    expect(nearest(word, ['name', 'kid', 'passes', 'audit', 'on_degraded'])).toBe(expected);
  });

  it.each([['x'], ['zz'], ['patterns'], [''], ['name'.repeat(20)]])('%s is near to nothing', (word) => {
    expect(nearest(word, ['name', 'kid', 'passes'])).toBe(null);
  });

  it('finds the word itself among any others', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ENTITY_KINDS), (kind) => {
        expect(nearest(kind, KIND_SPELLINGS.keys())).toBe(kind);
      }),
    );
  });

  it('finds a word of six letters or more after any one slip', () => {
    const words = ENTITY_KINDS.filter((kind) => kind.length >= 6);
    const slip = fc.record({
      word: fc.constantFrom(...words),
      at: fc.nat(5),
      how: fc.constantFrom('drop', 'double', 'swap', 'wrong'),
    });
    fc.assert(
      fc.property(slip, ({ word, at, how }) => {
        const [head, letter, rest] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
        const slips = {
          drop: head + rest,
          double: head + letter + letter + rest,
          swap: head + rest.slice(0, 1) + letter + rest.slice(1),
          wrong: `${head}0${rest}`,
        };
        expect(nearest(slips[how], words)).toBe(word);
      }),
    );
  });
});

describe('KIND_SPELLINGS', () => {
  it('has each kind and each of the four other names, in capitals and small letters, and nothing else', () => {
    expect(KIND_SPELLINGS.size).toBe(2 * (ENTITY_KINDS.length + 4));
    expect(new Set(KIND_SPELLINGS.values())).toEqual(new Set(ENTITY_KINDS));
  });
});
