/** Verifies one session on the server: its journal, its seal, and the leaf of the seal in the account's log. */
import type { Pool } from 'pg';
import { canonicalJson } from '../audit/canonical.ts';
import type { Signer } from '../audit/seal.ts';
import { leafHash } from '../audit/merkle.ts';
import { sealLeaf } from '../audit-log/leaf.ts';
import { leafOfSession } from '../audit-log/log-reader.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { walkJournals } from './journal-walk.ts';
import type { WalkedSession } from './journal-walk.ts';
import { Snapshots } from './snapshot.ts';
import type { Database } from './snapshot.ts';

export interface AuditVerdict {
  readonly ok: boolean;
  /** Entries of the journal as stored. */
  readonly eventCount: number;
  /** `chain ok`, or what does not hold. */
  readonly message: string;
}

export interface AuditVerificationOptions {
  readonly pool: Pick<Pool, 'connect'>;
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
}

/** Judges a session of the viewer's account. Rejects with Failure `session_not_found`. */
export type AuditVerification = (viewer: Viewer, sessionId: SessionId) => Promise<AuditVerdict>;

export function createAuditVerification({ pool, auditKey, signer }: AuditVerificationOptions): AuditVerification {
  const snapshots = new Snapshots(pool);
  return ({ accountId }, sessionId) =>
    snapshots.read(async (db) => {
      const eventCount = await countEntries(db, accountId, sessionId);
      try {
        const walked: WalkedSession[] = [];
        await walkJournals(
          db,
          { kind: 'session', accountId, sessionId },
          { auditKey, signer },
          { entry: () => undefined, session: (session) => walked.push(session) },
        );
        const fault = await leafFault(db, accountId, walked);
        return { ok: fault === null, eventCount, message: fault ?? 'chain ok' };
      } catch (error) {
        if (error instanceof Failure && error.code === 'report_generation_failed')
          return { ok: false, eventCount, message: error.message };
        throw error;
      }
    });
}

async function countEntries(db: Database, accountId: AccountId, sessionId: SessionId): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT (SELECT count(*)::int FROM entries WHERE session_id = s.id) AS count
     FROM sessions s WHERE s.id = $1 AND s.account_id = $2`,
    [sessionId, accountId],
  );
  const [row] = rows;
  if (row === undefined) throw new Failure('session_not_found', 'No session with this id exists in your account.');
  return row.count;
}

/** Why the log of the account has another seal than the session; null where it has the same, or none yet. */
async function leafFault(db: Database, accountId: AccountId, walked: readonly WalkedSession[]): Promise<string | null> {
  const [session] = walked;
  const leaf = session === undefined ? null : await leafOfSession(db, accountId, session.stored.id);
  if (leaf === null || session === undefined) return null;
  const { id, seal: signed, sealedAt } = session.stored;
  if (signed === null || sealedAt === null) return 'the account log has a seal of the session, which is not there';
  const { seal, signature } = signed;
  const expected = sealLeaf({
    accountId,
    sessionId: id,
    seal: canonicalJson(seal),
    keyId: signature.key_id,
    signature: Buffer.from(signature.sig, 'base64'),
    sealedAt,
  });
  const isSame = leaf.body === expected.body && leafHash(leaf.body).equals(leaf.hash);
  return isSame ? null : `leaf ${leaf.index} of the account log is not the seal of the session`;
}
