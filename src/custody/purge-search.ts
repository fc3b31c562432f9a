/** Searches the vaults for what a purge is to erase, a page of sessions at a time. Changes nothing. */
import type { Pool } from 'pg';
import type { PurgeScope } from '../accounts/vault-acts.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { TokenKeys } from '../tokens/issuer.ts';
import type { KeyRing } from '../tokens/key-ring.ts';
import { SessionVault } from '../tokens/vault.ts';
import { PayloadMatch } from './payload-match.ts';
import { SubjectMatch } from './subject-match.ts';

/** Sessions that are read at once. */
const SESSIONS = 100;

export interface PurgeSearch {
  readonly pool: Pick<Pool, 'query'>;
  readonly ring: KeyRing;
  readonly scope: PurgeScope;
  /** Null for all accounts. */
  readonly accountId: AccountId | null;
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

/** A page of sessions that were looked at. */
export interface PurgePage {
  /** By id. */
  readonly found: readonly SessionPurge[];
  readonly searched: number;
  /** Sessions whose vault does not open: their key is not registered. A value in them is not found. */
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

/** The next sessions with something in the vault. An earlier version could leave rows without a data key. */
const PAGE = `SELECT session_id FROM (
    (SELECT session_id FROM vault_keys WHERE session_id > $1 ORDER BY session_id LIMIT ${SESSIONS})
    UNION
    (SELECT DISTINCT session_id FROM vault_entries WHERE session_id > $1 ORDER BY session_id LIMIT ${SESSIONS})
  ) AS vaults ORDER BY session_id LIMIT ${SESSIONS}`;

/** The next sessions of one account: its purge does not read through the vaults of the others. */
const PAGE_OF_ACCOUNT = `SELECT id AS session_id FROM sessions WHERE id > $1 AND account_id = $2 ORDER BY id LIMIT ${SESSIONS}`;

const VAULTS = `SELECT v.session_id, v.account_id, k.kid, k.key_version, k.wrapped,
    (SELECT count(*)::int FROM vault_entries e WHERE e.session_id = v.session_id) AS values,
    (SELECT count(*)::int FROM payloads p WHERE p.session_id = v.session_id) AS payloads
  FROM (SELECT session_id, account_id FROM vault_keys WHERE session_id = ANY($1)
    UNION SELECT session_id, account_id FROM vault_entries WHERE session_id = ANY($1)) v
  LEFT JOIN vault_keys k ON k.session_id = v.session_id LEFT JOIN sessions s ON s.id = v.session_id
  WHERE ($2::timestamptz IS NULL OR (s.sealed_at IS NOT NULL AND s.started_at < $2))
    AND ($3::text IS NULL OR v.account_id = $3)
  ORDER BY v.session_id`;

/** Pages of sessions in the order of their ids. Rejects when the database does. */
export async function* searchVaults(search: PurgeSearch): AsyncGenerator<PurgePage, void> {
  const { pool, scope, accountId } = search;
  const matches = matchesOf(search);
  if (scope.by === 'session') {
    yield await searchPage(search, matches, [scope.sessionId]);
    return;
  }
  for (let after = ''; ;) {
    const { rows } =
      accountId === null
        ? await pool.query<{ session_id: SessionId }>(PAGE, [after])
        : await pool.query<{ session_id: SessionId }>(PAGE_OF_ACCOUNT, [after, accountId]);
    if (rows.length === 0) return;
    const ids = rows.map(({ session_id: id }) => id);
    yield await searchPage(search, matches, ids);
    after = ids.at(-1) ?? after;
  }
}

/** How many sessions `searchVaults` looks at, roughly: for the progress. */
export async function countVaults({ pool, scope }: PurgeSearch): Promise<number> {
  if (scope.by === 'session') return 1;
  const { rows } = await pool.query<{ n: string }>('SELECT count(*) AS n FROM vault_keys');
  return Number(rows[0]?.n ?? 0);
}

interface Matches {
  readonly subject: SubjectMatch;
  readonly payload: PayloadMatch;
}

/** Null where whole sessions are erased. */
function matchesOf({ scope, ring }: PurgeSearch): Matches | null {
  if (scope.by !== 'subject') return null;
  const subject = new SubjectMatch(scope.value);
  return { subject, payload: new PayloadMatch(subject, new TokenKeys(ring)) };
}

async function searchPage(search: PurgeSearch, matches: Matches | null, ids: readonly SessionId[]): Promise<PurgePage> {
  const { pool, scope, accountId } = search;
  const { rows } = await pool.query<SessionRecord>(VAULTS, [
    ids,
    scope.by === 'before' ? scope.before : null,
    accountId,
  ]);
  const found: SessionPurge[] = [];
  let unopened = 0;
  for (const row of rows) {
    const part = matches === null ? wholeSession(row) : await partOfSession(search, matches, row);
    if (part === 'unopened') unopened += 1;
    else if (part !== null) found.push(part);
  }
  return { found, searched: rows.length, unopened };
}

function wholeSession({ session_id: sessionId, account_id: accountId, values, payloads }: SessionRecord): SessionPurge {
  return { sessionId, accountId, tokens: null, values, payloads };
}

/** Null where the session does not hold the value. */
async function partOfSession(
  { pool, ring }: PurgeSearch,
  { subject, payload }: Matches,
  row: SessionRecord,
): Promise<SessionPurge | 'unopened' | null> {
  const { session_id: sessionId, account_id: accountId, kid, key_version: keyVersion, wrapped, payloads } = row;
  // Without a data key nothing can be opened by anybody.
  if (kid === null || keyVersion === null || wrapped === null) return null;
  const vault = SessionVault.open(ring, { kid, keyVersion, wrapped }, accountId, sessionId);
  if (vault === null) return 'unopened';
  const tokens = await subject.tokens(pool, sessionId, vault);
  const isConcerned =
    tokens.length > 0 || (payloads > 0 && (await payload.isIn(pool, { id: sessionId, accountId, vault })));
  return isConcerned ? { sessionId, accountId, tokens, values: tokens.length, payloads } : null;
}
