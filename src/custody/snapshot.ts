import type { Pool, PoolClient } from 'pg';

/** Runs `read` on one moment of the database, with as much time as it takes. */
export async function inSnapshot<T>(pool: Pick<Pool, 'connect'>, read: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Times and bytes as text must not depend on the settings of the server.
    await client.query(
      "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'",
    );
    const result = await read(client);
    await client.query('COMMIT');
    failed = false;
    return result;
  } finally {
    // A connection in a transaction that failed is closed, which rolls it back.
    client.release(failed);
  }
}
