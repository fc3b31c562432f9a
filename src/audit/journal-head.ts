/**
 * Heads of journals: how many entries a session's journal had at some time, and the hash of the last one. A head that was
 * signed shows later that the end of the journal was cut. See docs/audit-format.md, Heads of open journals.
 */
import type { AccountId, SessionId } from '../platform/ids.ts';
import { canonicalJson } from './canonical.ts';
import { leafHash, merkleTree } from './merkle.ts';
import type { Signature, Signer } from './seal.ts';
import type { ChainHead } from './session-chain.ts';

/** The end of a session's journal at some time. */
export interface JournalHead {
  readonly v: 1;
  readonly session_id: SessionId;
  /** Number of entries. */
  readonly event_count: number;
  /** `this_hash` of the last of them. */
  readonly last_hash: string;
  /** `ts` of the last of them. */
  readonly ts: string;
}

/** A head that is signed by itself: the caller of a turn gets it with the answer. */
export interface Receipt {
  readonly head: JournalHead;
  /** Over the RFC 8785 text of the head. */
  readonly signature: Signature;
}

/** What one signature says of many journals of one account. */
export interface HeadAnchor {
  readonly v: 1;
  readonly account_id: AccountId;
  /** When it was signed; never before the `ts` of a head in it. */
  readonly ts: string;
  /** Number of heads. */
  readonly tree_size: number;
  /** RFC 6962 root over the RFC 8785 texts of the heads. */
  readonly root_hex: string;
}

/** A head with the anchor that it is in, and the proof of that: what a bundle carries. */
export interface AnchoredHead {
  readonly head: JournalHead;
  readonly anchor: HeadAnchor;
  /** Over the RFC 8785 text of the anchor. */
  readonly signature: Signature;
  /** Position of the head in the tree, from 0. */
  readonly index: number;
  /** The RFC 6962 audit path, from the leaf upwards, in hex. */
  readonly proof: readonly string[];
}

/** The head of a journal as a node holds it. The journal must have an entry. */
export function journalHead(sessionId: SessionId, { nextSeq, lastHash, lastAt }: ChainHead): JournalHead {
  return {
    v: 1,
    session_id: sessionId,
    event_count: nextSeq,
    last_hash: lastHash.toString('hex'),
    ts: new Date(lastAt).toISOString(),
  };
}

/** A receipt as the header `Masker-Receipt` carries it: base64url of its RFC 8785 text. */
export function receiptText(signer: Signer, head: JournalHead): string {
  const receipt: Receipt = { head, signature: signer.sign(head) };
  return Buffer.from(canonicalJson(receipt), 'utf8').toString('base64url');
}

/** Signs all heads with one signature. `now` is in milliseconds since the epoch; there must be a head. */
export function anchorHeads(
  signer: Signer,
  accountId: AccountId,
  heads: readonly JournalHead[],
  now: number,
): readonly AnchoredHead[] {
  const { root, proofs } = merkleTree(heads.map((head) => leafHash(canonicalJson(head))));
  const newest = heads.reduce((latest, { ts }) => (ts > latest ? ts : latest), new Date(now).toISOString());
  const anchor: HeadAnchor = {
    v: 1,
    account_id: accountId,
    // A node whose clock is behind must not sign what has not happened yet.
    ts: newest,
    tree_size: heads.length,
    root_hex: root.toString('hex'),
  };
  const signature = signer.sign(anchor);
  return heads.map((head, index) => ({
    head,
    anchor,
    signature,
    index,
    proof: (proofs[index] ?? []).map((hash) => hash.toString('hex')),
  }));
}
