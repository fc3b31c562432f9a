/**
 * The job that counts turns and sessions by account, agent and hour, so that figures need no scan. It follows what the
 * journal has written, and writes nothing on the path of a turn. See docs/operations.md, Usage figures.
 *
 * How far it has counted (`usage_progress`) is in the same transaction as the counts: a crash loses both or neither.
 * - A turn that has not ended when it is counted is kept in `usage_open_turns`, and its latency is added when it has.
 * - A turn may be written later than its time says. Each hour is counted again from the start, once, an hour after its end.
 * - Past hours and days are summarised: see summaries.ts.
 * - A node's clock may have been ahead, so that it has counted to a time that is yet to come. The last days are counted again.
 * - Retention may have erased turns or sessions since they were counted. Then the counts of their account for that hour stay.
 */
import type { Pool, PoolClient } from 'pg';
import type { Clock } from '../platform/clock.ts';
import { withJobLock } from '../platform/job-lock.ts';
import { inTransaction } from '../platform/transaction.ts';
import {
  binSql,
  CLOCK_MARGIN_MS,
  countsSql,
  HOUR_MS,
  latencyBucketSql,
  sessionIdAfter,
  sessionIdAt,
} from './counts.ts';
import { summarise } from './summaries.ts';

/** What is younger is not counted yet: most of it would have to be counted again. In milliseconds. */
const FRESH_MS = 60_000;
/** What one statement counts, in milliseconds. */
const STEP_MS = 600_000;
/** A step that would count less waits for the next run. */
const LEAST_STEP_MS = 10_000;
/** What is counted again after a clock that was ahead: it may have been so for days. In milliseconds. */
const DOUBTFUL_MS = 7 * 24 * HOUR_MS;
/** Steps of one run. */
const STEPS = 100;

/** Adds counts to those of the agent and of the whole account, whose agent is ''. */
const ADD = `
  INSERT INTO usage_counts (account_id, agent_id, measure, hour, key, count, sum)
  SELECT account_id, coalesce(agent_id, ''), measure, hour, key, sum(count), sum(sum) FROM counts
   GROUP BY GROUPING SETS ((account_id, agent_id, measure, hour, key), (account_id, measure, hour, key))
  ON CONFLICT (account_id, agent_id, measure, hour, key)
  DO UPDATE SET count = usage_counts.count + EXCLUDED.count, sum = usage_counts.sum + EXCLUDED.sum`;

const COUNT = `
  WITH ${countsSql({ agents: 'a.account_id <> ALL($5::text[])', from: '$1', until: '$2', fromId: '$3', untilId: '$4' })},
  opened AS (
    INSERT INTO usage_open_turns (turn_id, account_id, agent_id, hour)
    SELECT id, account_id, agent_id, hour FROM counted_turns WHERE status = 'forwarded' AND added_us IS NULL
    ON CONFLICT DO NOTHING)
  ${ADD}`;

/** Adds the latency of turns that have ended since. A turn whose session is sealed will not end any more. */
const COUNT_ENDED = `
  WITH closed AS (
    DELETE FROM usage_open_turns o USING turns t JOIN sessions s ON s.id = t.session_id
     WHERE t.id = o.turn_id AND (t.status <> 'forwarded' OR s.sealed_at IS NOT NULL)
    RETURNING o.account_id, o.agent_id, o.hour, t.added_us),
  counts AS (
    SELECT account_id, agent_id, hour, 'latency' AS measure, ${latencyBucketSql('added_us')} AS key,
           count(*) AS count, sum(added_us) AS sum
      FROM closed WHERE added_us IS NOT NULL GROUP BY 1, 2, 3, 5),
  outdated AS (
    UPDATE usage_progress SET summarised_to = (SELECT min(hour) FROM counts)
     WHERE summarised_to > (SELECT min(hour) FROM counts))
  ${ADD}`;

/** Accounts of which an hour has fewer turns or sessions left than were counted. */
const ERASED = `
  SELECT DISTINCT c.account_id FROM usage_counts c
   WHERE c.hour = $1 AND c.agent_id = '' AND CASE c.measure
     WHEN 'turns' THEN c.count > (
       SELECT count(*) FROM agents a CROSS JOIN LATERAL (
         SELECT FROM turns WHERE agent_id = a.id AND started_at >= $1 AND started_at < $2 OFFSET 0) t
        WHERE a.account_id = c.account_id)
     WHEN 'sessions' THEN c.count > (
       SELECT count(*) FROM sessions s
        WHERE s.account_id = c.account_id AND s.id >= $3 AND s.id < $4 AND s.started_at >= $1 AND s.started_at < $2)
     ELSE FALSE END`;

/** The hour of the first session or turn; null where there is none. */
const FIRST_HOUR = `
  SELECT ${binSql('min(first.started_at)')} AS hour FROM agents a CROSS JOIN LATERAL (
    (SELECT started_at FROM turns WHERE agent_id = a.id ORDER BY started_at LIMIT 1)
    UNION ALL
    (SELECT started_at FROM sessions WHERE agent_id = a.id ORDER BY id LIMIT 1)) first`;

