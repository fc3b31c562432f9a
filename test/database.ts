/**
 * Databases for the e2e tests. Before the first file, one embedded PostgreSQL is started in a temporary folder and a
 * template is migrated; each test file then copies the template, which takes about 30 ms.
 *
 * The servers of the tests do not flush to the disk. Tests kill processes but never the machine, and what a process has
 * written outlives it. Flushing took most of the time of the tests.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts';
import { applyMigrations } from '../src/platform/migrations.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the maintenance database of the tests' server. */
    databaseServerUrl: string;
    /** A data folder whose embedded database has been made and is stopped. */
    stoppedDatabase: string;
  }
}

const TEMPLATE = 'masker_template';
const RELOAD = 'SELECT pg_reload_conf()';

/** A database of one test file, migrated and empty. */
export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. */
  readonly drop: () => Promise<void>;
}

/** Vitest calls it once for the project; what it returns runs after the last file. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [folder, stopped] = [await temporaryFolder(), await temporaryFolder()];
  await (await startEmbeddedPostgres(stopped)).stop();
  await appendFile(path.join(stopped, 'postgres/data/postgresql.conf'), 'fsync = off\nfull_page_writes = off\n');
  await copyDatabase(stopped, folder);
  const server = await startEmbeddedPostgres(folder);
  await execute(server.url(), `CREATE DATABASE ${TEMPLATE}`);
  await applyMigrations(server.url(TEMPLATE));
  project.provide('databaseServerUrl', server.url());
  project.provide('stoppedDatabase', stopped);
  return async () => {
    await server.stop();
    for (const each of [folder, stopped]) await rm(each, { recursive: true, force: true });
  };
}

/** Puts a stopped embedded database into a data folder, for tests that are not of the first start: initdb takes seconds. */
export async function putDatabase(dataDir: string): Promise<void> {
  await copyDatabase(inject('stoppedDatabase'), dataDir);
}

/** Copies with owners and modes, unlike fs.cp. */
async function copyDatabase(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', path.join(from, 'postgres'), to]);
}

/** Makes the tests' server flush to the disk, as a production server does. Returns what ends it. */
export async function makeDurable(): Promise<() => Promise<void>> {
  const server = inject('databaseServerUrl');
  await execute(server, 'ALTER SYSTEM SET fsync = on', 'ALTER SYSTEM SET full_page_writes = on', RELOAD);
  // The server reads its settings when it gets to it.
  const pool = openPool(server, 1);
  const sql = "SELECT FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'on'";
  while ((await pool.query(sql)).rowCount !== 2);
  await pool.end();
  return () => execute(server, 'ALTER SYSTEM RESET ALL', RELOAD);
}

/** A fresh copy of the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create(`TEMPLATE ${TEMPLATE}`);
}

/** A fresh database without any table, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return create('');
}

/** A folder that PostgreSQL may enter where the tests run as root. The caller removes it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'masker-test-'));
  await chmod(folder, 0o711);
  return folder;
}

async function create(origin: string): Promise<TestDatabase> {
  const server = inject('databaseServerUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} ${origin}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Connections of a test's own. Whatever cuts them off, a dropped database or a stopped server, ends no test: a query would tell. */
export function openPool(url: string, max = 10): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  // A pool that was ended has yet to say goodbye on its connections, and hears no more of them.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function execute(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}
