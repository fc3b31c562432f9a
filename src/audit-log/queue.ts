/** What waits to become a leaf. The database fills it in the transaction of the act itself, by triggers. */
import type { AccountId, SessionId } from '../platform/ids.ts';
import { eventLeaf, sealLeaf } from './leaf.ts';
import type { NewLeaf } from './leaf.ts';
import type { Db } from './log-tables.ts';

/** A row of the queue. */
export interface Queued {
  /** A 64-bit number, as the database writes it. */
  readonly id: string;
  /** Null where it is a leaf already, or where nothing is left of it to become one. */
  readonly leaf: NewLeaf | null;
}

/** Accounts that are looked for at once. */
const ACCOUNTS = 1000;

/** Returns accounts with something in a queue, by jumping from one to the next in the index. */
export async function waitingAccounts(db: Db, queue: 'log_queue' | 'feed_queue'): Promise<AccountId[]> {
  const { rows } = await db.query<{ account_id: AccountId }>(
    `WITH RECURSIVE waiting AS (
       (SELECT account_id FROM ${queue} ORDER BY account_id LIMIT 1)
       UNION ALL
       SELECT (SELECT q.account_id FROM ${queue} q WHERE q.account_id > w.account_id ORDER BY q.account_id LIMIT 1)
       FROM waiting w WHERE w.account_id IS NOT NULL
     )
     SELECT account_id FROM waiting WHERE account_id IS NOT NULL LIMIT ${ACCOUNTS}`,
  );
  return rows.map(({ account_id }) => account_id);
}

/** Returns true while the seal of a session waits to become a leaf. */
export async function isSealQueued(db: Db, accountId: AccountId, sessionId: SessionId): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM log_queue WHERE account_id = $1 AND source = 'seal' AND ref = $2 LIMIT 1`,
    [accountId, sessionId],
  );
  return rowCount !== 0;
}

interface QueuedRecord {
  readonly id: string;
  readonly ref: string;
  readonly placed: boolean;
  readonly seal: string | null;
  readonly seal_key_id: string | null;
  readonly seal_signature: Buffer | null;
  readonly sealed_at: Date | null;
  readonly kind: string | null;
  readonly body: string | null;
}

// The rows first, and then each by its key: a join of the tables, whose sizes the planner may not know, reads all of them.
const READ = `
WITH q AS MATERIALIZED (SELECT id, source, ref FROM log_queue WHERE account_id = $1 ORDER BY id LIMIT $2)
SELECT q.id, q.ref, l.placed IS NOT NULL AS placed,
       s.seal, s.seal_key_id, s.seal_signature, s.sealed_at, e.kind, e.body
FROM q
LEFT JOIN LATERAL (
  SELECT true AS placed FROM log_leaves WHERE account_id = $1 AND source = q.source AND ref = q.ref LIMIT 1
) l ON true
LEFT JOIN LATERAL (
  SELECT seal, seal_key_id, seal_signature, sealed_at FROM sessions WHERE q.source = 'seal' AND id = q.ref LIMIT 1
) s ON true
LEFT JOIN LATERAL (
  SELECT kind, body FROM account_events WHERE q.source = 'event' AND id = q.ref LIMIT 1
) e ON true
ORDER BY q.id`;

/** Returns at most `limit` rows of an account's queue in their order. */
export async function readQueue(db: Db, accountId: AccountId, limit: number): Promise<Queued[]> {
  const { rows } = await db.query<QueuedRecord>({
    name: 'masker_log_queue',
    text: READ,
    values: [accountId, limit],
  });
  const seen = new Set<string>();
  return rows.map((row) => {
    const leaf = row.placed ? null : leafOf(accountId, row);
    if (leaf === null) return { id: row.id, leaf };
    // The same twice in the queue: a seal that was taken away and put back.
    const name = `${leaf.source} ${leaf.ref}`;
    if (seen.has(name)) return { id: row.id, leaf: null };
    seen.add(name);
    return { id: row.id, leaf };
  });
}

function leafOf(accountId: AccountId, row: QueuedRecord): NewLeaf | null {
  const { ref, kind, body, seal, seal_key_id: keyId, seal_signature: signature, sealed_at: sealedAt } = row;
  if (kind !== null && body !== null) return eventLeaf(accountId, ref, kind, body);
  if (seal === null || keyId === null || signature === null || sealedAt === null) return null;
  return sealLeaf({ accountId, sessionId: ref, seal, keyId, signature, sealedAt });
}
