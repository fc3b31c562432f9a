/**
 * Simulates the database under many calls at once: docs/capacity.md. Run: npx tsx tools/capacity.ts [--flush-ms 0.5]
 * [--write-us 250] [--cores 32] [--servers 1]. Seeded: the same options print the same table.
 */
import { parseArgs } from 'node:util';

/** Measured on 360 turns of 60 calls with the built server; see docs/capacity.md. */
const WAL_BYTES = 8596;
const STORED_BYTES = 5643;
const ENTRIES = 3.5;
const SECONDS_BETWEEN_TURNS = 8;
const SECONDS_OF_CALL = 240;
/** Each turn is written when it is sent and when it ends. */
const WRITES = 2;
const SIMULATED = 200_000;

interface Server {
  readonly flushMs: number;
  readonly writeUs: number;
  readonly cores: number;
}

/** Mulberry32: a small generator with a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Returns the waiting time of writes in milliseconds, sorted. Writes arrive at random; one flush takes all that wait, and
 * the processors work through them before.
 */
function simulate(writesPerSecond: number, { flushMs, writeUs, cores }: Server): number[] {
  const next = random(1);
  const waits: number[] = [];
  let arrival = 0;
  let free = 0;
  let batch: number[] = [];
  while (waits.length < SIMULATED) {
    arrival += (-Math.log(1 - next()) / writesPerSecond) * 1000;
    while (batch.length > 0 && free <= arrival) {
      const end = Math.max(free, batch[0] ?? 0) + flushMs + (batch.length * writeUs) / 1000 / cores;
      const taken = batch.filter((at) => at <= Math.max(free, batch[0] ?? 0));
      for (const at of taken) waits.push(end - at);
      batch = batch.slice(taken.length);
      free = end;
    }
    batch.push(arrival);
    // More work than the server can do: the queue only grows.
    if (batch.length > 50_000) return [];
  }
  return waits.sort((a, b) => a - b);
}

const { values } = parseArgs({
  options: {
    'flush-ms': { type: 'string', default: '0.5' },
    'write-us': { type: 'string', default: '250' },
    cores: { type: 'string', default: '32' },
    servers: { type: 'string', default: '1' },
  },
});
const server: Server = {
  flushMs: Number(values['flush-ms']),
  writeUs: Number(values['write-us']),
  cores: Number(values.cores),
};
const servers = Number(values.servers);
const rows = [1_000, 10_000, 30_000, 60_000, 100_000].map((calls) => {
  const turns = calls / SECONDS_BETWEEN_TURNS;
  const waits = simulate((turns * WRITES) / servers, server);
  const at = (part: number): string => waits[Math.floor(waits.length * part)]?.toFixed(2) ?? 'grows';
  return {
    calls,
    'turns/s': turns,
    'writes/s': turns * WRITES,
    'seals/s': Math.round(calls / SECONDS_OF_CALL),
    'entries/s': Math.round(turns * ENTRIES),
    'WAL MB/s': Math.round((turns * WAL_BYTES) / 1e6),
    'stored TB/day': Number(((turns * STORED_BYTES * 86_400) / 1e12).toFixed(2)),
    'wait p50 ms': at(0.5),
    'wait p99 ms': at(0.99),
  };
});
console.table(rows);
