/** Erases payloads whose time is over, on whichever node is first. See docs/policy.md, Payloads. */
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock.ts';
import { withJobLock } from '../platform/job-lock.ts';

/** How often payloads are erased, in milliseconds. */
export const ERASING_MS = 3_600_000;

const DAY_MS = 86_400_000;
/** Payloads erased by one statement, and statements of one run: what is left waits for the next run. */
const BATCH = 500;
const MOST_BATCHES = 200;

export interface PayloadErasureOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly clock: Clock;
  /** 0: those of all sealed sessions. */
  readonly retentionDays: number;
}

const ERASE = `DELETE FROM payloads WHERE (session_id, turn) IN (
  SELECT p.session_id, p.turn FROM payloads p JOIN sessions s ON s.id = p.session_id
  WHERE p.stored_at <= $1 AND ($2 OR s.sealed_at IS NOT NULL) ORDER BY p.stored_at LIMIT $3)`;

/** Resolves with how many were erased. Null where another node is at it. Rejects when the database does. */
export function erasePayloads({ pool, clock, retentionDays }: PayloadErasureOptions): Promise<number | null> {
  return withJobLock(pool, 'payloadErasure', async () => {
    const storedUntil = new Date(clock.now() - retentionDays * DAY_MS);
    let erased = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const { rowCount } = await pool.query(ERASE, [storedUntil, retentionDays > 0, BATCH]);
      erased += rowCount ?? 0;
      if ((rowCount ?? 0) < BATCH) break;
    }
    return erased;
  });
}
