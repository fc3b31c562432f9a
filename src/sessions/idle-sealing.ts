/** Seals sessions that have gone quiet, whichever node they ran on. See docs/proxy.md, Sessions. */
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';
import type { Sessions } from './sessions.ts';

/** Sessions sealed in one statement's reach; a sweep goes on until a batch comes back short. */
const BATCH = 100;

interface QuietSession {
  readonly id: SessionId;
  readonly account_id: AccountId;
  readonly agent_id: AgentId;
}

/** A page of the open sessions without a turn since $1, in the order of the index `sessions_open_of_account`. */
const QUIET = `SELECT id, account_id, agent_id FROM sessions
  WHERE sealed_at IS NULL AND last_turn_at < $1 AND (account_id, id) > ($2, $3)
  ORDER BY account_id, id LIMIT $4`;

export interface IdleSealingOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly clock: Clock;
  /** MASKER_SESSION_IDLE_SECONDS: seconds without a turn. */
  readonly idleSeconds: number;
}

/**
 * Seals every session that has been idle for long enough; resolves with how many. Null where another node is at it.
 * Rejects where a session could not be sealed, after it has tried the others.
 */
export function sealIdleSessions({ pool, sessions, clock, idleSeconds }: IdleSealingOptions): Promise<number | null> {
  return withJobLock(pool, 'idleSealing', async () => {
    let sealed = 0;
    const failures: unknown[] = [];
    const quietSince = clock.now() - idleSeconds * 1000;
    for (let after: readonly [account: string, id: string] = ['', '']; ;) {
      const { rows } = await pool.query<QuietSession>(QUIET, [new Date(quietSince), ...after, BATCH]);
      for (const { id, agent_id: agentId } of rows) {
        // One whose vault key is gone, say, must not keep all that come after it open for good.
        try {
          if (await sessions.end(agentId, id, 'idle', quietSince)) sealed += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH) break;
      after = [last.account_id, last.id];
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} idle sessions could not be sealed`);
    return sealed;
  });
}
