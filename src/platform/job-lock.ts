/** Background jobs run on any node, one node at a time: a session-level advisory lock of PostgreSQL decides. */
import type { Pool } from 'pg';

/** The jobs, each with the key of its lock. The class id keeps them apart from other users of advisory locks. */
const LOCK_CLASS = 0x6d61736b; // "mask"
export const JOBS = { idleSealing: 1, headAnchoring: 2, checkpointPublishing: 3, payloadErasure: 4 } as const;
export type Job = keyof typeof JOBS;

/**
 * Runs `work` if no other node is at the same job; resolves with its result, or null where another node has the lock.
 * The lock is held by a connection of its own: should this process die, the lock dies with it.
 */
export async function withJobLock<T>(pool: Pick<Pool, 'connect'>, job: Job, work: () => Promise<T>): Promise<T | null> {
  const client = await pool.connect();
  let broken = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS locked', [
      LOCK_CLASS,
      JOBS[job],
    ]);
    if (rows[0]?.locked !== true) {
      broken = false;
      return null;
    }
    const result = await work();
    await client.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_CLASS, JOBS[job]]);
    broken = false;
    return result;
  } finally {
    // A connection that may still hold the lock is closed, which releases the lock.
    client.release(broken);
  }
}
