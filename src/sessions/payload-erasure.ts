/** Erases payloads whose time is over, on whichever node is first. See docs/policy.md, Payloads. */
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock.ts';
import { withJobLock } from '../platform/job-lock.ts';
import { payloadIsOver, payloadIsOverValues } from './payload-retention.ts';

/** Payloads erased by one statement. */
const BATCH = 500;
/** Payloads erased by one run, at most. A run that erases so many may have left some. */
export const MOST_ERASED = 200 * BATCH;

export interface PayloadErasureOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly clock: Clock;
  /** 0: those of all sealed sessions. */
  readonly retentionDays: number;
}

const ERASE = `DELETE FROM payloads WHERE (session_id, turn) IN (
  SELECT p.session_id, p.turn FROM payloads p JOIN sessions s ON s.id = p.session_id
  WHERE ${payloadIsOver(1)} ORDER BY p.stored_at LIMIT $3)`;

/** Resolves with how many were erased. Null where another node is at it. Rejects when the database does. */
export function erasePayloads({ pool, clock, retentionDays }: PayloadErasureOptions): Promise<number | null> {
  return withJobLock(pool, 'payloadErasure', async () => {
    const over = payloadIsOverValues({ now: clock.now(), days: retentionDays });
    let erased = 0;
    while (erased < MOST_ERASED) {
      const { rowCount } = await pool.query(ERASE, [...over, BATCH]);
      erased += rowCount ?? 0;
      if ((rowCount ?? 0) < BATCH) break;
    }
    return erased;
  });
}
