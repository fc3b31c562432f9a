/** Reads of one moment: what is written meanwhile is not seen, so that rows, heads and entries fit together. */
import type { Pool, PoolClient } from 'pg';

/** What reads go to. */
export type Database = Pick<PoolClient, 'query'>;

/** Reads at once, at most: each holds a connection that turns need, too. */
const AT_ONCE = 2;

/** Read-only snapshots of the database, a bounded number at a time. */
export class Snapshots {
  readonly #pool: Pick<Pool, 'connect'>;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(pool: Pick<Pool, 'connect'>) {
    this.#pool = pool;
  }

  /** Runs `read` on one snapshot, which it cannot write to. */
  async read<T>(read: (db: Database) => Promise<T>): Promise<T> {
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay += 1;
    try {
      return await this.#readNow(read);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }

  async #readNow<T>(read: (db: Database) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failed = true;
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const result = await read(client);
      await client.query('COMMIT');
      failed = false;
      return result;
    } finally {
      // A connection in a transaction that failed is closed, which rolls it back.
      client.release(failed);
    }
  }
}
