/**
 * Looks for open sessions that were removed whole: a signed head names them, and the database has neither their row nor
 * their seal. See docs/audit-format.md, Heads of open journals.
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
}

/** Returns the text behind which the ids of sessions come that began at the time, in milliseconds since the epoch, or later. */
export function sessionsSince(time: number): string {
  return `${ID_PREFIXES.session}_${encodeTime(Math.max(0, time))}`;
}

/** Resolves with how many sessions are missing; null where another node is at it. Rejects when the database does. */
export function findMissingSessions({ pool, since, onMissing }: MissingSearch): Promise<number | null> {
  return withJobLock(pool, 'missingSessions', async () => {
    let missing = 0;
    for await (const session of missingSessions(pool, since === null ? '' : sessionsSince(since), BATCH)) {
      onMissing(session);
      missing += 1;
    }
    return missing;
  });
}
