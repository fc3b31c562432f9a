/**
 * Backups of the whole database into a sealed file, and their restoration. See docs/operations.md, Backup.
 *
 * A backup is one moment of the database: one transaction reads all tables while calls go on. A restore reads the file to its
 * end before it writes the first row, and writes all of it in one transaction.
 */
import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { recordActIn } from '../audit/account-events.ts';
import type { Signer } from '../audit/seal.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId } from '../platform/ids.ts';
import { applyMigrations, knownMigrations } from '../platform/migrations.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { backupTables, databaseMigrations } from './database-tables.ts';
import { LineProof, PROVEN_TABLES } from './line-proof.ts';
import type { ProofResult } from './line-proof.ts';
import { openSealedFile, writeSealedFile } from './sealed-file.ts';
import type { SealedFileFacts } from './sealed-file.ts';
import { inSnapshot } from './snapshot.ts';
import { dumpTables, insertRows, readTables } from './table-lines.ts';
import type { RowCounts } from './table-lines.ts';
import { inTransaction } from '../platform/transaction.ts';

type Db = Pick<Pool, 'query' | 'connect'>;

/** What a backup needs of the server's keys. */
export interface BackupKeys {
  readonly ring: KeyRing;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
}

export interface BackupOptions extends BackupKeys {
  readonly file: string;
  readonly clock: Clock;
  /** Told of rows that are done, and of how many there are; the number is an estimate while it is read. */
  readonly onProgress?: (done: number, total: number) => void;
}

const HEAD = z.object({ backup: z.literal(1), migrations: z.array(z.string()).min(1) });

/** Why a restore is refused, before anything is written. */
export type RestoreFault = 'newer_schema' | 'not_empty' | 'other_schema';

/** A restore that is refused. The message says what to do. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
  readonly fault: RestoreFault;

  constructor(fault: RestoreFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Writes the database to a new file, and reads the file back. The backup is on record before it is made. Throws SealedFileError. */
export async function createBackup(pool: Db, options: BackupOptions): Promise<RowCounts> {
  const { file, ring, clock, onProgress } = options;
  await recordEverywhere(pool, 'backup_created', clock.now());
  await inSnapshot(pool, async (client) => {
    const tables = await backupTables(client);
    const total = await estimatedRows(client);
    let done = 0;
    const head = { backup: 1, migrations: await databaseMigrations(client) };
    const lines = dumpTables(client, head, tables, (rows) => onProgress?.((done += rows), Math.max(total, done)));
    await writeSealedFile(file, 'backup', ring, clock.now(), lines);
  });
  const { lines } = await openSealedFile(file, 'backup', ring);
  return readTables(lines(), { rows: () => undefined });
}

async function estimatedRows(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ total: string | null }>(
    `SELECT sum(greatest(reltuples, 0))::bigint AS total FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`,
  );
  return Number(rows[0]?.total ?? 0);
}

async function recordEverywhere(pool: Db, kind: 'backup_created' | 'backup_restored', now: number): Promise<void> {
  await inTransaction(pool, (client) => recordAccounts(client, kind, now));
}

async function recordAccounts(
  client: PoolClient,
  kind: 'backup_created' | 'backup_restored',
  now: number,
  subject: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { rows } = await client.query<{ id: AccountId }>('SELECT id FROM accounts ORDER BY id');
  for (const { id: accountId } of rows) await recordActIn(client, { accountId, userId: null, kind, subject }, now);
}

/** A backup file that was read to its end. */
export interface ReadBackup {
  readonly facts: SealedFileFacts;
  readonly migrations: readonly string[];
  readonly counts: RowCounts;
  /** Null where it was not asked for. */
  readonly proof: ProofResult | null;
}

/**
 * Reads a backup to its end, with `prove` also its journals and logs. Throws SealedFileError and LinesError for a file that is
 * not whole, and RestoreRefused for one of a newer version.
 */
export async function readBackup(
  { file, ring, auditKey, signer }: BackupKeys & { readonly file: string },
  prove: boolean,
): Promise<ReadBackup> {
  const { facts, lines } = await openSealedFile(file, 'backup', ring);
  const proof = prove ? new LineProof(auditKey, signer) : null;
  let migrations: readonly string[] = [];
  const counts = await readTables(lines(), {
    head: async (head) => {
      ({ migrations } = HEAD.parse(head));
      await refuseNewer(migrations);
    },
    rows: (table, rows) => proof?.rows(table, rows),
  });
  return { facts, migrations, counts, proof: proof?.end() ?? null };
}

