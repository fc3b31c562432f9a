/** What is counted in one text; counts of several texts add up. */
import type { AnnotatedSet, GoldSpan, Row } from './annotated-set.ts';
import { exhaustiveLabels } from './corpora.ts';
import { isPhiLabel, sameClass } from './labels.ts';
import type { PhiLabel } from './labels.ts';
import { presidioCounts } from './presidio.ts';
import { scoredWords } from './words.ts';
import type { ScoredWord } from './words.ts';

/** What a detector found. UTF-16 offsets, end exclusive; predictions may overlap. */
export interface Prediction {
  readonly start: number;
  readonly end: number;
  readonly label: PhiLabel | 'ORG';
}

/** Counts of words and spans, of all labels or of one. */
export interface Counts {
  /** Words that must be covered. */
  readonly goldWords: number;
  /** Those of them that are covered whole, whatever the label says. */
  readonly coveredWords: number;
  /** Those of them that a prediction of the very label covers. */
  readonly typedWords: number;
  /** Words that predictions cover and that count, needed or not. Of one label: that predictions of the label cover. */
  readonly predictedWords: number;
  /** Predicted words that nothing required. */
  readonly falseWords: number;
  readonly goldSpans: number;
  /** Gold spans with at least one word that is not covered whole. */
  readonly leakedSpans: number;
  /** Gold spans that a prediction of their class meets; that one matches from end to end. */
  readonly metSpans: number;
  readonly exactSpans: number;
  /** Predictions that count: those that meet a gold span of their class, and false ones. */
  readonly predictedSpans: number;
  readonly rightPredictions: number;
  readonly exactPredictions: number;
}

export interface Tally {
  /** Words of the text. */
  readonly words: number;
  readonly all: Counts;
  readonly kinds: Readonly<Partial<Record<PhiLabel, Counts>>>;
  readonly presidio: { readonly found: number; readonly annotated: number; readonly predicted: number };
}

interface PhiSpan extends GoldSpan {
  readonly label: PhiLabel;
}

const NOTHING: Counts = {
  goldWords: 0,
  coveredWords: 0,
  typedWords: 0,
  predictedWords: 0,
  falseWords: 0,
  goldSpans: 0,
  leakedSpans: 0,
  metSpans: 0,
  exactSpans: 0,
  predictedSpans: 0,
  rightPredictions: 0,
  exactPredictions: 0,
};
const COUNT_NAMES = Object.keys(NOTHING) as readonly (keyof Counts)[];

export const EMPTY_TALLY: Tally = {
  words: 0,
  all: NOTHING,
  kinds: {},
  presidio: { found: 0, annotated: 0, predicted: 0 },
};

