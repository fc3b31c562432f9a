/** Locks that any node may take, one node at a time: session-level advisory locks of PostgreSQL. */
import type { Pool, PoolClient } from 'pg';

export interface AdvisoryLock {
  /** Keeps the users of advisory locks apart. */
  readonly lockClass: number;
  /** A number below 2^31, or a text, of which PostgreSQL takes the hash. */
  readonly key: number | string;
}

/**
 * Runs `work` if no other holder has the lock; resolves with its result, or null where another one has it. The lock is
 * held by a connection of its own, which `work` may use: should this process die, the lock dies with it.
 */
export async function withAdvisoryLock<T>(
  pool: Pick<Pool, 'connect'>,
  { lockClass, key }: AdvisoryLock,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | null> {
  const place = typeof key === 'number' ? '$1, $2' : '$1, hashtext($2)';
  const unlock = `SELECT pg_advisory_unlock(${place})`;
  const client = await pool.connect();
  let locked = false;
  let broken = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${place}) AS locked`, [
      lockClass,
      key,
    ]);
    locked = rows[0]?.locked === true;
    const result = locked ? await work(client) : null;
    if (locked) await client.query(unlock, [lockClass, key]);
    broken = false;
    return result;
  } catch (error) {
    // The server notices in its own time that a connection is closed: the next caller would find the lock taken.
    if (locked)
      await client
        .query('ROLLBACK')
        .then(() => client.query(unlock, [lockClass, key]))
        .catch(() => undefined);
    throw error;
  } finally {
    // A connection that may still hold the lock, or a transaction, is closed.
    client.release(broken);
  }
}
