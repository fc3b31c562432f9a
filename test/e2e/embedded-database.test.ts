import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { postgresAccount } from '../../src/platform/postgres-account.ts';
import { databaseHome } from '../../src/platform/postgres-site.ts';
import { isAlive } from '../../src/platform/process-alive.ts';
import { putDatabase, temporaryFolder } from '../database.ts';

const OWNER = path.join(import.meta.dirname, 'fixtures/embedded-owner.ts');

let folder: string;
let running: EmbeddedPostgres | null;

beforeEach(async () => {
  folder = await temporaryFolder();
  running = null;
});

afterEach(async () => {
  await running?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(dir = folder): Promise<EmbeddedPostgres> {
  running = await startEmbeddedPostgres(dir);
  return running;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = null;
}

/** The rows of one query on a connection of its own. */
async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const setting = async (url: string, name: string): Promise<unknown> => (await query(url, `SHOW ${name}`))[0]?.[name];

interface Owner {
  readonly process: ChildProcess;
  readonly url: string;
  readonly pid: number;
}

/** Another process that owns the database of the folder. */
async function startOwner(): Promise<Owner> {
  const child = spawn(process.execPath, ['--import', 'tsx', OWNER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, pid } = JSON.parse(line) as { url: string; pid: number };
    return { process: child, url, pid };
  }
  throw new Error('the owner ended before it had started');
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('the first start', () => {
  test('makes a durable database that nobody else can reach', async () => {
    const { url } = await start();
    const settings = [
      'fsync',
      'full_page_writes',
      'synchronous_commit',
      'data_checksums',
      'listen_addresses',
      'server_encoding',
      'TimeZone',
    ];
    const found = await Promise.all(settings.map(async (name) => [name, await setting(url(), name)]));
    expect(Object.fromEntries(found)).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
    });
    const home = await stat(path.join(folder, 'postgres'));
    expect(home.mode & 0o777).toBe(0o700);
    expect(home.uid).not.toBe(0);
  });

  test('serves several databases', async () => {
    await putDatabase(folder);
    const { url } = await start();
    await query(url(), 'CREATE DATABASE "a b"');
    expect(await query(url('a b'), 'SELECT current_database() AS name')).toEqual([{ name: 'a b' }]);
  });

  test('minds neither PostgreSQL’s own environment variables nor shows ours', async () => {
    await putDatabase(folder);
    const saved = { ...process.env };
    Object.assign(process.env, {
      PGPORT: '1',
      PGDATA: '/nowhere',
      PGHOST: 'nowhere',
      PGSSLMODE: 'require',
      PGUSER: 'nobody',
      MASKER_SIGNING_KEY: 'seen',
    });
    try {
      const { url, pid } = await start();
      expect(await query(url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      expect(environ).not.toMatch(/MASKER|PGPORT/);
    } finally {
      process.env = saved;
    }
  });

  test('runs in a session of its own: Ctrl-C on the terminal is for Masker', async () => {
    await putDatabase(folder);
    const { pid } = await start();
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (status !== null) expect(status.split(') ')[1]?.split(' ')[2]).toBe(`${pid}`);
  });

  test('its log repeats no value, whatever fails', async () => {
    await putDatabase(folder);
    const { url } = await start();
    await query(url(), 'CREATE TABLE people (name text PRIMARY KEY, age integer)');
    await query(url(), "INSERT INTO people VALUES ('Maria Gonzalez', 1)");
    for (const sql of [
      "INSERT INTO people VALUES ('Maria Gonzalez', 2)", // duplicate key: the detail has it
      "INSERT INTO people VALUES ('x', 'Maria Gonzalez'::text::integer)", // the message has it
      "SELECT 'Maria Gonzalez' FROM nowhere", // the statement has it
      "DO $$ BEGIN RAISE WARNING 'Maria Gonzalez'; END $$",
    ]) {
      await query(url(), sql).catch(() => undefined);
    }
    await stop();
    const log = await readFile(path.join(folder, 'postgres/postgres.log'), 'utf8');
    expect(log).toContain('database system is shut down');
    expect(log).not.toContain('Maria');
  });

  test('finds a database that was being made when the power went, and makes it again', async () => {
    await mkdir(path.join(folder, 'postgres/data.init-4194305-00/base'), { recursive: true });
    await chmod(path.join(folder, 'postgres'), 0o700);
    const account = await postgresAccount(folder);
    if (account !== null) await chown(path.join(folder, 'postgres'), account.uid, account.gid);
    const { url } = await start();
    expect(await query(url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(path.join(folder, 'postgres'))).filter((name) => name.includes('init'))).toEqual([]);
  });

  test('does not touch a folder in its place that holds something else', async () => {
    await putDatabase(folder);
    const data = path.join(folder, 'postgres/data');
    await rm(path.join(data, 'PG_VERSION'));
    await expect(start()).rejects.toThrow(/is in the way/);
    expect(await readdir(data)).toContain('base');
    expect((await readdir(path.join(folder, 'postgres'))).filter((name) => name.includes('init'))).toEqual([]);
  });
});

describe('a path too long for a socket', () => {
  test('puts the socket into a short private folder', async () => {
    const deep = path.join(folder, 'd'.repeat(100));
    await mkdir(deep, { mode: 0o711 });
    await putDatabase(deep);
    const { url } = await start(deep);
    const sockets = new URL(url()).searchParams.get('host') ?? '';
    expect(Buffer.byteLength(path.join(sockets, '.s.PGSQL.5432'))).toBeLessThanOrEqual(103);
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    await query(url(), 'CREATE TABLE kept (a int)');
    await stop();
    expect(new URL((await start(deep)).url()).searchParams.get('host')).toBe(sockets);
    await stop();

    // whoever made that folder first would answer in the database’s name
    await rm(sockets, { recursive: true });
    await symlink(folder, sockets);
    await expect(start(deep)).rejects.toThrow(/must be a folder owned by/);
    await rm(sockets);
  });
});

describe('a later start', () => {
  beforeEach(() => putDatabase(folder));

  test('finds what was committed', async () => {
    await query((await start()).url(), 'CREATE TABLE kept AS SELECT 7 AS n');
    await stop();
    expect(await query((await start()).url(), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  test('stop leaves no process and no lock', async () => {
    const { pid } = await start();
    await stop();
    expect(isAlive(pid)).toBe(false);
    expect(await readdir(path.join(folder, 'postgres/data'))).not.toContain('postmaster.pid');
  });

  test('takes over the server that a killed Masker left', async () => {
    const owner = await startOwner();
    await query(owner.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await kill(owner.process);
    expect(isAlive(owner.pid)).toBe(true);
    const { pid, url } = await start();
    expect(pid).toBe(owner.pid);
    expect(await query(url(), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await stop();
    expect(await readdir(path.join(folder, 'postgres/data'))).not.toContain('postmaster.pid');
  });

  test('recovers when server and Masker were both killed', async () => {
    const owner = await startOwner();
    await query(owner.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    process.kill(owner.pid, 'SIGKILL');
    await kill(owner.process);
    const { pid, url } = await start();
    expect(pid).not.toBe(owner.pid);
    expect(await query(url(), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  test('is not held up by a lock file that names a process of another life', async () => {
    const account = await postgresAccount(path.join(folder, 'postgres/data'));
    const innocent = spawn('sleep', ['600'], { ...account, stdio: 'ignore' });
    const sockets = path.join(folder, 'postgres');
    const lock = [innocent.pid, path.join(sockets, 'data'), '1700000000', '5432', sockets, '', '', 'ready   ', ''].join(
      '\n',
    );
    await writeFile(path.join(sockets, 'data/postmaster.pid'), lock);
    await writeFile(path.join(sockets, '.s.PGSQL.5432.lock'), lock);
    try {
      expect(await query((await start()).url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await kill(innocent);
    }
  });

  test('tells what the server said where it cannot start', async () => {
    await writeFile(path.join(folder, 'postgres/data/postgresql.conf'), 'no_such_setting = 1\n');
    await expect(start()).rejects.toThrow(/did not start:\n.*no_such_setting/s);
  });
});

describe('a second Masker on the same folder', () => {
  test('is refused, and the first one goes on', async () => {
    await putDatabase(folder);
    const owner = await startOwner();
    await expect(start()).rejects.toThrow(/another Masker is running on the data folder/);
    expect(await query(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await kill(owner.process);
    expect((await start()).pid).toBe(owner.pid);
  });

  test('of several started at once on a new folder, one gets it', async () => {
    const starts = await Promise.allSettled([1, 2, 3].map(() => startEmbeddedPostgres(folder)));
    const won = starts.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    running = won[0]?.value ?? null;
    for (const result of starts)
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/another Masker/);
  });
});

describe.runIf(process.getuid?.() === 0)('root', () => {
  test('in a folder of its own alone keeps the database elsewhere, and finds it there at the next start', async () => {
    await chmod(folder, 0o700);
    const dir = path.join(folder, 'data');
    const first = await start(dir);
    const home = await databaseHome(dir);
    try {
      expect(home).toMatch(/^\/var\/lib\/masker\/[0-9a-f]{16}$/);
      expect(await readdir(dir)).toEqual(['postgres.path']);
      await query(first.url(), 'CREATE TABLE kept AS SELECT 7 AS value');
      await stop();
      // The folder can be passed now: the database stays where it is.
      await chmod(folder, 0o755);
      expect(await query((await start(dir)).url(), 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
      await stop();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  test('with a database in a folder that cannot be passed any more is told which folder that is', async () => {
    await putDatabase(folder);
    await chmod(folder, 0o700);
    await expect(start()).rejects.toThrow(
      new RegExp(
        `^MASKER_DATA_DIR is in ${folder}, which PostgreSQL's user \\d+ may not pass .* chmod o\\+x ${folder}$`,
      ),
    );
  });
});
