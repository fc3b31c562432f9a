/** Publication of checkpoints: whole notes, in order, nothing lost when a sink or the node fails. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPublisher } from '../../src/audit-log/publisher.ts';
import type { PublisherOptions } from '../../src/audit-log/publisher.ts';
import { fileSink, httpSink, SinkConflict } from '../../src/audit-log/sinks.ts';
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
    expect(await publisher({}).run()).toBe(true);
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

describe('the HTTP sink', () => {
  test('is sent each note by PUT, not to write over another, and again after an error', async () => {
    const requests: { method: string; url: string; match: string; authorization: string; body: string }[] = [];
    let status = 500;
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const { 'if-none-match': match = '', authorization = '' } = request.headers;
        if (request.url?.includes(account) === true)
          requests.push({ method: request.method ?? '', url: request.url, match, authorization, body });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keep`;
    try {
      await grow(2);
      const own = publisher({ sinks: [httpSink(url, new Secret('token'))] });
      expect(await own.run()).toBe(false);
      expect(own.state()).toEqual({ http: 'degraded' });
      status = 412;
      expect(await own.run()).toBe(true);
      status = 201;
      await grow(1);
      expect(await own.run()).toBe(true);
      const { notes } = await soundLog(log.pool, account);
      const [first = '', ...rest] = notes;
      expect(requests).toEqual(
        [first, first, ...rest].map((body, at) => ({
          method: 'PUT',
          url: `/keep/${account}/${Math.max(1, at)}`,
          match: '*',
          authorization: 'Bearer token',
          body,
        })),
      );
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});
