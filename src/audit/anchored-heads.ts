/** Where anchored heads are kept: one row for each anchor, one for each head in it. Append-only like the entries. */
import type { Pool } from 'pg';
import { canonicalJson } from './canonical.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import type { AnchoredHead } from './journal-head.ts';

type Db = Pick<Pool, 'query'>;

/** An open session whose journal is not where its newest head says. */
export interface MovedJournal {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
  /** Entries in the journal. */
  readonly count: number;
  /** Text of the last of them; null where there is none. */
  readonly lastBody: string | null;
  /** Entries that the newest head counts; 0 where there is none. */
  readonly anchored: number;
  /** Whether the journal begins with the entries of the newest head: false if its end was cut, even if it has grown since. */
  readonly isContinued: boolean;
}

interface MovedRecord {
  readonly id: SessionId;
  readonly account_id: AccountId;
  readonly count: number;
  readonly body: string | null;
  readonly anchored: number;
  readonly continued: boolean;
}

/** At most `limit` of them by id, behind the session `after`. Their order is that of their ids. */
export async function movedJournals(db: Db, after: string, limit: number): Promise<MovedJournal[]> {
  const { rows } = await db.query<MovedRecord>(
    `SELECT s.id, s.account_id, coalesce(e.seq + 1, 0) AS count, e.body, coalesce(h.event_count, 0) AS anchored,
            h.event_count IS NULL OR coalesce(a.body::json ->> 'this_hash' = h.body::json ->> 'last_hash', false) AS continued
     FROM sessions s
     LEFT JOIN LATERAL (SELECT seq, body FROM entries WHERE session_id = s.id ORDER BY seq DESC LIMIT 1) e ON true
     LEFT JOIN LATERAL (
       SELECT event_count, body FROM journal_heads WHERE session_id = s.id ORDER BY event_count DESC LIMIT 1
     ) h ON true
     LEFT JOIN entries a ON a.session_id = s.id AND a.seq = h.event_count - 1
     WHERE s.sealed_at IS NULL AND s.id > $1 AND coalesce(e.seq + 1, 0) <> coalesce(h.event_count, 0)
     ORDER BY s.id LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ id, account_id, count, body, anchored, continued }) => ({
    sessionId: id,
    accountId: account_id,
    count,
    lastBody: body,
    anchored,
    isContinued: continued,
  }));
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
