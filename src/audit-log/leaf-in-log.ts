/** A leaf with its proof: the first checkpoint that counts it, so that each time it is the same one. */
import type { AccountId, SessionId } from '../platform/ids.ts';
import { witnessed } from './cosignatures.ts';
import type { WitnessedCheckpoint } from './cosignatures.ts';
import type { LeafSource } from './leaf.ts';
import { checkpointFrom, inclusionPath, leafOf } from './log-reader.ts';
import type { LogLeaf, Released } from './log-reader.ts';
import type { Db } from './log-tables.ts';
import { stampedFrom } from './timestamping/stored.ts';
import type { StampedCheckpoint } from './timestamping/stored.ts';
import type { Witnesses } from './witnesses.ts';

export interface LeafInLog {
  readonly leaf: LogLeaf;
  readonly checkpoint: WitnessedCheckpoint;
  /** From the leaf's sibling upwards. */
  readonly path: readonly Buffer[];
  /** The first checkpoint that counts the leaf and has a time-stamp token, and the path to it; null while there is none. */
  readonly stamped: (StampedCheckpoint & { readonly path: readonly Buffer[] }) | null;
}

/** Returns the seal of a session as the log has it; null where it has none, or none in a checkpoint that may leave the server. */
export function sealInLog(
  db: Db,
  accountId: AccountId,
  sessionId: SessionId,
  witnesses: Witnesses | null,
  released: Released,
): Promise<LeafInLog | null> {
  return leafInLog(db, accountId, { source: 'seal', ref: sessionId }, witnesses, released);
}

/** Returns what became a leaf as the log has it; null where the log has none. */
export async function leafInLog(
  db: Db,
  accountId: AccountId,
  { source, ref }: { readonly source: LeafSource; readonly ref: string },
  witnesses: Witnesses | null,
  released: Released = 'all',
): Promise<LeafInLog | null> {
  const leaf = await leafOf(db, accountId, source, ref);
  const checkpoint = leaf === null ? null : await checkpointFrom(db, accountId, leaf.index + 1, released);
  if (leaf === null || checkpoint === null) return null;
  const path = await inclusionPath(db, accountId, leaf.index, checkpoint.size);
  const found = await stampedFrom(db, accountId, leaf.index + 1);
  const stamped =
    found === null ? null : { ...found, path: await inclusionPath(db, accountId, leaf.index, found.checkpoint.size) };
  return { leaf, checkpoint: await witnessed(db, accountId, checkpoint, witnesses), path, stamped };
}
