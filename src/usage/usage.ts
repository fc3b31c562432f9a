/** Usage of an account, by hour or day: from the rollup, and by counting what it does not cover yet. */
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId, AgentId } from '../platform/ids.ts';
import { binSql, countsSql, HOUR_MS, latencyBucketSql, sessionIdAt } from './counts.ts';
import type { CountedRange } from './counts.ts';
import { LatencyHistogram } from './latency.ts';
import { COUNTS_LIST, SUMMARISED_DAY, SUMMARISED_HOUR } from './summaries.ts';

export const USAGE_INTERVALS = ['hour', 'day'] as const;
export type UsageInterval = (typeof USAGE_INTERVALS)[number];

const INTERVAL_MS: Readonly<Record<UsageInterval, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS };
/** The most intervals of one answer: a month of hours, a year of days. */
const MOST: Readonly<Record<UsageInterval, number>> = { hour: 24 * 31 + 1, day: 367 };

/** What was counted in a window. */
export interface UsageFigures {
  readonly turns: number;
  readonly sessions: number;
  /** Turns that were refused because a known value stood in the masked request. */
  readonly refusedTurns: number;
  /** Turns with image, audio or file parts that the policy let pass without a search. */
  readonly uninspectedTurns: number;
  readonly redactions: number;
  readonly redactionsByKind: Readonly<Record<string, number>>;
  /** Latency that Masker added to a turn that has ended, in milliseconds, at most 2 % off; null without one. */
  readonly p50LatencyMs: number | null;
  readonly p95LatencyMs: number | null;
}

export interface UsageBucket extends UsageFigures {
  /** When the hour or day begins, in UTC. */
  readonly start: Date;
}

/** Usage from the beginning of an hour or day up to a moment. */
export interface Usage {
  readonly since: Date;
  readonly until: Date;
  readonly interval: UsageInterval;
  readonly total: UsageFigures;
  /** One for each hour or day, the oldest first; the last is not over yet. */
  readonly buckets: readonly UsageBucket[];
}

export interface UsageRequest {
  /** Milliseconds since the epoch. Usage begins with the hour or day that it is in. */
  readonly since: number;
  readonly interval: UsageInterval;
  /** Null for the whole account. */
  readonly agentId: AgentId | null;
}

/** Throws Failure `validation_failed` for a window that is too long or in the future, `agent_not_found` for a foreign agent. */
export type ReadUsage = (accountId: AccountId, request: UsageRequest) => Promise<Usage>;

const RANGE = {
  from: "greatest($3::timestamptz, coalesce((SELECT rolled_to FROM usage_progress), '-infinity'))",
  until: null,
  fromId: "greatest($4::text, coalesce((SELECT rolled_session_id FROM usage_progress), ''))",
  untilId: null,
};

/**
 * Agent of $2, '' for all; hours from $3 on; $4 is below the IDs of their sessions; $5 is the interval, $6 its name. Past days
 * and hours come from summaries, a row each; the rest from counts, and from turns and sessions themselves.
 */
const usageSql = (scope: Pick<CountedRange, 'agents' | 'ofAccount'>): string => `
  WITH ${countsSql({ ...RANGE, ...scope })},
  late AS (
    SELECT o.hour, t.added_us FROM usage_open_turns o JOIN turns t ON t.id = o.turn_id
     WHERE o.account_id = $1 AND ($2 = '' OR o.agent_id = $2) AND o.hour >= $3 AND t.added_us IS NOT NULL)
  SELECT start, counts FROM usage_summaries
   WHERE $6 = 'day' AND account_id = $1 AND agent_id = $2 AND span = 'day' AND start >= $3 AND start < ${SUMMARISED_DAY}
  UNION ALL
  SELECT ${binSql('start', '$5::interval')}, counts FROM usage_summaries
   WHERE account_id = $1 AND agent_id = $2 AND span = 'hour' AND start < ${SUMMARISED_HOUR}
     AND start >= greatest($3, CASE WHEN $6 = 'day' THEN ${SUMMARISED_DAY} ELSE '-infinity' END)
  UNION ALL
  SELECT start, ${COUNTS_LIST} FROM (
    SELECT ${binSql('hour', '$5::interval')} AS start, measure, key, sum(count) AS count, sum(sum) AS sum
      FROM (
        SELECT hour, measure, key, count, sum FROM usage_counts
         WHERE account_id = $1 AND agent_id = $2 AND measure = ANY('{turns,sessions,refused,uninspected,redactions,latency}')
           AND hour >= greatest($3, ${SUMMARISED_HOUR})
        UNION ALL
        SELECT hour, measure, key, count, sum FROM counts
        UNION ALL
        SELECT hour, 'latency', ${latencyBucketSql('added_us')}, 1, added_us FROM late) counted
     GROUP BY 1, 2, 3) bins
   GROUP BY start`;
