/** Checks that the account's log has the seal of a session, under the newest checkpoint. */
import { canonicalJson } from '../audit/canonical.ts';
import { leafHash } from '../audit/merkle.ts';
import type { Signer } from '../audit/seal.ts';
import { checkpointText, originOf, signCheckpoint } from '../audit-log/checkpoint.ts';
import { sealLeaf } from '../audit-log/leaf.ts';
import { leafOfSession, rootWithLeaf } from '../audit-log/log-reader.ts';
import type { LogLeaf } from '../audit-log/log-reader.ts';
import { newestCheckpoint } from '../audit-log/log-tables.ts';
import type { StoredCheckpoint } from '../audit-log/log-tables.ts';
import { parseNote } from '../audit-log/note.ts';
import { isSealQueued } from '../audit-log/queue.ts';
import type { AccountId } from '../platform/ids.ts';
import type { Database } from './snapshot.ts';
import type { StoredSession } from './stored-sessions.ts';

/**
 * Returns why the account's log does not prove the seal of a session. Null if it does, if the seal waits in the queue of
 * the log, or if the session is open.
 */
export async function leafFault(
  db: Database,
  signer: Signer,
  accountId: AccountId,
  { id, seal: signed, sealedAt }: StoredSession,
): Promise<string | null> {
  const leaf = await leafOfSession(db, accountId, id);
  if (signed === null || sealedAt === null)
    return leaf === null ? null : 'the account log has a seal of the session, which is not there';
  const isQueued = await isSealQueued(db, accountId, id);
  if (leaf === null)
    return isQueued ? null : 'the account log has no leaf of the seal of the session, and none is queued';
  const { seal, signature } = signed;
  const expected = sealLeaf({
    accountId,
    sessionId: id,
    seal: canonicalJson(seal),
    keyId: signature.key_id,
    signature: Buffer.from(signature.sig, 'base64'),
    sealedAt,
  });
  if (leaf.body !== expected.body || !leafHash(leaf.body).equals(leaf.hash))
    return `leaf ${leaf.index} of the account log is not the seal of the session`;
  const newest = await newestCheckpoint(db, accountId);
  // A leaf leaves the queue in the statement that stores the first checkpoint which counts it.
  if (newest === null || newest.size <= leaf.index)
    return isQueued ? null : `no checkpoint of the account log counts leaf ${leaf.index}, the seal of the session`;
  return inclusionFault(db, signer, accountId, leaf, newest);
}

async function inclusionFault(
  db: Database,
  signer: Signer,
  accountId: AccountId,
  leaf: LogLeaf,
  checkpoint: StoredCheckpoint,
): Promise<string | null> {
  const { size, root, keyId, note } = checkpoint;
  // Of another key's signatures, the verifier is the judge. Ed25519 signs one text in one way (RFC 8032).
  const isSigned =
    keyId === signer.keyId
      ? note === signCheckpoint(signer, accountId, size, root)
      : parseNote(note)?.text === checkpointText({ origin: originOf(accountId), size: BigInt(size), root });
  if (!isSigned) return `checkpoint ${size} of the account log is not what was signed`;
  try {
    if (root.equals(await rootWithLeaf(db, accountId, leaf, size))) return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return `leaf ${leaf.index} of the account log, the seal of the session, is not in the tree of checkpoint ${size}`;
}
