/** Compares the journals of open sessions with the heads that were signed of them. */
import type { Pool } from 'pg';
import { missingSessions, movedJournals } from '../../audit/anchored-heads.ts';
import { systemClock } from '../../platform/clock.ts';
import { sessionsSince } from '../../sessions/missing-sessions.ts';
import { fail, ok } from './check.ts';
import type { Finding } from './check.ts';

/** Sessions of one statement. */
const BATCH = 1000;
/** Removed sessions are looked for among those that began so long ago, in milliseconds; a server looks at all. */
const SPAN_MS = 7 * 86_400_000;
/** Sessions that are named. */
const NAMED = 5;

type Db = Pick<Pool, 'query'>;

async function faulty(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const journals = await movedJournals(db, after, BATCH);
    for (const { sessionId, fault } of journals)
      if (fault !== null) found.push(`${sessionId} (${fault === 'cut' ? 'its end was cut' : 'its seal was removed'})`);
    after = journals.length < BATCH ? undefined : journals.at(-1)?.sessionId;
  }
  return found;
}

/** Finds open sessions whose end was cut, whose seal was removed, or that were removed whole in the last seven days. */
export async function journalFinding(db: Db): Promise<Finding> {
  const found = await faulty(db);
  for await (const { sessionId } of missingSessions(db, sessionsSince(systemClock.now() - SPAN_MS), BATCH))
    found.push(`${sessionId} (it was removed)`);
  if (found.length === 0) return ok('open sessions are what their signed heads say');
  const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : '';
  return fail(
    `not what was signed: ${found.slice(0, NAMED).join(', ')}${more}`,
    'Someone changed the database. Keep it as it is, and see docs/audit-format.md, Heads of open journals.',
  );
}
