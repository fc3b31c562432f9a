import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withAdvisoryLock } from '../../src/platform/advisory-lock.ts';
import { databaseFault, openDatabase, type Database, type DatabaseOptions } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { PATIENCE } from '../patience.ts';
import { createTestDatabase, putDatabase, temporaryFolder, type TestDatabase } from '../database.ts';

let fresh: TestDatabase;
let database: Database | null = null;

function open(options: Partial<DatabaseOptions> = {}): Database {
  database = openDatabase({ url: fresh.url, ...options });
  return database;
}

beforeEach(async () => {
  fresh = await createTestDatabase();
});

afterEach(async () => {
  await database?.close();
  database = null;
  await fresh.drop();
});

describe('the two ways in', () => {
  test('see the same rows', async () => {
    const { pool, prisma } = open();
    await pool.query('INSERT INTO accounts (id, name) VALUES ($1, $2)', ['acc_1', 'one']);
    expect(await prisma.account.findMany({ select: { id: true, name: true } })).toEqual([{ id: 'acc_1', name: 'one' }]);
  });

  test('do not wait for each other', async () => {
    const { pool, prisma } = open({ poolSize: 1, apiPoolSize: 1 });
    const held = await pool.connect();
    expect(await prisma.account.count()).toBe(0);
    held.release();
  });

  test('nothing is left open after close', async () => {
    const { pool, prisma, close } = open();
    await Promise.all([databaseFault(pool), prisma.account.count()]);
    await close();
    database = null;
    const other = open({ poolSize: 1 });
    const { rows } = await other.pool.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'masker' AND pid <> pg_backend_pid()",
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('prepared statements of Prisma', () => {
  const names = async ({ prisma }: Database): Promise<string[]> =>
    (
      await prisma.$queryRawUnsafe<{ name: string }[]>(
        "SELECT name FROM pg_prepared_statements WHERE name LIKE 'masker_%'",
      )
    ).map((row) => row.name);

  test('are kept and used again', async () => {
    const opened = open({ apiPoolSize: 1 });
    await opened.prisma.account.findUnique({ where: { id: 'acc_1' } });
    const once = await names(opened);
    expect(once.length).toBeGreaterThan(0);
    for (let turn = 0; turn < 5; turn += 1) await opened.prisma.account.findUnique({ where: { id: `acc_${turn}` } });
    expect((await names(opened)).length).toBeLessThanOrEqual(once.length + 1); // the query of names itself
  });

  test('stay bounded when every text is another', async () => {
    const opened = open({ apiPoolSize: 1 });
    for (let turn = 0; turn < 520; turn += 1) await opened.prisma.$queryRawUnsafe(`SELECT ${turn} AS n`);
    expect((await names(opened)).length).toBeLessThanOrEqual(500);
    expect(await opened.prisma.$queryRawUnsafe('SELECT 519 AS n')).toEqual([{ n: 519 }]);
  });
});

describe('an advisory lock', () => {
  const LOCK = { lockClass: 7, key: 'a text' };

  test('is free for the next caller at once, also where the work failed or left a transaction open', async () => {
    const { pool } = open();
    for (let round = 0; round < 50; round += 1) {
      // The next caller has a connection at hand.
      await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
      const failing = withAdvisoryLock(pool, LOCK, async (client) => {
        await client.query('BEGIN');
        if (round % 2 === 0) await client.query('SELECT 1 / 0');
        throw new Error('the work failed');
      });
      await expect(failing).rejects.toThrow(round % 2 === 0 ? 'division by zero' : 'the work failed');
      expect(await withAdvisoryLock(pool, LOCK, () => Promise.resolve('done'))).toBe('done');
    }
  });
});

describe('a database in trouble', () => {
  test('that is not there: the fault is reported, and a query fails', async () => {
    const { pool, prisma } = open({ url: 'postgresql://masker@127.0.0.1:1/none' });
    expect(await databaseFault(pool)).toBeInstanceOf(Error);
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(prisma.account.count()).rejects.toThrow();
  });

  test('that takes too long over a statement is made to stop', async () => {
    const { pool, prisma } = open({ queryTimeoutMs: 50 });
    await expect(pool.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
    await expect(prisma.$queryRawUnsafe('SELECT 1 FROM pg_sleep(60)')).rejects.toThrow();
    expect(await databaseFault(pool)).toBeNull();
  });

  test('with every connection taken fails instead of waiting for ever', async () => {
    const { pool } = open({ poolSize: 1, connectTimeoutMs: 50 });
    // A busy machine may need more than that to connect; what is tested is the wait for a connection that is taken.
    const held = await vi.waitFor(() => pool.connect(), PATIENCE);
    expect(await databaseFault(pool)).toBeInstanceOf(Error);
    held.release();
    expect(await databaseFault(pool)).toBeNull();
  });

  test('that is restarted costs the running queries, not the process', async () => {
    const folder = await temporaryFolder();
    await putDatabase(folder);
    const first = await startEmbeddedPostgres(folder);
    const errors: string[] = [];
    const { pool, prisma } = open({ url: first.url(), onConnectionError: (error) => errors.push(error.name) });
    const held = await pool.connect(); // between two queries of its holder when the server goes
    await Promise.all([databaseFault(pool), prisma.$queryRawUnsafe('SELECT 1 AS n')]);
    await first.stop();
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(await databaseFault(pool)).toBeInstanceOf(Error);
    await expect(held.query('SELECT 1')).rejects.toThrow();
    held.release(true);

    const second = await startEmbeddedPostgres(folder);
    expect(second.url()).toBe(first.url());
    expect(await databaseFault(pool)).toBeNull();
    expect(await prisma.$queryRawUnsafe('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await database?.close();
    database = null;
    await second.stop();
    await rm(folder, { recursive: true });
  });
});
