/** The anchored heads of sessions, as reports and bundles carry them. See docs/audit-format.md, Heads of open journals. */
import type { Pool } from 'pg';
import type { AnchoredHead, HeadAnchor, JournalHead } from '../audit/journal-head.ts';
import type { SessionId } from '../platform/ids.ts';
import { bundledEntry } from './stored-text.ts';

interface HeadRecord {
  readonly session_id: SessionId;
  readonly head: string;
  readonly anchor: string;
  readonly key_id: string;
  readonly signature: Buffer;
  readonly leaf_index: number;
  readonly proof: Buffer;
}

/** Heads of a session in one document at most, the newest: more than a call of eight hours has, and a bound on a verifier's work. */
const MOST_HEADS = 1000;
const HASH = 32;

function anchoredHead(row: HeadRecord): AnchoredHead {
  return {
    head: bundledEntry(row.head) as JournalHead,
    anchor: bundledEntry(row.anchor) as HeadAnchor,
    signature: { alg: 'Ed25519', key_id: row.key_id, sig: row.signature.toString('base64') },
    index: row.leaf_index,
    proof: Array.from({ length: row.proof.length / HASH }, (_, at) =>
      row.proof.subarray(at * HASH, (at + 1) * HASH).toString('hex'),
    ),
  };
}

/** The anchored heads of sessions, the oldest of each first, as they are stored and unjudged. */
export async function headsOf(
  db: Pick<Pool, 'query'>,
  ids: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, readonly AnchoredHead[]>> {
  const { rows } = await db.query<HeadRecord>(
    `SELECT h.session_id, h.body AS head, a.body AS anchor, a.key_id, a.signature, h.leaf_index, h.proof
     FROM unnest($1::text[]) AS s(id)
     CROSS JOIN LATERAL (SELECT * FROM journal_heads WHERE session_id = s.id ORDER BY event_count DESC LIMIT $2) h
     JOIN head_anchors a ON a.id = h.anchor_id
     ORDER BY h.session_id, h.event_count`,
    [ids, MOST_HEADS],
  );
  const heads = new Map<SessionId, AnchoredHead[]>();
  for (const row of rows) {
    const before = heads.get(row.session_id);
    if (before === undefined) heads.set(row.session_id, [anchoredHead(row)]);
    else before.push(anchoredHead(row));
  }
  return heads;
}
