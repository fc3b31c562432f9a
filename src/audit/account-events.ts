/**
 * Administrative acts of an account, in the order they happened: leaves-to-be of the account's transparency log
 * (see docs/audit-format.md). Written in the same transaction as the act itself: no act without its record, and no
 * record of an act that was rolled back.
 */
import type { PoolClient } from 'pg';
import type { Prisma } from '../generated/prisma/client.ts';
import { newId } from '../platform/ids.ts';
import type { AccountId, UserId } from '../platform/ids.ts';
import { canonicalJson } from './canonical.ts';
import type { Json } from './canonical.ts';

export type AccountEventKind =
  | 'sign_in'
  | 'sign_in_link_created'
  | 'sign_out'
  | 'browser_session_revoked'
  | 'invitation_created'
  | 'invitation_revoked'
  | 'member_joined'
  | 'member_role_changed'
  | 'member_removed'
  | 'access_token_created'
  | 'access_token_revoked'
  | 'agent_created'
  | 'agent_updated'
  | 'agent_deleted'
  | 'proxy_key_created'
  | 'proxy_key_revoked'
  | 'policy_created'
  | 'policy_saved'
  | 'policy_published'
  | 'policy_rolled_back'
  | 'policy_deleted'
  | 'payload_read'
  | 'report_issued'
  | 'journal_exported'
  | 'removal_acknowledged'
  | 'subject_searched'
  | 'webhook_created'
  | 'webhook_updated'
  | 'webhook_deleted'
  | 'webhook_secret_rotated'
  | 'data_exported'
  | 'keys_rotated'
  | 'vault_exported'
  | 'vault_imported'
  | 'vault_purged'
  | 'retention_applied'
  | 'retention_changed'
  | 'backup_created'
  | 'backup_restored'
  | 'call_compared'
  | 'correction_recorded'
  | 'correction_closed';

export interface AccountAct {
  readonly accountId: AccountId;
  /** Who did it; null for the system. */
  readonly userId: UserId | null;
  readonly kind: AccountEventKind;
  /** What it was done to: ids and settings, never PHI. */
  readonly subject: Readonly<Record<string, Json>>;
}

/** Appends the act to the account's events inside the transaction `tx`. `now` is in milliseconds since the epoch. */
export async function recordAct(tx: Prisma.TransactionClient, act: AccountAct, now: number): Promise<void> {
  await tx.accountEvent.create({ data: eventOf(act, now) });
}

/** Does the same on a connection of `pg`, whose caller began the transaction. */
export async function recordActIn(db: Pick<PoolClient, 'query'>, act: AccountAct, now: number): Promise<void> {
  const { id, accountId, at, kind, body } = eventOf(act, now);
  await db.query('INSERT INTO account_events (id, account_id, at, kind, body) VALUES ($1, $2, $3, $4, $5)', [
    id,
    accountId,
    at,
    kind,
    body,
  ]);
}

interface AccountEventRow {
  readonly id: string;
  readonly accountId: AccountId;
  readonly at: Date;
  readonly kind: AccountEventKind;
  /** RFC 8785 text. */
  readonly body: string;
}

function eventOf(act: AccountAct, now: number): AccountEventRow {
  const id = newId('event', now);
  const at = new Date(now);
  const body = canonicalJson({
    v: 1,
    event_id: id,
    ts: at.toISOString(),
    account_id: act.accountId,
    user_id: act.userId,
    kind: act.kind,
    subject: act.subject,
  });
  return { id, accountId: act.accountId, at, kind: act.kind, body };
}
