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
  const client = await pool.connect();
  let broken = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${place}) AS locked`, [
      lockClass,
      key,
    ]);
    const locked = rows[0]?.locked === true;
    const result = locked ? await work(client) : null;
    if (locked) await client.query(`SELECT pg_advisory_unlock(${place})`, [lockClass, key]);
    broken = false;
    return result;
  } finally {
    // A connection that may still hold the lock is closed, which releases the lock.
    client.release(broken);
  }
}
