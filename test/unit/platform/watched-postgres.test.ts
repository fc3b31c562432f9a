import { expect, test } from 'vitest';
import type { EmbeddedPostgres } from '../../../src/platform/embedded-postgres.ts';
import { PAUSES_MS, STEADY_MS, watchEmbeddedPostgres } from '../../../src/platform/watched-postgres.ts';
import type { WatchOptions, WatchedPostgres } from '../../../src/platform/watched-postgres.ts';

/** A server that ends when the test says so. */
class ScriptedServer implements EmbeddedPostgres {
  readonly pid: number;
  readonly gone: Promise<void>;
  readonly #address: string;
  #end: () => void = () => undefined;
  stops = 0;

  constructor(pid: number, address: string) {
    this.pid = pid;
    this.#address = address;
    this.gone = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  url = (): string => this.#address;

  crash(): void {
    this.#end();
  }

  stop = (): Promise<void> => {
    this.stops += 1;
    this.#end();
    return Promise.resolve();
  };
}

interface Watch {
  readonly watched: WatchedPostgres;
  readonly servers: ScriptedServer[];
  readonly events: string[];
  readonly pauses: number[];
  /** Milliseconds of the watch's clock. */
  clock: number;
}

/** A watch whose n-th start does what `outcome` says; those behind the first end with `laterStarts`. Pauses are counted and take no time. */
async function watch(
  outcome: (n: number) => 'ok' | 'fails' | 'moved' = () => 'ok',
  laterStarts?: Promise<undefined>,
): Promise<Watch> {
  const servers: ScriptedServer[] = [];
  const events: string[] = [];
  const pauses: number[] = [];
  let starts = 0;
  const found: { -readonly [Key in keyof Watch]?: Watch[Key] } = { servers, events, pauses, clock: 0 };
  const options: WatchOptions = {
    start: () => {
      const how = outcome(starts);
      starts += 1;
      if (how === 'fails') return Promise.reject(new Error(`start ${starts - 1}`));
      const server = new ScriptedServer(100 + starts, how === 'moved' ? 'elsewhere' : 'here');
      servers.push(server);
      return servers.length === 1 || laterStarts === undefined
        ? Promise.resolve(server)
        : laterStarts.then(() => server);
    },
    wait: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    now: () => found.clock ?? 0,
    onDown: () => events.push('down'),
    onUp: (pid) => events.push(`up ${pid}`),
    onFailedStart: (error) => events.push(`failed ${String(error)}`),
    onLost: (error) => events.push(`lost ${String(error)}`),
  };
  found.watched = await watchEmbeddedPostgres('data', options);
  return found as Watch;
}

test('a stop that is asked for while a server starts again ends that server, too', async () => {
  let start = (): void => undefined;
  const started = new Promise<undefined>((resolve) => {
    start = () => {
      resolve(undefined);
    };
  });
  const { servers, events, watched } = await watch(() => 'ok', started);
  servers[0]?.crash();
  await expect.poll(() => servers).toHaveLength(2);
  const stopped = watched.stop();
  start();
  await stopped;
  expect(events).toEqual(['down', 'up 102']);
  expect(servers[1]?.stops).toBe(1);
});

test('a watched server that ends is started again at once', async () => {
  const { servers, events, pauses, watched } = await watch();
  servers[0]?.crash();
  await expect.poll(() => events).toEqual(['down', 'up 102']);
  expect(pauses).toEqual([0]);
  expect(watched.url()).toBe('here');
});

test('a start that fails is repeated after growing pauses until one succeeds', async () => {
  const { servers, events, pauses } = await watch((n) => (n >= 1 && n <= 3 ? 'fails' : 'ok'));
  servers[0]?.crash();
  await expect.poll(() => events.at(-1)).toBe('up 105');
  expect(events.filter((event) => event.startsWith('failed'))).toHaveLength(3);
  expect(pauses).toEqual(PAUSES_MS.slice(0, 4));
});

test('a server that never starts again is reported as lost once, with the last reason', async () => {
  const { servers, events, pauses } = await watch((n) => (n === 0 ? 'ok' : 'fails'));
  servers[0]?.crash();
  await expect.poll(() => events.at(-1)).toBe(`lost Error: start ${PAUSES_MS.length}`);
  expect(pauses).toEqual(PAUSES_MS);
  expect(events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
});

test('a server that starts and ends again and again is reported as lost', async () => {
  const { servers, events } = await watch();
  for (let n = 0; n <= PAUSES_MS.length; n += 1) {
    await expect.poll(() => servers.length).toBe(n + 1);
    servers[n]?.crash();
  }
  await expect.poll(() => events.at(-1)).toMatch(/^lost .*again and again/);
  expect(servers).toHaveLength(PAUSES_MS.length + 1);
});

test('a server that ran for long enough begins with the shortest pause again', async () => {
  const run = await watch();
  run.servers[0]?.crash();
  await expect.poll(() => run.events.at(-1)).toBe('up 102');
  run.servers[1]?.crash();
  await expect.poll(() => run.events.at(-1)).toBe('up 103');
  run.clock += STEADY_MS;
  run.servers[2]?.crash();
  await expect.poll(() => run.events.at(-1)).toBe('up 104');
  expect(run.pauses).toEqual([PAUSES_MS[0], PAUSES_MS[1], PAUSES_MS[0]]);
});

test('a server that comes back at another address is lost: the connection pools know the first one', async () => {
  const { servers, events } = await watch((n) => (n === 0 ? 'ok' : 'moved'));
  servers[0]?.crash();
  await expect.poll(() => events.at(-1)).toMatch(/^lost .*another address/);
});

test('a stop ends the watch: nothing is reported and nothing is started', async () => {
  const { watched, servers, events } = await watch();
  await watched.stop();
  expect(servers).toHaveLength(1);
  expect(servers[0]?.stops).toBeGreaterThan(0);
  expect(events).toEqual([]);
});
