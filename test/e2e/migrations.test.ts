import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyMigrations, MIGRATIONS_FOLDER, requireMigrated } from '../../src/platform/migrations.ts';
import { createEmptyDatabase, createTestDatabase, temporaryFolder, type TestDatabase } from '../database.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

async function names(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Does something with a connection to the database. */
async function connected<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const query = (url: string, sql: string): Promise<Record<string, unknown>[]> =>
  connected(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

describe('applying', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function addMigration(name: string, sql: string): Promise<void> {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'migration.sql'), sql);
  }

  const log = (): Promise<Record<string, unknown>[]> =>
    query(
      database.url,
      'SELECT migration_name, finished_at IS NOT NULL AS finished, applied_steps_count FROM _prisma_migrations ORDER BY 1',
    );

  test('brings an empty database up to date, and then has nothing to do', async () => {
    expect(await applyMigrations(database.url)).toEqual(await names(MIGRATIONS_FOLDER));
    expect(await applyMigrations(database.url)).toEqual([]);
  });

  test('keeps Prisma’s books: name, checksum of the file, one step, finished', async () => {
    await applyMigrations(database.url);
    const rows = await query(
      database.url,
      'SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS finished, rolled_back_at FROM _prisma_migrations ORDER BY 1',
    );
    const expected = await Promise.all(
      (await names(MIGRATIONS_FOLDER)).map(async (name) => ({
        migration_name: name,
        checksum: createHash('sha256')
          .update(await readFile(path.join(MIGRATIONS_FOLDER, name, 'migration.sql')))
          .digest('hex'),
        applied_steps_count: 1,
        finished: true,
        rolled_back_at: null,
      })),
    );
    expect(rows).toEqual(expected);
  });

  test('by eight at once happens once', async () => {
    const applied = await Promise.all(Array.from({ length: 8 }, () => applyMigrations(database.url)));
    const all = await names(MIGRATIONS_FOLDER);
    expect(applied.flat().sort()).toEqual(all);
    expect(applied.filter((list) => list.length > 0)).toEqual([all]);
  });

  test('goes in the order of names, and picks up where it was', async () => {
    await addMigration('20260102_b', 'ALTER TABLE a ADD COLUMN two int;');
    await addMigration('20260101_a', 'CREATE TABLE a (one int);');
    expect(await applyMigrations(database.url, folder)).toEqual(['20260101_a', '20260102_b']);
    await addMigration('20260103_c', 'ALTER TABLE a ADD COLUMN three int;');
    expect(await applyMigrations(database.url, folder)).toEqual(['20260103_c']);
  });

  test('refuses a database of a newer version in one line that names the migration, and changes nothing', async () => {
    await addMigration('20260101000000_one', 'CREATE TABLE one (id int)');
    await addMigration('20260102000000_two', 'CREATE TABLE two (id int)');
    await applyMigrations(database.url, folder);
    await rm(path.join(folder, '20260102000000_two'), { recursive: true });
    await addMigration('20260103000000_three', 'CREATE TABLE three (id int)');
    const refusal = /^The database belongs to a newer version of Masker: it has the migration 20260102000000_two/;
    await expect(applyMigrations(database.url, folder)).rejects.toThrow(refusal);
    await expect(requireMigrated(database.url, folder)).rejects.toThrow(refusal);
    expect(await query(database.url, "SELECT to_regclass('three') AS found")).toEqual([{ found: null }]);
  });

  test('requireMigrated says to migrate a database without tables, or without the newest ones', async () => {
    await addMigration('20260101000000_one', 'CREATE TABLE one (id int)');
    await expect(requireMigrated(database.url, folder)).rejects.toThrow('no tables yet. Run `masker migrate`');
    await applyMigrations(database.url, folder);
    await expect(requireMigrated(database.url, folder)).resolves.toBeUndefined();
    await addMigration('20260102000000_two', 'CREATE TABLE two (id int)');
    await expect(requireMigrated(database.url, folder)).rejects.toThrow('lacks the migration 20260102000000_two');
  });

  test('takes functions with semicolons in their bodies', async () => {
    await addMigration(
      '1_function',
      'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 7; END $$; CREATE TABLE a (one int);',
    );
    await applyMigrations(database.url, folder);
    expect(await query(database.url, 'SELECT f() AS f')).toEqual([{ f: 7 }]);
  });

  test('refuses a file that was edited after it was applied', async () => {
    await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
    await applyMigrations(database.url, folder);
    const [first = ''] = await names(folder);
    await writeFile(path.join(folder, first, 'migration.sql'), '-- another\n', { flag: 'a' });
    await addMigration('9_later', 'CREATE TABLE later (one int);');
    await expect(applyMigrations(database.url, folder)).rejects.toMatchObject({
      name: 'MigrationError',
      migration: first,
      message: expect.stringContaining('was edited after it was applied') as unknown,
    });
    expect(await query(database.url, "SELECT to_regclass('later') AS found")).toEqual([{ found: null }]);
  });

  test('a failing one leaves nothing of itself, keeps those before it, and can be mended', async () => {
    await addMigration('1_good', 'CREATE TABLE good (one int);');
    await addMigration(
      '2_bad',
      'CREATE TABLE half (one int);\nINSERT INTO half VALUES (1);\nALTER TABLE missing ADD COLUMN x int;',
    );
    await expect(applyMigrations(database.url, folder)).rejects.toThrow(
      'migration 2_bad failed and was rolled back: SQLSTATE 42P01: relation "missing" does not exist',
    );
    expect(
      await query(
        database.url,
        "SELECT to_regclass('good') IS NOT NULL AS good, to_regclass('half') IS NOT NULL AS half",
      ),
    ).toEqual([{ good: true, half: false }]);
    expect(await log()).toEqual([{ migration_name: '1_good', finished: true, applied_steps_count: 1 }]);
    await writeFile(path.join(folder, '2_bad/migration.sql'), 'CREATE TABLE half (one int);');
    expect(await applyMigrations(database.url, folder)).toEqual(['2_bad']);
  });

  test('names the line of a syntax error', async () => {
    await addMigration('1_typo', 'CREATE TABLE a (one int);\n\nCREAT TABLE b (one int);');
    await expect(applyMigrations(database.url, folder)).rejects.toThrow(/SQLSTATE 42601 at line 3: syntax error/);
  });

  test('repeats no row’s content in its message', async () => {
    await addMigration('1_rows', "CREATE TABLE people (name text); INSERT INTO people VALUES ('Maria Gonzalez');");
    await applyMigrations(database.url, folder);
    await addMigration('2_convert', 'ALTER TABLE people ALTER COLUMN name TYPE integer USING name::integer;');
    const error: unknown = await applyMigrations(database.url, folder).catch((reason: unknown) => reason);
    expect(String(error)).toContain('2_convert failed and was rolled back: SQLSTATE 22P02');
    expect(String(error)).not.toContain('Maria');
  });

  test('stops at what another tool began and never finished', async () => {
    await addMigration('1_a', 'CREATE TABLE a (one int);');
    await applyMigrations(database.url, folder);
    await query(database.url, 'UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(applyMigrations(database.url, folder)).rejects.toThrow(
      /1_a was begun by another tool and never finished/,
    );
    await query(database.url, 'UPDATE _prisma_migrations SET rolled_back_at = now()');
    await query(database.url, 'DROP TABLE a');
    expect(await applyMigrations(database.url, folder)).toEqual(['1_a']);
  });

  test('waits for who holds Prisma’s lock, and leaves it free', async () => {
    const locks = (granted: boolean): Promise<unknown> =>
      query(
        database.url,
        `SELECT objid::int FROM pg_locks JOIN pg_database ON database = pg_database.oid WHERE datname = current_database() AND locktype = 'advisory' AND granted = ${granted}`,
      );
    await connected(database.url, async (client) => {
      await client.query('SELECT pg_advisory_lock(72707369)');
      const waiting = applyMigrations(database.url);
      await expect.poll(() => locks(false)).toEqual([{ objid: 72_707_369 }]);
      expect(await query(database.url, "SELECT to_regclass('accounts') AS found")).toEqual([{ found: null }]);
      await client.query('SELECT pg_advisory_unlock(72707369)');
      expect(await waiting).toHaveLength((await names(MIGRATIONS_FOLDER)).length);
    });
    await expect.poll(() => locks(true)).toEqual([]);
  });
});

