/**
 * What is counted of sessions and turns, as SQL: the job that keeps the rollup and the queries that add what it does not
 * cover yet use the same statement. See docs/operations.md, Usage figures.
 *
 * | measure | key | count | sum |
 * | --- | --- | --- | --- |
 * | `sessions` | | sessions that began in the hour | |
 * | `turns` | | turns that began in the hour | their redactions |
 * | `refused` | | turns that were refused because a known value stood in the request | |
 * | `uninspected` | | turns with image, audio or file parts that the policy let pass without a search | |
 * | `redactions` | kind | redactions of the turns | |
 * | `latency` | bucket | ended turns whose added latency is in the bucket | their latency, in microseconds |
 */
import { encodeTime } from 'ulid';
import { ID_PREFIXES, LONGEST_STEP_BACK_MS } from '../platform/ids.ts';
import { LATENCY_BASE } from './latency.ts';

export const HOUR_MS = 3_600_000;

/** The hour of a moment, whatever the time zone of the connection. */
export function binSql(moment: string, interval = "'1 hour'"): string {
  return `date_bin(${interval}, ${moment}, TIMESTAMPTZ '2000-01-01 00:00:00Z')`;
}

/** The bucket of an added latency in microseconds. Each bucket begins LATENCY_BASE times as high as the one before. */
export function latencyBucketSql(us: string): string {
  return `floor(ln(greatest(${us}, 1)::float8) / ln(${LATENCY_BASE}::float8))::int::text`;
}

/** How late a turn may be written, and how far the clocks of two nodes may be apart. In milliseconds. */
export const CLOCK_MARGIN_MS = HOUR_MS;

const TIME_CHARACTERS = 10;
/** The latest time that an ID can have, in milliseconds since the epoch. */
const LATEST_ID_MS = 2 ** 48 - 1;

/** The ID below those of sessions that began at `time` or later, in milliseconds since the epoch. */
export function sessionIdAt(time: number): string {
  return `${ID_PREFIXES.session}_${encodeTime(Math.min(Math.max(0, time), LATEST_ID_MS), TIME_CHARACTERS)}`;
}

/** The ID above those of sessions that began before `time`. The time in an ID may be later than the start: see `newId`. */
export function sessionIdAfter(time: number): string {
  return sessionIdAt(time + LONGEST_STEP_BACK_MS);
}

/**
 * Ends of ranges that have none. The planner does not know where a range begins that the progress of the job decides. Of one
 * without an end it expects a third of all rows, and reads the whole table; of one with both ends it expects few.
 */
export const NO_END = "TIMESTAMPTZ 'infinity'";
// The first character of a ULID is at most 7.
export const NO_END_ID = `'${ID_PREFIXES.session}_8'`;

/** The rows to count, as SQL: the start is in the range, the end of the range is not. */
export interface CountedRange {
  /** A condition on `agents a`. */
  readonly agents: string;
  /** A condition on the sessions of one account, which are then read by its index; else those of each agent are. */
  readonly ofAccount?: string;
  readonly from: string;
  /** Null for no end. */
  readonly until: string | null;
  /** Below the IDs of the sessions of the range. Sessions have no index by their start. */
  readonly fromId: string;
  readonly untilId: string | null;
}

// A regular expression takes six times as long. Entries are canonical JSON, so the member has one spelling.
const KIND = `split_part(split_part(body, '"entity_kind":"', 2), '"', 1)`;

/**
 * Common table expressions that end with `counts (account_id, agent_id, hour, measure, key, count, sum)`, a row for each
 * agent, hour, measure and key. `counted_turns` are the turns.
 */
export function countsSql({ agents, ofAccount, from, until, fromId, untilId }: CountedRange): string {
  const before = ` AND started_at < ${until ?? NO_END}`;
  const idBefore = ` AND id < ${untilId ?? NO_END_ID}`;
  const hour = binSql('started_at');
  const began = `id >= ${fromId}${idBefore} AND started_at >= ${from}${before}`;
  // By agent each of them costs a search of the index, also those without a session.
  const sessions =
    ofAccount === undefined
      ? `SELECT a.account_id, a.id AS agent_id, s.started_at FROM agents a CROSS JOIN LATERAL (
           SELECT started_at FROM sessions WHERE agent_id = a.id AND ${began} OFFSET 0) s
          WHERE ${agents}`
      : `SELECT account_id, agent_id, started_at FROM sessions WHERE ${ofAccount} AND ${began}`;
  // OFFSET 0 keeps each scan a range of the index of one agent. Redactions are counted once for each session, not for each turn.
  return `
  counted_turns AS MATERIALIZED (
    SELECT a.account_id, a.id AS agent_id, ${hour} AS hour, t.*
      FROM agents a CROSS JOIN LATERAL (
        SELECT id, session_id, number, started_at, status, ended_at, redaction_count, upstream_us, added_us
          FROM turns WHERE agent_id = a.id AND started_at >= ${from}${before} OFFSET 0) t
     WHERE ${agents}),
  session_redactions AS MATERIALIZED (
    SELECT s.session_id, e.turn, e.kind, e.count
      FROM (SELECT session_id, min(number) AS number FROM counted_turns WHERE redaction_count > 0 GROUP BY 1) s
     CROSS JOIN LATERAL (
        SELECT turn, ${KIND} AS kind, count(*) AS count FROM entries
         WHERE session_id = s.session_id AND kind = 'redaction' AND turn >= s.number
           AND position('"action":"passthrough"' IN body) = 0
         GROUP BY 1, 2) e
     WHERE e.kind <> ''),
  uninspected AS MATERIALIZED (
    SELECT DISTINCT session_id, turn FROM entries
     WHERE session_id = ANY(ARRAY(SELECT session_id FROM counted_turns)) AND kind = 'uninspectable_allowed'),
  counts AS (
    SELECT account_id, agent_id, hour, 'turns' AS measure, '' AS key, count(*) AS count, sum(redaction_count) AS sum
      FROM counted_turns GROUP BY 1, 2, 3
    UNION ALL
    SELECT account_id, agent_id, hour, 'refused', '', count(*), 0
      FROM counted_turns WHERE status = 'error' AND ended_at IS NOT NULL AND upstream_us IS NULL GROUP BY 1, 2, 3
    UNION ALL
    SELECT t.account_id, t.agent_id, t.hour, 'uninspected', '', count(*), 0
      FROM uninspected u JOIN counted_turns t ON t.session_id = u.session_id AND t.number = u.turn
     GROUP BY 1, 2, 3
    UNION ALL
    SELECT account_id, agent_id, hour, 'latency', ${latencyBucketSql('added_us')}, count(*), sum(added_us)
      FROM counted_turns WHERE added_us IS NOT NULL GROUP BY 1, 2, 3, 5
    UNION ALL
    SELECT t.account_id, t.agent_id, t.hour, 'redactions', r.kind, sum(r.count)::bigint, 0
      FROM session_redactions r JOIN counted_turns t ON t.session_id = r.session_id AND t.number = r.turn
     GROUP BY 1, 2, 3, 5
    UNION ALL
    SELECT account_id, agent_id, ${hour}, 'sessions', '', count(*), 0 FROM (${sessions}) began GROUP BY 1, 2, 3)`;
}
