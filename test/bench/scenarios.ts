/** The loads that every target is put under, and the figures that come of each. */
import { randomUUID } from 'node:crypto';
import { CONTENT_CHUNKS } from './answer-shape.ts';
import { growingCall, singleTurn } from './call-turn.ts';
import { LoadError } from './connection.ts';
import { cpuBetween, cpuTime } from './cpu-time.ts';
import type { CpuTime } from './cpu-time.ts';
import { isMasker } from './figures.ts';
import type { FigureName } from './figures.ts';
import { runLoad, runPacedLoad } from './load.ts';
import type { Exchange, LoadResult, LoadShape, PacedExchange } from './load.ts';
import { haveLongCalls } from './long-calls.ts';
import { monotonicMicros } from './monotonic.ts';
import { StampedStream } from './sse-reader.ts';
import { percentile } from './statistics.ts';
import type { Target } from './targets.ts';

export interface ScenarioShape {
  readonly connections: number;
  readonly milliseconds: number;
}

export interface ScenarioResult {
  readonly figures: Partial<Record<FigureName, number>>;
  readonly errors: ReadonlyMap<string, number>;
}

export interface Scenario {
  readonly name: string;
  /** Milliseconds between the stub's chunks while this runs. */
  readonly gapMs: number;
  readonly run: (target: Target, shape: ScenarioShape) => Promise<ScenarioResult>;
}

const SINGLE_JSON = singleTurn(false);
const SINGLE_STREAM = singleTurn(true);
const CALL = growingCall();

/** About what a fast model streams: fifty tokens a second. */
const PACE_MS = 20;
const PACED_STREAM_MS = PACE_MS * (CONTENT_CHUNKS - 1);

const ignore = (): void => undefined;

/** A client that sends the same unkeyed request again and again; notes milliseconds until the answer is complete. */
function jsonClient(latencies: number[]): Exchange {
  return async (connection) => {
    const start = performance.now();
    await connection.send(SINGLE_JSON, ignore);
    latencies.push(performance.now() - start);
  };
}

/**
 * A client that has one call after the other, each with a key of its own and turns that repeat all before them. `first` is the
 * turn that it begins with: clients that all begin a call at once would stay in step. Latencies count from when a turn is due.
 */
function callClient(latencies: number[], first = 0): PacedExchange {
  let turn = first;
  let headers = { 'x-call-id': randomUUID() };
  return async (connection, due) => {
    const body = CALL[turn % CALL.length];
    if (body === undefined) throw new Error('a call has turns');
    if (turn % CALL.length === 0) headers = { 'x-call-id': randomUUID() };
    turn += 1;
    await connection.send(body, ignore, headers);
    latencies.push(performance.now() - due);
  };
}

/** The same in a closed loop: a turn is due when the last one is answered. */
function closedCallClient(latencies: number[]): Exchange {
  const exchange = callClient(latencies);
  return (connection) => exchange(connection, performance.now());
}

/** A hundred turns a second: fifty callers, each of whom says something twice a second. */
const PAUSED = { clients: 50, everyMs: 500 } as const;

/** Milliseconds: until the first text, and from the stub's sending of a chunk to its arrival. */
interface StreamSamples {
  readonly firstByte: number[];
  readonly chunkDelay: number[];
}

function streamClient({ firstByte, chunkDelay }: StreamSamples): Exchange {
  return async (connection) => {
    const stream = new StampedStream();
    const start = monotonicMicros();
    await connection.send(SINGLE_STREAM, (bytes) => {
      const now = monotonicMicros();
      const first = stream.chunks === 0;
      const stamps = stream.push(bytes);
      if (first && stamps.length > 0) firstByte.push((now - start) / 1000);
      for (const stamp of stamps) chunkDelay.push((now - stamp) / 1000);
    });
    if (!stream.done || stream.chunks !== CONTENT_CHUNKS) throw new LoadError('a stream that ended early');
  };
}

interface MeasuredLoad extends LoadResult {
  /** What the target used for one completed request; null where the system does not tell. */
  readonly cpu: CpuTime | null;
}

/** Puts the load on the target and derives the figures; there are none of a target that only failed. */
async function measured(
  target: Target,
  shape: LoadShape,
  client: () => Exchange,
  figures: (load: MeasuredLoad) => Partial<Record<FigureName, number>>,
): Promise<ScenarioResult> {
  const before = await cpuTime(target.pid);
  const load = await runLoad(target, shape, client);
  const after = await cpuTime(target.pid);
  const spent = before === null || after === null ? null : cpuBetween(before, after);
  const cpu = spent && { own: spent.own / load.completed, below: spent.below / load.completed };
  return { figures: load.completed > 0 ? figures({ ...load, cpu }) : {}, errors: load.errors };
}

/** One figure, or none where it is not known. */
function known(name: FigureName, value: number | null): Partial<Record<FigureName, number>> {
  return value === null ? {} : { [name]: value };
}

