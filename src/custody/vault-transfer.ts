/** Export of all vaults into a sealed file, and import of such a file. See docs/operations.md, Export and import. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { recordActIn } from '../audit/account-events.ts';
import type { AccountEventKind } from '../audit/account-events.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { openSealedFile, writeSealedFile } from './sealed-file.ts';
import { inSnapshot } from './snapshot.ts';
import { dumpTables, insertRows, readTables } from './table-lines.ts';
import type { RowCounts } from './table-lines.ts';
import { inTransaction } from './transaction.ts';

/** Keys first: payloads need them. */
const TABLES = ['vault_keys', 'vault_entries', 'payloads'] as const;

export interface TransferOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly file: string;
  /** Told of rows that are done. */
  readonly onProgress?: (rows: number) => void;
}

/** Writes all vaults to a new file. The export is on record before it is made. Throws SealedFileError. */
export async function exportVaults(options: TransferOptions): Promise<RowCounts> {
  const { pool, ring, clock, file, onProgress } = options;
  await recordForVaults(options, 'vault_exported');
  let rows = 0;
  await inSnapshot(pool, async (client) => {
    const lines = dumpTables(client, { vault: 1 }, TABLES, (more) => onProgress?.((rows += more)));
    await writeSealedFile(file, 'vault', ring, clock.now(), lines);
  });
  // Read back: what was written is what can be imported.
  return readTables((await openSealedFile(file, 'vault', ring)).lines(), { rows: () => undefined });
}

/** An event in the log of each account that has a vault. */
async function recordForVaults({ pool, clock }: TransferOptions, kind: AccountEventKind): Promise<void> {
  const { rows } = await pool.query<{ account_id: AccountId; sessions: number }>(
    'SELECT account_id, count(*)::int AS sessions FROM vault_keys GROUP BY account_id',
  );
  for (const { account_id: accountId, sessions } of rows)
    await inTransaction(pool, (client) =>
      recordActIn(client, { accountId, userId: null, kind, subject: { sessions } }, clock.now()),
    );
}

export interface ImportResult {
  /** Rows that the file holds, and rows that were not there yet. */
  readonly rows: RowCounts;
  readonly imported: RowCounts;
  /** Sessions that are left out: their metadata has expired here, or they have another data key by now. */
  readonly skippedSessions: number;
}

const ROW = z.looseObject({ session_id: z.string(), account_id: z.string().optional() });
const KEY = z.object({
  session_id: z.string(),
  account_id: z.string(),
  kid: z.string(),
  key_version: z.string(),
  /** As PostgreSQL writes bytes. */
  wrapped: z.string().startsWith('\\x'),
});

interface KeyRecord {
  readonly session_id: SessionId;
  readonly account_id: AccountId;
  readonly kid: string | null;
  readonly key_version: string;
  readonly wrapped: Buffer;
  readonly is_expired: boolean | null;
}

const EXISTING = `SELECT i.id AS session_id, k.account_id, k.kid, k.key_version, k.wrapped, s.expired_at IS NOT NULL AS is_expired
  FROM unnest($1::text[]) AS i(id) LEFT JOIN vault_keys k ON k.session_id = i.id LEFT JOIN sessions s ON s.id = i.id`;

/**
 * Adds what the file holds and the database does not. A second import of the same file changes nothing. The file is read to
 * its end before the first row is written. Throws SealedFileError, and LinesError.
 */
export async function importVaults(options: TransferOptions): Promise<ImportResult> {
  const { pool, ring, file, onProgress } = options;
  const { lines } = await openSealedFile(file, 'vault', ring);
  const total = await readTables(lines(), { rows: checkTable });
  const skipped = new Set<string>();
  const imported: Record<string, number> = {};
  let done = 0;
  await readTables(lines(), {
    rows: async (table, rows) => {
      if (table === 'vault_keys') await skipUnfit(options, rows, skipped);
      const fitting = rows.filter((row) => !skipped.has(ROW.parse(JSON.parse(row)).session_id));
      const count = await inTransaction(pool, (client) => insertRows(client, table, fitting, 'ON CONFLICT DO NOTHING'));
      imported[table] = (imported[table] ?? 0) + count;
      onProgress?.((done += rows.length));
    },
  });
  if (Object.values(imported).some((count) => count > 0)) await recordForVaults(options, 'vault_imported');
  return { rows: total, imported, skippedSessions: skipped.size };
}

function checkTable(table: string): void {
  if (!TABLES.some((name) => name === table)) throw new Error(`a vault file holds no table ${table}`);
}

/** Notes the sessions whose rows would be of no use: values under another data key do not open. */
async function skipUnfit(
  { pool, ring }: TransferOptions,
  rows: readonly string[],
  skipped: Set<string>,
): Promise<void> {
  const keys = rows.map((row) => KEY.parse(JSON.parse(row)));
  const { rows: existing } = await pool.query<KeyRecord>(EXISTING, [keys.map(({ session_id: id }) => id)]);
  const byId = new Map<string, KeyRecord>(existing.map((record) => [record.session_id, record]));
  for (const key of keys) {
    const found = byId.get(key.session_id);
    if (found?.is_expired === true) skipped.add(key.session_id);
    if (found === undefined || found.kid === null) continue;
    const wrapped = Buffer.from(key.wrapped.slice(2), 'hex');
    const isSame =
      found.wrapped.equals(wrapped) ||
      SessionVault.haveSameKey(
        ring,
        { kid: key.kid, keyVersion: key.key_version, wrapped },
        { kid: found.kid, keyVersion: found.key_version, wrapped: found.wrapped },
        found.account_id,
        found.session_id,
      );
    if (!isSame) skipped.add(key.session_id);
  }
}
