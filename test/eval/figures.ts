/** The figures of a set or a kind: shares from 0 to 1 made of counts. A share of nothing is null, never 0 or 1. */
import type { Counts, Tally } from './tally.ts';

export interface Figures {
  /** Gold spans. */
  readonly n: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly f2: number | null;
  /** F1 of words where the very label counts. */
  readonly typedF1: number | null;
  /** F1 of spans that meet one of their class; that have its ends as well. */
  readonly lenientF1: number | null;
  readonly strictF1: number | null;
  /** Share of gold spans with a word that is not covered. */
  readonly leakRate: number | null;
  /** False words per 1,000 words of text. */
  readonly falsePerThousand: number;
}

/** Presidio's own span metric. */
export interface PresidioFigures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f2: number | null;
}

export function figuresOf(counts: Counts, words: number): Figures {
  const precision = ratio(counts.predictedWords - counts.falseWords, counts.predictedWords);
  const recall = ratio(counts.coveredWords, counts.goldWords);
  return {
    n: counts.goldSpans,
    precision,
    recall,
    f1: fMeasure(precision, recall, 1),
    f2: fMeasure(precision, recall, 2),
    typedF1: fMeasure(ratio(counts.typedWords, counts.predictedWords), ratio(counts.typedWords, counts.goldWords), 1),
    lenientF1: fMeasure(
      ratio(counts.rightPredictions, counts.predictedSpans),
      ratio(counts.metSpans, counts.goldSpans),
      1,
    ),
    strictF1: fMeasure(
      ratio(counts.exactPredictions, counts.predictedSpans),
      ratio(counts.exactSpans, counts.goldSpans),
      1,
    ),
    leakRate: ratio(counts.leakedSpans, counts.goldSpans),
    falsePerThousand: words === 0 ? 0 : (1000 * counts.falseWords) / words,
  };
}

export function presidioFigures({ found, annotated, predicted }: Tally['presidio']): PresidioFigures {
  const [precision, recall] = [ratio(found, predicted), ratio(found, annotated)];
  return { precision, recall, f2: fMeasure(precision, recall, 2) };
}

/**
 * F-beta of precision and recall. Null where nothing was to be found (no recall); 0 where nothing was found although
 * something was to be.
 */
export function fMeasure(precision: number | null, recall: number | null, beta: number): number | null {
  if (recall === null) return null;
  if (precision === null || precision + recall === 0) return 0;
  const weight = beta * beta;
  return ((1 + weight) * precision * recall) / (weight * precision + recall);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
