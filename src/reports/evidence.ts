import type { Pool } from 'pg';
import type { Seal, Signer } from '../audit/seal.ts';
import type { SessionId } from '../platform/ids.ts';
import type { Bundle } from './report.ts';
import { anchoredHeads } from './anchored-heads.ts';
import { publicKeys, readJournal } from './reports.ts';
import { bundledEntry } from './stored-text.ts';

interface SealRecord {
  readonly seal: string | null;
  readonly seal_key_id: string | null;
  readonly seal_signature: Buffer | null;
}

/**
 * A session's journal and seal as they are stored, without a report and without judging them: evidence for
 * `masker-verify`, above all when the server refuses to make a report. Null where no session has the id.
 */
export async function exportEvidence(pool: Pick<Pool, 'query'>, signer: Signer, id: SessionId): Promise<Bundle | null> {
  const { rows } = await pool.query<SealRecord>(
    'SELECT seal, seal_key_id, seal_signature FROM sessions WHERE id = $1',
    [id],
  );
  const [record] = rows;
  if (record === undefined) return null;
  const { seal, seal_key_id: keyId, seal_signature: signature } = record;
  const seals =
    seal === null || keyId === null || signature === null
      ? []
      : [
          {
            seal: bundledEntry(seal) as Seal,
            signature: { alg: 'Ed25519', key_id: keyId, sig: signature.toString('base64') } as const,
          },
        ];
  // Heads first: what is appended meanwhile is behind them, not cut off.
  const heads = await anchoredHeads(pool, id);
  const journal = await readJournal(pool, id);
  return {
    format: 'masker-bundle/v1',
    report: null,
    entries: journal.map(({ body }) => bundledEntry(body)),
    leaf_hashes: journal.map(({ leafHash }) => Buffer.from(leafHash).toString('hex')),
    seals,
    anchored_heads: heads,
    keys: publicKeys(signer),
  };
}
