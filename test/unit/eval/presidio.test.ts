import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presidioCounts } from '../../eval/presidio.ts';
import type { KindSpan, PresidioCounts } from '../../eval/presidio.ts';
import { scoredWords } from '../../eval/words.ts';

/** Spans by what they read, each the first place where it stands. */
function spans(text: string, ...marked: [label: string, value: string][]): KindSpan[] {
  return marked.map(([label, value]) => ({
    start: text.indexOf(value),
    end: text.indexOf(value) + value.length,
    label,
  }));
}

function counts(text: string, annotated: [string, string][], predicted: [string, string][]): PresidioCounts {
  return presidioCounts(text, scoredWords(text), spans(text, ...annotated), spans(text, ...predicted));
}

describe("Presidio's span metric", () => {
  test('finds what is the same, whatever the kind', () => {
    expect(counts('call maria gonzalez now', [['NAME', 'maria gonzalez']], [['GEO', 'maria gonzalez']])).toEqual({
      found: 1,
      annotated: 1,
      predicted: 1,
    });
  });

  test('does not find half a value, which then counts as a false one too', () => {
    expect(counts('call maria gonzalez now', [['NAME', 'maria gonzalez']], [['NAME', 'maria']])).toEqual({
      found: 0,
      annotated: 1,
      predicted: 1,
    });
  });

  test('takes nine tenths of the characters for enough', () => {
    // Presidio counts one character more at the end of each: 19 and 18 of 21 characters are 20 / 22 and 19 / 22.
    expect(
      counts('abcdefghijklmnopqrs b', [['ID', 'abcdefghijklmnopqrs b']], [['ID', 'abcdefghijklmnopqrs']]).found,
    ).toBe(1);
    expect(
      counts('abcdefghijklmnopqr bc', [['ID', 'abcdefghijklmnopqr bc']], [['ID', 'abcdefghijklmnopqr']]).found,
    ).toBe(0);
    // Too much is as wrong as too little.
    expect(
      counts('abcdefghijklmnopqr bc', [['ID', 'abcdefghijklmnopqr']], [['ID', 'abcdefghijklmnopqr bc']]).found,
    ).toBe(0);
  });

  test('does not mind skip words at the ends, nor punctuation', () => {
    expect(counts('on the 14th of march, ok', [['DATE', '14th of march']], [['DATE', 'the 14th of march,']])).toEqual({
      found: 1,
      annotated: 1,
      predicted: 1,
    });
  });

  test('unites neighbours of one kind over skip words and punctuation, not over other words', () => {
    const text = 'springfield, and boston but austin';
    expect(
      counts(
        text,
        [
          ['GEO', 'springfield'],
          ['GEO', 'boston'],
          ['GEO', 'austin'],
        ],
        [],
      ).annotated,
    ).toBe(2);
    expect(
      counts(
        text,
        [
          ['GEO', 'springfield'],
          ['NAME', 'boston'],
        ],
        [],
      ).annotated,
    ).toBe(2);
  });

  test('puts findings together that make up one annotated span, and counts them as one', () => {
    expect(
      counts(
        '42 elm road springfield',
        [['GEO', '42 elm road springfield']],
        [
          ['ID', '42'],
          ['GEO', 'elm road'],
          ['NAME', 'springfield'],
        ],
      ),
    ).toEqual({
      found: 1,
      annotated: 1,
      predicted: 1,
    });
  });

  test('leaves out what consists of skip words', () => {
    expect(counts('the first of the month', [['DATE', 'first']], [['DATE', 'month']])).toEqual({
      found: 0,
      annotated: 0,
      predicted: 0,
    });
  });

  test('keeps spoken digits, which the stop words of spaCy would drop', () => {
    expect(
      counts('it is five five two one', [['PHONE', 'five five two one']], [['PHONE', 'five five two one']]),
    ).toEqual({ found: 1, annotated: 1, predicted: 1 });
  });

  test('never finds more than there is, and finds everything that is predicted as it was annotated', () => {
    const text = 'alpha bravo charlie delta echo foxtrot golf hotel india juliet';
    const words = scoredWords(text);
    const ranges = fc.array(fc.tuple(fc.nat(9), fc.nat(3), fc.constantFrom('A', 'B')), { maxLength: 5 }).map((list) =>
      list.map(([first, more, label]) => ({
        start: words[first]?.start ?? 0,
        end: words[Math.min(9, first + more)]?.end ?? 1,
        label,
      })),
    );
    fc.assert(
      fc.property(ranges, ranges, (annotated, predicted) => {
        const result = presidioCounts(text, words, annotated, predicted);
        expect(result.found).toBeLessThanOrEqual(Math.min(result.annotated, result.predicted));
      }),
    );
    const disjoint = fc
      .subarray([0, 2, 4, 6, 8])
      .map((list) => list.map((at) => ({ start: words[at]?.start ?? 0, end: words[at]?.end ?? 1, label: 'A' })));
    fc.assert(
      fc.property(disjoint, (same) => {
        expect(presidioCounts(text, words, same, same)).toEqual({
          found: same.length,
          annotated: same.length,
          predicted: same.length,
        });
      }),
    );
  });
});
