/**
 * Erases values from the vaults: of sessions before a moment, of one session, or of one person. See docs/operations.md, Purge.
 *
 * What is to be erased is found first, then put on record, and then erased, one session in a transaction. With that
 * transaction every node hears that it must forget what it has in memory. A purge that is killed is run again.
 */
import type { Pool, PoolClient } from 'pg';
import { recordActIn } from '../audit/account-events.ts';
import type { Json } from '../audit/canonical.ts';
import type { Clock } from '../platform/clock.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { subjectDigest } from '../reports/finding/subject-digest.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { VAULT_CHANNEL } from '../tokens/vault-channel.ts';
import { SubjectMatch } from './subject-match.ts';
import { inTransaction } from './transaction.ts';

/** Sessions read at once, and rows of a vault deleted by one statement. */
const SESSIONS = 100;
const ROWS = 1000;

export type PurgeScope =
  /** Sealed sessions that began before a moment. */
  | { readonly by: 'before'; readonly before: Date }
  | { readonly by: 'session'; readonly sessionId: SessionId }
  | { readonly by: 'subject'; readonly value: string };

export interface PurgeOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly ring: KeyRing;
  readonly auditKey: Uint8Array;
  readonly clock: Clock;
  readonly scope: PurgeScope;
  /** Null for all accounts. */
  readonly accountId: AccountId | null;
  /** Told of sessions that were looked at or erased, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is to be erased of one session. */
export interface SessionPurge {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  /** Null for all of them, with the data key. */
  readonly tokens: readonly string[] | null;
  readonly values: number;
  readonly payloads: number;
}

export interface PurgePlan {
  readonly sessions: readonly SessionPurge[];
  /** Sessions with a vault that were looked at. */
  readonly searched: number;
  /** Of these, sessions whose vault does not open: their key is not registered. A value in them is not found. */
  readonly unopened: number;
}

interface SessionRecord {
  readonly session_id: SessionId;
  readonly account_id: AccountId;
  readonly kid: string | null;
  readonly key_version: string | null;
  readonly wrapped: Buffer | null;
  readonly values: number;
  readonly payloads: number;
}

/** Sessions with something in the vault. Rows without a data key are left by a purge that was killed. */
const VAULTS = `SELECT v.session_id, v.account_id, k.kid, k.key_version, k.wrapped,
    (SELECT count(*)::int FROM vault_entries e WHERE e.session_id = v.session_id) AS values,
    (SELECT count(*)::int FROM payloads p WHERE p.session_id = v.session_id) AS payloads
  FROM (SELECT session_id, account_id FROM vault_keys UNION SELECT session_id, account_id FROM vault_entries) v
  LEFT JOIN vault_keys k ON k.session_id = v.session_id LEFT JOIN sessions s ON s.id = v.session_id
  WHERE v.session_id = ANY($1) AND ($2::timestamptz IS NULL OR (s.sealed_at IS NOT NULL AND s.started_at < $2))
  ORDER BY v.session_id`;

/** The ids of sessions that have something in the vault: a few bytes each. */
async function vaultIds({ pool, accountId, scope }: PurgeOptions): Promise<readonly SessionId[]> {
  if (scope.by === 'session') return [scope.sessionId];
  const { rows } = await pool.query<{ session_id: SessionId }>(
    `SELECT session_id FROM vault_keys WHERE $1::text IS NULL OR account_id = $1
     UNION SELECT session_id FROM vault_entries WHERE $1::text IS NULL OR account_id = $1 ORDER BY session_id`,
    [accountId],
  );
  return rows.map(({ session_id: id }) => id);
}

/** Finds what a purge would erase, and changes nothing. Rejects when the database does. */
export async function planPurge(options: PurgeOptions): Promise<PurgePlan> {
  const { pool, accountId, scope, onProgress } = options;
  const ids = await vaultIds(options);
  const match = scope.by === 'subject' ? new SubjectMatch(scope.value) : null;
  const sessions: SessionPurge[] = [];
  let [searched, unopened] = [0, 0];
  for (let at = 0; at < ids.length; at += SESSIONS) {
    const { rows } = await pool.query<SessionRecord>(VAULTS, [
      ids.slice(at, at + SESSIONS),
      scope.by === 'before' ? scope.before : null,
    ]);
    for (const row of rows) {
      if (accountId !== null && row.account_id !== accountId) continue;
      searched += 1;
      const found = match === null ? wholeSession(row) : await partOfSession(options, match, row);
      if (found === 'unopened') unopened += 1;
      else if (found !== null) sessions.push(found);
    }
    onProgress?.(Math.min(at + SESSIONS, ids.length), ids.length);
  }
  return { sessions, searched, unopened };
}

