/** Where anchored heads are kept: one row for each anchor, one for each head in it. Append-only like the entries. */
import type { Pool } from 'pg';
import { recordActIn } from './account-events.ts';
import { canonicalJson } from './canonical.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import type { AnchoredHead } from './journal-head.ts';

type Db = Pick<Pool, 'query'>;

/**
 * What is wrong with the journal of an open session: `cut` if it does not begin with the entries of its newest head, even if
 * it has grown since; `unsealed` if the account's log has a seal of the session; `unreadable` if its last entry has no hash
 * or time.
 */
export type JournalFault = 'cut' | 'unsealed' | 'unreadable';

/** An open session whose journal is not where its newest head says, or has a fault. */
export interface MovedJournal {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  /** Entries in the journal. */
  readonly count: number;
  /** `this_hash` and `ts` of the last of them; null where there is none, or it has none. */
  readonly last: { readonly hash: string; readonly ts: string } | null;
  /** Entries that the newest head counts; 0 where there is none. */
  readonly anchored: number;
  readonly fault: JournalFault | null;
}

interface MovedRecord {
  readonly id: SessionId;
  readonly account_id: AccountId;
  readonly count: number;
  readonly hash: string | null;
  readonly ts: string | null;
  readonly anchored: number;
  readonly fault: JournalFault | null;
}

// Texts are searched, and the number is bounded: one row that was tampered with must not fail the statement for all others.
const THIS_HASH = `'"this_hash":"([0-9a-f]{64})"'`;
const LAST_HASH = `'"last_hash":"([0-9a-f]{64})"'`;
const TS = `'"ts":"([0-9TZ:.-]{24})"'`;
const COUNT = 'coalesce(CASE WHEN e.seq < 2147483647 THEN e.seq + 1 ELSE e.seq END, 0)';

/** Open sessions, each with the end of its journal, its newest head and its fault. */
const OPEN_JOURNALS = `SELECT s.id, s.account_id, ${COUNT} AS count, e.hash, e.ts, coalesce(h.event_count, 0) AS anchored, f.fault
  FROM sessions s
  LEFT JOIN LATERAL (
    SELECT seq, substring(body from ${THIS_HASH}) AS hash, substring(body from ${TS}) AS ts
    FROM entries WHERE session_id = s.id ORDER BY seq DESC LIMIT 1
  ) e ON true
  LEFT JOIN LATERAL (
    SELECT event_count, body FROM journal_heads WHERE session_id = s.id ORDER BY event_count DESC LIMIT 1
  ) h ON true
  LEFT JOIN entries a ON a.session_id = s.id AND a.seq = h.event_count - 1
  CROSS JOIN LATERAL (SELECT CASE
    WHEN EXISTS (SELECT FROM log_leaves l WHERE l.account_id = s.account_id AND l.source = 'seal' AND l.ref = s.id)
      THEN 'unsealed'
    WHEN h.event_count IS NOT NULL
      AND NOT coalesce(substring(a.body from ${THIS_HASH}) = substring(h.body from ${LAST_HASH}), false) THEN 'cut'
    WHEN e.seq IS NOT NULL AND (e.hash IS NULL OR e.ts IS NULL) THEN 'unreadable'
    END AS fault) f
  WHERE s.sealed_at IS NULL`;

/** A place among open sessions, which are read account by account. */
export type OpenPlace = Pick<MovedJournal, 'accountId' | 'sessionId'>;

/** At most `limit` of them behind a place, null for the beginning. Their order is that of accounts, then of session ids. */
export async function movedJournals(db: Db, after: OpenPlace | null, limit: number): Promise<MovedJournal[]> {
  const { rows } = await db.query<MovedRecord>(
    `${OPEN_JOURNALS} AND (s.account_id, s.id) > ($1, $2)
       AND (${COUNT} <> coalesce(h.event_count, 0) OR f.fault IS NOT NULL)
     ORDER BY s.account_id, s.id LIMIT $3`,
    [after?.accountId ?? '', after?.sessionId ?? '', limit],
  );
  return rows.map(({ id, account_id, count, hash, ts, anchored, fault }) => ({
    sessionId: id,
    accountId: account_id,
    count,
    last: hash === null || ts === null ? null : { hash, ts },
    anchored,
    fault,
  }));
}

/** Returns the fault of an open session's journal; null for a journal without one, and for a session that is not open. */
export async function faultOf(db: Db, id: SessionId): Promise<JournalFault | null> {
  const { rows } = await db.query<MovedRecord>(`${OPEN_JOURNALS} AND s.id = $1`, [id]);
  return rows[0]?.fault ?? null;
}

/** A session that a signed head names, and that is neither open nor sealed in the account's log. */
export interface MissingSession {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  /** Entries that its newest head counts. */
  readonly anchored: number;
  /** Whether the session is there, and is marked as sealed. */
  readonly isMarked: boolean;
}

interface NamedRecord {
  readonly session_id: SessionId;
  readonly account_id: AccountId;
  readonly anchored: number;
  readonly missing: boolean;
  readonly marked: boolean;
}

