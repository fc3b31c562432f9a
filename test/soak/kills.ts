/** Load during which nodes and their database are killed, and at the end the proof that nothing acknowledged was lost. */
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../seeded.ts';
import type { Message } from './caller.ts';
import { countsText, Ledger } from './ledger.ts';
import { Nodes } from './nodes.ts';
import { proveAfterKills } from './proof.ts';
import type { Finding } from './proof.ts';
import { IN_CLEAR, sentence } from './scenarios.ts';
import { startSoakUpstream } from './upstream.ts';

export interface KillOptions {
  readonly minutes: number;
  readonly rate: number;
  readonly callers: number;
  readonly seed: number;
  readonly nodes: number;
}

type Victim = 'node' | 'database';

const MINUTE_MS = 60_000;
/** Between two kills: at least so long, and up to as much again by chance. */
const GAP_MS = 8000;
/** Long enough for two sweeps, which seal all calls that were left to themselves. */
const SETTLE_MS = 75_000;
/** A caller that was refused tries again after so long. */
const AGAIN_MS = 100;
/** Turns of one call. */
const TURNS = 6;
/** Turns succeed again within so long of a kill of the database, or of one of several nodes. */
const BACK_MS = 5000;
/** A node that is not back by then has failed. */
const PATIENCE_MS = 60_000;

let calls = 0;

/** One call: a turn that is refused or breaks off is sent again, as a voice platform does. */
async function call(nodes: Nodes, agent: string, ledger: Ledger, end: number): Promise<void> {
  const n = calls++;
  const messages: Message[] = [];
  for (let turn = 0; turn < TURNS && performance.now() < end;) {
    const said = sentence(n, turn);
    const asked: Message[] = [...messages, { role: 'user', content: said }];
    const headers = { 'x-call-id': `call-${n}` };
    const reading = turn % 2 === 0 ? 'streamed' : 'whole';
    const killsBefore = nodes.kills;
    const answer = await nodes.any.callers.take({ path: agent, messages: asked, headers, reading }).catch(() => null);
    if (answer?.text === said) {
      ledger.count('turn answered');
      messages.push(...asked.slice(-1), { role: 'assistant', content: said });
      turn += 1;
      continue;
    }
    if (answer !== null && answer.status === 200)
      // A kill of a node breaks off the answers that are under way; one of the database does not.
      if (answer.text !== null) ledger.mishap('another answer');
      else if (nodes.kills === killsBefore) ledger.mishap('broken off without a kill of a node');
      else ledger.count('broken off');
    else if (answer !== null && answer.status !== 502 && answer.status !== 503)
      // A killed node or database explains no other refusal.
      ledger.mishap(`refused ${answer.status}`);
    else ledger.count(answer === null ? 'connection lost' : `refused ${answer.status}`);
    await pause(AGAIN_MS);
  }
}

/** Milliseconds until a turn that begins after now is answered. */
async function recovery(nodes: Nodes, agent: string): Promise<number> {
  const began = performance.now();
  for (;;) {
    const messages: Message[] = [{ role: 'user', content: 'Hello.' }];
    const answer = await nodes.any.callers.take({ path: agent, messages, reading: 'whole' }).catch(() => null);
    const ms = performance.now() - began;
    if (answer?.text === 'Hello.') return ms;
    if (ms > PATIENCE_MS) throw new Error(`no turn was answered for ${PATIENCE_MS / 1000} s after a kill`);
    await pause(10);
  }
}

/** Kills at seeded moments; returns how long each recovery took. */
async function killAll(nodes: Nodes, agent: string, seed: number, end: number): Promise<Record<Victim, number[]>> {
  const took: Record<Victim, number[]> = { node: [], database: [] };
  const random = seeded(seed);
  for (;;) {
    const gap = GAP_MS * (1 + random());
    const victim: Victim = random() < 0.5 ? 'node' : 'database';
    if (performance.now() + gap > end) return took;
    await pause(gap);
    const killed = performance.now();
    const startAgain = victim === 'node' ? await nodes.killNode() : null;
    if (victim === 'database') await nodes.killDatabase();
    const started = performance.now() - killed;
    const ms = started + (await recovery(nodes, agent));
    await startAgain?.();
    took[victim].push(ms);
    console.log(
      `killed ${victim === 'node' ? 'a node' : 'the database'}: turns succeed again after ${ms.toFixed(0)} ms`,
    );
  }
}

function recoveryText(victim: Victim, took: readonly number[]): string {
  const sorted = [...took].sort((a, b) => a - b);
  const ms = (at: number): string => `${(sorted[Math.min(sorted.length - 1, at)] ?? NaN).toFixed(0)} ms`;
  return `${took.length} kills of ${victim === 'node' ? 'a node' : 'the database'}: recovered after p50 ${ms(Math.floor(sorted.length / 2))}, max ${ms(Infinity)}`;
}

/** Resolves with whether all held. */
export async function soakWithKills(options: KillOptions, dataDir: string): Promise<boolean> {
  const { minutes, rate, callers: count, seed, nodes: nodeCount } = options;
  const upstream = await startSoakUpstream(IN_CLEAR);
  const ledger = new Ledger();
  const perNode = { dataDir, upstream: upstream.url, ledger, rate: rate / nodeCount };
  const nodes = await Nodes.start({ ...perNode, count: nodeCount, seed });
  const agent = await nodes.any.server.createAgent('vault', 'vault-deterministic');
  console.log(
    `${minutes} minutes with kills (seed ${seed}), nodes ${nodeCount}, ${rate} requests a second, ${count} callers at once`,
  );
  const end = performance.now() + minutes * MINUTE_MS;
  const killing = killAll(nodes, agent, seed, end);
  const calling = Array.from({ length: count }, async () => {
    while (performance.now() < end) await call(nodes, agent, ledger, end);
  });
  const [took] = await Promise.all([killing, ...calling]);
  await pause(SETTLE_MS);
  const codes = await nodes.stop();
  await upstream.close();
  console.log(`\n${countsText(ledger.counts)}`);
  for (const victim of ['node', 'database'] as const) console.log(recoveryText(victim, took[victim]));
  const findings: Finding[] = [
    { ok: took.node.length > 0 && took.database.length > 0, text: 'kills: of a node and of the database' },
    { ok: codes.every((code) => code === 0), text: `drain: servers ended with ${codes.join(', ')}` },
    ...(await proveAfterKills(dataDir, ledger)),
    { ok: !upstream.sawInClear(), text: 'upstream: no value of a caller arrived in clear' },
    {
      ok: ledger.mishaps.size === 0,
      text: `mishaps: ${ledger.mishaps.size === 0 ? 'none' : countsText(ledger.mishaps)}`,
    },
    {
      // A single node that was killed is started again first.
      ok: Math.max(...took.database, ...(nodeCount > 1 ? took.node : [])) <= BACK_MS,
      text: `recovery: turns succeed within ${BACK_MS / 1000} s of a kill of the database${nodeCount > 1 ? ' or a node' : ''}`,
    },
  ];
  for (const { ok, text } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'} ${text}`);
  return findings.every(({ ok }) => ok);
}
