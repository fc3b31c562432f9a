import { describe, expect, test } from 'vitest';
import { figuresOf, fMeasure, presidioFigures } from '../../eval/figures.ts';
import { EMPTY_TALLY } from '../../eval/tally.ts';

describe('the F measure', () => {
  test.each([
    [0.5, 1, 1, 2 / 3],
    [0.5, 1, 2, 5 / 6],
    [1, 0.5, 2, 5 / 9],
    [0.3, 0.3, 2, 0.3],
    [0, 0, 1, 0],
  ])('of precision %d and recall %d with beta %d', (precision, recall, beta, expected) => {
    expect(fMeasure(precision, recall, beta)).toBeCloseTo(expected, 12);
  });

  test('is 0 where nothing was found, and nothing where nothing was to be found', () => {
    expect(fMeasure(null, 0, 1)).toBe(0);
    expect(fMeasure(0, null, 1)).toBeNull();
  });
});

describe('figures', () => {
  test('of all counts at once', () => {
    const counts = {
      goldWords: 10,
      coveredWords: 8,
      typedWords: 6,
      predictedWords: 12,
      falseWords: 3,
      goldSpans: 5,
      leakedSpans: 2,
      metSpans: 4,
      exactSpans: 3,
      predictedSpans: 8,
      rightPredictions: 6,
      exactPredictions: 4,
    };
    expect(figuresOf(counts, 600)).toEqual({
      n: 5,
      precision: 0.75,
      recall: 0.8,
      f1: expect.closeTo((2 * 0.75 * 0.8) / 1.55, 12) as number,
      f2: expect.closeTo((5 * 0.75 * 0.8) / (4 * 0.75 + 0.8), 12) as number,
      typedF1: expect.closeTo((2 * 0.5 * 0.6) / 1.1, 12) as number,
      lenientF1: expect.closeTo((2 * 0.75 * 0.8) / 1.55, 12) as number,
      strictF1: expect.closeTo((2 * 0.5 * 0.6) / 1.1, 12) as number,
      leakRate: 0.4,
      falsePerThousand: 5,
    });
  });

  test('of nothing claim nothing', () => {
    expect(figuresOf(EMPTY_TALLY.all, 0)).toEqual({
      n: 0,
      precision: null,
      recall: null,
      f1: null,
      f2: null,
      typedF1: null,
      lenientF1: null,
      strictF1: null,
      leakRate: null,
      falsePerThousand: 0,
    });
  });

  test("of Presidio's metric lean to recall", () => {
    expect(presidioFigures({ found: 8, annotated: 10, predicted: 16 })).toEqual({
      precision: 0.5,
      recall: 0.8,
      f2: expect.closeTo((5 * 0.5 * 0.8) / (4 * 0.5 + 0.8), 12) as number,
    });
  });
});
