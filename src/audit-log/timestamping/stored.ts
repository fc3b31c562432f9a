/** Tokens of checkpoints as they are stored: at most one for each checkpoint, append-only. */
import type { AccountId } from '../../platform/ids.ts';
import { storedCheckpoint } from '../log-tables.ts';
import type { CheckpointRecord, Db, StoredCheckpoint } from '../log-tables.ts';
import type { TakenToken } from './authority.ts';

/** A checkpoint with its token. */
export interface StampedCheckpoint extends TakenToken {
  readonly checkpoint: StoredCheckpoint;
}

interface TimestampRecord extends CheckpointRecord {
  readonly token: Buffer;
  readonly stamped_at: Date;
}

/** Keeps a token. A second one of the same checkpoint is passed over. */
export async function keepToken(db: Db, accountId: AccountId, size: number, { token, at }: TakenToken): Promise<void> {
  await db.query(
    `INSERT INTO log_timestamps (account_id, size, stamped_at, token) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [accountId, size, at, token],
  );
}

/** Returns the token of the checkpoint of exactly this size; null where it has none. */
export async function tokenAt(db: Db, accountId: AccountId, size: number): Promise<TakenToken | null> {
  const { rows } = await db.query<{ token: Buffer; stamped_at: Date }>(
    'SELECT token, stamped_at FROM log_timestamps WHERE account_id = $1 AND size = $2',
    [accountId, size],
  );
  const [row] = rows;
  return row === undefined ? null : { token: row.token, at: row.stamped_at };
}

/** Returns the first checkpoint of at least `size` leaves that has a token; null where there is none yet. */
export async function stampedFrom(db: Db, accountId: AccountId, size: number): Promise<StampedCheckpoint | null> {
  const { rows } = await db.query<TimestampRecord>(
    `SELECT c.size, c.root, c.at, c.key_id, c.note, t.token, t.stamped_at
     FROM log_timestamps t JOIN log_checkpoints c USING (account_id, size)
     WHERE account_id = $1 AND size >= $2 ORDER BY size LIMIT 1`,
    [accountId, size],
  );
  const [row] = rows;
  return row === undefined ? null : { checkpoint: storedCheckpoint(row), token: row.token, at: row.stamped_at };
}

/** Returns the newest checkpoint that has a token; null where there is none. */
export async function newestStamped(db: Db, accountId: AccountId): Promise<StampedCheckpoint | null> {
  const { rows } = await db.query<TimestampRecord>(
    `SELECT c.size, c.root, c.at, c.key_id, c.note, t.token, t.stamped_at
     FROM log_timestamps t JOIN log_checkpoints c USING (account_id, size)
     WHERE account_id = $1 ORDER BY size DESC LIMIT 1`,
    [accountId],
  );
  const [row] = rows;
  return row === undefined ? null : { checkpoint: storedCheckpoint(row), token: row.token, at: row.stamped_at };
}