/** An agent that was deleted an hour before the range has no turn in it: turns under way then have long begun. */
const AT_WORK = `(a.deleted_at IS NULL OR a.deleted_at >= ${RANGE.from} - interval '1 hour')`;
const OF_ACCOUNT = {
  name: 'masker_usage',
  text: usageSql({ agents: `a.account_id = $1 AND ${AT_WORK}`, ofAccount: 'account_id = $1' }),
};
const OF_AGENT = { name: 'masker_agent_usage', text: usageSql({ agents: 'a.account_id = $1 AND a.id = $2' }) };

/** A measure, its key, count and sum. */
type Count = readonly [measure: string, key: string, count: number, sum: number];

interface CountsRow {
  readonly start: Date;
  readonly counts: readonly Count[];
}

/** Figures that are added up count by count. */
class Tally {
  readonly #counts = new Map<string, number>();
  readonly #kinds = new Map<string, number>();
  readonly #latency = new LatencyHistogram();

  add([measure, key, count, sum]: Count): void {
    if (measure === 'latency') this.#latency.add({ bucket: Number(key), count, sumUs: sum });
    else if (measure === 'redactions') this.#kinds.set(key, (this.#kinds.get(key) ?? 0) + count);
    else this.#counts.set(measure, (this.#counts.get(measure) ?? 0) + count);
    if (measure === 'turns') this.#counts.set('redactions', (this.#counts.get('redactions') ?? 0) + sum);
  }

  figures(): UsageFigures {
    const count = (name: string): number => this.#counts.get(name) ?? 0;
    return {
      turns: count('turns'),
      sessions: count('sessions'),
      refusedTurns: count('refused'),
      uninspectedTurns: count('uninspected'),
      redactions: count('redactions'),
      redactionsByKind: Object.fromEntries([...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
      p50LatencyMs: this.#latency.percentileMs(0.5),
      p95LatencyMs: this.#latency.percentileMs(0.95),
    };
  }
}

export interface UsageOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly clock: Clock;
}

/** Makes the reader. Two statements at most, whatever the window and the number of agents. */
export function createUsage({ pool, clock }: UsageOptions): ReadUsage {
  return async (accountId, { since, interval, agentId }) => {
    const now = clock.now();
    const step = INTERVAL_MS[interval];
    const start = Math.floor(since / step) * step;
    checkWindow(start, now, interval);
    if (agentId !== null) await checkAgent(pool, accountId, agentId);
    const values = [
      accountId,
      agentId ?? '',
      new Date(start),
      sessionIdAt(start),
      interval === 'day' ? '1 day' : '1 hour',
      interval,
    ];
    const { rows } = await pool.query<CountsRow>({ ...(agentId === null ? OF_ACCOUNT : OF_AGENT), values });
    const total = new Tally();
    const tallies = new Map<number, Tally>();
    for (let at = start; at <= now; at += step) tallies.set(at, new Tally());
    for (const row of rows) {
      // What a node whose clock is ahead has written belongs to the next answer.
      const tally = tallies.get(row.start.getTime());
      if (tally === undefined) continue;
      for (const count of row.counts) {
        tally.add(count);
        total.add(count);
      }
    }
    const buckets = [...tallies].map(([at, tally]) => ({ start: new Date(at), ...tally.figures() }));
    return { since: new Date(start), until: new Date(now), interval, total: total.figures(), buckets };
  };
}

function checkWindow(start: number, now: number, interval: UsageInterval): void {
  const intervals = Math.floor((now - start) / INTERVAL_MS[interval]) + 1;
  if (intervals >= 1 && intervals <= MOST[interval]) return;
  const message =
    intervals < 1
      ? 'The moment since is in the future. Name one in the past.'
      : `The window has too many intervals. Usage by hour covers 31 days, usage by day 366.`;
  throw new Failure('validation_failed', message, [{ path: 'since', code: 'out_of_range', message }]);
}

async function checkAgent(pool: UsageOptions['pool'], accountId: AccountId, agentId: AgentId): Promise<void> {
  // Usage of a deleted agent stays.
  const { rows } = await pool.query('SELECT 1 FROM agents WHERE id = $1 AND account_id = $2', [agentId, accountId]);
  if (rows.length === 0) throw new Failure('agent_not_found', 'No agent with this ID exists in your account.');
}
