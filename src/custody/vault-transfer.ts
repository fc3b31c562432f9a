/** Export of all vaults into a sealed file, and import of such a file. See docs/operations.md, Export and import. */
import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { recordActIn } from '../audit/account-events.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { openSealedFile, writeSealedFile } from './sealed-file.ts';
import { inSnapshot } from './snapshot.ts';
import { dumpTables, insertMissing, LinesError, readTables } from './table-lines.ts';
import type { RowCounts } from './table-lines.ts';
import { inTransaction } from '../platform/transaction.ts';

/** Keys first: payloads need them. */
const TABLES = ['vault_keys', 'vault_entries', 'payloads'] as const;

/** Keys say how often values were erased from their vault, so that an import can tell what was erased after the export. */
const QUERIES = {
  vault_keys: `(SELECT k.*, coalesce(s.vault_generation, 0) AS vault_generation
    FROM vault_keys k LEFT JOIN sessions s ON s.id = k.session_id)`,
};

export interface TransferOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly file: string;
  /** Told of rows that are done. */
  readonly onProgress?: (rows: number) => void;
}

/** Writes all vaults to a new file. The export is on record before the file is written. Throws SealedFileError. */
export async function exportVaults(options: TransferOptions): Promise<RowCounts> {
  const { pool, ring, clock, file, onProgress } = options;
  let rows = 0;
  await inSnapshot(pool, async (client) => {
    await recordExport(options, client);
    const onRows = (more: number): void => onProgress?.((rows += more));
    const lines = dumpTables(client, { vault: 1 }, TABLES, onRows, QUERIES);
    await writeSealedFile(file, 'vault', ring, clock.now(), lines);
  });
  // Read back: what was written is what can be imported.
  return readTables((await openSealedFile(file, 'vault', ring)).lines(), { rows: () => undefined });
}

/** An event in the log of each account whose vaults the snapshot has. */
async function recordExport({ pool, clock }: TransferOptions, snapshot: PoolClient): Promise<void> {
  const { rows } = await snapshot.query<{ account_id: AccountId; sessions: number }>(
    'SELECT account_id, count(*)::int AS sessions FROM vault_keys GROUP BY account_id',
  );
  for (const { account_id: accountId, sessions } of rows)
    await inTransaction(pool, (client) =>
      recordActIn(client, { accountId, userId: null, kind: 'vault_exported', subject: { sessions } }, clock.now()),
    );
}

export interface ImportOptions extends TransferOptions {
  /** Whether sessions come back whose values were erased after the export. */
  readonly withPurged: boolean;
}

/**
 * Why a session is left out: it is not in this database, it has expired, values of it were erased after the export, or it
 * has another data key by now.
 */
export const leftOutReasons = ['unknown', 'expired', 'purged', 'other_key'] as const;
export type LeftOut = (typeof leftOutReasons)[number];

export interface ImportResult {
  /** Rows that the file holds, and rows that were not there yet. */
  readonly rows: RowCounts;
  readonly imported: RowCounts;
  readonly leftOut: Readonly<Record<LeftOut, number>>;
}

const ROW = z.looseObject({ session_id: z.string(), account_id: z.string().optional() });
const KEY = z.object({
  session_id: z.string(),
  account_id: z.string(),
  kid: z.string(),
  key_version: z.string(),
  /** As PostgreSQL writes bytes. */
  wrapped: z.string().startsWith('\\x'),
  /** Absent in files of earlier versions. */
  vault_generation: z.number().default(0),
});
type KeyRow = z.infer<typeof KEY>;

interface SessionRecord {
  readonly session_id: SessionId;
  readonly account_id: AccountId;
  readonly vault_generation: number;
  readonly is_expired: boolean;
  readonly kid: string | null;
  readonly key_version: string | null;
  readonly wrapped: Buffer | null;
}

/** Locked until the batch is written: no purge comes in between. */
const SESSIONS = `SELECT s.id AS session_id, s.account_id, s.vault_generation, s.expired_at IS NOT NULL AS is_expired,
    k.kid, k.key_version, k.wrapped
  FROM sessions s LEFT JOIN vault_keys k ON k.session_id = s.id WHERE s.id = ANY($1) ORDER BY s.id FOR SHARE OF s`;

/**
 * Adds what the file holds and the database does not. A second import of the same file changes nothing. The file is read to
 * its end before the first row is written. What is added to an account is on record with the first of its rows. Throws
 * SealedFileError, and LinesError.
 */