describe('drift', () => {
  const check = (...args: string[]): Promise<{ code: number; text: string }> =>
    promisify(execFile)(process.execPath, ['tools/migrate.mjs', 'check', ...args], { cwd: ROOT }).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: unknown) => {
        const { code, stderr } = error as { code: number; stderr: string };
        return { code, text: stderr };
      },
    );

  // `npm test` runs the check on the project's own schema and migrations.
  test('is found if the schema has a column that no migration makes', async () => {
    const folder = await temporaryFolder();
    const [schema, migrations] = [path.join(folder, 'schema.prisma'), path.join(folder, 'migrations')];
    const columns = 'CREATE TABLE "Account" ("id" TEXT NOT NULL, CONSTRAINT "Account_pkey" PRIMARY KEY ("id"));';
    await mkdir(path.join(migrations, '20260101000000_first'), { recursive: true });
    await writeFile(path.join(migrations, '20260101000000_first/migration.sql'), columns);
    await writeFile(path.join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
    const model = (more: string): string =>
      `datasource db {\n  provider = "postgresql"\n}\nmodel Account {\n  id String @id\n${more}}\n`;
    const options = ['--schema', schema, '--migrations', migrations];
    await writeFile(schema, model(''));
    expect(await check(...options)).toMatchObject({ code: 0 });
    await writeFile(schema, model('  surprise Int?\n'));
    expect(await check(...options)).toMatchObject({
      code: 1,
      text: expect.stringContaining('ADD COLUMN     "surprise" INTEGER') as unknown,
    });
    await rm(folder, { recursive: true });
  });
});

