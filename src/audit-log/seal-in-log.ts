/** The leaf of a session's seal with its proof: the first checkpoint that counts it, so that each time it is the same one. */
import type { AccountId, SessionId } from '../platform/ids.ts';
import { witnessed } from './cosignatures.ts';
import type { WitnessedCheckpoint } from './cosignatures.ts';
import { checkpointFrom, inclusionPath, leafOfSession } from './log-reader.ts';
import type { LogLeaf } from './log-reader.ts';
import type { Db } from './log-tables.ts';
import type { Witnesses } from './witnesses.ts';

export interface SealInLog {
  readonly leaf: LogLeaf;
  readonly checkpoint: WitnessedCheckpoint;
  /** From the leaf's sibling upwards. */
  readonly path: readonly Buffer[];
}

/** Returns the seal of a session as the log has it; null where the log has none. */
export async function sealInLog(
  db: Db,
  accountId: AccountId,
  sessionId: SessionId,
  witnesses: Witnesses | null,
): Promise<SealInLog | null> {
  const leaf = await leafOfSession(db, accountId, sessionId);
  const checkpoint = leaf === null ? null : await checkpointFrom(db, accountId, leaf.index + 1);
  if (leaf === null || checkpoint === null) return null;
  const path = await inclusionPath(db, accountId, leaf.index, checkpoint.size);
  return { leaf, checkpoint: await witnessed(db, accountId, checkpoint, witnesses), path };
}