function wholeSession({ session_id: sessionId, account_id: accountId, values, payloads }: SessionRecord): SessionPurge {
  return { sessionId, accountId, tokens: null, values, payloads };
}

/** Null where the session does not hold the value. */
async function partOfSession(
  { pool, ring }: PurgeOptions,
  match: SubjectMatch,
  row: SessionRecord,
): Promise<SessionPurge | 'unopened' | null> {
  const { session_id: sessionId, account_id: accountId, kid, key_version: keyVersion, wrapped } = row;
  // Without a data key nothing can be opened by anybody.
  if (kid === null || keyVersion === null || wrapped === null) return null;
  const vault = SessionVault.open(ring, { kid, keyVersion, wrapped }, accountId, sessionId);
  if (vault === null) return 'unopened';
  const tokens = await match.tokens(pool, sessionId, vault);
  const isConcerned = tokens.length > 0 || (row.payloads > 0 && (await match.isInPayload(pool, sessionId, vault)));
  return isConcerned ? { sessionId, accountId, tokens, values: tokens.length, payloads: row.payloads } : null;
}

/** Puts the plan on record in the log of each account that it concerns, and carries it out. Rejects when the database does. */
export async function carryOutPurge(options: PurgeOptions, plan: PurgePlan): Promise<void> {
  const { pool, scope, onProgress } = options;
  for (const accountId of new Set(plan.sessions.map((session) => session.accountId)))
    await inTransaction(pool, (client) => recordPurge(client, options, plan, accountId));
  let done = 0;
  for (const session of plan.sessions) {
    await purgeSession(options, session);
    done += 1;
    onProgress?.(done, plan.sessions.length);
  }
  if (scope.by === 'subject') await forgetEverywhere(options, plan);
}

async function recordPurge(
  client: PoolClient,
  { scope, auditKey, clock }: PurgeOptions,
  plan: PurgePlan,
  accountId: AccountId,
): Promise<void> {
  const own = plan.sessions.filter((session) => session.accountId === accountId);
  const total = (what: 'values' | 'payloads'): number => own.reduce((sum, session) => sum + session[what], 0);
  const subject = {
    ...scopeSubject(scope, accountId, auditKey),
    sessions: own.length,
    values: total('values'),
    payloads: total('payloads'),
  };
  await recordActIn(client, { accountId, userId: null, kind: 'vault_purged', subject }, clock.now());
}

/** What the record says of the scope. Never the value. */
function scopeSubject(scope: PurgeScope, accountId: AccountId, auditKey: Uint8Array): Readonly<Record<string, Json>> {
  switch (scope.by) {
    case 'before':
      return { by: 'before', before: scope.before.toISOString() };
    case 'session':
      return { by: 'session', session_id: scope.sessionId };
    case 'subject':
      return { by: 'subject', value_hmac: subjectDigest(auditKey, accountId, null, scope.value) };
  }
}

async function purgeSession({ pool }: PurgeOptions, { sessionId, tokens }: SessionPurge): Promise<void> {
  await inTransaction(pool, async (client) => {
    if (tokens === null) {
      // Without the key nothing opens any more; the payloads go with it.
      await client.query('DELETE FROM vault_keys WHERE session_id = $1', [sessionId]);
    } else {
      await client.query('DELETE FROM vault_entries WHERE session_id = $1 AND token = ANY($2)', [sessionId, tokens]);
      await client.query('DELETE FROM payloads WHERE session_id = $1', [sessionId]);
    }
    await client.query('SELECT pg_notify($1, $2)', [VAULT_CHANNEL, sessionId]);
  });
  if (tokens !== null) return;
  for (let deleted = ROWS; deleted === ROWS;) {
    const { rowCount } = await pool.query(
      `DELETE FROM vault_entries WHERE session_id = $1 AND token IN (
         SELECT token FROM vault_entries WHERE session_id = $1 LIMIT ${ROWS})`,
      [sessionId],
    );
    deleted = rowCount ?? 0;
  }
}

/**
 * Every node drops all sessions from memory: those with tokens that carry their value are in no vault. Answers that are kept
 * for a repeated request may hold the value, too.
 */
async function forgetEverywhere({ pool }: PurgeOptions, plan: PurgePlan): Promise<void> {
  const accounts = [...new Set(plan.sessions.map(({ accountId }) => accountId))];
  await pool.query('DELETE FROM idempotency_keys WHERE user_id IN (SELECT id FROM users WHERE account_id = ANY($1))', [
    accounts,
  ]);
  await pool.query('SELECT pg_notify($1, $2)', [VAULT_CHANNEL, '']);
}
