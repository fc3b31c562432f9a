/** The mixed load: a line a minute, and at the end the proof. */
import { setTimeout as pause } from 'node:timers/promises';
import { Callers } from './caller.ts';
import { countsText, Ledger } from './ledger.ts';
import { flatness, loopText, mib } from './memory.ts';
import type { SoakOptions } from './options.ts';
import { proveBundles, proveJournal } from './proof.ts';
import type { Finding } from './proof.ts';
import { IN_CLEAR, playAny } from './scenarios.ts';
import { startSoakServer } from './server.ts';
import type { Measurement, SoakServer } from './server.ts';
import { startSoakUpstream } from './upstream.ts';

/** Calls that are left to themselves are sealed after so long, so that their number stays about the same. */
const IDLE_SECONDS = 20;
const MINUTE_MS = 60_000;
/** More than this is no noise. */
const FLAT = 1.15;

interface Watch {
  readonly rss: number[];
  readonly heap: number[];
  stop(): Promise<void>;
}

/** Measures all the time, and prints a line a minute. */
function watch(server: SoakServer, callers: Callers, ledger: Ledger, durationMs: number): Watch {
  const everyMs = Math.min(5000, durationMs / 30);
  const began = performance.now();
  const rss: number[] = [];
  const heap: number[] = [];
  const stopping = new AbortController();
  let worst: Measurement['loop'] = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  const line = (measured: Measurement): void => {
    const minute = ((performance.now() - began) / MINUTE_MS).toFixed(1);
    const mishaps = ledger.mishaps.size === 0 ? 'none' : countsText(ledger.mishaps);
    console.log(
      `${minute.padStart(5)} min  ${String(callers.requests).padStart(7)} requests  rss ${mib(measured.rss)}  heap ${mib(measured.heapUsed)}  external ${mib(measured.external)}  loop p50/p99/max ${loopText({ ...measured, loop: worst })}  mishaps: ${mishaps}`,
    );
    worst = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  };
  const done = (async () => {
    let nextLine = Math.min(MINUTE_MS, durationMs / 3);
    while (!stopping.signal.aborted) {
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      const measured = await server.measure();
      rss.push(measured.rss);
      heap.push(measured.heapUsed);
      const { loop } = measured;
      worst = {
        p50Ms: Math.max(worst.p50Ms, loop.p50Ms),
        p99Ms: Math.max(worst.p99Ms, loop.p99Ms),
        maxMs: Math.max(worst.maxMs, loop.maxMs),
      };
      if (performance.now() - began < nextLine) continue;
      nextLine += Math.min(MINUTE_MS, durationMs / 3);
      line(measured);
    }
  })();
  return {
    rss,
    heap,
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

/** Resolves with whether all held. */
export async function soak({ minutes, rate, callers: count }: SoakOptions, dataDir: string): Promise<boolean> {
  const durationMs = minutes * MINUTE_MS;
  const upstream = await startSoakUpstream(IN_CLEAR);
  const server = await startSoakServer(dataDir, upstream.url, IDLE_SECONDS);
  const ledger = new Ledger();
  const callers = new Callers(server.url, ledger, rate);
  const paths = [
    await server.createAgent('vault', 'vault-deterministic'),
    await server.createAgent('aead', 'reversible-aead'),
  ];
  const scene = { callers, ledger, server, paths };
  console.log(`${minutes} minutes of mixed load, ${rate} requests a second, ${count} callers at once`);

  const watching = watch(server, callers, ledger, durationMs);
  const end = performance.now() + durationMs;
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (performance.now() < end) await playAny(scene);
    }),
  );
  await watching.stop();
  console.log(
    `\n${callers.requests} requests, ${upstream.received()} at the upstream, ${upstream.abandoned()} abandoned there: ${countsText(ledger.counts)}`,
  );

  const findings: Finding[] = await proveBundles(server, ledger);
  await callers.close();
  const code = await server.stop();
  await upstream.close();
  findings.push({ ok: code === 0, text: `drain: the server ended with ${String(code)}` });
  findings.push(...(await proveJournal(dataDir, ledger)));
  findings.push({ ok: !upstream.sawInClear(), text: 'upstream: no value of a caller arrived in clear' });
  findings.push({
    ok: ledger.mishaps.size === 0,
    text: `mishaps: ${ledger.mishaps.size === 0 ? 'none' : countsText(ledger.mishaps)}`,
  });
  for (const [name, series] of [
    ['rss', watching.rss],
    ['heap', watching.heap],
  ] as const) {
    const { middle, last, ratio } = flatness(series);
    findings.push({
      ok: ratio < FLAT,
      text: `${name}: last third ${mib(last)} / middle third ${mib(middle)} = ${ratio.toFixed(3)}`,
    });
  }
  for (const { ok, text } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'} ${text}`);
  const held = findings.every(({ ok }) => ok);
  if (!held) console.log(`\nwhat the server printed last:\n${server.printed().slice(-3000)}`);
  return held;
}
