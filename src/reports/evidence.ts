import type { Pool } from 'pg';
import type { StoredEntry } from '../audit/chain.ts';
import type { Signer } from '../audit/seal.ts';
import { sealInLog } from '../audit-log/leaf-in-log.ts';
import type { Released } from '../audit-log/log-reader.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { runInStretches } from '../platform/stretch.ts';
import { headsOf } from './anchored-heads.ts';
import { writingBundle } from './bundle.ts';
import type { Bundle } from './report.ts';
import { storedSeal } from './stored-sessions.ts';

interface SealRecord {
  readonly account_id: AccountId;
  readonly seal: string | null;
  readonly seal_key_id: string | null;
  readonly seal_signature: Buffer | null;
}

/** A session's evidence, and the account that it belongs to. */
export interface Evidence {
  readonly accountId: AccountId;
  readonly bundle: Bundle;
}

interface EntryRecord {
  readonly seq: number;
  readonly body: string;
  readonly leaf_hash: Buffer;
}

/** All rows of a session's journal, in order. */
export async function readJournal(pool: Pick<Pool, 'query'>, sessionId: SessionId): Promise<StoredEntry[]> {
  const { rows } = await pool.query<EntryRecord>(
    'SELECT seq, body, leaf_hash FROM entries WHERE session_id = $1 ORDER BY seq',
    [sessionId],
  );
  return rows.map(({ seq, body, leaf_hash }) => ({ seq, body, leafHash: leaf_hash }));
}

/**
 * A session's journal and seal as they are stored, without a report and without judging them: evidence for
 * `masker-verify`, above all when the server refuses to make a report. Says nothing of the account log until a checkpoint
 * that may leave the server counts the seal. Null where no session has the id.
 */
export async function exportEvidence(
  pool: Pick<Pool, 'query'>,
  signer: Signer,
  id: SessionId,
  released: Released,
): Promise<Evidence | null> {
  const { rows } = await pool.query<SealRecord>(
    'SELECT account_id, seal, seal_key_id, seal_signature FROM sessions WHERE id = $1 AND journal_expired_at IS NULL',
    [id],
  );
  const [record] = rows;
  if (record === undefined) return null;
  const seal = storedSeal(record);
  // Heads first: what is appended meanwhile is behind them, not cut off.
  const heads = await headsOf(pool, [id]);
  const journal = await readJournal(pool, id);
  const logged = await sealInLog(pool, record.account_id, id, null, released);
  const parts = { report: null, rows: journal, seals: seal === null ? [] : [seal], heads: heads.get(id) ?? [] };
  return {
    accountId: record.account_id,
    bundle: await runInStretches(
      writingBundle({ ...parts, logged: logged === null ? [] : [logged], compared: [] }, signer),
    ),
  };
}