export async function importVaults(options: ImportOptions): Promise<ImportResult> {
  const { ring, file, onProgress } = options;
  const { facts, lines } = await openSealedFile(file, 'vault', ring);
  const offered = new Map<string, number>();
  const rows = await readTables(lines(), {
    rows: (table, batch) => {
      if (!TABLES.some((name) => name === table)) throw new LinesError(`a vault file holds no table ${table}`);
      if (table === 'vault_keys')
        for (const { account_id: id } of batch.map(keyOf)) offered.set(id, (offered.get(id) ?? 0) + 1);
    },
  });
  const work = new Import(options, facts.createdAt, offered);
  let done = 0;
  await readTables(lines(), {
    rows: async (table, batch) => {
      await work.add(table, batch);
      onProgress?.((done += batch.length));
    },
  });
  return { rows, imported: work.imported, leftOut: work.leftOut };
}

const keyOf = (row: string): KeyRow => KEY.parse(JSON.parse(row));

class Import {
  readonly #options: ImportOptions;
  readonly #fileCreatedAt: string;
  /** Sessions in the file by account. */
  readonly #offered: ReadonlyMap<string, number>;
  /** Sessions that take their rows, with the generation of their vault in the file. */
  readonly #fit = new Map<string, number>();
  readonly #recorded = new Set<AccountId>();
  readonly imported: Record<string, number> = {};
  readonly leftOut: Record<LeftOut, number> = { unknown: 0, expired: 0, purged: 0, other_key: 0 };

  constructor(options: ImportOptions, fileCreatedAt: string, offered: ReadonlyMap<string, number>) {
    this.#options = options;
    this.#fileCreatedAt = fileCreatedAt;
    this.#offered = offered;
  }

  /** Adds rows of one table, and their record, in one transaction. */
  async add(table: string, rows: readonly string[]): Promise<void> {
    const byRow = rows.map((row) => ({ row, id: ROW.parse(JSON.parse(row)).session_id }));
    await inTransaction(this.#options.pool, async (client) => {
      const ids = [...new Set(byRow.map(({ id }) => id))];
      const { rows: found } = await client.query<SessionRecord>(SESSIONS, [ids]);
      const sessions = new Map<string, SessionRecord>(found.map((session) => [session.session_id, session]));
      if (table === 'vault_keys') for (const row of rows) this.#judge(keyOf(row), sessions);
      const fitting = byRow.filter(({ id }) => this.#isFit(sessions.get(id))).map(({ row }) => row);
      const inserted = await insertMissing<SessionId>(client, table, fitting);
      const accounts = new Set(inserted.flatMap((id) => sessions.get(id)?.account_id ?? []));
      await this.#record(client, [...accounts]);
      this.imported[table] = (this.imported[table] ?? 0) + inserted.length;
    });
  }

  /** Decides whether a session takes its rows. */
  #judge(key: KeyRow, sessions: ReadonlyMap<string, SessionRecord>): void {
    const reason = this.#reason(key, sessions.get(key.session_id));
    if (reason === null) this.#fit.set(key.session_id, key.vault_generation);
    else this.leftOut[reason] += 1;
  }

  #reason(key: KeyRow, session: SessionRecord | undefined): LeftOut | null {
    if (session?.account_id !== key.account_id) return 'unknown';
    if (session.is_expired) return 'expired';
    if (!this.#options.withPurged && key.vault_generation < session.vault_generation) return 'purged';
    const { kid, key_version: keyVersion, wrapped } = session;
    if (kid === null || keyVersion === null || wrapped === null) return null;
    const own = { kid: key.kid, keyVersion: key.key_version, wrapped: Buffer.from(key.wrapped.slice(2), 'hex') };
    const isSame =
      own.wrapped.equals(wrapped) ||
      SessionVault.haveSameKey(
        this.#options.ring,
        own,
        { kid, keyVersion, wrapped },
        session.account_id,
        session.session_id,
      );
    // Values under another data key do not open.
    return isSame ? null : 'other_key';
  }

  /** Whether the session still is what it was when its key was looked at. */
  #isFit(session: SessionRecord | undefined): boolean {
    const generation = session === undefined ? undefined : this.#fit.get(session.session_id);
    if (session === undefined || generation === undefined || session.is_expired) return false;
    return this.#options.withPurged || generation >= session.vault_generation;
  }

  /** An event in the log of each account that gets its first row. */
  async #record(client: PoolClient, accounts: readonly AccountId[]): Promise<void> {
    for (const accountId of accounts) {
      if (this.#recorded.has(accountId)) continue;
      const subject = {
        file_created_at: this.#fileCreatedAt,
        sessions: this.#offered.get(accountId) ?? 0,
        with_purged: this.#options.withPurged,
      };
      await recordActIn(
        client,
        { accountId, userId: null, kind: 'vault_imported', subject },
        this.#options.clock.now(),
      );
      this.#recorded.add(accountId);
    }
  }
}
