/** Figures of agents for lists and detail pages. See docs/api.md, REST routes. */
import type pg from 'pg';
import { parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import { HOUR_MS, latencyBucketSql, NO_END, NO_END_ID, sessionIdAfter, sessionIdAt } from '../usage/counts.ts';
import { LatencyHistogram } from '../usage/latency.ts';

/** Figures of one agent up to now. */
export interface AgentStats {
  readonly sessionCount24h: number;
  readonly sessionCount7d: number;
  readonly redactionCount24h: number;
  /** Latency that Masker added to a turn over 24 hours, in milliseconds, at most 2 % off; null without a completed turn. */
  readonly p50LatencyMs: number | null;
  readonly p95LatencyMs: number | null;
}

interface StatsRow {
  readonly agent_id: string;
  readonly measure: 'agent' | 'sessions_24h' | 'sessions_7d' | 'redactions' | 'latency';
  readonly key: string;
  readonly count: number;
  readonly sum: number;
}

const DAY_MS = 24 * HOUR_MS;

/** From the first whole hour of a window on, what the rollup does not cover. */
const uncovered = (firstHour: string): string =>
  `greatest(${firstHour}::timestamptz, coalesce((SELECT rolled_to FROM usage_progress), '-infinity'))`;
const uncoveredId = (firstId: string): string =>
  `greatest(${firstId}::text, coalesce((SELECT rolled_session_id FROM usage_progress), ''))`;

/** Sessions that began in a range. Sessions have no index by start, but their ids begin with it. */
const sessions = (measure: string, from: string, until: string, fromId: string, untilId: string): string => `
  SELECT a.id, '${measure}', '', n, 0 FROM a CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM sessions
     WHERE agent_id = a.id AND id >= ${fromId} AND id < ${untilId} AND started_at >= ${from} AND started_at < ${until}) s`;
const turns = (from: string, until: string): string => `
  SELECT a.id AS agent_id, t.redaction_count, t.added_us FROM a CROSS JOIN LATERAL (
    SELECT redaction_count, added_us FROM turns
     WHERE agent_id = a.id AND started_at >= ${from} AND started_at < ${until} OFFSET 0) t`;

/**
 * Agents $2 of the account $1. The windows begin at $3 (24 hours) and $4 (7 days), their first whole hours at $5 and $6.
 * $7 to $10 are below the ids of sessions from there on, and $11 and $12 above those of sessions before the whole hours.
 * Whole hours come from the rollup, the rest from ranges of indexes.
 */
const STATS = {
  name: 'masker_agent_stats',
  text: `
  WITH a AS MATERIALIZED (SELECT id FROM agents WHERE account_id = $1 AND id = ANY($2::text[])),
  edges AS MATERIALIZED (${turns('$3', '$5')} UNION ALL ${turns(uncovered('$5'), NO_END)}),
  latency AS (
    SELECT agent_id, added_us FROM edges
    UNION ALL
    SELECT o.agent_id, t.added_us FROM usage_open_turns o JOIN a ON a.id = o.agent_id JOIN turns t ON t.id = o.turn_id
     WHERE o.account_id = $1 AND o.hour >= $5)
  SELECT agent_id, measure, key, sum(count)::float8 AS count, sum(sum)::float8 AS sum FROM (
    SELECT id AS agent_id, 'agent' AS measure, '' AS key, 0 AS count, 0 AS sum FROM a
    UNION ALL ${sessions('sessions_24h', '$3', '$5', '$7', '$11')}
    UNION ALL ${sessions('sessions_24h', uncovered('$5'), NO_END, uncoveredId('$9'), NO_END_ID)}
    UNION ALL ${sessions('sessions_7d', '$4', '$6', '$8', '$12')}
    UNION ALL ${sessions('sessions_7d', uncovered('$6'), NO_END, uncoveredId('$10'), NO_END_ID)}
    UNION ALL
    SELECT agent_id, 'redactions', '', 0, redaction_count FROM edges
    UNION ALL
    SELECT agent_id, 'latency', ${latencyBucketSql('added_us')}, 1, added_us FROM latency WHERE added_us IS NOT NULL
    UNION ALL
    SELECT c.agent_id, 'sessions_24h', '', c.count, 0 FROM a JOIN usage_counts c ON c.agent_id = a.id
     WHERE c.account_id = $1 AND c.measure = 'sessions' AND c.hour >= $5
    UNION ALL
    SELECT c.agent_id, 'sessions_7d', '', c.count, 0 FROM a JOIN usage_counts c ON c.agent_id = a.id
     WHERE c.account_id = $1 AND c.measure = 'sessions' AND c.hour >= $6
    UNION ALL
    SELECT c.agent_id, 'redactions', '', 0, c.sum FROM a JOIN usage_counts c ON c.agent_id = a.id
     WHERE c.account_id = $1 AND c.measure = 'turns' AND c.hour >= $5
    UNION ALL
    SELECT c.agent_id, 'latency', c.key, c.count, c.sum FROM a JOIN usage_counts c ON c.agent_id = a.id
     WHERE c.account_id = $1 AND c.measure = 'latency' AND c.hour >= $5) counted
  GROUP BY 1, 2, 3`,
};

/**
 * The figures of the agents that the account has, the deleted included; other ids are absent. One statement, however
 * many ids. `now` in milliseconds since the epoch.
 */
export async function agentStats(
  pool: pg.Pool,
  accountId: AccountId,
  ids: readonly AgentId[],
  now: number,
): Promise<ReadonlyMap<AgentId, AgentStats>> {
  if (ids.length === 0) return new Map();
  const windows = [now - DAY_MS, now - 7 * DAY_MS];
  const hours = windows.map((start) => Math.ceil(start / HOUR_MS) * HOUR_MS);
  const starts = [...windows, ...hours];
  const { rows } = await pool.query<StatsRow>({
    ...STATS,
    values: [
      accountId,
      ids,
      ...starts.map((start) => new Date(start)),
      ...starts.map(sessionIdAt),
      ...hours.map(sessionIdAfter),
    ],
  });
  const tallies = new Map<string, Tally>();
  for (const row of rows) {
    const tally = tallies.get(row.agent_id) ?? new Tally();
    tallies.set(row.agent_id, tally);
    tally.add(row);
  }
  const stats = new Map<AgentId, AgentStats>();
  for (const [agent, tally] of tallies) {
    const id = parseId('agent', agent);
    if (id !== null) stats.set(id, tally.stats());
  }
  return stats;
}

/** The figures of one agent, added up row by row. */
class Tally {
  #sessions24h = 0;
  #sessions7d = 0;
  #redactions = 0;
  readonly #latency = new LatencyHistogram();

  add({ measure, key, count, sum }: StatsRow): void {
    switch (measure) {
      case 'agent':
        return;
      case 'sessions_24h':
        this.#sessions24h += count;
        return;
      case 'sessions_7d':
        this.#sessions7d += count;
        return;
      case 'redactions':
        this.#redactions += sum;
        return;
      case 'latency':
        this.#latency.add({ bucket: Number(key), count, sumUs: sum });
    }
  }

  stats(): AgentStats {
    return {
      sessionCount24h: this.#sessions24h,
      sessionCount7d: this.#sessions7d,
      redactionCount24h: this.#redactions,
      p50LatencyMs: this.#latency.percentileMs(0.5),
      p95LatencyMs: this.#latency.percentileMs(0.95),
    };
  }
}
