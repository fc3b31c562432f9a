/**
 * Erases what is kept for long enough: payloads, metadata of sessions, journals. Prunes account logs. See docs/operations.md, Retention.
 *
 * A session is marked in one transaction, with a note of the rows that are to be deleted (`session_erasures`). The rows go in
 * bounded batches, and the note with the last of them. If we crash in between, the session is marked, which hides what is
 * left of it, and the next run continues from the note. What was erased is counted in the transaction that erased it.
 */
import type { Pool, PoolClient } from 'pg';
import { recordActIn } from '../audit/account-events.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { sqlState } from '../platform/database-fault.ts';
import { withJobLock } from '../platform/job-lock.ts';
import { payloadIsOver, payloadIsOverValues } from '../sessions/payload-retention.ts';
import { journalTerms } from './journal-terms.ts';
import type { JournalTerm } from './journal-terms.ts';
import { pruneLogs } from './log-pruning.ts';
import { inTransaction } from '../platform/transaction.ts';

const DAY_MS = 86_400_000;
/** Sessions that are marked at once, and rows of one statement at most. */
const SESSIONS = 100;
const ROWS = 1000;
/** A payload may have megabytes. */
const PAYLOADS = 200;
/** What the database says of a statement that it cancelled, and by how much the next one has less to do. */
const TOO_LONG = '57014';
const FEWER = 4;

export interface RetentionOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly clock: Clock;
  /** Of the instance, for accounts without days of their own. 0: until their session is sealed. */
  readonly payloadDays: number;
  readonly metadataDays: number;
  /** Asked between two batches: the rest is left to the next run. */
  readonly shouldStop?: () => boolean;
}

/** What is counted, and what a run's event says. */
const COUNTED = [
  'payloads',
  'sessions_expired',
  'turns',
  'values',
  'journals_erased',
  'entries',
  'leaves_pruned',
] as const;
type Counted = (typeof COUNTED)[number];

/** What a run erased. */
export type RetentionRun = Readonly<Record<Counted, number>>;

type Stage = 'metadata' | 'journal';

interface Owned {
  readonly account_id: AccountId;
}

interface Timed extends Owned {
  /** What the rows of a batch are ordered by. */
  readonly at: Date;
}

const EPOCH = new Date(0);

/** Returns the latest time of the rows, or `from` without rows. */
function latestOf(rows: readonly Pick<Timed, 'at'>[], from: Date): Date {
  return rows.reduce((latest, { at }) => (at > latest ? at : latest), from);
}

/** The least days of metadata that any account has; `days` are those of the instance. */
async function leastMetadataDays(pool: Pick<Pool, 'query'>, days: number): Promise<number> {
  const { rows } = await pool.query<{ least: number | null }>(
    'SELECT min(session_metadata_retention_days) AS least FROM accounts',
  );
  return Math.min(days, rows[0]?.least ?? days);
}

