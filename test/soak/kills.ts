/** Load during which the node and its database are killed, and at the end the proof that nothing acknowledged was lost. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../seeded.ts';
import { Callers } from './caller.ts';
import type { Message } from './caller.ts';
import { countsText, Ledger } from './ledger.ts';
import { proveAfterKills } from './proof.ts';
import type { Finding } from './proof.ts';
import { IN_CLEAR, sentence } from './scenarios.ts';
import { startSoakServer } from './server.ts';
import type { SoakServer } from './server.ts';
import { startSoakUpstream } from './upstream.ts';

export interface KillOptions {
  readonly minutes: number;
  readonly rate: number;
  readonly callers: number;
  readonly seed: number;
}

type Victim = 'node' | 'database';

const MINUTE_MS = 60_000;
/** Calls that are left to themselves are sealed after so long. */
const IDLE_SECONDS = 5;
/** Between two kills: at least so long, and up to as much again by chance. */
const GAP_MS = 8000;
/** Long enough for two sweeps, which seal all calls that were left to themselves. */
const SETTLE_MS = 75_000;
/** A caller that was refused tries again after so long. */
const AGAIN_MS = 100;
/** Turns of one call. */
const TURNS = 6;
/** Turns succeed again within so long of a kill of the database. */
const BACK_MS = 5000;
/** A node that is not back by then has failed. */
const PATIENCE_MS = 60_000;

/** The server that runs now, and how callers reach it. */
class Node {
  readonly #dataDir: string;
  readonly #upstream: string;
  readonly #ledger: Ledger;
  readonly #rate: number;
  server: SoakServer;
  callers: Callers;
  /** How many times the process was killed. */
  kills = 0;

  private constructor(dataDir: string, upstream: string, ledger: Ledger, rate: number, server: SoakServer) {
    this.#dataDir = dataDir;
    this.#upstream = upstream;
    this.#ledger = ledger;
    this.#rate = rate;
    this.server = server;
    this.callers = new Callers(server.url, ledger, rate);
  }

  static async start(dataDir: string, upstream: string, ledger: Ledger, rate: number): Promise<Node> {
    return new Node(dataDir, upstream, ledger, rate, await startSoakServer(dataDir, upstream, IDLE_SECONDS));
  }

