/**
 * Anchors the heads of open sessions whose journals have grown, on whichever node is first. From then on the end of such a
 * journal cannot be cut unseen. See docs/audit-format.md, Heads of open journals.
 */
import type { Pool } from 'pg';
import { movedJournals, storeAnchor } from '../audit/anchored-heads.ts';
import type { JournalFault, MovedJournal, OpenPlace } from '../audit/anchored-heads.ts';
import { anchorHeads } from '../audit/journal-head.ts';
import type { JournalHead } from '../audit/journal-head.ts';
import type { Signer } from '../audit/seal.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { withJobLock } from '../platform/job-lock.ts';

/** How often heads are anchored, in milliseconds: half of the time that is promised, so that a late run keeps the promise. */
export const ANCHORING_MS = 30_000;

/** Heads read, signed and stored at once: some milliseconds of work. */
const BATCH = 500;

export interface HeadAnchoringOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly signer: Signer;
  readonly clock: Clock;
  /**
   * The journal of an open session has a fault: entries of a head that was signed are missing, or the seal of the session
   * is, or its last entry cannot be read. Called with each run that sees it.
   */
  readonly onFault: (fault: JournalFault, sessionId: SessionId, entries: number, anchored: number) => void;
}

function headOf({ sessionId, count, last }: MovedJournal): JournalHead | null {
  return last && { v: 1, session_id: sessionId, event_count: count, last_hash: last.hash, ts: last.ts };
}

/** Anchors every head that moved; resolves with how many. Null where another node is at it. Rejects when the database does. */
export function anchorOpenJournals({ pool, signer, clock, onFault }: HeadAnchoringOptions): Promise<number | null> {
  return withJobLock(pool, 'headAnchoring', async () => {
    let anchored = 0;
    for (let after: OpenPlace | null = null; ;) {
      const journals: MovedJournal[] = await movedJournals(pool, after, BATCH);
      const byAccount = new Map<AccountId, JournalHead[]>();
      for (const journal of journals) {
        // A head is never signed that does not continue the one before: that would bless the cut.
        if (journal.fault !== null) onFault(journal.fault, journal.sessionId, journal.count, journal.anchored);
        const head = journal.fault === null ? headOf(journal) : null;
        if (head === null) continue;
        const heads = byAccount.get(journal.accountId);
        if (heads === undefined) byAccount.set(journal.accountId, [head]);
        else heads.push(head);
      }
      for (const [accountId, heads] of byAccount) {
        const now = clock.now();
        await storeAnchor(pool, newId('anchor', now), anchorHeads(signer, accountId, heads, now));
        anchored += heads.length;
      }
      const last = journals.at(-1);
      if (last === undefined || journals.length < BATCH) return anchored;
      after = last;
    }
  });
}
