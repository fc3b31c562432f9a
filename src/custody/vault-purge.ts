/**
 * Erases values from the vaults: of sessions before a moment, of one session, or of one person. See docs/operations.md, Purge.
 *
 * Each transaction erases some rows and puts that on record in the log of their account. The transaction that erases the last
 * rows of a session deletes its data key with them, tells every node to forget the session, and makes what nodes have in
 * memory of it unfit to be written (`vault_generation`). A purge that is killed has done, and recorded, a part of its work:
 * it is run again.
 */
import type { Pool, PoolClient } from 'pg';
import type { PurgeScope, PurgeTotals } from '../accounts/vault-acts.ts';
import { recordActIn } from '../audit/account-events.ts';
import type { Json } from '../audit/canonical.ts';
import type { Clock } from '../platform/clock.ts';
import { sqlState } from '../platform/database-fault.ts';
import type { AccountId, UserId } from '../platform/ids.ts';
import { subjectDigest } from '../reports/finding/subject-digest.ts';
import { VAULT_CHANNEL } from '../tokens/vault-channel.ts';
import { countVaults, searchVaults } from './purge-search.ts';
import type { PurgeSearch, SessionPurge } from './purge-search.ts';
import { inTransaction } from '../platform/transaction.ts';

/** Values and payloads that one transaction erases at most. A payload may have megabytes. */
const VALUES = 1000;
const PAYLOADS = 50;
/** How often a transaction is tried again that lost a race for a row. */
const RETRIES = 5;
const LOST_RACES: ReadonlySet<string> = new Set(['40001', '40P01']);

export interface PurgeOptions extends PurgeSearch {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly auditKey: Uint8Array;
  readonly clock: Clock;
  /** Who purges; null for the operator. */
  readonly userId: UserId | null;
  /** Told of sessions that were looked at, and of how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What one transaction erased. */
interface Erased {
  readonly sessions: number;
  readonly values: number;
  readonly payloads: number;
}

/** Counts what a purge would erase, and changes nothing. Rejects when the database does. */
export function planPurge(options: PurgeOptions): Promise<PurgeTotals> {
  return throughVaults(options, (found) => Promise.resolve(totalOf(found)));
}

/** Searches the vaults and erases what it finds. Rejects when the database does. */
export async function purge(options: PurgeOptions): Promise<PurgeTotals> {
  const totals = await throughVaults(options, async (found) => {
    const erased: Erased[] = [];
    for (const session of found) erased.push(...(await eraseSurplus(options, session)));
    for (const group of groupsOf(found))
      erased.push(await recorded(options, group.accountId, (client) => eraseRest(client, group.sessions)));
    return totalOf(erased);
  });
  if (options.scope.by === 'subject') await forgetEverywhere(options);
  return totals;
}

async function throughVaults(
  options: PurgeOptions,
  each: (found: readonly SessionPurge[]) => Promise<Erased>,
): Promise<PurgeTotals> {
  const total = options.onProgress === undefined ? 0 : await countVaults(options);
  const sums = { searched: 0, unopened: 0, sessions: 0, values: 0, payloads: 0 };
  for await (const { found, searched, unopened } of searchVaults(options)) {
    const erased = await each(found);
    sums.searched += searched;
    sums.unopened += unopened;
    sums.sessions += erased.sessions;
    sums.values += erased.values;
    sums.payloads += erased.payloads;
    options.onProgress?.(sums.searched, Math.max(total, sums.searched));
  }
  return sums;
}

function totalOf(
  parts: readonly { readonly sessions?: number; readonly values: number; readonly payloads: number }[],
): Erased {
  const sum = (what: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((total, part) => total + what(part), 0);
  return {
    sessions: sum(({ sessions }) => sessions ?? 1),
    values: sum(({ values }) => values),
    payloads: sum(({ payloads }) => payloads),
  };
}

/** One transaction that erases something of an account and records what. */
async function recorded(
  { pool, scope, auditKey, clock, userId }: PurgeOptions,
  accountId: AccountId,
  erase: (client: PoolClient) => Promise<Erased>,
): Promise<Erased> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await inTransaction(pool, async (client) => {
        const erased = await erase(client);
        const subject = { ...scopeSubject(scope, accountId, auditKey), ...erased };
        if (erased.sessions + erased.values + erased.payloads > 0)
          await recordActIn(client, { accountId, userId, kind: 'vault_purged', subject }, clock.now());
        return erased;
      });
    } catch (error) {
      // A turn, or retention, locked the same rows in another order.
      if (attempt === RETRIES || !LOST_RACES.has(sqlState(error) ?? '')) throw error;
    }
  }
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

