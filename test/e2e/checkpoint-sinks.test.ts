/** Publication of checkpoints: whole notes, in order, nothing lost when a sink or the node fails. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPublisher } from '../../src/audit-log/publisher.ts';
import type { PublisherOptions } from '../../src/audit-log/publisher.ts';
import { fileSink, httpSink, SinkConflict } from '../../src/audit-log/sinks.ts';
import type { CheckpointSink } from '../../src/audit-log/sinks.ts';
import type { AccountId } from '../../src/platform/ids.ts';
import { Secret } from '../../src/platform/secret.ts';
import { temporaryFolder } from '../database.ts';
import { logOnDatabase, soundLog } from './log-fixture.ts';
import type { LogOnDatabase } from './log-fixture.ts';

let log: LogOnDatabase;
let account: AccountId;
let folder: string;
const failures: unknown[] = [];

beforeAll(async () => {
  log = await logOnDatabase();
});
beforeEach(async () => {
  folder = await temporaryFolder();
  account = await log.createAccount();
  failures.length = 0;
});
afterAll(async () => {
  await log.close();
});

async function grow(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await log.act(account);
    await log.node().run();
  }
}

const publisher = (options: Partial<PublisherOptions>) =>
  createPublisher({
    pool: log.pool,
    sinks: [fileSink(folder)],
    onFailure: (_sink, _accountId, error) => failures.push(error),
    ...options,
  });

/** The notes of the account in the folder, by size. */
async function filed(): Promise<string[]> {
  const place = path.join(folder, account);
  const names = (await readdir(place)).sort((a, b) => Number(a) - Number(b));
  return Promise.all(names.map((name) => readFile(path.join(place, name), 'utf8')));
}

describe('the file sink', () => {
  test('gets every checkpoint once, as a whole signed note', async () => {
    await grow(3);
    expect(await publisher({}).run()).toBe(true);
    await grow(1);
    expect(await publisher({}).run()).toBe(true);
    expect(await filed()).toEqual((await soundLog(log.pool, account)).notes);
    await rm(folder, { recursive: true });
  });

  test('that could not be written to gets what it missed, in order', async () => {
    await writeFile(path.join(folder, account), 'no folder');
    await grow(2);
    const own = publisher({});
    expect(await own.run()).toBe(false);
    expect(own.state()).toEqual({ file: 'degraded' });
    expect(failures).not.toEqual([]);
    await rm(path.join(folder, account));
    expect(await own.run()).toBe(true);
    expect(own.state()).toEqual({ file: 'ok' });
    expect(await filed()).toEqual((await soundLog(log.pool, account)).notes);
    await rm(folder, { recursive: true });
  });

  test('is written to once more when the node dies before it knows, and takes the same note', async () => {
    await grow(3);
    let records = 0;
    const query = log.pool.query.bind(log.pool) as (...args: unknown[]) => Promise<unknown>;
    const dying = {
      connect: () => log.pool.connect(),
      query: (...args: unknown[]) => {
        if (String(args[0]).includes('INSERT INTO log_publications') && (records += 1) === 2)
          return Promise.reject(new Error('the node is dead'));
        return query(...args);
      },
    } as unknown as Pick<Pool, 'query' | 'connect'>;
    await publisher({ pool: dying })
      .run()
      .catch(() => undefined);
    expect(await filed()).not.toHaveLength(0);
    // The lock of the one that died is free when its connection has closed: until then `run` resolves with null.
    await expect.poll(() => publisher({}).run()).toBe(true);
    expect(failures).toEqual([]);
    expect(await filed()).toEqual((await soundLog(log.pool, account)).notes);
    await rm(folder, { recursive: true });
  });

  test('that holds another note of the same size shows a fork', async () => {
    await grow(1);
    await mkdir(path.join(folder, account), { recursive: true });
    await writeFile(path.join(folder, account, '1'), 'another note');
    expect(await publisher({}).run()).toBe(false);
    expect(failures[0]).toBeInstanceOf(SinkConflict);
    expect(await filed()).toEqual(['another note']);
    await rm(folder, { recursive: true });
  });
});