describe('the journals', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
    await query(database.url, "INSERT INTO accounts (id, name) VALUES ('acc_1', 'a')");
    await query(
      database.url,
      "INSERT INTO account_events (id, account_id, at, kind, body) VALUES ('evt_1', 'acc_1', now(), 'x', '{}')",
    );
    // an entry needs a session, which needs an agent; what is tested here is the entry alone
    await query(
      database.url,
      "SET session_replication_role = replica; INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash) VALUES ('sess_1', 0, 'x', 0, '{}', decode(repeat('00', 32), 'hex'))",
    );
  });

  afterEach(async () => {
    await database.drop();
  });

  test.each(
    ['entries', 'account_events'].flatMap(
      (table) =>
        [
          [table, `UPDATE ${table} SET body = 'changed'`],
          [table, `DELETE FROM ${table}`],
          [table, `TRUNCATE ${table}`],
          [table, `TRUNCATE ${table} CASCADE`],
        ] as [string, string][],
    ),
  )('%s: the database refuses %s', async (table, sql) => {
    await expect(query(database.url, sql)).rejects.toMatchObject({
      code: '23001',
      message: expect.stringContaining(`${table} is append-only`) as unknown,
    });
    expect(await query(database.url, `SELECT body FROM ${table}`)).toEqual([{ body: '{}' }]);
  });

  test('an account with events cannot be removed either', async () => {
    await expect(query(database.url, "DELETE FROM accounts WHERE id = 'acc_1'")).rejects.toMatchObject({
      code: expect.stringMatching(/^2300[13]$/) as unknown,
    });
    await expect(query(database.url, 'TRUNCATE accounts CASCADE')).rejects.toMatchObject({ code: '23001' });
  });

  test.each<[string, string, string]>([
    ['a negative number', '-1', '32'],
    ['a hash that is too short', '1', '31'],
    ['a hash that is too long', '1', '33'],
  ])('an entry with %s is refused', async (_case, seq, length) => {
    await expect(
      query(
        database.url,
        `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash) VALUES ('sess_1', ${seq}, 'x', 0, '{}', decode(repeat('00', ${length}), 'hex'))`,
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
