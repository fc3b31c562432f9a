/** The anchored heads of a session, as reports and bundles carry them. See docs/audit-format.md, Heads of open journals. */
import type { Pool } from 'pg';
import type { ChainVerdict } from '../audit/chain.ts';
import type { AnchoredHead, HeadAnchor, JournalHead } from '../audit/journal-head.ts';
import type { SessionId } from '../platform/ids.ts';
import { bundledEntry } from './stored-text.ts';

interface HeadRecord {
  readonly head: string;
  readonly anchor: string;
  readonly key_id: string;
  readonly signature: Buffer;
  readonly leaf_index: number;
  readonly proof: Buffer;
}

/** Heads in one document at most, the newest: more than a call of eight hours has, and a bound on a verifier's work. */
const MOST_HEADS = 1000;
const HASH = 32;

/** The anchored heads of a session, the oldest first, as they are stored and unjudged. */
export async function anchoredHeads(db: Pick<Pool, 'query'>, sessionId: SessionId): Promise<readonly AnchoredHead[]> {
  const { rows } = await db.query<HeadRecord>(
    `SELECT h.body AS head, a.body AS anchor, a.key_id, a.signature, h.leaf_index, h.proof
     FROM journal_heads h JOIN head_anchors a ON a.id = h.anchor_id
     WHERE h.session_id = $1 ORDER BY h.event_count DESC LIMIT $2`,
    [sessionId, MOST_HEADS],
  );
  return rows.reverse().map((row) => ({
    head: bundledEntry(row.head) as JournalHead,
    anchor: bundledEntry(row.anchor) as HeadAnchor,
    signature: { alg: 'Ed25519', key_id: row.key_id, sig: row.signature.toString('base64') },
    index: row.leaf_index,
    proof: Array.from({ length: row.proof.length / HASH }, (_, at) =>
      row.proof.subarray(at * HASH, (at + 1) * HASH).toString('hex'),
    ),
  }));
}

/** Why a journal is not one that continues every head; null where it is. */
export function headFault(
  { count, entries }: Extract<ChainVerdict, { ok: true }>,
  heads: readonly AnchoredHead[],
): string | null {
  for (const { head } of heads) {
    if (head.event_count > count)
      return `the journal ends after ${count} entries, and a head that was signed counts ${head.event_count}: its end was cut`;
    if (entries[head.event_count - 1]?.this_hash !== head.last_hash)
      return `entry ${head.event_count - 1} of the session's journal is not the one that a signed head names`;
  }
  return null;
}
