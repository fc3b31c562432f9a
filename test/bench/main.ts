/** `npm run bench`: what Masker costs, beside a raw pass-through and another gateway in the same run. See README.md. */
import { rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { request } from 'undici';
import { checkTarget } from './checks.ts';
import { startOwn } from './child.ts';
import type { Child } from './child.ts';
import { storedBench, writeDocuments } from './documents.ts';
import { isMasker, TARGET_LABELS } from './figures.ts';
import type { TargetName } from './figures.ts';
import { measureFloors } from './floors.ts';
import type { Floors } from './floors.ts';
import { HOSTILE_KINDS } from './hostile/hostile-kinds.ts';
import { measureFlush } from './flush-cost.ts';
import { parseOptions, USAGE } from './options.ts';
import type { Options } from './options.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import { summarise } from './summary.ts';
import type { Observation } from './summary.ts';
import { measureStalls, stallLines } from './stalls.ts';
import { formatColumns, formatSummary } from './table.ts';
import type { Parts } from './table.ts';
import {
  direct,
  makeDataFolder,
  startEarlierMasker,
  startMasker,
  startMaskerWorkers,
  startPassthrough,
  startPortkey,
} from './targets.ts';
import type { Target } from './targets.ts';

/** Long enough for the compilers of the targets; not recorded. */
const WARM_UP_MS = 1500;
/** Between two loads, for work that a target does behind its answers. */
const SETTLE_MS = 300;

/** What must be stopped at the end, the last started first. */
const running: (() => Promise<void>)[] = [];

async function stopAll(): Promise<void> {
  for (let stop = running.pop(); stop !== undefined; stop = running.pop()) await stop();
}

async function startTarget(
  name: TargetName,
  stub: Child & { readonly origin: URL },
  { dataFolder, against, workers }: { readonly dataFolder: string } & Pick<Options, 'against' | 'workers'>,
): Promise<Target> {
  switch (name) {
    case 'direct':
      return direct(stub);
    case 'raw':
      return startPassthrough(stub.origin);
    case 'masker':
      return startMasker(stub.origin, dataFolder);
    case 'workers':
      return startMaskerWorkers(stub.origin, dataFolder, workers ?? 2);
    case 'earlier':
      return startEarlierMasker(stub.origin, dataFolder, against ?? '.');
    case 'portkey':
      return startPortkey(stub.origin);
  }
}

async function measure(
  scenario: Scenario,
  target: Target,
  connections: number,
  milliseconds: number,
  stub: URL,
): Promise<Observation> {
  const { body } = await request(new URL(`/gap?ms=${scenario.gapMs}`, stub), { method: 'PUT' });
  await body.dump();
  const { figures, errors } = await scenario.run(target, { connections, milliseconds });
  await new Promise((resolve) => {
    setTimeout(resolve, SETTLE_MS);
  });
  return {
    target: target.name,
    figures,
    errors: new Map([...errors].map(([what, count]) => [`${what} (${scenario.name})`, count])),
  };
}

async function run(options: Options, note: (text: string) => void): Promise<void> {
  if (options.onlyStalls !== null) return printStalls(options.onlyStalls, note);
  const { connections, rounds, seconds } = options;
  const stub = await startOwn('upstream.ts');
  running.push(stub.stop);
  const targets: Target[] = [];
  let parts: Parts | null = null;
  for (const name of options.targets) {
    note(`starting: ${TARGET_LABELS[name]}`);
    let dataFolder = '';
    if (isMasker(name)) {
      dataFolder = await makeDataFolder();
      running.push(() => rm(dataFolder, { recursive: true, force: true }));
    }
    if (name === 'masker') {
      note('measuring the parts of a turn by themselves');
      parts = { flush: await measureFlush(dataFolder), floors: await floorsIn(connections, seconds * 1000) };
    }
    const target = await startTarget(name, stub, { ...options, dataFolder });
    running.push(target.stop);
    await checkTarget(target, stub.origin);
    targets.push(target);
  }
  for (const target of targets) {
    note(`warming up: ${TARGET_LABELS[target.name]}`);
    for (const scenario of SCENARIOS) await measure(scenario, target, connections, WARM_UP_MS, stub.origin);
  }
  const observations: Observation[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of SCENARIOS) {
      note(`round ${round} of ${rounds}: ${scenario.name}`);
      // The targets take turns within a scenario, so that what disturbs the machine meets all of them.
      for (const target of targets)
        observations.push(await measure(scenario, target, connections, seconds * 1000, stub.origin));
    }
  }
  const summary = summarise(observations);
  if (options.json) console.log(JSON.stringify({ machine: machine(), options, ...parts, ...summary }, null, 2));
  else
    console.log(
      `\n${machine()}; median of ${rounds} rounds of ${seconds} s\n\n${formatSummary(summary, connections, parts)}`,
    );
  if (!summary.ok) process.exitCode = 1;
  if (options.write) {
    const run = { date: new Date().toISOString().slice(0, 10), cores: availableParallelism() };
    for (const file of writeDocuments(storedBench(summary, options, parts?.floors ?? null, run)))
      note(`written: ${file}`);
  }
  if (options.json || !options.stalls || !options.targets.includes('masker')) return;
  await stopAll();
  await printStalls([''], note);
}

/** Sends the hostile bodies of which the name contains one of `names`. */
async function printStalls(names: readonly string[], note: (text: string) => void): Promise<void> {
  const kinds = HOSTILE_KINDS.filter(({ name }) => names.some((part) => name.includes(part)));
  if (kinds.length === 0) throw new Error(`No hostile body has a name with ${names.join(' or ')}`);
  const stub = await startOwn('upstream.ts');
  running.push(stub.stop);
  console.log(`\n${formatColumns(stallLines(await measureStalls(stub.origin, note, kinds)))}`);
}

/** In a folder of their own: another database is started there. */
async function floorsIn(connections: number, milliseconds: number): Promise<Floors> {
  const folder = await makeDataFolder();
  try {
    return await measureFloors(folder, { connections, milliseconds });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function machine(): string {
  const load = loadavg()[0] ?? 0;
  return `${availableParallelism()} x ${cpus()[0]?.model ?? 'CPU'}, node ${process.version}, load average ${load.toFixed(1)}`;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  process.once('SIGINT', () => {
    void stopAll().finally(() => process.exit(130));
  });
  try {
    // Progress is for a person who waits: it stays out of what may be piped.
    await run(options, (text) => {
      if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
    });
  } finally {
    await stopAll();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
