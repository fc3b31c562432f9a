/** Publishes every checkpoint to every sink, in order, at least once. What cannot be published waits, and is tried again. */
import type { Pool } from 'pg';
import type { AccountId } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';
import type { CheckpointSink, Publication, SinkName } from './sinks.ts';

/** Checkpoints of an account that are published in one run, and accounts. */
const CHECKPOINTS = 100;
const ACCOUNTS = 500;
/** Accounts whose checkpoints are on their way at once. */
const AT_ONCE = 8;
/** The pause between runs, in milliseconds; after failures it doubles up to the longest one. */
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

export interface PublisherOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly sinks: readonly CheckpointSink[];
  /** A checkpoint could not be published. */
  readonly onFailure: (sink: SinkName, accountId: AccountId, error: unknown) => void;
}

export interface CheckpointPublisher {
  /** Publishes what is due now; resolves with whether all of it went out. Null where another node is at it. */
  run(): Promise<boolean | null>;
  /** How each sink was when this node last wrote to it. */
  state(): Readonly<Partial<Record<SinkName, 'ok' | 'degraded'>>>;
  /** Runs again and again from now on. */
  start(): void;
  stop(): Promise<void>;
}

interface DueRecord {
  readonly account_id: AccountId;
  readonly size: string;
  readonly note: string;
}

/** Checkpoints behind the last one that was published, by account and size. */
async function due(db: Pick<Pool, 'query'>, sink: SinkName): Promise<Map<AccountId, Publication[]>> {
  const { rows } = await db.query<DueRecord>(
    `SELECT c.account_id, c.size, c.note
     FROM (
       SELECT a.id, coalesce(p.size, -1) AS published
       FROM accounts a
       LEFT JOIN log_publications p ON p.account_id = a.id AND p.sink = $1
       WHERE EXISTS (SELECT FROM log_checkpoints WHERE account_id = a.id AND size > coalesce(p.size, -1))
       ORDER BY a.id LIMIT ${ACCOUNTS}
     ) l
     CROSS JOIN LATERAL (
       SELECT account_id, size, note FROM log_checkpoints
       WHERE account_id = l.id AND size > l.published ORDER BY size LIMIT ${CHECKPOINTS}
     ) c
     ORDER BY c.account_id, c.size`,
    [sink],
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

export function createPublisher({ pool, sinks, onFailure }: PublisherOptions): CheckpointPublisher {
  const states = new Map<SinkName, 'ok' | 'degraded'>(sinks.map(({ name }) => [name, 'ok']));
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  /** Publishes in order, up to the first that fails; the others wait for it. */
  async function publishAll(sink: CheckpointSink, publications: readonly Publication[]): Promise<boolean> {
    for (const publication of publications) {
      const { accountId, size } = publication;
      try {
        await sink.publish(publication);
      } catch (error) {
        onFailure(sink.name, accountId, error);
        return false;
      }
      // If we crash before this line, it is published once more: a sink takes that for what it is.
      await pool.query(
        `INSERT INTO log_publications (account_id, sink, size) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, sink) DO UPDATE SET size = EXCLUDED.size`,
        [accountId, sink.name, size],
      );
    }
    return true;
  }

  async function runSink(sink: CheckpointSink): Promise<boolean> {
    const next = (await due(pool, sink.name)).values();
    const work = async (): Promise<boolean> => {
      let sent = true;
      for (const publications of next) sent = (await publishAll(sink, publications)) && sent;
      return sent;
    };
    const all = (await Promise.all(Array.from({ length: AT_ONCE }, work))).every(Boolean);
    states.set(sink.name, all ? 'ok' : 'degraded');
    return all;
  }

  const run = (): Promise<boolean | null> =>
    withJobLock(pool, 'checkpointPublishing', async () => {
      const outcomes = await Promise.all(sinks.map(runSink));
      return outcomes.every(Boolean);
    });

  function again(pause: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      running = run().then(
        (all) => {
          again(all === false ? Math.min(pause * 2, LONGEST_PAUSE_MS) : PAUSE_MS);
        },
        () => {
          again(Math.min(pause * 2, LONGEST_PAUSE_MS));
        },
      );
    }, pause);
  }

  return {
    run,
    state: () => Object.fromEntries(states),
    start: () => {
      if (sinks.length > 0) again(PAUSE_MS);
    },
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
