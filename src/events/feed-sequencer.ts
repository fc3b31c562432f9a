/**
 * Gives what waits its place in the feed of its account. Any node may do it; a lock of the database lets one at a time work
 * on an account. Places become visible in their order, so that a reader who pages by them misses no event that commits
 * later: an event has no place before its own record is committed.
 */
import type { Pool } from 'pg';
import { waitingAccounts } from '../audit-log/queue.ts';
import { withAdvisoryLock } from '../platform/advisory-lock.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { AccountId } from '../platform/ids.ts';
import { recordedEvent } from './recorded-event.ts';
import type { QueuedRecord } from './recorded-event.ts';

type Db = Pick<Pool, 'query'>;

/** Events of one statement at most, and statements of one account before the others have their turn. */
const BATCH = 500;
const BATCHES_IN_TURN = 8;
/** The channel on which nodes hear of feeds that have grown; the payload is the account. */
export const FEED_CHANNEL = 'masker_feeds';
/** The class of the locks, one for each account: "mfed". */
const LOCK_CLASS = 0x6d666564;

export interface FeedSequencerOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly clock: Clock;
}

/** What a run has done. */
export interface FeedRun {
  readonly events: number;
  /** Whether more waits than a turn takes. */
  readonly more: boolean;
}

export class FeedSequencer {
  readonly #options: FeedSequencerOptions;

  constructor(options: FeedSequencerOptions) {
    this.#options = options;
  }

  /** Works on every account that has something waiting. Rejects with the first error after it has tried them all. */
  async run(): Promise<FeedRun> {
    const failures: unknown[] = [];
    let [events, more] = [0, false];
    for (const accountId of await waitingAccounts(this.#options.pool, 'feed_queue')) {
      try {
        const done = await this.#account(accountId);
        events += done?.events ?? 0;
        more ||= done?.more ?? false;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return { events, more };
  }

  /** Works on one account; null where another node is at it. */
  async #account(accountId: AccountId): Promise<FeedRun | null> {
    const { pool, clock } = this.#options;
    return withAdvisoryLock(pool, { lockClass: LOCK_CLASS, key: accountId }, async (client) => {
      let events = 0;
      const done = async (more: boolean): Promise<FeedRun> => {
        // News for those who wait at any node; what it is about is on record by now.
        if (events > 0) await client.query('SELECT pg_notify($1, $2)', [FEED_CHANNEL, accountId]);
        return { events, more };
      };
      for (let batch = 0; batch < BATCHES_IN_TURN; batch += 1) {
        const queued = await readQueue(client, accountId);
        if (queued.length > 0) events += await place(client, accountId, queued, clock.now());
        if (queued.length < BATCH) return done(false);
      }
      return done(true);
    });
  }
}

// The rows first, and then each record by its key.
const READ = `
WITH q AS MATERIALIZED (SELECT id, source, ref, place FROM feed_queue WHERE account_id = $1 ORDER BY id LIMIT ${BATCH})
SELECT q.id, coalesce(l.ref, q.ref) AS ref, coalesce(l.kind, e.kind) AS kind, coalesce(l.body, e.body) AS body
FROM q
LEFT JOIN LATERAL (
  SELECT ref, kind, body FROM log_leaves WHERE q.source = 'leaf' AND account_id = $1 AND leaf_index = q.place
) l ON true
LEFT JOIN LATERAL (
  SELECT kind, body FROM entries WHERE q.source = 'entry' AND session_id = q.ref AND seq = q.place
) e ON true
ORDER BY q.id`;

async function readQueue(db: Db, accountId: AccountId): Promise<QueuedRecord[]> {
  const { rows } = await db.query<QueuedRecord>({ name: 'masker_feed_queue', text: READ, values: [accountId] });
  return rows;
}

// One statement: a row leaves the queue with its event, or stays. Should a second writer come, its rows are gone already.
const PLACE = `
WITH done AS (DELETE FROM feed_queue WHERE account_id = $1 AND id = ANY($2::bigint[]) RETURNING id),
last AS (SELECT coalesce(max(seq), 0) AS seq FROM feed_events WHERE account_id = $1)
INSERT INTO feed_events (account_id, seq, id, type, created_at, object_type, object_id)
SELECT $1, last.seq + row_number() OVER (ORDER BY e.queued), e.id, e.type, e.at, e.object_type, e.object_id
FROM json_to_recordset($3::json) AS e(queued bigint, id text, type text, at timestamptz, object_type text, object_id text)
JOIN done ON done.id = e.queued, last`;

/** Returns how many events there are more. `now` is in milliseconds since the epoch. */
async function place(db: Db, accountId: AccountId, queued: readonly QueuedRecord[], now: number): Promise<number> {
  const events = queued.flatMap((row) => {
    const event = recordedEvent(row);
    if (event === null) return [];
    const { type, at, object } = event;
    const id = newId('feedEvent', now);
    return [{ queued: row.id, id, type, at: at.toISOString(), object_type: object.type, object_id: object.id }];
  });
  const { rowCount } = await db.query({
    name: 'masker_feed_place',
    text: PLACE,
    values: [accountId, queued.map(({ id }) => id), JSON.stringify(events)],
  });
  return rowCount ?? 0;
}
