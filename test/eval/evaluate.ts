/** Runs a detector over a set, once per row. */
import type { AnnotatedSet, Row } from './annotated-set.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import type { Intervals } from './bootstrap.ts';
import type { Detector, DetectRow } from './detector.ts';
import { figuresOf, presidioFigures } from './figures.ts';
import type { Figures, PresidioFigures } from './figures.ts';
import { PHI_LABELS } from './labels.ts';
import type { PhiLabel } from './labels.ts';
import { addTallies, EMPTY_TALLY, tallyRow } from './tally.ts';
import type { Counts, Prediction, Tally } from './tally.ts';
import { percentile } from '../bench/statistics.ts';
import { scoredWords } from './words.ts';
import { wilsonInterval } from './wilson.ts';

/** A row with what was found in it. */
export interface DetectedRow {
  readonly row: Row;
  readonly found: readonly Prediction[];
  /** Of the detector's call. */
  readonly milliseconds: number;
}

export interface KindFigures extends Figures {
  /** Wilson interval of the share of spans that do not leak. */
  readonly hiddenInterval: readonly [number, number];
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of turns of ten to fourteen words alone; null where there are too few. */
  readonly shortTurnP50: number | null;
  readonly shortTurnP99: number | null;
}

/** The figures that are given with an interval. */
type IntervalFigure = 'precision' | 'recall' | 'f1' | 'leakRate' | 'lenientF1' | 'presidioF2';

export interface DetectorResult {
  readonly all: Figures;
  readonly kinds: Readonly<Partial<Record<PhiLabel, KindFigures>>>;
  readonly presidio: PresidioFigures;
  readonly intervals: Intervals<IntervalFigure>;
  /** Milliseconds per row. */
  readonly latency: Latency;
}

/** What `detect` finds in each row, in the order of the rows. */
export async function detectRows(rows: readonly Row[], detect: DetectRow): Promise<DetectedRow[]> {
  const detected: DetectedRow[] = [];
  for (const row of rows) {
    const started = performance.now();
    const answer = detect(row);
    const found = answer instanceof Promise ? await answer : answer;
    detected.push({ row, found, milliseconds: performance.now() - started });
  }
  return detected;
}

/**
 * The same with the turns of each call given in order to one conversation. Rows without a call are conversations by
 * themselves. Null for a detector that knows no conversations, and for a set that has none.
 */
export async function detectCalls(rows: readonly Row[], { startCall }: Detector): Promise<DetectedRow[] | null> {
  if (startCall === null || rows.every(({ call }) => call === null)) return null;
  const detected: DetectedRow[] = [];
  for (const turns of conversations(rows)) detected.push(...(await detectRows(turns, startCall())));
  return detected;
}

/** The rows by conversation, turns in order. */
export function conversations(rows: readonly Row[]): Row[][] {
  const calls = new Map<string, Row[]>();
  const alone: Row[][] = [];
  for (const row of rows) {
    if (row.call === null) {
      alone.push([row]);
      continue;
    }
    const turns = calls.get(row.call.id);
    if (turns === undefined) calls.set(row.call.id, [row]);
    else turns.push(row);
  }
  const turn = (row: Row): number => row.call?.turn ?? 0;
  return [...[...calls.values()].map((turns) => turns.sort((one, other) => turn(one) - turn(other))), ...alone];
}

/** Judges what was found. `seed` decides what the bootstrap draws. */
export function judge(set: AnnotatedSet['name'], detected: readonly DetectedRow[], seed: number): DetectorResult {
  const tallies = detected.map(({ row, found }) => ({
    unit: row.call === null ? row : row.call.id,
    tally: tallyRow(set, row, found),
  }));
  const total = tallies.reduce((sum, { tally }) => addTallies(sum, tally), EMPTY_TALLY);
  const kinds: Partial<Record<PhiLabel, KindFigures>> = {};
  for (const label of PHI_LABELS) {
    const counts = total.kinds[label];
    if (counts === undefined) continue;
    const hidden = counts.goldSpans - counts.leakedSpans;
    kinds[label] = { ...figuresOf(counts, total.words), hiddenInterval: wilsonInterval(hidden, counts.goldSpans) };
  }
  return {
    all: figuresOf(total.all, total.words),
    kinds,
    presidio: presidioFigures(total.presidio),
    intervals: bootstrapIntervals(unitVectors(tallies), measure, seed),
    latency: latencyOf(detected),
  };
}

/** Turns of one call depend on each other, so that a call is drawn as a whole. */
function unitVectors(tallies: readonly { readonly unit: Row | string; readonly tally: Tally }[]): Float64Array[] {
  const units = new Map<Row | string, Float64Array>();
  for (const { unit, tally } of tallies) {
    const vector = toVector(tally);
    const before = units.get(unit);
    if (before === undefined) units.set(unit, vector);
    else
      vector.forEach((count, at) => {
        before[at] = (before[at] ?? 0) + count;
      });
  }
  return [...units.values()];
}

const VECTOR = [
  'goldWords',
  'coveredWords',
  'typedWords',
  'predictedWords',
  'falseWords',
  'goldSpans',
  'leakedSpans',
  'metSpans',
  'exactSpans',
  'predictedSpans',
  'rightPredictions',
  'exactPredictions',
] as const satisfies readonly (keyof Counts)[];

function toVector({ all, presidio }: Tally): Float64Array {
  return Float64Array.from([
    ...VECTOR.map((name) => all[name]),
    presidio.found,
    presidio.annotated,
    presidio.predicted,
  ]);
}

function measure(sum: Float64Array): Record<IntervalFigure, number> {
  const counts = Object.fromEntries(VECTOR.map((name, at) => [name, sum[at] ?? 0])) as Record<
    (typeof VECTOR)[number],
    number
  >;
  const [found = 0, annotated = 0, predicted = 0] = sum.subarray(VECTOR.length);
  const { precision, recall, f1, leakRate, lenientF1 } = figuresOf(counts, 0);
  return {
    precision: precision ?? 1,
    recall: recall ?? 1,
    f1: f1 ?? 1,
    leakRate: leakRate ?? 0,
    lenientF1: lenientF1 ?? 1,
    presidioF2: presidioFigures({ found, annotated, predicted }).f2 ?? 1,
  };
}

/** Fewer turns have no 99th percentile worth the name. */
const LEAST_SHORT_TURNS = 100;

function latencyOf(detected: readonly DetectedRow[]): Latency {
  const times = detected.map(({ milliseconds }) => milliseconds);
  const short = detected.filter(({ row }) => isShortTurn(row.text)).map(({ milliseconds }) => milliseconds);
  const enough = short.length >= LEAST_SHORT_TURNS;
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    max: percentile(times, 1),
    shortTurnP50: enough ? percentile(short, 0.5) : null,
    shortTurnP99: enough ? percentile(short, 0.99) : null,
  };
}

function isShortTurn(text: string): boolean {
  const words = scoredWords(text).length;
  return words >= 10 && words <= 14;
}
