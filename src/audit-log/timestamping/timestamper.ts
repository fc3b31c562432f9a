/** Has the newest checkpoint of each log stamped, at intervals. Calls and logs do not wait for it. */
import type { Pool } from 'pg';
import type { AccountId } from '../../platform/ids.ts';
import { withJobLock } from '../../platform/job-lock.ts';
import type { TimestampAuthority } from './authority.ts';
import { keepToken } from './stored.ts';

/** Checkpoints that are stamped in one run. */
const CHECKPOINTS = 500;
const AT_ONCE = 4;
/** The pause between runs, in milliseconds; after failures it doubles up to the longest one. */
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

export interface TimestamperOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  /** Null where none is configured: nothing is stamped then. */
  readonly authority: TimestampAuthority | null;
  /** The least time between two tokens of one log. */
  readonly intervalSeconds: number;
  /** A checkpoint was not stamped; it is tried again. */
  readonly onFailure: (accountId: AccountId, error: unknown) => void;
}

/** How many checkpoints this node had stamped, and how often it failed. */
export interface TimestampCounts {
  readonly taken: number;
  readonly failed: number;
}

export interface Timestamper {
  /** Stamps what is due now. Resolves with whether all of it was stamped; null where another node is at it. */
  run(): Promise<boolean | null>;
  /** How the authority was when this node last asked it; null where none is configured. */
  state(): 'ok' | 'degraded' | null;
  counts(): TimestampCounts;
  /** Runs again and again from now on. */
  start(): void;
  /** Aborts requests in flight. Resolves when all work has stopped. */
  stop(): Promise<void>;
}

interface Due {
  readonly account_id: AccountId;
  readonly size: string;
  readonly note: string;
}

/** The newest checkpoint of each log, where it has no token and the last token of the log is old enough; the longest without one first. */
const DUE = `
SELECT c.account_id, c.size, c.note
FROM accounts a
CROSS JOIN LATERAL (
  SELECT account_id, size, note FROM log_checkpoints WHERE account_id = a.id ORDER BY size DESC LIMIT 1
) c
LEFT JOIN LATERAL (
  SELECT size, at FROM log_timestamps WHERE account_id = a.id ORDER BY size DESC LIMIT 1
) t ON true
WHERE t.size IS NULL OR (t.size < c.size AND t.at <= now() - make_interval(secs => $1))
ORDER BY t.at NULLS FIRST, a.id LIMIT ${CHECKPOINTS}`;

export function createTimestamper(options: TimestamperOptions): Timestamper {
  return new CheckpointTimestamper(options);
}

/** Has checkpoints stamped by the authority of an instance, if it has one. */
class CheckpointTimestamper implements Timestamper {
  readonly #options: TimestamperOptions;
  readonly #stopping = new AbortController();
  #state: 'ok' | 'degraded' = 'ok';
  #taken = 0;
  #failed = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TimestamperOptions) {
    this.#options = options;
  }

  run(): Promise<boolean | null> {
    const { authority, pool } = this.#options;
    if (authority === null) return Promise.resolve(true);
    return withJobLock(pool, 'checkpointTimestamps', () => this.#stampAll(authority));
  }

  state(): 'ok' | 'degraded' | null {
    return this.#options.authority === null ? null : this.#state;
  }

  counts(): TimestampCounts {
    return { taken: this.#taken, failed: this.#failed };
  }

  start(): void {
    if (this.#options.authority !== null) this.#again(PAUSE_MS);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #stampOne(source: TimestampAuthority, { account_id: accountId, size, note }: Due): Promise<boolean> {
    const { pool, onFailure } = this.#options;
    try {
      const token = await source.stamp(Buffer.from(note, 'utf8'), this.#stopping.signal);
      // If we crash before this line, the checkpoint, or a newer one, is stamped once more.
      await keepToken(pool, accountId, Number(size), token);
      this.#taken += 1;
      return true;
    } catch (error) {
      if (this.#isStopping()) return false;
      this.#failed += 1;
      onFailure(accountId, error);
      return false;
    }
  }

  async #stampAll(source: TimestampAuthority): Promise<boolean> {
    const { rows } = await this.#options.pool.query<Due>(DUE, [this.#options.intervalSeconds]);
    const next = rows.values();
    const outcomes: boolean[] = [];
    // One authority serves all logs: after a failure the others wait for the next run.
    const work = async (): Promise<void> => {
      for (const due of next) {
        if (this.#isStopping() || outcomes.includes(false)) return;
        outcomes.push(await this.#stampOne(source, due));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const isGood = !outcomes.includes(false);
    if (!this.#isStopping() && rows.length > 0) this.#state = isGood ? 'ok' : 'degraded';
    return isGood;
  }

  #again(pause: number): void {
    if (this.#isStopping()) return;
    const longer = Math.min(pause * 2, LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => {
      this.#running = this.run().then(
        (all) => {
          this.#again(all === false ? longer : PAUSE_MS);
        },
        () => {
          this.#again(longer);
        },
      );
    }, pause);
  }
}
