/**
 * Prunes account logs as C2SP tlog-tiles says: raises the minimum index of a log, below which no leaf is given out. The
 * tree, its hashes, checkpoints and proofs stay, and so do the stored leaves. See docs/account-log.md, Pruning.
 *
 * The index rises in steps, each one statement that also counts the leaves. If we crash in between, the next run continues
 * from the last step.
 */
import type { Pool } from 'pg';
import { TILE_WIDTH } from '../audit-log/tile.ts';
import type { AccountId } from '../platform/ids.ts';

type Db = Pick<Pool, 'query'>;

const DAY_MS = 86_400_000;
/** Tiles of one step at most. */
const TILES = 16;

export interface LogPruningOptions {
  readonly pool: Db;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly shouldStop?: (() => boolean) | undefined;
}

interface PrunableLog {
  readonly id: AccountId;
  readonly days: number;
  /** A 64-bit number, as the database writes it. */
  readonly minimum: string;
}

/** Prunes every log whose account limits it. Resolves with the number of leaves that are given out no more. */
export async function pruneLogs({ pool, now, shouldStop }: LogPruningOptions): Promise<number> {
  const { rows: logs } = await pool.query<PrunableLog>(
    `SELECT id, log_retention_days AS days, log_minimum_index AS minimum FROM accounts
     WHERE log_retention_days IS NOT NULL ORDER BY id`,
  );
  let pruned = 0;
  for (const { id, days, minimum } of logs) {
    let from = Number(minimum);
    const before = new Date(now - days * DAY_MS);
    const end = await oldLeaves(pool, id, from, before);
    while (from < end && shouldStop?.() !== true) {
      const to = await beforeKept(pool, { id, before }, from, Math.min(end, from + TILES * TILE_WIDTH));
      if (to === from || !(await raise(pool, { id, days }, from, to))) break;
      pruned += to - from;
      from = to;
    }
  }
  return pruned;
}

/**
 * Returns the end of the last full tile from `from` on whose last leaf is older than `before`; `from` without one. Leaves are in
 * the order of time, unless the clock of the database was wrong: so `beforeKept` looks at each of them.
 */
async function oldLeaves(pool: Db, accountId: AccountId, from: number, before: Date): Promise<number> {
  const { rows } = await pool.query<{ size: string }>(
    'SELECT size FROM log_checkpoints WHERE account_id = $1 ORDER BY size DESC LIMIT 1',
    [accountId],
  );
  let [low, high] = [from / TILE_WIDTH, Math.floor(Number(rows[0]?.size ?? 0) / TILE_WIDTH)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const { rowCount } = await pool.query(
      'SELECT FROM log_leaves WHERE account_id = $1 AND leaf_index = $2 AND at < $3',
      [accountId, middle * TILE_WIDTH - 1, before],
    );
    if (rowCount === 0) high = middle - 1;
    else low = middle;
  }
  return low * TILE_WIDTH;
}

/**
 * Returns the start of the tile with the first leaf that is kept, else `to`: one that is not old, or the seal of a session that
 * is on record, whose evidence needs it.
 */
async function beforeKept(
  pool: Db,
  { id, before }: { readonly id: AccountId; readonly before: Date },
  from: number,
  to: number,
): Promise<number> {
  const { rows } = await pool.query<{ leaf_index: string }>(
    `SELECT l.leaf_index FROM log_leaves l
     WHERE l.account_id = $1 AND l.leaf_index >= $2 AND l.leaf_index < $3
       AND (l.at >= $4 OR (l.source = 'seal' AND EXISTS (SELECT FROM sessions s WHERE s.id = l.ref)))
     ORDER BY l.leaf_index LIMIT 1`,
    [id, from, to, before],
  );
  const [kept] = rows;
  return kept === undefined ? to : Math.floor(Number(kept.leaf_index) / TILE_WIDTH) * TILE_WIDTH;
}

/**
 * Raises the minimum index, and counts the leaves in the same statement. Returns false if the index or the days of the account
 * have changed since: an account that now wants its leaves for longer keeps them.
 */
async function raise(
  pool: Db,
  { id, days }: Pick<PrunableLog, 'id' | 'days'>,
  from: number,
  to: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `WITH raised AS (
       UPDATE accounts SET log_minimum_index = $3
       WHERE id = $1 AND log_minimum_index = $2 AND log_retention_days = $4 RETURNING id)
     INSERT INTO retention_counts (account_id, what, count) SELECT id, 'leaves_pruned', $3::bigint - $2::bigint FROM raised
     ON CONFLICT (account_id, what) DO UPDATE SET count = retention_counts.count + EXCLUDED.count`,
    [id, from, to, days],
  );
  return rowCount === 1;
}
