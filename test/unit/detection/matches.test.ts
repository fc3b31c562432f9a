import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesOf } from '../../../src/detection/matches.ts';

describe('matchesOf', () => {
  it('finds what matchAll finds, in any order of texts, also after a search that was left half-way', () => {
    const pattern = /(?<!b)(a+)b?/g;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '😀') })), (texts) => {
        for (const text of texts) {
          pattern.exec(text);
          expect(matchesOf(pattern, text).map((match) => [match.index, ...match])).toEqual(
            Array.from(text.matchAll(/(?<!b)(a+)b?/g), (match) => [match.index, ...match]),
          );
        }
      }),
    );
  });
});
