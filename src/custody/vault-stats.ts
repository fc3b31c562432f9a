/** What the vaults of all accounts hold, in numbers. */
import type { Pool } from 'pg';

export interface VaultStats extends Record<string, unknown> {
  /** Sessions whose values can be opened. */
  readonly sessions_with_key: number;
  readonly values: number;
  /** Turns of which payloads are kept. */
  readonly payloads: number;
  /** Of the tables with their indexes. */
  readonly bytes: number;
  readonly values_by_kind: Readonly<Record<string, number>>;
  /** Values by the key that their tokens were derived under: `kid|version`. A rotation leaves tokens as they are. */
  readonly values_by_token_key: Readonly<Record<string, number>>;
}

const STATS = `SELECT
  (SELECT count(*) FROM vault_keys) AS sessions_with_key,
  (SELECT count(*) FROM payloads) AS payloads,
  pg_total_relation_size('vault_keys') + pg_total_relation_size('vault_entries') + pg_total_relation_size('payloads') AS bytes`;

const VALUES = `SELECT kind, kid || '|' || key_version AS token_key, count(*) AS count
  FROM vault_entries GROUP BY kind, kid, key_version ORDER BY kind`;

/** Reads the vault's tables whole. Rejects when the database does. */
export async function readVaultStats(db: Pick<Pool, 'query'>): Promise<VaultStats> {
  const { rows } = await db.query<Record<'sessions_with_key' | 'payloads' | 'bytes', string>>(STATS);
  const { rows: values } = await db.query<{ kind: string; token_key: string; count: string }>(VALUES);
  const totals = (name: 'kind' | 'token_key'): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const row of values) sums[row[name]] = (sums[row[name]] ?? 0) + Number(row.count);
    return sums;
  };
  const [row] = rows;
  return {
    sessions_with_key: Number(row?.sessions_with_key ?? 0),
    values: values.reduce((sum, { count }) => sum + Number(count), 0),
    payloads: Number(row?.payloads ?? 0),
    bytes: Number(row?.bytes ?? 0),
    values_by_kind: totals('kind'),
    values_by_token_key: totals('token_key'),
  };
}
