/** Rows of sessions as reports read them, in batches by id. */
import type { Seal, SignedSeal } from '../audit/seal.ts';
import type { AgentId, SessionId } from '../platform/ids.ts';
import type { ReportedAgent } from './report.ts';
import { scopeCondition } from './scope.ts';
import type { ReportScope } from './scope.ts';
import type { Database } from './snapshot.ts';
import { bundledEntry } from './stored-text.ts';

/** A session's row, as far as a report states it. Nothing in it is proven. */
export interface StoredSession {
  readonly id: SessionId;
  readonly agent: ReportedAgent;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly sealedAt: Date | null;
  readonly status: 'ok' | 'partial' | 'error';
  readonly policyDigest: string;
  readonly seal: SignedSeal | null;
  /** Whether its values can be opened. */
  readonly hasKey: boolean;
  readonly vaultValues: number;
}

interface SessionRecord {
  readonly id: SessionId;
  readonly agent_id: AgentId;
  readonly agent_name: string;
  readonly agent_is_open: boolean;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly sealed_at: Date | null;
  readonly status: StoredSession['status'];
  readonly policy_digest: string;
  readonly seal: string | null;
  readonly seal_key_id: string | null;
  readonly seal_signature: Buffer | null;
  readonly has_key: boolean;
  readonly vault_values: number;
}

/** A stored seal with its signature; null where the session has none. */
export function storedSeal({
  seal,
  seal_key_id: keyId,
  seal_signature: signature,
}: Pick<SessionRecord, 'seal' | 'seal_key_id' | 'seal_signature'>): SignedSeal | null {
  if (seal === null || keyId === null || signature === null) return null;
  return {
    seal: bundledEntry(seal) as Seal,
    signature: { alg: 'Ed25519', key_id: keyId, sig: signature.toString('base64') },
  };
}

function stored(r: SessionRecord): StoredSession {
  return {
    id: r.id,
    agent: { id: r.agent_id, name: r.agent_name, open_to_anyone: r.agent_is_open },
    startedAt: r.started_at,
    endedAt: r.ended_at,
    sealedAt: r.sealed_at,
    status: r.status,
    policyDigest: r.policy_digest,
    seal: storedSeal(r),
    hasKey: r.has_key,
    vaultValues: r.vault_values,
  };
}

/** Returns the sessions of a scope behind the id `after`, at most `limit`, by id. */
export async function sessionsOf(
  db: Database,
  scope: ReportScope,
  after: string,
  limit: number,
): Promise<readonly StoredSession[]> {
  const { sql, values } = scopeCondition(scope);
  const { rows } = await db.query<SessionRecord>(
    `SELECT s.id, s.agent_id, a.name AS agent_name, a.caller_auth IS NULL AS agent_is_open, s.started_at, s.ended_at,
       s.sealed_at, s.status, s.policy_digest, s.seal, s.seal_key_id, s.seal_signature,
       EXISTS (SELECT FROM vault_keys k WHERE k.session_id = s.id) AS has_key,
       (SELECT count(*)::int FROM vault_entries v WHERE v.session_id = s.id) AS vault_values
     FROM sessions s JOIN agents a ON a.id = s.agent_id
     WHERE ${sql} AND s.id > $${values.length + 1} ORDER BY s.id LIMIT $${values.length + 2}`,
    [...values, after, limit],
  );
  return rows.map(stored);
}

/** Returns the text of a policy by its digest. Throws Error where it is not stored. */
export async function policyText(db: Database, digest: string): Promise<string> {
  const { rows } = await db.query<{ text: string }>('SELECT text FROM policy_snapshots WHERE digest = $1', [digest]);
  const [row] = rows;
  if (row === undefined) throw new Error('the policy of a session is not stored');
  return row.text;
}
