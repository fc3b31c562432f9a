/** Load during which nodes, their database, disks and clocks fail, and at the end the proof that nothing acknowledged was lost. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from './caller.ts';
import { canMountDisk, mountDisk, type SmallDisk } from './disk.ts';
import { bringFaults, FAULT_TEXTS, FAULTS, type Fault } from './faults.ts';
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
  /** Whether disks and clocks fail, too. */
  readonly faults: boolean;
}

const MINUTE_MS = 60_000;
/** Long enough for two sweeps, which seal all calls that were left to themselves. */
const SETTLE_MS = 75_000;
/** A caller that was refused tries again after so long. */
const AGAIN_MS = 100;
const KILLS: readonly Fault[] = ['node', 'database'];
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

function recoveryText(fault: Fault, took: readonly number[]): string {
  const sorted = [...took].sort((a, b) => a - b);
  const ms = (at: number): string => `${(sorted[Math.min(sorted.length - 1, at)] ?? NaN).toFixed(0)} ms`;
  return `${took.length} x ${FAULT_TEXTS[fault]}: recovered after p50 ${ms(Math.floor(sorted.length / 2))}, max ${ms(Infinity)}`;
}

/** Resolves with whether all held. */
export async function soakWithKills(options: KillOptions, folder: string): Promise<boolean> {
  const disk = options.faults && canMountDisk() ? await mountDisk(folder) : null;
  if (options.faults && disk === null) console.log('skipped: full disk (needs Linux and root)');
  try {
    return await soakOn(disk?.folder ?? folder, disk, options);
  } finally {
    await disk?.unmount();
  }
}

async function soakOn(dataDir: string, disk: SmallDisk | null, options: KillOptions): Promise<boolean> {
  const { minutes, rate, callers: count, seed, nodes: nodeCount } = options;
  const upstream = await startSoakUpstream(IN_CLEAR);
  const ledger = new Ledger();
  const perNode = { dataDir, upstream: upstream.url, ledger, rate: rate / nodeCount };
  const nodes = await Nodes.start({ ...perNode, count: nodeCount, seed });
  const agent = await nodes.any.server.createAgent('vault', 'vault-deterministic');
  const faults = FAULTS.filter((fault) => KILLS.includes(fault) || (options.faults && (fault !== 'full disk' || disk)));
  console.log(
    `${minutes} minutes with ${faults.join(', ')} (seed ${seed}), nodes ${nodeCount}, ${rate} requests a second, ${count} callers at once`,
  );
  const end = performance.now() + minutes * MINUTE_MS;
  const troubles = bringFaults(nodes, { faults, seed, end, disk, recovery: () => recovery(nodes, agent) });
  const calling = Array.from({ length: count }, async () => {
    while (performance.now() < end) await call(nodes, agent, ledger, end);
  });
  const [took] = await Promise.all([troubles, ...calling]);
  await pause(SETTLE_MS);
  const codes = await nodes.stop();
  await upstream.close();
  console.log(`\n${countsText(ledger.counts)}`);
  for (const fault of faults) console.log(recoveryText(fault, took[fault]));
  const findings: Finding[] = [
    { ok: faults.every((fault) => took[fault].length > 0), text: `faults: each of ${faults.join(', ')} at least once` },
    { ok: codes.every((code) => code === 0), text: `drain: servers ended with ${codes.join(', ')}` },
    ...(await proveAfterKills(dataDir, ledger)),
    { ok: !upstream.sawInClear(), text: 'upstream: no value of a caller arrived in clear' },
    {
      ok: ledger.mishaps.size === 0,
      text: `mishaps: ${ledger.mishaps.size === 0 ? 'none' : countsText(ledger.mishaps)}`,
    },
    {
      // A single node that was killed is started again first.
      ok:
        Math.max(...faults.filter((fault) => fault !== 'node' || nodeCount > 1).flatMap((fault) => took[fault])) <=
        BACK_MS,
      text: `recovery: turns succeed within ${BACK_MS / 1000} s of each fault${nodeCount > 1 ? '' : ' but the kill of the only node'}`,
    },
  ];
  for (const { ok, text } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'} ${text}`);
  return findings.every(({ ok }) => ok);
}