/** A keeper of notes over HTTP, which never writes over one. */
interface Keeper {
  readonly url: string;
  /** Requests about the account of the test, in order. */
  readonly requests: { readonly method: string; readonly url: string; readonly body: string }[];
  /** Number of requests about all accounts. */
  count(): number;
  readonly kept: Map<string, string>;
  /** Answers a request in another way; returns true where it did. */
  answer: (request: IncomingMessage, response: ServerResponse) => boolean;
}

async function withKeeper(work: (keeper: Keeper) => Promise<void>): Promise<void> {
  let count = 0;
  const headers: unknown[] = [];
  const server = createServer((request, response) => {
    count += 1;
    const { method = '', url = '' } = request;
    headers.push([request.headers.authorization, request.headers['if-none-match']]);
    void text(request).then((body) => {
      if (url.includes(account)) keeper.requests.push({ method, url, body });
      const kept = keeper.kept.get(url);
      const isNew = method === 'PUT' && kept === undefined;
      if (isNew) keeper.kept.set(url, body);
      if (keeper.answer(request, response)) return;
      if (method === 'GET') response.writeHead(kept === undefined ? 404 : 200).end(kept);
      else response.writeHead(isNew ? 201 : 412).end();
    });
  });
  // No connection is closed between two requests: a client would reuse it at that moment.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keep`;
  const keeper: Keeper = { url, requests: [], count: () => count, kept: new Map(), answer: () => false };
  try {
    await work(keeper);
    for (const each of headers) expect(['Bearer token,*', 'Bearer token,']).toContain(String(each));
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
}

const sentTo = ({ url }: Keeper) => publisher({ sinks: [httpSink(url, new Secret('token'))] });
const placeOf = (size: number): string => `/keep/${account}/${size}`;

let crowded = 0;

/** Stores new accounts that have one checkpoint each and come before all others. Returns what takes them out again. */
async function crowd(count: number): Promise<() => Promise<void>> {
  const range = [crowded + 1, crowded + count];
  crowded += count;
  await log.pool.query(
    `INSERT INTO accounts (id, name) SELECT 'acc_' || lpad(g::text, 26, '0'), 'crowd' FROM generate_series($1::int, $2::int) g`,
    range,
  );
  await log.pool.query(
    `INSERT INTO log_checkpoints (account_id, size, root, key_id, note)
     SELECT 'acc_' || lpad(g::text, 26, '0'), 1, sha256(''), 'key', 'note' FROM generate_series($1::int, $2::int) g`,
    range,
  );
  return async () => {
    await log.pool.query(
      `INSERT INTO log_publications (account_id, sink, size)
       SELECT id, sink, 1000 FROM accounts, unnest(ARRAY['file', 'http']) AS sink WHERE name = 'crowd'
       ON CONFLICT DO NOTHING`,
    );
  };
}

describe('the HTTP sink', () => {
  test('is sent each note by PUT, not to write over another, and again after an answer that was lost', async () => {
    await withKeeper(async (keeper) => {
      await grow(2);
      const own = sentTo(keeper);
      keeper.answer = (_request, response) => {
        response.writeHead(500).end();
        return true;
      };
      expect(await own.run()).toBe(false);
      expect(own.state()).toEqual({ http: 'degraded' });
      // The note was kept, and the answer was an error: the same note is found there.
      keeper.answer = () => false;
      expect(await own.run()).toBe(true);
      expect(own.state()).toEqual({ http: 'ok' });
      await grow(1);
      expect(await own.run()).toBe(true);
      const { notes } = await soundLog(log.pool, account);
      const [first = '', second = '', third = ''] = notes;
      expect(keeper.requests).toEqual([
        { method: 'PUT', url: placeOf(1), body: first },
        { method: 'PUT', url: placeOf(1), body: first },
        { method: 'GET', url: placeOf(1), body: '' },
        { method: 'PUT', url: placeOf(2), body: second },
        { method: 'PUT', url: placeOf(3), body: third },
      ]);
    });
  });

  test.each([
    ['another note', 'another note'],
    ['the note with more behind it', null],
  ])('that holds %s of the same size shows a fork, and gets nothing more', async (_, other) => {
    await withKeeper(async (keeper) => {
      await grow(2);
      const [first = ''] = (await soundLog(log.pool, account)).notes;
      keeper.kept.set(placeOf(1), other ?? `${first}more`);
      for (let run = 0; run < 2; run += 1) expect(await sentTo(keeper).run()).toBe(false);
      expect(failures).toHaveLength(2);
      for (const failure of failures) expect(failure).toBeInstanceOf(SinkConflict);
      expect(keeper.requests.map(({ method, url }) => [method, url])).toEqual(
        ['PUT', 'GET', 'PUT', 'GET'].map((method) => [method, placeOf(1)]),
      );
    });
  });

  test('that answers with an endless text shows a fork', async () => {
    await withKeeper(async (keeper) => {
      await grow(1);
      keeper.kept.set(placeOf(1), '');
      keeper.answer = ({ method }, response) => {
        if (method !== 'GET') return false;
        response.writeHead(200).write('x'.repeat(10_000));
        return true;
      };
      expect(await sentTo(keeper).run()).toBe(false);
      expect(failures).toMatchObject([{ name: 'SinkConflict' }]);
    });
  });

  test('that does not show what it holds fails, and is asked again', async () => {
    await withKeeper(async (keeper) => {
      await grow(1);
      keeper.kept.set(placeOf(1), (await soundLog(log.pool, account)).notes[0] ?? '');
      keeper.answer = ({ method }, response) => {
        if (method === 'GET') response.writeHead(403).end();
        return method === 'GET';
      };
      const own = sentTo(keeper);
      expect(await own.run()).toBe(false);
      expect(failures).toEqual([new Error('The sink has a checkpoint of this size, and answered GET with 403.')]);
      keeper.answer = () => false;
      expect(await own.run()).toBe(true);
    });
  });
});

describe('the publisher', () => {
  test('breaks off a sink that does not answer when it stops, and begins with no other account', async () => {
    const leave = await crowd(20);
    await withKeeper(async (keeper) => {
      let hang = (): void => undefined;
      const hanging = new Promise<void>((resolve) => {
        hang = resolve;
      });
      keeper.answer = () => {
        if (keeper.count() === 8) hang();
        return true;
      };
      const own = sentTo(keeper);
      const running = own.run();
      await hanging;
      await own.stop();
      expect(await running).toBe(false);
      expect(keeper.count()).toBe(8);
      // What was broken off is no failure of the sink.
      expect(failures).toEqual([]);
      expect(own.state()).toEqual({ http: 'ok' });
    }).finally(leave);
  });

  test('publishes to a sink while another one does not answer', async () => {
    await grow(1);
    let ask = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const silent: CheckpointSink = {
      name: 'http',
      publish: (_publication, signal) => {
        ask();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      },
    };
    const own = publisher({ sinks: [silent, fileSink(folder)] });
    own.start();
    try {
      await asked;
      await grow(1);
      const { notes } = await soundLog(log.pool, account);
      await expect.poll(() => filed().catch(() => []), { timeout: 60_000 }).toEqual(notes);
      expect(own.state()).toEqual({ http: 'ok', file: 'ok' });
    } finally {
      await own.stop();
      await rm(folder, { recursive: true });
    }
  });

  test('comes to every account, however many others are refused', async () => {
    const leave = await crowd(600);
    try {
      await grow(1);
      const published: AccountId[] = [];
      const own = publisher({
        sinks: [
          {
            name: 'http',
            publish: ({ accountId, note }) => {
              if (note === 'note')
                return Promise.reject(new SinkConflict('another checkpoint of this size was published'));
              published.push(accountId);
              return Promise.resolve();
            },
          },
        ],
      });
      expect(await own.run()).toBe(false);
      expect(published).not.toContain(account);
      expect(await own.run()).toBe(false);
      expect(published).toContain(account);
      // And round again, to those that the second run did not come to.
      const refused = failures.length;
      expect(await own.run()).toBe(false);
      expect(failures.length - refused).toBe(500);
    } finally {
      await leave();
      await rm(folder, { recursive: true });
    }
  });
});
