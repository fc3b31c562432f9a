import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearestName } from '../../../src/platform/nearest-name.ts';

describe('edit distance', () => {
  test.each<[string, string, number]>([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['LISTEN', 'LISTNE', 1], // neighbours swapped
    ['LISTEN', 'LISEN', 1],
    ['LISTEN', 'LISTTEN', 1],
    ['ca', 'abc', 3], // optimal string alignment edits no part twice
  ])('%s to %s is %i', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_'), maxLength: 12 });

  test('is zero only between equals, is symmetric, and is bounded by the lengths', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const edits = editDistance(a, b);
        expect(edits === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(edits);
        expect(edits).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  test('one edit more or less changes it by one at most', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(Math.abs(editDistance(`${a}x`, b) - editDistance(a, b))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the nearest name', () => {
  const known = ['MASKER_LISTEN_ADDR', 'MASKER_LOG_LEVEL', 'MASKER_LOG_FORMAT'];

  test.each<[string, string | null]>([
    ['MASKER_LISEN_ADDR', 'MASKER_LISTEN_ADDR'],
    ['MASKER_LOG_LEVLE', 'MASKER_LOG_LEVEL'],
    ['MASKER_LISTEN_ADDRESS', 'MASKER_LISTEN_ADDR'],
    ['MASKER_SOMETHING_ELSE', null],
    ['', null],
  ])('of %s is %s', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  test('a short word is not near to every other short word', () => {
    expect(nearestName('ab', ['xy', 'kind'])).toBeNull();
  });

  test('the first of equals wins, so that the answer is always the same', () => {
    expect(nearestName('aaaaab', ['aaaaac', 'aaaaad'])).toBe('aaaaac');
  });
});

test('a name of a million units is near no name, and is not compared', () => {
  expect(nearestName('LISTEN'.repeat(170_000), ['LISTEN', 'PORT'])).toBeNull();
});
