/** Leaves of the account's log, as reports and bundles carry them. See docs/audit-format.md, Bundles. */
import type { LeafInLog } from '../audit-log/leaf-in-log.ts';
import { inclusionProofText } from '../audit-log/proof-text.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { bundledEntry } from './stored-text.ts';

/** Finds the leaves of sessions' seals; sessions without one are left out. */
export type SealsInLog = (accountId: AccountId, sessionIds: readonly SessionId[]) => Promise<readonly LeafInLog[]>;

/** Finds the leaves of acts; acts without one are left out. */
export type ActsInLog = (accountId: AccountId, eventIds: readonly string[]) => Promise<readonly LeafInLog[]>;

/** A leaf, the checkpoint that counts it, and the proof between them (C2SP tlog-proof). */
export interface LoggedLeaf {
  /** The whole signed note. */
  readonly checkpoint: string;
  readonly inclusion_proof: string;
  readonly leaf: unknown;
  /** A proof to the first checkpoint that counts the leaf and has a time-stamp token. */
  readonly timestamp_proof?: string;
}

/** A checkpoint, the whole signed note without cosignatures, and its token in base64. */
export interface LoggedTimestamp {
  readonly checkpoint: string;
  readonly token: string;
}

/** The leaf with its checkpoint as the log signed it: always the same, so that a report's signature can cover it. */
export function loggedLeaf({ leaf, checkpoint, path }: LeafInLog): LoggedLeaf {
  return stated(leaf.index, leaf.body, path, checkpoint.note);
}

/** The same with the cosignatures of witnesses, which may still grow in number. */
export function witnessedLeaf({ leaf, checkpoint, path }: LeafInLog): LoggedLeaf {
  return stated(leaf.index, leaf.body, path, checkpoint.signedNote);
}

/** The same with the proof to a stamped checkpoint, where there is one: it may come later. */
export function stampedLeaf(logged: LeafInLog): LoggedLeaf {
  const { leaf, stamped } = logged;
  if (stamped === null) return witnessedLeaf(logged);
  const proof = inclusionProofText(leaf.index, stamped.path, stamped.checkpoint.note);
  return { ...witnessedLeaf(logged), timestamp_proof: proof };
}

/** The tokens of the checkpoints to which the leaves are proven, each once. */
export function timestampsOf(logged: readonly LeafInLog[]): readonly LoggedTimestamp[] {
  const tokens = new Map(
    logged.flatMap(({ stamped }) =>
      stamped === null ? [] : [[stamped.checkpoint.note, stamped.token.toString('base64')] as const],
    ),
  );
  return [...tokens].map(([checkpoint, token]) => ({ checkpoint, token }));
}

function stated(index: number, body: string, path: readonly Buffer[], note: string): LoggedLeaf {
  return { checkpoint: note, inclusion_proof: inclusionProofText(index, path, note), leaf: bundledEntry(body) };
}
