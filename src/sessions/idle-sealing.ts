/** Seals sessions that have gone quiet, whichever node they ran on. See docs/proxy.md, Sessions. */
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, AgentId, SessionId } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';
import type { Sessions } from './sessions.ts';

/** Sessions sealed in one statement's reach; a sweep goes on until a batch comes back short. */
const BATCH = 100;

/**
 * A last turn that lies further ahead than this is no race between two clocks: a node wrote it whose clock was set right since.
 * Until that time came its session would stay open.
 */
const AHEAD_MS = 120_000;

interface QuietSession {
  readonly id: SessionId;
  readonly account_id: AccountId;
  readonly agent_id: AgentId;
  readonly last_turn_at: Date;
}

/** A page of the open sessions with no turn since $1, or with one after $2, in the order of the index `sessions_open_of_account`. */
const QUIET = `SELECT id, account_id, agent_id, last_turn_at FROM sessions
  WHERE sealed_at IS NULL AND (last_turn_at < $1 OR last_turn_at > $2) AND (account_id, id) > ($3, $4)
  ORDER BY account_id, id LIMIT $5`;

export interface IdleSealingOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly clock: Clock;
  /** MASKER_SESSION_IDLE_SECONDS: seconds without a turn. */
  readonly idleSeconds: number;
}

/** A last turn that lies ahead: its time, and when a sweep first saw it. */
interface Seen {
  readonly turnAt: number;
  readonly seenAt: number;
}

export class IdleSealing {
  readonly #options: IdleSealingOptions;
  #ahead: ReadonlyMap<SessionId, Seen> = new Map();

  constructor(options: IdleSealingOptions) {
    this.#options = options;
  }

  /**
   * Seals every session that has been idle for long enough; resolves with how many. Null where another node is at it.
   * Rejects where a session could not be sealed, after it has tried the others.
   */
  sweep(): Promise<number | null> {
    return withJobLock(this.#options.pool, 'idleSealing', () => this.#sweep());
  }

  async #sweep(): Promise<number> {
    const { pool, sessions, clock, idleSeconds } = this.#options;
    const now = clock.now();
    const quietSince = now - idleSeconds * 1000;
    const ahead = new Date(now + AHEAD_MS);
    const stillAhead = new Map<SessionId, Seen>();
    let sealed = 0;
    const failures: unknown[] = [];
    for (let after: readonly [account: string, id: string] = ['', '']; ;) {
      const { rows } = await pool.query<QuietSession>(QUIET, [new Date(quietSince), ahead, ...after, BATCH]);
      for (const { id, agent_id: agentId, last_turn_at: lastTurnAt } of rows) {
        const turnAt = lastTurnAt.getTime();
        const seen = turnAt < quietSince ? null : this.#seen(id, turnAt, now);
        if (seen !== null) stillAhead.set(id, seen);
        if (seen !== null && seen.seenAt >= quietSince) continue;
        // One whose vault key is gone, say, must not keep all that come after it open for good.
        try {
          if (await sessions.end(agentId, id, 'idle', Math.max(quietSince, turnAt + 1))) sealed += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH) break;
      after = [last.account_id, last.id];
    }
    this.#ahead = stillAhead;
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} idle sessions could not be sealed`);
    return sealed;
  }

  /** What is known of a session whose last turn lies ahead. A further turn begins its idle time anew. */
  #seen(id: SessionId, turnAt: number, now: number): Seen {
    const before = this.#ahead.get(id);
    // A clock that was set back since has not seen it yet.
    return before?.turnAt === turnAt && before.seenAt <= now ? before : { turnAt, seenAt: now };
  }
}