/** Adds to the counts of accounts, in the transaction of what is counted. */
async function count(client: PoolClient, what: Counted, rows: readonly Owned[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO retention_counts (account_id, what, count)
     SELECT account_id, $2, count(*) FROM unnest($1::text[]) AS r(account_id) GROUP BY account_id
     ON CONFLICT (account_id, what) DO UPDATE SET count = retention_counts.count + EXCLUDED.count`,
    [rows.map(({ account_id: id }) => id), what],
  );
}

// A batch begins where the one before ended: what other accounts keep for longer is passed over once.
const ERASE_PAYLOADS = `DELETE FROM payloads d USING sessions o WHERE o.id = d.session_id AND (d.session_id, d.turn) IN (
  SELECT p.session_id, p.turn FROM payloads p JOIN sessions s ON s.id = p.session_id
  WHERE ${payloadIsOver(1)} AND p.stored_at >= $4 ORDER BY p.stored_at LIMIT $3) RETURNING o.account_id, d.stored_at AS at`;

/** Days of an account's metadata; those of the instance, parameter 4, where it has none of its own. */
const METADATA_DAYS = `(SELECT COALESCE(a.session_metadata_retention_days, $4::int) FROM accounts a WHERE a.id = s.account_id)`;

/** Sealed long enough ago, with their seal in the account's log: the log needs the row until then. */
const isOver = (sealedBefore: string): string => `s.sealed_at < ${sealedBefore}
  AND NOT EXISTS (SELECT FROM log_queue q WHERE q.account_id = s.account_id AND q.source = 'seal' AND q.ref = s.id)`;

// A policy may ask for less time for the journal, parameter 6, than metadata has.
const OVER = `SELECT s.id, s.sealed_at AS at FROM sessions s
  WHERE s.expired_at IS NULL AND s.policy_digest = $3 AND s.sealed_at >= $5 AND ${isOver('$2')}
    AND s.sealed_at < $1::timestamptz - make_interval(hours => 24 * LEAST(${METADATA_DAYS}, $6::int))
  ORDER BY s.sealed_at LIMIT ${SESSIONS}`;

// Before the sessions are marked: with their keys payloads would go in one statement, however many there are.
const PAYLOADS_OF = `DELETE FROM payloads d USING sessions o WHERE o.id = d.session_id AND (d.session_id, d.turn) IN (
  SELECT session_id, turn FROM payloads WHERE session_id = ANY($1) LIMIT $2) RETURNING o.account_id`;

// With the key the values are gone at once; the rows of the vault follow in batches.
const EXPIRE = `WITH over AS (
    SELECT s.id FROM sessions s WHERE s.id = ANY($3) AND s.expired_at IS NULL AND ${isOver('$2')}
    ORDER BY s.id FOR UPDATE SKIP LOCKED),
  marked AS (
    UPDATE sessions s SET expired_at = $1, key_digest = NULL, call_digest = NULL, credential_digest = NULL
    FROM over WHERE s.id = over.id RETURNING s.id, s.account_id),
  noted AS (INSERT INTO session_erasures (session_id, stage, account_id) SELECT id, 'metadata', account_id FROM marked),
  keys AS (DELETE FROM vault_keys k USING marked m WHERE k.session_id = m.id)
SELECT account_id FROM marked`;

const EXPIRE_JOURNALS = `WITH over AS (
    SELECT s.id FROM sessions s WHERE s.expired_at IS NOT NULL AND s.journal_expired_at IS NULL AND s.policy_digest = $3
      AND ${isOver('$2')} AND NOT EXISTS (SELECT FROM session_erasures e WHERE e.session_id = s.id)
    ORDER BY s.sealed_at LIMIT ${SESSIONS} FOR UPDATE SKIP LOCKED),
  marked AS (
    UPDATE sessions s SET journal_expired_at = $1 FROM over WHERE s.id = over.id RETURNING s.id, s.account_id),
  noted AS (INSERT INTO session_erasures (session_id, stage, account_id) SELECT id, 'journal', account_id FROM marked)
SELECT account_id FROM marked`;

/** The rows of each stage: tables with the column that is in their key besides the session, and what they count as. */
const ROWS_OF: Readonly<Record<Stage, readonly (readonly [table: string, column: string, what: Counted])[]>> = {
  metadata: [
    ['turns', 'number', 'turns'],
    ['vault_entries', 'token', 'values'],
  ],
  journal: [['entries', 'seq', 'entries']],
};

/** What applies to an account when its counts are put on record. */
interface Terms {
  readonly payload_retention_days: number;
  readonly session_metadata_retention_days: number;
  readonly log_retention_days: number | null;
  readonly log_minimum_index: number;
}

const TERMS = `SELECT COALESCE(payload_retention_days, $2) AS payload_retention_days,
    COALESCE(session_metadata_retention_days, $3) AS session_metadata_retention_days,
    log_retention_days, log_minimum_index::float8 AS log_minimum_index
  FROM accounts WHERE id = $1`;

/** One run at work. */
class Run {
  readonly #options: RetentionOptions;
  readonly erased: Record<Counted, number> = {
    payloads: 0,
    sessions_expired: 0,
    turns: 0,
    values: 0,
    journals_erased: 0,
    entries: 0,
    leaves_pruned: 0,
  };

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Repeats a batch until it finds less than a whole one. A batch that takes too long is tried again with fewer rows. */
  async #all(
    what: Counted,
    most: number,
    batch: (client: PoolClient, rows: number) => Promise<readonly Owned[]>,
  ): Promise<void> {
    for (let size = most; this.#options.shouldStop?.() !== true;) {
      try {
        if ((await this.#counted(what, (client) => batch(client, size))) < size) return;
      } catch (error) {
        if (size === 1 || sqlState(error) !== TOO_LONG) throw error;
        size = Math.ceil(size / FEWER);
      }
    }
  }

  /** Erases in one transaction, and counts in it what was erased. */
  async #counted(what: Counted, erase: (client: PoolClient) => Promise<readonly Owned[]>): Promise<number> {
    const { length } = await inTransaction(this.#options.pool, async (client) => {
      const rows = await erase(client);
      await count(client, what, rows);
      return rows;
    });
    this.erased[what] += length;
    return length;
  }

  async payloads(): Promise<void> {
    const { clock, payloadDays } = this.#options;
    const over = payloadIsOverValues({ now: clock.now(), days: payloadDays });
    let from = EPOCH;
    await this.#all('payloads', PAYLOADS, async (client, most) => {
      const { rows } = await client.query<Timed>(ERASE_PAYLOADS, [...over, most, from]);
      from = latestOf(rows, from);
      return rows;
    });
  }

  /**
   * Expires sessions of a policy text whose account keeps metadata for less time, or for which the policy asks for less.
   * `leastDays` is the least of any account.
   */
  async metadata({ digest, days }: JournalTerm, leastDays: number): Promise<void> {
    const { clock, pool, shouldStop, metadataDays } = this.#options;
    const now = clock.now();
    const before = new Date(now - Math.min(days, leastDays) * DAY_MS);
    let from = EPOCH;
    while (shouldStop?.() !== true) {
      const values = [new Date(now), before, digest, metadataDays, from, days];
      const { rows: over } = await pool.query<{ id: SessionId; at: Date }>(OVER, values);
      const ids = over.map(({ id }) => id);
      await this.#all('payloads', PAYLOADS, async (client, most) => {
        const { rows } = await client.query<Owned>(PAYLOADS_OF, [ids, most]);
        return rows;
      });
      if (ids.length === 0 || shouldStop?.() === true) return;
      const expired = await this.#counted('sessions_expired', async (client) => {
        const { rows } = await client.query<Owned>(EXPIRE, [new Date(now), before, ids]);
        return rows;
      });
      // Where a purge has them locked, the next run has them.
      if (expired === 0 || ids.length < SESSIONS) return;
      from = latestOf(over, from);
    }
  }

  async journals(days: number, policyDigest: string): Promise<void> {
    const { clock } = this.#options;
    const values = [new Date(clock.now()), new Date(clock.now() - days * DAY_MS), policyDigest];
    while (this.#options.shouldStop?.() !== true) {
      const { rowCount } = await this.#options.pool.query(EXPIRE_JOURNALS, values);
      if ((rowCount ?? 0) < SESSIONS) return;
    }
  }

  /** Prunes account logs. Sessions that are erased now need their leaves no longer. */
  async logs(): Promise<void> {
    const { pool, clock, shouldStop } = this.#options;
    this.erased.leaves_pruned += await pruneLogs({ pool, now: clock.now(), shouldStop });
  }

  /** Deletes the rows of sessions that were marked, in this run or in one that was killed. */
  async remainders(stage: Stage): Promise<void> {
    while (this.#options.shouldStop?.() !== true) {
      const { rows } = await this.#options.pool.query<{ session_id: SessionId }>(
        `SELECT session_id FROM session_erasures WHERE stage = $1 ORDER BY session_id LIMIT ${SESSIONS}`,
        [stage],
      );
      if (rows.length === 0) return;
      const ids = rows.map(({ session_id: id }) => id);
      for (const [table, column, what] of ROWS_OF[stage])
        await this.#all(what, ROWS, async (client, most) => {
          const deleted = await client.query<Owned>(
            `WITH gone AS (
               DELETE FROM ${table} WHERE session_id = ANY($1) AND (session_id, ${column}) IN (
                 SELECT session_id, ${column} FROM ${table} WHERE session_id = ANY($1) LIMIT $3)
               RETURNING session_id)
             SELECT e.account_id FROM gone JOIN session_erasures e ON e.session_id = gone.session_id AND e.stage = $2`,
            [ids, stage, most],
          );
          return deleted.rows;
        });
      if (this.#options.shouldStop?.() === true) return;
      await this.#finish(stage, ids);
    }
  }

  /** Removes the notes of sessions whose rows are gone, and with the journal the sessions themselves. */
  async #finish(stage: Stage, ids: readonly SessionId[]): Promise<void> {
    await inTransaction(this.#options.pool, async (client) => {
      if (stage === 'journal') {
        const { rows } = await client.query<Owned>('DELETE FROM sessions WHERE id = ANY($1) RETURNING account_id', [
          ids,
        ]);
        await count(client, 'journals_erased', rows);
        this.erased.journals_erased += rows.length;
      }
      await client.query('DELETE FROM session_erasures WHERE session_id = ANY($1) AND stage = $2', [ids, stage]);
    });
  }

  /** Puts on record what was counted: of this run, and of one that was killed before it could. */
  async record(): Promise<void> {
    const { pool, clock } = this.#options;
    const { rows: accounts } = await pool.query<Owned>('SELECT DISTINCT account_id FROM retention_counts');
    for (const { account_id: accountId } of accounts)
      await inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ what: string; count: string }>(
          'DELETE FROM retention_counts WHERE account_id = $1 RETURNING what, count',
          [accountId],
        );
        const counts = Object.fromEntries(rows.map(({ what, count: number }) => [what, Number(number)]));
        const { payloadDays, metadataDays } = this.#options;
        const account = await client.query<Terms>(TERMS, [accountId, payloadDays, metadataDays]);
        const days = account.rows[0] ?? {};
        const subject = { ...Object.fromEntries(COUNTED.map((what) => [what, counts[what] ?? 0])), ...days };
        await recordActIn(client, { accountId, userId: null, kind: 'retention_applied', subject }, clock.now());
      });
  }
}

/** Runs some work under the lock of the job, and puts on record what it erased, also where it fails. */
function runLocked<T>(options: RetentionOptions, work: (run: Run) => Promise<T>): Promise<T | null> {
  return withJobLock(options.pool, 'retention', async () => {
    const run = new Run(options);
    try {
      return await work(run);
    } finally {
      await run.record();
    }
  });
}

/** Resolves with what was erased; null where another node is at it. Rejects when the database does. */
export function applyRetention(options: RetentionOptions): Promise<RetentionRun | null> {
  return runLocked(options, async (run) => {
    const { pool, metadataDays } = options;
    await run.payloads();
    const terms = await journalTerms(pool);
    const leastDays = await leastMetadataDays(pool, metadataDays);
    for (const term of terms) await run.metadata(term, leastDays);
    await run.remainders('metadata');
    for (const { digest, days } of terms) await run.journals(days, digest);
    await run.remainders('journal');
    await run.logs();
    return run.erased;
  });
}

/** Erases the payloads alone whose time is over, as the job does. Null where another node is at it. */
export function erasePayloads(options: RetentionOptions): Promise<number | null> {
  return runLocked(options, async (run) => {
    await run.payloads();
    return run.erased.payloads;
  });
}
