/** Compares the journals of open sessions with the heads that were signed of them. */
import type { Pool } from 'pg';
import { missingSessions, movedJournals } from '../../../audit/anchored-heads.ts';
import type { JournalFault, MovedJournal, OpenPlace } from '../../../audit/anchored-heads.ts';
import { systemClock } from '../../../platform/clock.ts';
import { sessionsSince } from '../../../sessions/missing-sessions.ts';
import { fail, ok } from './check.ts';
import type { Finding } from './check.ts';

/** Sessions of one statement. */
const BATCH = 1000;
/** Removed sessions are looked for among those that began so long ago, in milliseconds; a server looks at all. */
const SPAN_MS = 7 * 86_400_000;
/** Sessions that are named. */
const NAMED = 5;

const FAULTS: Readonly<Record<JournalFault, string>> = {
  cut: 'its end was cut',
  unsealed: 'its seal was removed',
  unreadable: 'its last entry cannot be read',
};

type Db = Pick<Pool, 'query'>;

async function faulty(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (let after: OpenPlace | null | undefined = null; after !== undefined;) {
    const journals: MovedJournal[] = await movedJournals(db, after, BATCH);
    for (const { sessionId, fault } of journals) if (fault !== null) found.push(`${sessionId} (${FAULTS[fault]})`);
    after = journals.length < BATCH ? undefined : journals.at(-1);
  }
  return found;
}

/** Finds open sessions with a fault, and those of the last seven days that were removed whole or marked as sealed. */
export async function journalFinding(db: Db): Promise<Finding> {
  const found = await faulty(db);
  for await (const { sessionId, isMarked } of missingSessions(db, sessionsSince(systemClock.now() - SPAN_MS), BATCH))
    found.push(`${sessionId} (${isMarked ? 'it is marked as sealed, and has no seal' : 'it was removed'})`);
  if (found.length === 0) return ok('open sessions are what their signed heads say');
  const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : '';
  return fail(
    `not what was signed: ${found.slice(0, NAMED).join(', ')}${more}`,
    'Someone changed the database. Keep it as it is, and see docs/audit-format.md, Heads of open journals.',
  );
}
