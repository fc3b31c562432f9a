/** Publishes every checkpoint to every sink, in order, at least once. What cannot be published waits, and is tried again. */
import type { Pool } from 'pg';
import type { AccountId } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';
import type { Job } from '../platform/job-lock.ts';
import type { Released } from './log-reader.ts';
import type { CheckpointSink, Publication, SinkName } from './sinks.ts';

/** Checkpoints of an account that are published in one run, and accounts. */
const CHECKPOINTS = 100;
const ACCOUNTS = 500;
/** Accounts whose checkpoints are on their way at once. */
const AT_ONCE = 8;
/** The pause between runs, in milliseconds; after failures it doubles up to the longest one. */
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Each sink is a job of its own: while one node waits for a slow sink, the others are published to. */
const JOB_OF_SINK = { file: 'checkpointsToFile', http: 'checkpointsToHttp' } as const satisfies Record<SinkName, Job>;

export interface PublisherOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly sinks: readonly CheckpointSink[];
  /** `stamped`: a checkpoint without a time-stamp token is not published. */
  readonly released?: Released;
  /** A checkpoint could not be published. */
  readonly onFailure: (sink: SinkName, accountId: AccountId, error: unknown) => void;
}

export interface CheckpointPublisher {
  /** Publishes what is due now; resolves with whether all of it went out. Null where another node is at one of the sinks. */
  run(): Promise<boolean | null>;
  /** How each sink was when this node last wrote to it. */
  state(): Readonly<Partial<Record<SinkName, 'ok' | 'degraded'>>>;
  /** Runs again and again from now on. */
  start(): void;
  /** Aborts requests in flight. Resolves when all work has stopped. */
  stop(): Promise<void>;
}

interface DueRecord {
  readonly account_id: AccountId;
  readonly size: string;
  readonly note: string;
}

/**
 * Returns checkpoints behind the last one that was published, by account and size. The accounts begin behind `after` and
 * go round: accounts whose checkpoints a sink refuses do not keep others waiting.
 */
async function due(
  db: Pick<Pool, 'query'>,
  sink: SinkName,
  after: AccountId | null,
  released: Released,
): Promise<Map<AccountId, Publication[]>> {
  const table = released === 'all' ? 'log_checkpoints' : 'log_timestamps';
  const { rows } = await db.query<DueRecord>(
    `SELECT c.account_id, c.size, c.note
     FROM (
       SELECT a.id, coalesce(p.size, -1) AS published
       FROM accounts a
       LEFT JOIN log_publications p ON p.account_id = a.id AND p.sink = $1
       WHERE EXISTS (SELECT FROM ${table} WHERE account_id = a.id AND size > coalesce(p.size, -1))
       ORDER BY a.id <= coalesce($2, ''), a.id LIMIT ${ACCOUNTS}
     ) l
     CROSS JOIN LATERAL (
       SELECT account_id, size, note FROM log_checkpoints ${released === 'all' ? '' : 'JOIN log_timestamps USING (account_id, size)'}
       WHERE account_id = l.id AND size > l.published ORDER BY size LIMIT ${CHECKPOINTS}
     ) c
     ORDER BY c.account_id <= coalesce($2, ''), c.account_id, c.size`,
    [sink, after],
  );
  const byAccount = new Map<AccountId, Publication[]>();
  for (const { account_id: accountId, size, note } of rows) {
    const publication = { accountId, size: Number(size), note };
    const known = byAccount.get(accountId);
    if (known === undefined) byAccount.set(accountId, [publication]);
    else known.push(publication);
  }
  return byAccount;
}

export function createPublisher(options: PublisherOptions): CheckpointPublisher {
  return new SinkPublisher(options);
}

/** Publishes to the sinks of an instance. */
class SinkPublisher implements CheckpointPublisher {
  readonly #options: PublisherOptions;
  readonly #states: Map<SinkName, 'ok' | 'degraded'>;
  readonly #stopping = new AbortController();
  /** The last account of the last run, for each sink: the next run begins behind it. */
  readonly #lasts = new Map<SinkName, AccountId>();
  /** For each sink the next or last run. */
  readonly #loops = new Map<SinkName, { readonly timer: NodeJS.Timeout; readonly run: Promise<void> }>();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#states = new Map(options.sinks.map(({ name }) => [name, 'ok']));
  }

  async run(): Promise<boolean | null> {
    const outcomes = await Promise.all(this.#options.sinks.map((sink) => this.#runLocked(sink)));
    return outcomes.includes(false) ? false : outcomes.includes(null) ? null : true;
  }

  state(): Record<string, 'ok' | 'degraded'> {
    return Object.fromEntries(this.#states);
  }

  start(): void {
    for (const sink of this.#options.sinks) this.#again(sink, PAUSE_MS);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const { timer } of this.#loops.values()) clearTimeout(timer);
    await Promise.all([...this.#loops.values()].map(({ run }) => run));
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Publishes in order, up to the first that fails; the others wait for it. */
  async #publishAll(sink: CheckpointSink, publications: readonly Publication[]): Promise<boolean> {
    const { pool, onFailure } = this.#options;
    for (const publication of publications) {
      if (this.#isStopping()) return false;
      const { accountId, size } = publication;
      try {
        await sink.publish(publication, this.#stopping.signal);
      } catch (error) {
        if (!this.#isStopping()) onFailure(sink.name, accountId, error);
        return false;
      }
      // If we crash before this line, it is published once more: a sink takes that for what it is.
      await pool.query(
        `INSERT INTO log_publications (account_id, sink, size) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, sink) DO UPDATE SET size = greatest(log_publications.size, EXCLUDED.size)`,
        [accountId, sink.name, size],
      );
    }
    return true;
  }

  async #runSink(sink: CheckpointSink): Promise<boolean> {
    const { pool, released = 'all' } = this.#options;
    const accounts = await due(pool, sink.name, this.#lasts.get(sink.name) ?? null, released);
    const last = [...accounts.keys()].at(-1);
    if (last !== undefined) this.#lasts.set(sink.name, last);
    const next = accounts.values();
    const work = async (): Promise<boolean> => {
      let sent = true;
      for (const publications of next) sent = (await this.#publishAll(sink, publications)) && sent;
      return sent;
    };
    const all = (await Promise.all(Array.from({ length: AT_ONCE }, work))).every(Boolean);
    if (!this.#isStopping()) this.#states.set(sink.name, all ? 'ok' : 'degraded');
    return all;
  }

  #runLocked(sink: CheckpointSink): Promise<boolean | null> {
    return withJobLock(this.#options.pool, JOB_OF_SINK[sink.name], () => this.#runSink(sink));
  }

  /** Runs the sink again and again: a slow one keeps no other waiting. */
  #again(sink: CheckpointSink, pause: number): void {
    if (this.#isStopping()) return;
    const longer = Math.min(pause * 2, LONGEST_PAUSE_MS);
    const timer = setTimeout(() => {
      const run = this.#runLocked(sink).then(
        (all) => {
          this.#again(sink, all === false ? longer : PAUSE_MS);
        },
        () => {
          this.#again(sink, longer);
        },
      );
      this.#loops.set(sink.name, { timer, run });
    }, pause);
    this.#loops.set(sink.name, { timer, run: Promise.resolve() });
  }
}
