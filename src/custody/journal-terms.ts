/** How long the journals of sessions are kept: `audit.retention_days` of the policy text that each ran under. */
import type { Pool } from 'pg';
import { parsePolicy } from '../policy/parse.ts';
import { POLICY_DEFAULTS } from '../policy/policy.ts';

export interface JournalTerm {
  /** Of the policy text. */
  readonly digest: string;
  readonly days: number;
}

/** Returns the term of every policy text that sealed sessions ran under. */
export async function journalTerms(db: Pick<Pool, 'query'>): Promise<readonly JournalTerm[]> {
  const { rows } = await db.query<{ digest: string; text: string }>(
    `SELECT digest, text FROM policy_snapshots p
     WHERE EXISTS (SELECT FROM sessions s WHERE s.policy_digest = p.digest AND s.journal_expired_at IS NULL AND s.sealed_at IS NOT NULL)`,
  );
  return rows.map(({ digest, text }) => ({ digest, days: retentionDays(text) }));
}

/** Of a text that this version does not take any more: the default, which is the longest that is usual. */
function retentionDays(text: string): number {
  const kid = /^kid:\s*["']?([A-Z][A-Z0-9_]*)/m.exec(text)?.[1];
  const parsed = parsePolicy(text, { kids: new Set(kid === undefined ? ['K_HEALTHCARE'] : [kid]) });
  return parsed.ok ? parsed.policy.audit.retentionDays : POLICY_DEFAULTS.audit.retentionDays;
}