// A session that retention erases is sealed, and the log keeps the leaf of its seal. A seal that is not in the log yet waits.
const NAMED_SESSIONS = `SELECT n.session_id, a.account_id, n.anchored, s.id IS NOT NULL AS marked,
    (s.id IS NULL OR s.sealed_at IS NOT NULL)
    AND NOT EXISTS (
      SELECT FROM log_leaves l WHERE l.account_id = a.account_id AND l.source = 'seal' AND l.ref = n.session_id
    )
    AND (s.id IS NULL OR n.session_id NOT IN (SELECT ref FROM log_queue WHERE source = 'seal')) AS missing
  FROM named n
  JOIN journal_heads h ON h.session_id = n.session_id AND h.event_count = n.anchored
  JOIN head_anchors a ON a.id = h.anchor_id
  LEFT JOIN sessions s ON s.id = n.session_id`;

/** Those of the sessions whose removal an act of their account acknowledges: see docs/operations.md, Removed sessions. */
async function acknowledged(db: Db, missing: readonly NamedRecord[]): Promise<ReadonlySet<SessionId>> {
  if (missing.length === 0) return new Set();
  const { rows } = await db.query<{ id: SessionId }>(
    `SELECT m.id FROM unnest($1::text[], $2::text[]) AS m(account_id, id)
     WHERE EXISTS (SELECT FROM account_events e WHERE e.account_id = m.account_id AND e.kind = $3
       AND position('"session_id":"' || m.id || '"' IN e.body) > 0)`,
    [missing.map((row) => row.account_id), missing.map((row) => row.session_id), REMOVAL_ACKNOWLEDGED],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Reads the sessions that heads name behind `after`, `limit` at once, until it should stop. Yields those that are missing, and
 * whose removal is not acknowledged.
 */
export async function* missingSessions(
  db: Db,
  after: string,
  limit: number,
  shouldStop: () => boolean = () => false,
): AsyncGenerator<MissingSession, void> {
  for (let last: string | undefined = after; last !== undefined && !shouldStop();) {
    const { rows }: { rows: NamedRecord[] } = await db.query<NamedRecord>(
      `WITH named AS (
         SELECT session_id, max(event_count) AS anchored FROM journal_heads WHERE session_id > $1
         GROUP BY session_id ORDER BY session_id LIMIT $2
       ) ${NAMED_SESSIONS} ORDER BY n.session_id`,
      [last, limit],
    );
    const missing = rows.filter((row) => row.missing);
    const known = await acknowledged(db, missing);
    for (const row of missing) if (!known.has(row.session_id)) yield missingOf(row);
    last = rows.length < limit ? undefined : rows.at(-1)?.session_id;
  }
}

/** Returns a session that is missing, acknowledged or not; null for any other. */
export async function missingSession(db: Db, id: SessionId): Promise<MissingSession | null> {
  const { rows } = await db.query<NamedRecord>(
    `WITH named AS (
       SELECT session_id, max(event_count) AS anchored FROM journal_heads WHERE session_id = $1 GROUP BY session_id
     ) ${NAMED_SESSIONS}`,
    [id],
  );
  const [row] = rows;
  return row?.missing === true ? missingOf(row) : null;
}

const missingOf = ({ session_id, account_id, anchored, marked }: NamedRecord): MissingSession => ({
  sessionId: session_id,
  accountId: account_id,
  anchored,
  isMarked: marked,
});

/** The act by which an operator acknowledges that a session was removed. */
const REMOVAL_ACKNOWLEDGED = 'removal_acknowledged';

/**
 * Puts on record that an operator knows of a removed session, so that searches report it no more. Resolves with false where
 * that is on record already.
 */
export async function acknowledgeRemoval(
  db: Db,
  { sessionId, accountId, anchored }: MissingSession,
  now: number,
): Promise<boolean> {
  const record = { session_id: sessionId, account_id: accountId, anchored, missing: true, marked: false };
  if ((await acknowledged(db, [record])).size > 0) return false;
  const subject = { session_id: sessionId, entries: anchored };
  await recordActIn(db, { accountId, userId: null, kind: REMOVAL_ACKNOWLEDGED, subject }, now);
  return true;
}

/** Keeps the heads of one anchor, in one commit. */
export async function storeAnchor(db: Db, id: string, heads: readonly AnchoredHead[]): Promise<void> {
  const [first] = heads;
  if (first === undefined) return;
  const rows = heads.map(({ head, index, proof }) => ({
    session_id: head.session_id,
    event_count: head.event_count,
    body: canonicalJson(head),
    leaf_index: index,
    proof: proof.join(''),
  }));
  await db.query(
    `WITH anchor AS (
       INSERT INTO head_anchors (id, account_id, body, key_id, signature) VALUES ($1, $2, $3, $4, $5)
     )
     INSERT INTO journal_heads (session_id, event_count, body, anchor_id, leaf_index, proof)
     SELECT session_id, event_count, body, $1, leaf_index, decode(proof, 'hex')
     FROM json_to_recordset($6::json) AS r(session_id text, event_count int, body text, leaf_index int, proof text)`,
    [
      id,
      first.anchor.account_id,
      canonicalJson(first.anchor),
      first.signature.key_id,
      Buffer.from(first.signature.sig, 'base64'),
      JSON.stringify(rows),
    ],
  );
}
