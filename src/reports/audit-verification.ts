/** Verifies one session on the server: its journal, its seal, and the leaf of the seal in the account's log. */
import type { AccountLog } from '../audit-log/account-log.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { missingSession } from '../audit/anchored-heads.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { walkJournals } from './journal-walk.ts';
import type { WalkedSession, WalkKeys } from './journal-walk.ts';
import { leafFault } from './leaf-check.ts';
import type { Database, Snapshots } from './snapshot.ts';

export interface AuditVerdict {
  readonly ok: boolean;
  /** Entries of the journal as stored. */
  readonly eventCount: number;
  /** `chain ok`, or what does not hold. */
  readonly message: string;
}

export interface AuditVerificationOptions extends WalkKeys {
  /** The same as those of reports: both together hold a bounded number of connections. */
  readonly snapshots: Snapshots;
  readonly accountLog: Pick<AccountLog, 'catchUp'>;
}

/** Judges a session of the viewer's account. Rejects with Failure `session_not_found`. */
export type AuditVerification = (viewer: Viewer, sessionId: SessionId) => Promise<AuditVerdict>;

export function createAuditVerification({
  snapshots,
  accountLog,
  auditKey,
  signer,
}: AuditVerificationOptions): AuditVerification {
  return async ({ accountId }, sessionId) => {
    await accountLog.catchUp(accountId);
    return snapshots.read(async (db) => {
      const walked: WalkedSession[] = [];
      try {
        await walkJournals(
          db,
          { kind: 'session', accountId, sessionId },
          { auditKey, signer },
          { entry: () => undefined, session: (session) => walked.push(session) },
        );
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'report_generation_failed') throw error;
        return { ok: false, eventCount: await countEntries(db, sessionId), message: error.message };
      }
      const [session] = walked;
      if (session === undefined) return missingVerdict(db, accountId, sessionId);
      const fault = await leafFault(db, signer, accountId, session.stored);
      return { ok: fault === null, eventCount: session.chain.count, message: fault ?? 'chain ok' };
    });
  };
}

/** Judges a session that is not there: a signed head may name it. Rejects with Failure `session_not_found`. */
async function missingVerdict(db: Database, accountId: AccountId, sessionId: SessionId): Promise<AuditVerdict> {
  const missing = await missingSession(db, sessionId);
  if (missing?.accountId !== accountId)
    throw new Failure('session_not_found', 'No session with this id exists in your account.');
  const message = `the session was removed: a head that was signed counts ${missing.anchored} entries of its journal`;
  return { ok: false, eventCount: await countEntries(db, sessionId), message };
}

/** Counts the entries of a journal that could not be walked to its end. */
async function countEntries(db: Database, sessionId: SessionId): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM entries WHERE session_id = $1',
    [sessionId],
  );
  return rows[0]?.count ?? 0;
}