  /** Kills the process and starts another one on the same data. */
  async killAndStart(): Promise<void> {
    this.kills += 1;
    await this.server.kill();
    const { callers } = this;
    this.server = await startSoakServer(this.#dataDir, this.#upstream, IDLE_SECONDS);
    this.callers = new Callers(this.server.url, this.#ledger, this.#rate);
    await callers.close();
  }

  async killDatabase(): Promise<void> {
    const lock = await readFile(path.join(this.#dataDir, 'postgres/data/postmaster.pid'), 'utf8');
    process.kill(Number(lock.split('\n')[0]), 'SIGKILL');
  }
}

let calls = 0;

/** One call: a turn that is refused or breaks off is sent again, as a voice platform does. */
async function call(node: Node, agent: string, ledger: Ledger, end: number): Promise<void> {
  const n = calls++;
  const messages: Message[] = [];
  for (let turn = 0; turn < TURNS && performance.now() < end;) {
    const said = sentence(n, turn);
    const asked: Message[] = [...messages, { role: 'user', content: said }];
    const headers = { 'x-call-id': `call-${n}` };
    const reading = turn % 2 === 0 ? 'streamed' : 'whole';
    const killsBefore = node.kills;
    const answer = await node.callers.take({ path: agent, messages: asked, headers, reading }).catch(() => null);
    if (answer?.text === said) {
      ledger.count('turn answered');
      messages.push(...asked.slice(-1), { role: 'assistant', content: said });
      turn += 1;
      continue;
    }
    if (answer !== null && answer.status === 200)
      // A kill of the node breaks off the answers that are under way; one of the database does not.
      if (answer.text !== null) ledger.mishap('another answer');
      else if (node.kills === killsBefore) ledger.mishap('broken off without a kill of the node');
      else ledger.count('broken off');
    else if (answer !== null && answer.status !== 502 && answer.status !== 503)
      // A killed node or database explains no other refusal.
      ledger.mishap(`refused ${answer.status}`);
    else ledger.count(answer === null ? 'connection lost' : `refused ${answer.status}`);
    await pause(AGAIN_MS);
  }
}

/** Milliseconds until a turn that begins after now is answered. */
async function recovery(node: Node, agent: string): Promise<number> {
  const began = performance.now();
  for (;;) {
    const messages: Message[] = [{ role: 'user', content: 'Hello.' }];
    const answer = await node.callers.take({ path: agent, messages, reading: 'whole' }).catch(() => null);
    const ms = performance.now() - began;
    if (answer?.text === 'Hello.') return ms;
    if (ms > PATIENCE_MS) throw new Error(`no turn was answered for ${PATIENCE_MS / 1000} s after a kill`);
    await pause(10);
  }
}

/** Kills at seeded moments; returns how long each recovery took. */
async function killAll(node: Node, agent: string, seed: number, end: number): Promise<Record<Victim, number[]>> {
  const took: Record<Victim, number[]> = { node: [], database: [] };
  const random = seeded(seed);
  for (;;) {
    const gap = GAP_MS * (1 + random());
    const victim: Victim = random() < 0.5 ? 'node' : 'database';
    if (performance.now() + gap > end) return took;
    await pause(gap);
    const killed = performance.now();
    if (victim === 'node') await node.killAndStart();
    else await node.killDatabase();
    const started = performance.now() - killed;
    const ms = started + (await recovery(node, agent));
    took[victim].push(ms);
    console.log(`killed the ${victim}: turns succeed again after ${ms.toFixed(0)} ms`);
  }
}

function recoveryText(victim: Victim, took: readonly number[]): string {
  const sorted = [...took].sort((a, b) => a - b);
  const ms = (at: number): string => `${(sorted[Math.min(sorted.length - 1, at)] ?? NaN).toFixed(0)} ms`;
  return `${took.length} kills of the ${victim}: recovered after p50 ${ms(Math.floor(sorted.length / 2))}, max ${ms(Infinity)}`;
}

/** Resolves with whether all held. */
export async function soakWithKills(options: KillOptions, dataDir: string): Promise<boolean> {
  const { minutes, rate, callers: count, seed } = options;
  const upstream = await startSoakUpstream(IN_CLEAR);
  const ledger = new Ledger();
  const node = await Node.start(dataDir, upstream.url, ledger, rate);
  const agent = await node.server.createAgent('vault', 'vault-deterministic');
  console.log(`${minutes} minutes with kills (seed ${seed}), ${rate} requests a second, ${count} callers at once`);
  const end = performance.now() + minutes * MINUTE_MS;
  const killing = killAll(node, agent, seed, end);
  const calling = Array.from({ length: count }, async () => {
    while (performance.now() < end) await call(node, agent, ledger, end);
  });
  const [took] = await Promise.all([killing, ...calling]);
  await pause(SETTLE_MS);
  await node.callers.close();
  const code = await node.server.stop();
  await upstream.close();
  console.log(`\n${countsText(ledger.counts)}`);
  for (const victim of ['node', 'database'] as const) console.log(recoveryText(victim, took[victim]));
  const findings: Finding[] = [
    { ok: took.node.length > 0 && took.database.length > 0, text: 'kills: of the node and of the database' },
    { ok: code === 0, text: `drain: the server ended with ${String(code)}` },
    ...(await proveAfterKills(dataDir, ledger)),
    { ok: !upstream.sawInClear(), text: 'upstream: no value of a caller arrived in clear' },
    {
      ok: ledger.mishaps.size === 0,
      text: `mishaps: ${ledger.mishaps.size === 0 ? 'none' : countsText(ledger.mishaps)}`,
    },
    {
      ok: Math.max(...took.database) <= BACK_MS,
      text: `recovery: turns succeed within ${BACK_MS / 1000} s of a kill of the database`,
    },
  ];
  for (const { ok, text } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'} ${text}`);
  return findings.every(({ ok }) => ok);
}