/** Compares one text with what was found in it. `set` decides which labels were annotated wherever they occur. */
export function tallyRow(set: AnnotatedSet['name'], row: Row, found: readonly Prediction[]): Tally {
  const words = scoredWords(row.text);
  // Some corpora mark lone signs: what has no word can neither leak nor be found.
  const gold = row.spans.filter(
    (span): span is PhiSpan => isPhiLabel(span.label) && words.some((word) => meets(word, span)),
  );
  const neutral = row.spans.filter(({ label }) => !isPhiLabel(label));
  const annotated = exhaustiveLabels(set);
  const predictions = found.filter(({ start, end }) => start < end);
  const meetsGold = (span: Prediction): boolean => gold.some((other) => meets(span, other));
  // A kind that the set does not annotate counts only where it meets what the set does annotate. ORG protects, and is never false.
  const judged = predictions.filter(
    (span): span is Prediction & { label: PhiLabel } =>
      span.label !== 'ORG' && (annotated === null || annotated.has(span.label) || meetsGold(span)),
  );

  const all = { ...NOTHING };
  const kinds: Partial<Record<PhiLabel, Mutable<Counts>>> = {};
  const kind = (label: PhiLabel): Mutable<Counts> => (kinds[label] ??= { ...NOTHING });
  const bump = (name: keyof Counts, labels: Iterable<PhiLabel>): void => {
    all[name] += 1;
    for (const label of new Set(labels)) kind(label)[name] += 1;
  };

  const falseWords: ScoredWord[] = [];
  for (const word of words) {
    const required = gold.filter((span) => meets(span, word));
    const covering = predictions.filter((span) => meets(span, word));
    const judgedHere = judged.filter((span) => meets(span, word));
    if (required.length > 0) {
      const labels = required.map(({ label }) => label);
      bump('goldWords', labels);
      const covered = required.every((span) => isCovered(word, span, covering));
      if (covered) bump('coveredWords', labels);
      if (covering.length > 0)
        bump(
          'predictedWords',
          judgedHere.map(({ label }) => label),
        );
      const typed = required.filter((span) =>
        isCovered(
          word,
          span,
          covering.filter(({ label }) => label === span.label),
        ),
      );
      // A word of two spans is no better hidden for being right in one of them.
      if (covered && typed.length > 0)
        bump(
          'typedWords',
          typed.map(({ label }) => label),
        );
    } else if (judgedHere.length > 0 && !neutral.some((span) => meets(span, word))) {
      falseWords.push(word);
      const labels = judgedHere.map(({ label }) => label);
      bump('predictedWords', labels);
      bump('falseWords', labels);
    }
  }
  for (const span of gold) {
    bump('goldSpans', [span.label]);
    if (words.some((word) => meets(word, span) && !isCovered(word, span, predictions)))
      bump('leakedSpans', [span.label]);
    const same = predictions.filter((other) => meets(span, other) && sameClass(span.label, other.label));
    if (same.length > 0) bump('metSpans', [span.label]);
    if (same.some((other) => sameEnds(span, other))) bump('exactSpans', [span.label]);
  }
  const counted = judged.filter((span) => meetsGold(span) || falseWords.some((word) => meets(span, word)));
  for (const span of counted) {
    bump('predictedSpans', [span.label]);
    const same = gold.filter((other) => meets(span, other) && sameClass(span.label, other.label));
    if (same.length > 0) bump('rightPredictions', [span.label]);
    if (same.some((other) => sameEnds(span, other))) bump('exactPredictions', [span.label]);
  }
  return { words: words.length, all, kinds, presidio: presidioCounts(row.text, words, gold, counted) };
}

/** Whether every word of the span is covered whole: an identifier of which nothing stays readable. Null for one without a word. */
export function isHidden(text: string, span: GoldSpan, found: readonly Prediction[]): boolean | null {
  const own = scoredWords(text).filter((word) => meets(word, span));
  return own.length === 0 ? null : own.every((word) => isCovered(word, span, found));
}

/** The sum of two tallies. */
export function addTallies(one: Tally, other: Tally): Tally {
  const kinds: Partial<Record<PhiLabel, Counts>> = { ...one.kinds };
  for (const [label, counts] of Object.entries(other.kinds)) {
    if (isPhiLabel(label)) kinds[label] = addCounts(kinds[label] ?? NOTHING, counts);
  }
  return {
    words: one.words + other.words,
    all: addCounts(one.all, other.all),
    kinds,
    presidio: {
      found: one.presidio.found + other.presidio.found,
      annotated: one.presidio.annotated + other.presidio.annotated,
      predicted: one.presidio.predicted + other.presidio.predicted,
    },
  };
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

function addCounts(one: Counts, other: Counts): Counts {
  const sum: Mutable<Counts> = { ...one };
  for (const name of COUNT_NAMES) sum[name] += other[name];
  return sum;
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

function meets(one: Extent, other: Extent): boolean {
  return one.start < other.end && other.start < one.end;
}

function sameEnds(one: Extent, other: Extent): boolean {
  return one.start === other.start && one.end === other.end;
}

/** Whether the predictions cover all of the part of the word that belongs to the gold span: half a number is a leak. */
function isCovered(word: ScoredWord, gold: Extent, predictions: readonly Extent[]): boolean {
  const end = Math.min(word.end, gold.end);
  let at = Math.max(word.start, gold.start);
  while (at < end) {
    const next = predictions
      .filter((span) => span.start <= at && at < span.end)
      .reduce((furthest, span) => Math.max(furthest, span.end), at);
    if (next === at) return false;
    at = next;
  }
  return true;
}
