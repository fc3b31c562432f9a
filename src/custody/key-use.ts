/** What is sealed under which key of the ring. See docs/tokens.md, Rotation. */
import type { Pool } from 'pg';
import type { KeyRing } from '../tokens/key-ring.ts';

type Db = Pick<Pool, 'query'>;

/** The tables whose rows are sealed under a key of the ring, each with `kid`, `key_version` and the sealed bytes. */
export const SEALED_TABLES = ['vault_keys', 'agent_secrets', 'webhook_secrets'] as const;

export type SealedTable = (typeof SEALED_TABLES)[number];

/** How many rows are sealed under one key. */
export interface KeyUse {
  readonly kid: string;
  /** First 8 hex digits of a hash of the key. */
  readonly version: string;
  /** What the key is to this process; `unregistered` where it has no such key. */
  readonly role: 'active' | 'old' | 'unregistered';
  readonly rows: Readonly<Record<SealedTable, number>>;
}

const COUNT = SEALED_TABLES.map(
  (table) =>
    `SELECT '${table}' AS table_name, kid, key_version, count(*) AS rows FROM ${table} GROUP BY kid, key_version`,
).join(' UNION ALL ');

interface CountRecord {
  readonly table_name: SealedTable;
  readonly kid: string;
  readonly key_version: string;
  /** PostgreSQL's bigint comes as text. */
  readonly rows: string;
}

/** Returns the use of every key that is registered or that a row names, by kid. Reads three tables whole. */
export async function readKeyUse(db: Db, ring: KeyRing): Promise<readonly KeyUse[]> {
  const { rows } = await db.query<CountRecord>(COUNT);
  const registered = ring.all().map(({ kid, version }) => ({ kid, version }));
  const named = rows.map(({ kid, key_version: version }) => ({ kid, version }));
  const keys = new Map([...registered, ...named].map((key) => [`${key.kid}|${key.version}`, key]));
  return [...keys.values()]
    .map(({ kid, version }) => ({ kid, version, role: roleOf(ring, kid, version), rows: rowsOf(rows, kid, version) }))
    .sort((a, b) => (a.kid === b.kid ? a.role.localeCompare(b.role) : a.kid < b.kid ? -1 : 1));
}

/** Rows that are sealed under the key, in all tables. */
export function totalUse({ rows }: KeyUse): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

function roleOf(ring: KeyRing, kid: string, version: string): KeyUse['role'] {
  if (ring.active(kid)?.version === version) return 'active';
  return ring.version(kid, version) === null ? 'unregistered' : 'old';
}

function rowsOf(rows: readonly CountRecord[], kid: string, version: string): KeyUse['rows'] {
  const count = (table: SealedTable): number =>
    Number(rows.find((row) => row.table_name === table && row.kid === kid && row.key_version === version)?.rows ?? 0);
  return {
    vault_keys: count('vault_keys'),
    agent_secrets: count('agent_secrets'),
    webhook_secrets: count('webhook_secrets'),
  };
}
