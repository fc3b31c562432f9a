/** Turns per second of one, two and three nodes on one database, and what limits them. */
import { availableParallelism } from 'node:os';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cpuTime } from '../bench/cpu-time.ts';
import type { Message } from './caller.ts';
import { Ledger } from './ledger.ts';
import { Nodes } from './nodes.ts';
import { IN_CLEAR, sentence } from './scenarios.ts';
import { startSoakUpstream } from './upstream.ts';

const NODES = [1, 2, 3];
const WARM_UP_MS = 5000;
const MEASURED_MS = 15_000;
/** Turns of one call, which stays at one node. */
const TURNS = 6;
/** Of the machine's processors: with less in use, something else than processors is the limit. */
const BUSY = 0.9;

/** Processors in use, on average over the measured time. */
interface Load {
  readonly callers: number;
  readonly nodes: number;
  readonly database: number;
}

export async function measureThroughput(callers: number, folder: string): Promise<void> {
  console.log(`${availableParallelism()} processors, ${callers} callers at once`);
  for (const count of NODES) {
    const dataDir = path.join(folder, `of-${count}`);
    await mkdir(dataDir, { mode: 0o711 });
    console.log(await ofNodes(count, callers, dataDir));
  }
}

async function ofNodes(count: number, callers: number, dataDir: string): Promise<string> {
  const upstream = await startSoakUpstream(IN_CLEAR);
  const ledger = new Ledger();
  const options = { dataDir, upstream: upstream.url, ledger, rate: Infinity, count, seed: count, isShared: true };
  const nodes = await Nodes.start(options);
  try {
    const agent = await nodes.any.server.createAgent('vault', 'vault-deterministic');
    const start = performance.now();
    const from = start + WARM_UP_MS;
    const until = from + MEASURED_MS;
    let turns = 0;
    const loaded = measuredBetween(nodes, from, until);
    const calling = Array.from({ length: callers }, async (_, caller) => {
      for (let n = 0; performance.now() < until; n += 1)
        for await (const ended of turnsOf(nodes, agent, caller * 1_000_000 + n))
          if (ended > from && ended < until) turns += 1;
    });
    const [load] = await Promise.all([loaded, ...calling]);
    return lineOf(count, (turns * 1000) / MEASURED_MS, load);
  } finally {
    await nodes.stop();
    await upstream.close();
  }
}

/** One call; gives out when each of its turns was answered. */
async function* turnsOf(nodes: Nodes, path: string, call: number): AsyncGenerator<number, void> {
  const { callers } = nodes.any;
  const messages: Message[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const content = sentence(call, turn);
    messages.push({ role: 'user', content });
    const answer = await callers.take({ path, messages, headers: { 'x-call-id': `call-${call}` }, reading: 'whole' });
    if (answer.text !== content) throw new Error(`a turn was answered with ${answer.status}`);
    messages.push({ role: 'assistant', content });
    yield performance.now();
  }
}

async function measuredBetween(nodes: Nodes, from: number, until: number): Promise<Load | null> {
  await at(from);
  const before = await usedBy(nodes);
  await at(until);
  const after = await usedBy(nodes);
  if (before === null || after === null) return null;
  const share = (what: keyof Load): number => (after[what] - before[what]) / (until - from);
  return { callers: share('callers'), nodes: share('nodes'), database: share('database') };
}

/** CPU milliseconds so far; null where the system does not tell. */
async function usedBy(nodes: Nodes): Promise<Load | null> {
  const { nodes: pids, database } = nodes.pids;
  const times = await Promise.all([...pids, database ?? 0].map(cpuTime));
  const sums = times.map((time) => (time === null ? null : time.own + time.below));
  const ofDatabase = sums.pop() ?? null;
  if (ofDatabase === null || sums.includes(null)) return null;
  const own = process.cpuUsage();
  const ofNodes = sums.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return { callers: (own.user + own.system) / 1000, nodes: ofNodes, database: ofDatabase };
}

function at(time: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, time - performance.now());
  });
}

function lineOf(count: number, rate: number, load: Load | null): string {
  const head = `${count} ${count === 1 ? 'node ' : 'nodes'}: ${rate.toFixed(0)} turns/s`;
  if (load === null) return head;
  const { callers, nodes, database } = load;
  const used = callers + nodes + database;
  const limit =
    used >= BUSY * availableParallelism()
      ? 'processors'
      : nodes / count >= BUSY
        ? 'the event loop of each node'
        : 'not the processors: flushes, or how many callers wait';
  return `${head}; processors: callers and model server ${callers.toFixed(2)}, nodes ${nodes.toFixed(2)}, database ${database.toFixed(2)}; limit: ${limit}`;
}