type Range = readonly [from: number, until: number];

interface Progress {
  /** All before is counted. Milliseconds since the epoch, as all times here. */
  readonly rolledTo: number;
  /** All before is counted for good. */
  readonly settledTo: number;
}

export interface UsageRollupOptions {
  readonly pool: Pick<Pool, 'connect'>;
  readonly clock: Clock;
}

/** Counts what is not counted yet. Resolves with whether there is more to count; null where another node is at it. */
export function rollUpUsage({ pool, clock }: UsageRollupOptions): Promise<boolean | null> {
  return withJobLock(pool, 'usageRollup', async () => {
    for (let step = 0; step < STEPS; step += 1) {
      if (!(await inTransaction(pool, (client) => takeStep(client, clock.now())))) return false;
    }
    return true;
  });
}

/** Takes one step. Resolves with false where there was nothing to count. */
async function takeStep(client: PoolClient, now: number): Promise<boolean> {
  const { rolledTo, settledTo } = await progressOf(client, now);
  if (rolledTo > now + CLOCK_MARGIN_MS) {
    await recount(client, now);
    return true;
  }
  await client.query(COUNT_ENDED);
  if (await summarise(client)) return true;
  const hour = hourOf(settledTo);
  const hourEnd = hour + HOUR_MS;
  if (settledTo < rolledTo && hourEnd <= rolledTo && hourEnd + CLOCK_MARGIN_MS <= now) {
    await settle(client, hour);
    await advance(client, { rolledTo, settledTo: hourEnd });
    return true;
  }
  const until = Math.min(rolledTo + STEP_MS, now - FRESH_MS);
  if (until - rolledTo < LEAST_STEP_MS) return false;
  await count(client, [rolledTo, until]);
  // Of what is long past nothing more is written, so it need not be counted again.
  const isFinal = settledTo === rolledTo && until + CLOCK_MARGIN_MS <= now;
  await advance(client, { rolledTo: until, settledTo: isFinal ? until : settledTo });
  return true;
}

/** The beginning of the hour of a moment. */
function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

/** Counts what began in a range, except of accounts whose counts of it are kept. */
async function count(client: PoolClient, range: Range, kept: readonly string[] = []): Promise<void> {
  await client.query(COUNT, [...rangeValues(range), kept]);
}

const rangeValues = ([from, until]: Range): unknown[] => [
  new Date(from),
  new Date(until),
  sessionIdAt(from),
  sessionIdAfter(until),
];

/**
 * Has the last days counted again. Those of the last two hours are counted anew; each hour before them is settled once more.
 * Until then figures lack what a clock that was ahead passed over.
 */
async function recount(client: PoolClient, now: number): Promise<void> {
  const from = hourOf(now - DOUBTFUL_MS);
  const anew = hourOf(now - CLOCK_MARGIN_MS);
  await client.query('DELETE FROM usage_counts WHERE hour >= $1', [new Date(anew)]);
  await client.query('DELETE FROM usage_open_turns WHERE hour >= $1', [new Date(anew)]);
  await client.query('DELETE FROM usage_summaries WHERE start >= $1', [new Date(from)]);
  await advance(client, { rolledTo: anew, settledTo: from });
}

/** Counts an hour again from the start. What was erased since cannot be: the counts of its account stay. */
async function settle(client: PoolClient, hour: number): Promise<void> {
  const { rows } = await client.query<{ account_id: string }>(ERASED, rangeValues([hour, hour + HOUR_MS]));
  const kept = rows.map(({ account_id: id }) => id);
  await client.query('DELETE FROM usage_counts WHERE hour = $1 AND account_id <> ALL($2)', [new Date(hour), kept]);
  await client.query('DELETE FROM usage_open_turns WHERE hour = $1 AND account_id <> ALL($2)', [new Date(hour), kept]);
  for (let from = hour; from < hour + HOUR_MS; from += STEP_MS) await count(client, [from, from + STEP_MS], kept);
}

async function progressOf(client: PoolClient, now: number): Promise<Progress> {
  const { rows } = await client.query<{ rolled_to: Date; settled_to: Date }>(
    'SELECT rolled_to, settled_to FROM usage_progress WHERE id = 1 FOR UPDATE',
  );
  const [row] = rows;
  if (row !== undefined) return { rolledTo: row.rolled_to.getTime(), settledTo: row.settled_to.getTime() };
  const { rows: first } = await client.query<{ hour: Date | null }>(FIRST_HOUR);
  const start = first[0]?.hour?.getTime() ?? hourOf(now);
  // The first by its ID need not be the first by its time.
  const from = Math.min(start, now) - CLOCK_MARGIN_MS;
  return { rolledTo: from, settledTo: from };
}

async function advance(client: PoolClient, { rolledTo, settledTo }: Progress): Promise<void> {
  await client.query(
    `INSERT INTO usage_progress (id, rolled_to, rolled_session_id, settled_to) VALUES (1, $1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET rolled_to = $1, rolled_session_id = $2, settled_to = $3`,
    [new Date(rolledTo), sessionIdAt(rolledTo), new Date(settledTo)],
  );
}
