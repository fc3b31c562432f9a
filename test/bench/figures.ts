/** What the benchmark measures of each target, and what it must come to. */

/**
 * Who answers the load: the stub itself (the floor), and what is in front of it. `workers` is Masker with several worker
 * processes, `earlier` another build of it.
 */
export const TARGETS = ['direct', 'raw', 'masker', 'workers', 'earlier', 'portkey'] as const;
export type TargetName = (typeof TARGETS)[number];

/** The targets that Masker is compared with, in the order of the table. */
export const OTHERS = ['raw', 'workers', 'earlier', 'portkey'] as const;
export type OtherName = (typeof OTHERS)[number];

/** Returns true if the target is Masker, in any form. */
export const isMasker = (name: TargetName): boolean => name === 'masker' || name === 'workers' || name === 'earlier';

/** Column headings. */
export const TARGET_LABELS: Readonly<Record<TargetName, string>> = {
  direct: 'stub alone',
  raw: 'raw pass-through',
  masker: 'Masker',
  workers: 'Masker, workers',
  earlier: 'earlier build',
  portkey: 'Portkey',
};

export type Unit = 'req/s' | 'turns/s' | 'streams/s' | 'ms' | 'CPU ms' | 'times';

/** One line of the table. */
export interface Figure {
  readonly label: string;
  readonly unit: Unit;
}

/**
 * Every measured figure; `N` stands for the number of connections. Rates are better high, milliseconds better low.
 * CPU is what one request or stream costs the target and its child processes (Masker's database is one of them); other
 * work on the machine moves it far less than it moves the clock.
 */
export const FIGURES = {
  singleP50: { label: 'JSON, 1 connection: p50', unit: 'ms' },
  singleP99: { label: 'JSON, 1 connection: p99', unit: 'ms' },
  jsonRate: { label: 'JSON, N connections', unit: 'req/s' },
  jsonP50: { label: 'JSON, N connections: p50', unit: 'ms' },
  jsonP99: { label: 'JSON, N connections: p99', unit: 'ms' },
  jsonCpu: { label: 'JSON, N connections: per request', unit: 'CPU ms' },
  jsonDatabaseCpu: { label: 'JSON, N connections: per request, database alone', unit: 'CPU ms' },
  keyedP50: { label: 'growing call, 1 connection: p50', unit: 'ms' },
  keyedP99: { label: 'growing call, 1 connection: p99', unit: 'ms' },
  callRate: { label: 'growing calls, N connections', unit: 'req/s' },
  callP50: { label: 'growing calls, N connections: p50', unit: 'ms' },
  callP99: { label: 'growing calls, N connections: p99', unit: 'ms' },
  callCpu: { label: 'growing calls, N connections: per request', unit: 'CPU ms' },
  callDatabaseCpu: { label: 'growing calls, N connections: per request, database alone', unit: 'CPU ms' },
  callPerCore: { label: 'growing calls, N connections: durable turns, per core', unit: 'turns/s' },
  pausedP50: { label: 'calls with pauses, 100 turns/s: p50', unit: 'ms' },
  pausedP99: { label: 'calls with pauses, 100 turns/s: p99', unit: 'ms' },
  longCallEarly: { label: 'calls of 200 turns: one of turns 8 to 12', unit: 'CPU ms' },
  longCallLate: { label: 'calls of 200 turns: one of turns 190 to 200', unit: 'CPU ms' },
  longCallGrowth: { label: 'calls of 200 turns: a late turn to an early one', unit: 'times' },
  firstByteP50: { label: 'SSE first byte, N paced streams: p50', unit: 'ms' },
  firstByteP99: { label: 'SSE first byte, N paced streams: p99', unit: 'ms' },
  chunkP50: { label: 'SSE chunk delay, N paced streams: p50', unit: 'ms' },
  chunkP99: { label: 'SSE chunk delay, N paced streams: p99', unit: 'ms' },
  burstRate: { label: 'SSE burst, N connections', unit: 'streams/s' },
  burstFirstByteP50: { label: 'SSE first byte in the burst: p50', unit: 'ms' },
  burstFirstByteP99: { label: 'SSE first byte in the burst: p99', unit: 'ms' },
  burstCpu: { label: 'SSE burst, N connections: per stream', unit: 'CPU ms' },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

/** Latencies of which also the difference to the stub alone is shown: what standing in between adds. */
export const ADDED: readonly FigureName[] = [
  'singleP50',
  'singleP99',
  'keyedP50',
  'keyedP99',
  'pausedP50',
  'pausedP99',
  'jsonP50',
  'jsonP99',
  'firstByteP50',
  'firstByteP99',
  'chunkP99',
];

/** A promise of the product about its own figure, relative to another target or absolute. */
export type Goal =
  | {
      readonly kind: 'ratio';
      readonly figure: FigureName;
      /** Whether the figure is taken less that of the stub alone. */
      readonly added: boolean;
      readonly to: 'raw' | 'portkey';
      readonly bound: 'at least' | 'at most';
      readonly value: number;
    }
  | {
      readonly kind: 'absolute';
      readonly figure: FigureName;
      readonly added: false;
      readonly bound: 'at most';
      readonly value: number;
    };

const ratio = (
  figure: FigureName,
  to: 'raw' | 'portkey',
  bound: 'at least' | 'at most',
  value: number,
  added = false,
): Goal => ({ kind: 'ratio', figure, added, to, bound, value });

/** Judged in every run, with masking and the durable journal on. */
export const GOALS: readonly Goal[] = [
  ratio('jsonRate', 'raw', 'at least', 0.4),
  ratio('jsonRate', 'portkey', 'at least', 4),
  ratio('singleP50', 'portkey', 'at most', 1, true),
  ratio('firstByteP50', 'portkey', 'at most', 0.2),
  ratio('burstFirstByteP50', 'portkey', 'at most', 0.2),
  ratio('burstRate', 'portkey', 'at least', 3),
  ratio('jsonCpu', 'portkey', 'at most', 1.5),
  ratio('callCpu', 'portkey', 'at most', 0.7),
  ratio('callRate', 'portkey', 'at least', 1.8),
  // All that is sent grows twelvefold meanwhile; a turn may grow with what must be parsed and sent.
  { kind: 'absolute', figure: 'longCallGrowth', added: false, bound: 'at most', value: 1.7 },
  { kind: 'absolute', figure: 'chunkP99', added: false, bound: 'at most', value: 2 },
];
