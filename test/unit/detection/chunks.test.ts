import { describe, expect, it } from 'vitest';
import { findChunks } from '../../../src/detection/chunks.ts';
import { scanWords } from '../../../src/detection/words.ts';

/** The chunks of the text, each once. */
function chunks(text: string): readonly string[] {
  const words = scanWords(text);
  const found = new Set(findChunks(words).filter((chunk) => chunk !== null));
  return Array.from(
    found,
    ({ first, last, hasDigits, hasLetters }) =>
      `${text.slice(words[first]?.start, words[last]?.end)}${hasDigits ? ' digits' : ''}${hasLetters ? ' letters' : ''}`,
  );
}

describe('findChunks', () => {
  it.each([
    ['AB1234', ['AB1234 digits letters']],
    ['555-123-4567', ['555-123-4567 digits']],
    ['order_42 now', ['order_42 digits letters', 'now letters']],
    ['a - b', ['a letters', 'b letters']],
    ['-12-', ['12 digits']],
    ['(21st)', ['21st digits']],
    ['a.b', ['a letters', 'b letters']],
    ['...', []],
  ])('%s', (text, expected) => {
    expect(chunks(text)).toEqual(expected);
  });

  it('gives every word of a chunk the same chunk, and a mark between chunks none', () => {
    const found = findChunks(scanWords('a1-b, c'));
    expect(new Set(found.slice(0, 4)).size).toBe(1);
    expect(found[4]).toBeNull();
  });
});
