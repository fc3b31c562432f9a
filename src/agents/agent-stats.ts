/** Figures of agents for lists and detail pages. See docs/api.md, REST routes. */
import type pg from 'pg';
import { encodeTime } from 'ulid';
import { ID_PREFIXES, parseId } from '../platform/ids.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';

/** Figures of one agent up to now. */
export interface AgentStats {
  readonly sessionCount24h: number;
  readonly sessionCount7d: number;
  readonly redactionCount24h: number;
  /** Latency that Masker added to a turn over 24 hours, in milliseconds; null without a completed turn. */
  readonly p50LatencyMs: number | null;
  readonly p95LatencyMs: number | null;
}

interface StatsRow {
  readonly id: string;
  readonly sessions_24h: number;
  readonly sessions_7d: number;
  readonly redactions_24h: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
}

const HOUR_MS = 3_600_000;
const TIME_CHARACTERS = 10;

// Sessions have no index by start, but their ids begin with it: $5 bounds the range of (agent_id, id) that is read.
const STATS = {
  name: 'masker_agent_stats',
  text: `SELECT a.id, s.sessions_24h, s.sessions_7d, t.redactions_24h, t.p50_ms, t.p95_ms
           FROM agents a
           CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE started_at >= $3)::int AS sessions_24h, count(*)::int AS sessions_7d
               FROM sessions WHERE agent_id = a.id AND id >= $5 AND started_at >= $4
           ) s
           CROSS JOIN LATERAL (
             SELECT coalesce(sum(redaction_count), 0)::float8 AS redactions_24h,
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY added_us) / 1000 AS p50_ms,
                    percentile_cont(0.95) WITHIN GROUP (ORDER BY added_us) / 1000 AS p95_ms
               FROM turns WHERE agent_id = a.id AND started_at >= $3
           ) t
          WHERE a.account_id = $1 AND a.id = ANY($2::text[])`,
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
  const day = new Date(now - 24 * HOUR_MS);
  const week = new Date(now - 7 * 24 * HOUR_MS);
  const { rows } = await pool.query<StatsRow>({ ...STATS, values: [accountId, ids, day, week, firstSessionId(week)] });
  const stats = new Map<AgentId, AgentStats>();
  for (const row of rows) {
    const id = parseId('agent', row.id);
    if (id === null) continue;
    stats.set(id, {
      sessionCount24h: row.sessions_24h,
      sessionCount7d: row.sessions_7d,
      redactionCount24h: row.redactions_24h,
      p50LatencyMs: row.p50_ms,
      p95LatencyMs: row.p95_ms,
    });
  }
  return stats;
}

/** Below every id of a session that started at `since` or later. The hour is slack: an id is made apart from the start it names. */
function firstSessionId(since: Date): string {
  return `${ID_PREFIXES.session}_${encodeTime(since.getTime() - HOUR_MS, TIME_CHARACTERS)}`;
}
