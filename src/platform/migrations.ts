/**
 * Applies prisma/migrations at start-up, with neither Prisma's command line nor its native engine.
 *
 * Bookkeeping is Prisma Migrate's own: its table, its advisory lock, its checksum (SHA-256 of the file). A site that has
 * the engine may run `prisma migrate deploy` on the same database instead; the two agree on what was applied.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { endClient } from './end-client.ts';
import { StartError } from './start-error.ts';

/** The session-level advisory lock that Prisma Migrate takes. */
const PRISMA_LOCK = 72_707_369;

const PRISMA_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** prisma/migrations at the package root; this file is two folders below it in src/ and in dist/ alike. */
export const MIGRATIONS_FOLDER: string = path.resolve(import.meta.dirname, '../../prisma/migrations');

/** A migration that cannot be applied. The message names the migration and the reason, never a row's content. */
export class MigrationError extends StartError {
  override readonly name = 'MigrationError';
  readonly migration: string;

  constructor(migration: string, reason: string, options?: ErrorOptions) {
    super(`migration ${migration} ${reason}`, options);
    this.migration = migration;
  }
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface AppliedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Brings the database at `url` up to date and returns the names of the migrations that this call applied, in order.
 * Any number of processes may call it at once: one applies, the others wait and find nothing to do.
 * With `only`, those of other names are left out. Throws MigrationError for a file edited after it was applied, for an unfinished earlier run, and for a migration that
 * fails (nothing of it stays); StartError for a database of a newer version; a database that cannot be reached throws the
 * driver's error.
 */
export async function applyMigrations(
  url: string,
  folder: string = MIGRATIONS_FOLDER,
  only: ReadonlySet<string> | null = null,
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'masker migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined); // a lost connection fails the query in progress, which is where it is handled
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query(PRISMA_TABLE);
    const done = await readApplied(client);
    refuseNewer(migrations, done);
    const fresh: string[] = [];
    for (const migration of migrations) {
      const row = done.get(migration.name);
      if (row === undefined && only?.has(migration.name) === false) continue;
      if (row === undefined) {
        await apply(client, migration);
        fresh.push(migration.name);
      } else {
        checkApplied(migration, row);
      }
    }
    return fresh;
  } finally {
    await endClient(client); // the lock goes with the connection
  }
}

/** Returns the names of the migrations of this version, in order. */
export async function knownMigrations(folder: string = MIGRATIONS_FOLDER): Promise<string[]> {
  return (await readMigrations(folder)).map(({ name }) => name);
}

/**
 * Checks, without a change, that the database has every migration of this version and none of a newer one.
 * Throws StartError that says which command to run; a database that cannot be reached throws the driver's error.
 */
export async function requireMigrated(url: string, folder: string = MIGRATIONS_FOLDER): Promise<void> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'masker', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // as above
  await client.connect();
  try {
    const { rows } = await client.query<{ found: boolean }>(
      `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS found`,
    );
    if (rows[0]?.found !== true) throw new StartError('The database has no tables yet. Run `masker migrate` first.');
    const done = await readApplied(client);
    refuseNewer(migrations, done);
    const missing = migrations.find(({ name }) => !done.has(name));
    if (missing !== undefined)
      throw new StartError(`The database lacks the migration ${missing.name}. Run \`masker migrate\` first.`);
  } finally {
    await endClient(client);
  }
}

/** Throws StartError if the database has a migration that this version does not know: code of before it could misread it. */
function refuseNewer(migrations: readonly Migration[], done: ReadonlyMap<string, AppliedRow>): void {
  const known = new Set(migrations.map(({ name }) => name));
  const newer = [...done.keys()].filter((name) => !known.has(name)).sort()[0];
  if (newer !== undefined)
    throw new StartError(
      `The database belongs to a newer version of Masker: it has the migration ${newer}, which this version does not know. Start the newer version, or restore a backup made before the upgrade.`,
    );
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function readApplied(client: pg.Client): Promise<Map<string, AppliedRow>> {
  const { rows } = await client.query<AppliedRow>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function checkApplied({ name, checksum }: Migration, row: AppliedRow): void {
  if (row.checksum !== checksum) {
    throw new MigrationError(
      name,
      'was edited after it was applied: restore the file and put the change into a new migration',
    );
  }
  if (row.finished_at === null) {
    throw new MigrationError(
      name,
      'was begun by another tool and never finished: resolve it with `prisma migrate resolve`',
    );
  }
}

/** The migration and its row in one transaction: after a crash both are there, or neither. */
async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql); // one simple query of many statements: function bodies hold semicolons, so it cannot be split
    await client.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    // If the connection itself is gone, so is the transaction.
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(name, `failed and was rolled back: ${reason(error, sql)}`, { cause: error });
  }
}

/** What may be said of a database error: its code and place, and its message only where that can name no row's content. */
function reason(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return 'the connection was lost';
  const line =
    error.position === undefined ? '' : ` at line ${sql.slice(0, Number(error.position)).split('\n').length}`;
  const ofSchemaOnly = error.code?.startsWith('42') === true; // class 42: syntax error or access rule violation
  return `SQLSTATE ${error.code ?? 'unknown'}${line}${ofSchemaOnly ? `: ${error.message}` : ''}`;
}
