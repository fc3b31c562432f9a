/** What a live session costs in memory: many are opened, talk a little, and stay. */
import { Callers } from './caller.ts';
import { Ledger } from './ledger.ts';
import { mib } from './memory.ts';
import { IN_CLEAR, keepCall } from './scenarios.ts';
import { startSoakServer } from './server.ts';
import type { Measurement } from './server.ts';
import { startSoakUpstream } from './upstream.ts';

const TURNS = 4;
/** Calls that are ended again before the first measurement, so that what grows once has grown. */
const WARM_UP = 300;
const IDLE_SECONDS = 86_400;
const END = 'mutation ($id: ID!) { endSession(id: $id) { __typename } }';

export async function measureLiveSessions(count: number, atOnce: number, dataDir: string): Promise<void> {
  const upstream = await startSoakUpstream(IN_CLEAR);
  const server = await startSoakServer(dataDir, upstream.url, IDLE_SECONDS);
  const callers = new Callers(server.url, new Ledger(), Infinity);
  const scene = {
    callers,
    ledger: new Ledger(),
    server,
    paths: [await server.createAgent('vault', 'vault-deterministic')],
  };

  /** Opens so many calls; resolves with their sessions. */
  const open = async (calls: number): Promise<string[]> => {
    const sessions: string[] = [];
    let left = calls;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left > 0) {
          left -= 1;
          sessions.push(await keepCall(scene, TURNS));
        }
      }),
    );
    return sessions;
  };
  const close = async (sessions: readonly string[]): Promise<void> => {
    const queue = sessions.values();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const id of queue) await server.graphql(END, { id });
      }),
    );
  };
  const settled = async (): Promise<Measurement> => {
    await server.measure();
    return server.measure();
  };

  await close(await open(WARM_UP));
  const before = await settled();
  console.log(
    `${count} live sessions of ${TURNS} turns each, with about five values; before them: rss ${mib(before.rss)}, heap ${mib(before.heapUsed)}`,
  );
  const each = (now: Measurement, live: number): string => {
    const heap = now.heapUsed + now.external - before.heapUsed - before.external;
    return `rss ${mib(now.rss)}, heap ${mib(now.heapUsed)}, external ${mib(now.external)}: ${(heap / live / 1024).toFixed(1)} KiB a session`;
  };
  const sessions: string[] = [];
  const step = Math.max(1, Math.ceil(count / 10));
  while (sessions.length < count) {
    sessions.push(...(await open(Math.min(step, count - sessions.length))));
    console.log(`${String(sessions.length).padStart(6)} live  ${each(await settled(), sessions.length)}`);
  }
  await close(sessions);
  const after = await settled();
  console.log(`all ended   rss ${mib(after.rss)}, heap ${mib(after.heapUsed)}, external ${mib(after.external)}`);
  await callers.close();
  await server.stop();
  await upstream.close();
}
