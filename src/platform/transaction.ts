import type { Pool, PoolClient } from 'pg';

/** Runs `work` in one transaction. It is rolled back where `work` rejects. */
export async function inTransaction<T>(
  pool: Pick<Pool, 'connect'>,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    failed = false;
    return result;
  } finally {
    // A connection in a transaction that failed is closed, which rolls it back.
    client.release(failed);
  }
}
