import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoredWords } from '../../eval/words.ts';

const words = (text: string): string[] => scoredWords(text).map(({ start, end }) => text.slice(start, end));

describe('the words that count', () => {
  test.each([
    ['it is bob.', ['it', 'is', 'bob']],
    ["bob's o'connor don't", ['bob', "'s", "o'connor", "don't"]],
    ['bob’s O’Connor', ['bob', '’s', 'O’Connor']],
    ['(415) 555-0142', ['415', '555', '0142']],
    ['the 21st, MRN00482', ['the', '21st', 'MRN', '00482']],
    ['maria@example.com', ['maria', 'example', 'com']],
    ['josé Łukasz 李', ['josé', 'Łukasz', '李']],
    ["-- ... '' 's", ['s']],
    ['', []],
  ])('of %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('are in order, disjoint, and cover every letter and digit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let left = '';
        let at = 0;
        for (const { start, end } of scoredWords(text)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          left += text.slice(at, start);
          at = end;
        }
        left += text.slice(at);
        expect(left).not.toMatch(/[\p{L}\p{N}]/u);
      }),
    );
  });
});
