/** Closes a session: its last entry, and the signed statement of what its journal holds. See docs/audit-format.md, Seals. */
import { canonicalJson } from '../audit/canonical.ts';
import type { EntryFact } from '../audit/entry.ts';
import type { SessionRow } from '../audit/journal-rows.ts';
import type { ChainHead } from '../audit/session-chain.ts';
import type { Seal, Signer } from '../audit/seal.ts';

export type SealReason = Extract<EntryFact, { kind: 'session_sealed' }>['reason'];

/** The row of a session as sealed. `head` is the chain with its `session_sealed` entry, whose time is that of the seal. */
export function sealRow(signer: Signer, row: SessionRow, head: ChainHead): SessionRow {
  const merkleRoot = head.frontier.root();
  const seal: Seal = {
    v: 1,
    session_id: row.id,
    agent_id: row.agentId,
    account_id: row.accountId,
    started_at: new Date(row.startedAt).toISOString(),
    sealed_at: new Date(head.lastAt).toISOString(),
    event_count: head.nextSeq,
    last_hash: head.lastHash.toString('hex'),
    merkle_root_hex: merkleRoot.toString('hex'),
    redactions_by_kind: row.redactionsByKind,
    status: row.status,
    policy_digest: row.policyDigest,
  };
  const signature = signer.sign(seal);
  return {
    ...row,
    // The call ended with its last sign of life, however long it took to notice.
    endedAt: row.lastTurnAt,
    sealedAt: head.lastAt,
    merkleRoot,
    seal: canonicalJson(seal),
    sealKeyId: signature.key_id,
    sealSignature: Buffer.from(signature.sig, 'base64'),
  };
}
