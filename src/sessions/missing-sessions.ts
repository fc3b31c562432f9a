/**
 * Looks for open sessions that were removed whole, or marked as sealed without a seal: a signed head names them, and the
 * account's log has no seal of them. See docs/audit-format.md, Heads of open journals.
 */
import type { Pool } from 'pg';
import { encodeTime } from 'ulid';
import { missingSessions } from '../audit/anchored-heads.ts';
import type { MissingSession } from '../audit/anchored-heads.ts';
import { ID_PREFIXES } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';

/** How often sessions of all times are looked for, and how old a session is that is looked for more often, in milliseconds. */
export const SEARCHING_ALL_MS = 3_600_000;

/** Sessions of one statement: some milliseconds of work. */
const BATCH = 1000;

export interface MissingSearch {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  /** Milliseconds since the epoch: sessions that began later are looked for; null for all. */
  readonly since: number | null;
  /** Called for each missing session, with each run. */
  readonly onMissing: (session: MissingSession) => void;
  /** Asked between two batches. A search that stops looks at no further session. */
  readonly shouldStop?: () => boolean;
}

/** Returns the text behind which the ids of sessions come that began at the time, in milliseconds since the epoch, or later. */
export function sessionsSince(time: number): string {
  return `${ID_PREFIXES.session}_${encodeTime(Math.max(0, time))}`;
}

/** Resolves with how many sessions are missing; null where another node is at it. Rejects when the database does. */
export function findMissingSessions(search: MissingSearch): Promise<number | null> {
  const { pool, since, onMissing, shouldStop } = search;
  // A lock for each: the search of all times must not be left out for an hour because a short one is at work.
  return withJobLock(pool, since === null ? 'missingSessions' : 'recentMissingSessions', async () => {
    let missing = 0;
    const after = since === null ? '' : sessionsSince(since);
    for await (const session of missingSessions(pool, after, BATCH, shouldStop)) {
      onMissing(session);
      missing += 1;
    }
    return missing;
  });
}
