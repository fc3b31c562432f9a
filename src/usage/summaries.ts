/**
 * Summaries of past hours and days: all counts of one account or agent in one row, so that a long window reads a row for each
 * hour or day. The job makes them in the transaction of its steps, from counts that change no more.
 *
 * An hour is summarised once it is settled. A summary is read only below `summarised_to`. Where a turn ends later than that, its
 * latency is added to the counts, and `summarised_to` goes back to its hour: all from there on is summarised again.
 */
import type { PoolClient } from 'pg';
import { binSql, HOUR_MS } from './counts.ts';

const DAY_MS = 24 * HOUR_MS;

/** The beginning of the hour or day up to which summaries hold. What was settled may be counted again since. */
const summarisedTo = (interval: string): string => `(SELECT CASE WHEN summarised_to IS NULL THEN '-infinity'
  ELSE ${binSql('least(summarised_to, settled_to)', interval)} END FROM usage_progress)`;
/** The hour up to which summaries hold, as SQL. Null where nothing is counted. */
export const SUMMARISED_HOUR = summarisedTo("'1 hour'");
/** The day up to which summaries of days hold. */
export const SUMMARISED_DAY = summarisedTo("'1 day'");

/** A list of [measure, key, count, sum], as SQL. */
export const COUNTS_LIST = 'jsonb_agg(jsonb_build_array(measure, key, count, sum))';

/** From where on to summarise, and the first hour that is not settled. */
const BOUNDS = `
  SELECT least(coalesce(p.summarised_to, (SELECT min(hour) FROM usage_counts)), p.settled_hour) AS from,
         p.settled_hour AS until, p.summarised_to
    FROM (SELECT summarised_to, ${binSql('settled_to')} AS settled_hour FROM usage_progress) p`;

// The primary key is the only index: by one on the start, readers could read all accounts.
const REPLACE = 'ON CONFLICT (account_id, agent_id, span, start) DO UPDATE SET counts = EXCLUDED.counts';

const HOURS = `
  INSERT INTO usage_summaries (account_id, agent_id, span, start, counts)
  SELECT account_id, agent_id, 'hour', hour, ${COUNTS_LIST} FROM usage_counts
   WHERE hour >= $1 AND hour < $2 GROUP BY account_id, agent_id, hour
  ${REPLACE}`;

const DAY = `
  INSERT INTO usage_summaries (account_id, agent_id, span, start, counts)
  SELECT account_id, agent_id, 'day', $1, ${COUNTS_LIST} FROM (
    SELECT account_id, agent_id, measure, key, sum(count) AS count, sum(sum) AS sum FROM usage_counts
     WHERE hour >= $1 AND hour < $2 GROUP BY 1, 2, 3, 4) counted
   GROUP BY account_id, agent_id
  ${REPLACE}`;

interface Bounds {
  readonly from: Date;
  readonly until: Date;
  readonly summarised_to: Date | null;
}

/** Summarises hours of one day at most. Resolves with false where all is summarised. */
export async function summarise(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<Bounds>(BOUNDS);
  const [bounds] = rows;
  if (bounds === undefined) return false;
  const from = bounds.from.getTime();
  const day = Math.floor(from / DAY_MS) * DAY_MS;
  const until = Math.max(from, Math.min(day + DAY_MS, bounds.until.getTime()));
  if (until > from) await client.query(HOURS, [new Date(from), new Date(until)]);
  if (until === day + DAY_MS) await client.query(DAY, [new Date(day), new Date(until)]);
  if (bounds.summarised_to?.getTime() === until) return false;
  await client.query('UPDATE usage_progress SET summarised_to = $1', [new Date(until)]);
  return until > from;
}