const total = (cpu: CpuTime | null): number | null => cpu && cpu.own + cpu.below;

/** Masker's database alone; others have none. Below a supervisor are its workers, too. */
const ofDatabase = ({ name }: Target, cpu: CpuTime | null): number | null =>
  isMasker(name) && name !== 'workers' ? (cpu?.below ?? null) : null;

/** One request after the other, on one connection. */
function oneByOne(
  name: string,
  client: (latencies: number[]) => Exchange,
  [p50, p99]: readonly [FigureName, FigureName],
): Scenario {
  return {
    name,
    gapMs: 0,
    run: (target, { milliseconds }) => {
      const latencies: number[] = [];
      return measured(
        target,
        { connections: 1, milliseconds, spreadMs: 0 },
        () => client(latencies),
        () => ({ [p50]: percentile(latencies, 0.5), [p99]: percentile(latencies, 0.99) }),
      );
    },
  };
}

export const SCENARIOS: readonly Scenario[] = [
  oneByOne('JSON, 1 connection', jsonClient, ['singleP50', 'singleP99']),
  {
    name: 'JSON, all connections',
    gapMs: 0,
    run: (target, shape) => {
      const latencies: number[] = [];
      return measured(
        target,
        { ...shape, spreadMs: 0 },
        () => jsonClient(latencies),
        (load) => ({
          jsonRate: load.completed / load.seconds,
          jsonP50: percentile(latencies, 0.5),
          jsonP99: percentile(latencies, 0.99),
          ...known('jsonCpu', total(load.cpu)),
          ...known('jsonDatabaseCpu', ofDatabase(target, load.cpu)),
        }),
      );
    },
  },
  oneByOne('growing call, 1 connection', closedCallClient, ['keyedP50', 'keyedP99']),
  {
    name: 'calls with pauses',
    gapMs: 0,
    run: async (target, { milliseconds }) => {
      const latencies: number[] = [];
      let clients = 0;
      const client = (): PacedExchange => callClient(latencies, clients++ % CALL.length);
      const { completed, errors } = await runPacedLoad(target, { ...PAUSED, milliseconds }, client);
      const figures = { pausedP50: percentile(latencies, 0.5), pausedP99: percentile(latencies, 0.99) };
      return { figures: completed > 0 ? figures : {}, errors };
    },
  },
  {
    name: 'growing calls',
    gapMs: 0,
    run: (target, shape) => {
      const latencies: number[] = [];
      return measured(
        target,
        { ...shape, spreadMs: 0 },
        () => closedCallClient(latencies),
        (load) => ({
          callRate: load.completed / load.seconds,
          callP50: percentile(latencies, 0.5),
          callP99: percentile(latencies, 0.99),
          ...known('callCpu', total(load.cpu)),
          ...known('callDatabaseCpu', ofDatabase(target, load.cpu)),
          ...known(
            'callPerCore',
            isMasker(target.name) && load.cpu !== null ? 1000 / (load.cpu.own + load.cpu.below) : null,
          ),
        }),
      );
    },
  },
  {
    name: 'long calls',
    gapMs: 0,
    // Who does not know a call's history has nothing that grows with it.
    run: async (target) => {
      if (!isMasker(target.name)) return { figures: {}, errors: new Map() };
      const { early, late, errors } = await haveLongCalls(target);
      const growth = early === null || late === null || early === 0 ? null : late / early;
      return {
        figures: {
          ...known('longCallEarly', early),
          ...known('longCallLate', late),
          ...known('longCallGrowth', growth),
        },
        errors,
      };
    },
  },
  {
    name: 'paced streams',
    gapMs: PACE_MS,
    run: (target, shape) => {
      const samples: StreamSamples = { firstByte: [], chunkDelay: [] };
      // Calls do not begin in step: spread over one stream's length, they stay apart.
      return measured(
        target,
        { ...shape, spreadMs: PACED_STREAM_MS },
        () => streamClient(samples),
        () => ({
          firstByteP50: percentile(samples.firstByte, 0.5),
          firstByteP99: percentile(samples.firstByte, 0.99),
          chunkP50: percentile(samples.chunkDelay, 0.5),
          chunkP99: percentile(samples.chunkDelay, 0.99),
        }),
      );
    },
  },
  {
    name: 'stream burst',
    gapMs: 0,
    run: (target, shape) => {
      const samples: StreamSamples = { firstByte: [], chunkDelay: [] };
      return measured(
        target,
        { ...shape, spreadMs: 0 },
        () => streamClient(samples),
        (load) => ({
          burstRate: load.completed / load.seconds,
          burstFirstByteP50: percentile(samples.firstByte, 0.5),
          burstFirstByteP99: percentile(samples.firstByte, 0.99),
          ...known('burstCpu', total(load.cpu)),
        }),
      );
    },
  },
];
