/** Old keys that are in use for longer than a rotation should take. See docs/tokens.md, Rotation. */
import type { Pool } from 'pg';
import type { KeyRing } from '../tokens/key-ring.ts';
import { readKeyUse, totalUse } from './key-use.ts';
import { inTransaction } from '../platform/transaction.ts';

const DAY_MS = 86_400_000;

/** An old or unregistered key that something is sealed under. */
export interface KeyInUse {
  readonly kid: string;
  readonly version: string;
  /** Rows that are sealed under it. */
  readonly rows: number;
  /** Since when it is an old key; null where it is not registered. */
  readonly since: Date | null;
}

/** What a look at the keys finds. */
export interface KeyFindings {
  /** Old keys that are in use although their grace is over. */
  readonly overdue: readonly KeyInUse[];
  /** Keys that rows need and that this node does not have: what is sealed under them cannot be read here. */
  readonly missing: readonly KeyInUse[];
}

/** Puts on record which keys are active and which are old. `now` is in milliseconds since the epoch. */
export async function recordRing(pool: Pick<Pool, 'query'>, ring: KeyRing, now: number): Promise<void> {
  const keys = ring.all().map(({ kid, version }) => ({ kid, version, old: ring.active(kid)?.version !== version }));
  await pool.query(
    `INSERT INTO ring_keys (kid, version, first_seen, old_since)
     SELECT kid, version, $2::timestamptz, CASE WHEN old THEN $2::timestamptz END
     FROM json_to_recordset($1::json) AS r(kid text, version text, old bool)
     ON CONFLICT (kid, version) DO UPDATE
     SET old_since = CASE WHEN EXCLUDED.old_since IS NULL THEN NULL ELSE coalesce(ring_keys.old_since, EXCLUDED.old_since) END`,
    [JSON.stringify(keys), new Date(now)],
  );
}

/** Reads the tables of sealed rows whole, with as much time as that takes. Rejects when the database does. */
export function findKeysInUse(
  pool: Pick<Pool, 'connect'>,
  ring: KeyRing,
  { graceDays, now }: { readonly graceDays: number; readonly now: number },
): Promise<KeyFindings> {
  return inTransaction(pool, async (client) => {
    await client.query('SET LOCAL statement_timeout = 0');
    const used = (await readKeyUse(client, ring)).filter((use) => totalUse(use) > 0);
    const { rows: ages } = await client.query<{ kid: string; version: string; old_since: Date | null }>(
      'SELECT kid, version, old_since FROM ring_keys',
    );
    const inUse = (role: 'old' | 'unregistered'): KeyInUse[] =>
      used
        .filter((use) => use.role === role)
        .map((use) => {
          const { kid, version } = use;
          const age = ages.find((each) => each.kid === kid && each.version === version);
          return { kid, version, rows: totalUse(use), since: age?.old_since ?? null };
        });
    const isOverdue = ({ since }: KeyInUse): boolean => since !== null && since.getTime() <= now - graceDays * DAY_MS;
    return { overdue: inUse('old').filter(isOverdue), missing: inUse('unregistered') };
  });
}