async function refuseNewer(migrations: readonly string[]): Promise<void> {
  const known = new Set(await knownMigrations());
  const newer = migrations.find((name) => !known.has(name));
  if (newer !== undefined)
    throw new RestoreRefused(
      'newer_schema',
      `The backup is of a newer version of Masker: it has the migration ${newer}, which this version does not know. Restore it with that version.`,
    );
}

/** Checks, without a change, that the backup can be restored into the database. Throws RestoreRefused. */
export async function checkTarget(pool: Db, migrations: readonly string[]): Promise<void> {
  const present = await databaseMigrations(pool);
  const tables = await backupTables(pool);
  for (const table of tables) {
    const { rowCount } = await pool.query(`SELECT FROM "${table}" LIMIT 1`);
    if ((rowCount ?? 0) > 0)
      throw new RestoreRefused(
        'not_empty',
        `The database is not empty: the table ${table} has rows. Name a database that no server has used yet.`,
      );
  }
  if (present.length > 0 && present.join() !== [...migrations].sort().join())
    throw new RestoreRefused(
      'other_schema',
      'The database has tables of another version than the backup. Name a database without tables.',
    );
  if (present.length === 0 && tables.length > 0)
    throw new RestoreRefused(
      'other_schema',
      'The database has tables that are not of Masker. Name one without tables.',
    );
}

/**
 * Restores a backup that `readBackup` has read into a database that `checkTarget` has checked. All rows come in one
 * transaction. Resolves with the journals and logs that were proven, where `prove` asks for that.
 */
export async function restoreBackup(
  pool: Db,
  url: string,
  options: BackupOptions,
  read: ReadBackup,
  prove: boolean,
): Promise<ProofResult | null> {
  const { file, ring, auditKey, signer, clock, onProgress } = options;
  await applyMigrations(url, undefined, new Set(read.migrations));
  const total = Object.values(read.counts).reduce((sum, count) => sum + count, 0);
  await inTransaction(pool, async (client) => {
    await client.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
    const tables = await backupTables(client);
    // Triggers would put what is restored into the queues once more; the queues are restored as they were.
    for (const table of tables) await client.query(`ALTER TABLE "${table}" DISABLE TRIGGER USER`);
    let done = 0;
    const { lines } = await openSealedFile(file, 'backup', ring);
    await readTables(lines(), {
      rows: async (table, rows) => {
        await insertRows(client, table, rows);
        onProgress?.((done += rows.length), total);
      },
    });
    await checkCounts(client, read.counts);
    await continueSequences(client);
    for (const table of tables) await client.query(`ALTER TABLE "${table}" ENABLE TRIGGER USER`);
    await recordAccounts(client, 'backup_restored', clock.now(), { backup_created_at: read.facts.createdAt });
  });
  await applyMigrations(url);
  return prove ? proveDatabase(pool, { ring, auditKey, signer }) : null;
}

async function checkCounts(client: PoolClient, counts: RowCounts): Promise<void> {
  for (const [table, count] of Object.entries(counts)) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) AS count FROM "${table}"`);
    if (Number(rows[0]?.count) !== count) throw new Error(`the table ${table} does not have the rows of the backup`);
  }
}

/** Numbers that are given out go on behind the highest one. */
async function continueSequences(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ table_name: string; column_name: string; sequence: string }>(
    `SELECT c.table_name, c.column_name, pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) AS sequence
     FROM information_schema.columns c
     WHERE c.table_schema = current_schema() AND pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) IS NOT NULL`,
  );
  for (const { table_name: table, column_name: column, sequence } of rows)
    await client.query(
      `SELECT setval($1::regclass, greatest((SELECT max("${column}") FROM "${table}"), 1), (SELECT max("${column}") FROM "${table}") IS NOT NULL)`,
      [sequence],
    );
}

/** Proves the journals and logs of a database. Rejects when the database does. */
export function proveDatabase(pool: Db, { auditKey, signer }: BackupKeys): Promise<ProofResult> {
  return inSnapshot(pool, async (client) => {
    const proof = new LineProof(auditKey, signer);
    await readTables(dumpTables(client, {}, PROVEN_TABLES), {
      rows: (table, rows) => {
        proof.rows(table, rows);
      },
    });
    return proof.end();
  });
}
