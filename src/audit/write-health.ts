/**
 * Knows whether the journal can be written, by the outcome of its last write. A server that no caller is sent to writes
 * nothing, so a failed write is tried again on request, in a transaction that is rolled back.
 */
import type { Pool } from 'pg';

/** The statement of a write that failed. Its values stay in memory until a write succeeds. */
export interface FailedWrite {
  readonly text: string;
  readonly values: unknown[];
}

export class WriteHealth {
  #failed: FailedWrite | null = null;

  /** A write was committed. */
  succeeded(): void {
    this.#failed = null;
  }

  /** A write could not be committed, and not because of another writer. */
  failed(write: FailedWrite): void {
    this.#failed = write;
  }

  /**
   * Returns null if the last write succeeded or would succeed now, and what refuses it otherwise. Never rejects.
   * `isOther` recognises errors that prove a working database, such as a conflict with another writer.
   */
  async fault(pool: Pick<Pool, 'connect'>, isOther: (error: unknown) => boolean): Promise<Error | null> {
    const failed = this.#failed;
    if (failed === null) return null;
    const error = await rehearse(pool, failed);
    if (error !== null && !isOther(error)) return error;
    if (this.#failed === failed) this.#failed = null;
    return null;
  }
}

/** Runs a statement and takes it back. Returns the error that it met. */
async function rehearse(pool: Pick<Pool, 'connect'>, { text, values }: FailedWrite): Promise<Error | null> {
  let found: Error | null = null;
  try {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(text, values);
    } catch (error) {
      found = asError(error);
    }
    try {
      await client.query('ROLLBACK');
      client.release();
    } catch (error) {
      client.release(true);
      found ??= asError(error);
    }
  } catch (error) {
    found = asError(error);
  }
  return found;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the database refused the write', { cause: error });
}