/** Erases, in transactions of their own, the rows of a session that are too many for one. */
async function eraseSurplus(options: PurgeOptions, session: SessionPurge): Promise<readonly Erased[]> {
  const { sessionId, accountId, tokens } = session;
  const erased: Erased[] = [];
  const repeat = async (what: 'values' | 'payloads', surplus: number, most: number, sql: string): Promise<void> => {
    for (let left = surplus; left > 0; left -= most) {
      const done = await recorded(options, accountId, async (client) => {
        const { rowCount } = await client.query(sql, [sessionId]);
        return { sessions: 0, values: 0, payloads: 0, [what]: rowCount ?? 0 };
      });
      erased.push(done);
      if (done[what] < most) return;
    }
  };
  await repeat('payloads', session.payloads - PAYLOADS, PAYLOADS, SOME_PAYLOADS);
  if (tokens === null) await repeat('values', session.values - VALUES, VALUES, SOME_VALUES);
  return erased;
}

const SOME_PAYLOADS = `DELETE FROM payloads WHERE session_id = $1 AND turn IN (
  SELECT turn FROM payloads WHERE session_id = $1 ORDER BY turn LIMIT ${PAYLOADS})`;
const SOME_VALUES = `DELETE FROM vault_entries WHERE session_id = $1 AND token IN (
  SELECT token FROM vault_entries WHERE session_id = $1 ORDER BY token LIMIT ${VALUES})`;

interface Group {
  readonly accountId: AccountId;
  readonly sessions: readonly SessionPurge[];
}

/** Sessions of one account that one transaction takes: one at least, and more while they have few rows. */
function groupsOf(found: readonly SessionPurge[]): readonly Group[] {
  const groups: { accountId: AccountId; sessions: SessionPurge[]; values: number; payloads: number }[] = [];
  for (const session of found) {
    const values = Math.min(session.values, VALUES);
    const payloads = Math.min(session.payloads, PAYLOADS);
    const open = groups.findLast(({ accountId }) => accountId === session.accountId);
    if (open !== undefined && open.values + values <= VALUES && open.payloads + payloads <= PAYLOADS) {
      open.sessions.push(session);
      open.values += values;
      open.payloads += payloads;
    } else groups.push({ accountId: session.accountId, sessions: [session], values, payloads });
  }
  return groups;
}

/** Erases what is left of sessions. From the commit on no node can write what it has in memory of them. */
async function eraseRest(client: PoolClient, sessions: readonly SessionPurge[]): Promise<Erased> {
  const ids = sessions.map(({ sessionId }) => sessionId);
  await client.query('SELECT FROM sessions WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
  await client.query('UPDATE sessions SET vault_generation = vault_generation + 1 WHERE id = ANY($1)', [ids]);
  const whole = sessions.filter(({ tokens }) => tokens === null).map(({ sessionId }) => sessionId);
  const parts = sessions.flatMap(({ sessionId, tokens }) => (tokens ?? []).map((token) => [sessionId, token] as const));
  const deleted = async (sql: string, values: readonly unknown[]): Promise<number> =>
    (await client.query(sql, [...values])).rowCount ?? 0;
  const payloads = await deleted('DELETE FROM payloads WHERE session_id = ANY($1)', [ids]);
  const ofWhole = await deleted('DELETE FROM vault_entries WHERE session_id = ANY($1)', [whole]);
  const ofParts = await deleted(
    `DELETE FROM vault_entries WHERE (session_id, token) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [parts.map(([id]) => id), parts.map(([, token]) => token)],
  );
  await client.query('DELETE FROM vault_keys WHERE session_id = ANY($1)', [whole]);
  await client.query('SELECT pg_notify($1, id) FROM unnest($2::text[]) AS purged(id)', [VAULT_CHANNEL, ids]);
  return { sessions: sessions.length, values: ofWhole + ofParts, payloads };
}

/**
 * Every node drops all sessions from memory: those with tokens that carry their value are in no vault. Answers that are kept
 * for a repeated request may hold the value, too.
 */
async function forgetEverywhere({ pool, accountId }: PurgeOptions): Promise<void> {
  await pool.query(
    'DELETE FROM idempotency_keys WHERE user_id IN (SELECT id FROM users WHERE $1::text IS NULL OR account_id = $1)',
    [accountId],
  );
  await pool.query('SELECT pg_notify($1, $2)', [VAULT_CHANNEL, '']);
}
