/** Where the log of an account is kept: its leaves, the hashes above them, its checkpoints and its keys. All append-only. */
import type { Pool } from 'pg';
import type { AccountId } from '../platform/ids.ts';
import { splitHashes, tileHashes } from './tile.ts';
import type { HashRun, TileHashes } from './tile.ts';
import type { TreeNode } from './tree-edge.ts';
import type { NewLeaf } from './leaf.ts';

export type Db = Pick<Pool, 'query'>;

/** Reads hashes of a log, in one statement: one run of bytes for each of the runs that are asked for. */
const READ_RUNS = `
SELECT CASE WHEN r.level = 0
  THEN (SELECT string_agg(hash, '' ORDER BY leaf_index) FROM log_leaves
        WHERE account_id = $1 AND leaf_index >= r.first AND leaf_index < r.last)
  ELSE (SELECT string_agg(hash, '' ORDER BY node_index) FROM log_nodes
        WHERE account_id = $1 AND level = r.level AND node_index >= r.first AND node_index < r.last)
  END AS hashes
FROM unnest($2::int[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS r(level, first, last, place)
ORDER BY r.place`;

/** Returns the bytes of each run, in order; fewer than asked for where the log has fewer. */
export async function readRuns(db: Db, accountId: AccountId, runs: readonly HashRun[]): Promise<Buffer[]> {
  if (runs.length === 0) return [];
  const { rows } = await db.query<{ hashes: Buffer | null }>({
    name: 'masker_log_runs',
    text: READ_RUNS,
    values: [accountId, runs.map(({ level }) => level), runs.map(({ first }) => first), runs.map(({ last }) => last)],
  });
  return rows.map(({ hashes }) => hashes ?? Buffer.alloc(0));
}

/** Returns the hashes of each run. */
export async function readLevels(db: Db, accountId: AccountId, runs: readonly HashRun[]): Promise<Buffer[][]> {
  return (await readRuns(db, accountId, runs)).map(splitHashes);
}

/** Returns the runs as tiles, from which ranges can be hashed. Throws RangeError where the log lacks hashes. */
export async function readTiles(db: Db, accountId: AccountId, runs: readonly HashRun[]): Promise<TileHashes> {
  return tileHashes(runs, await readRuns(db, accountId, runs));
}

/** A leaf with its place. */
export interface PlacedLeaf extends NewLeaf {
  readonly index: number;
  readonly hash: Buffer;
}

/** A key that signs the checkpoints of a log from a size on. */
export interface LogKeyRow {
  readonly fromSize: number;
  readonly keyId: string;
  /** 32 bytes. */
  readonly publicKey: Buffer;
}

/** Leaves that were put in order together, with what follows from them. */
export interface Appended {
  readonly leaves: readonly PlacedLeaf[];
  readonly nodes: readonly TreeNode[];
  /** Another signing key, which one of the leaves says. */
  readonly key: LogKeyRow | null;
}

const INSERT = `
WITH k AS (
  INSERT INTO log_keys (account_id, from_size, key_id, public_key)
  SELECT $1, from_size, key_id, decode(public_key, 'hex')
  FROM json_to_recordset($4::json) AS r(from_size bigint, key_id text, public_key text)
), n AS (
  INSERT INTO log_nodes (account_id, level, node_index, hash)
  SELECT $1, level, index, decode(hash, 'hex')
  FROM json_to_recordset($3::json) AS r(level smallint, index bigint, hash text)
)
INSERT INTO log_leaves (account_id, leaf_index, source, ref, kind, body, hash)
SELECT $1, index, source, ref, kind, body, decode(hash, 'hex')
FROM json_to_recordset($2::json) AS r(index bigint, source text, ref text, kind text, body text, hash text)`;

/** Appends leaves in one commit. Rejects with a unique violation where another writer has taken one of the places. */
export async function insertLeaves(db: Db, accountId: AccountId, { leaves, nodes, key }: Appended): Promise<void> {
  const hex = ({ hash }: { readonly hash: Buffer }): string => hash.toString('hex');
  await db.query({
    name: 'masker_log_append',
    text: INSERT,
    values: [
      accountId,
      JSON.stringify(leaves.map((leaf) => ({ ...leaf, hash: hex(leaf) }))),
      JSON.stringify(nodes.map((node) => ({ ...node, hash: hex(node) }))),
      JSON.stringify(
        key === null ? [] : [{ from_size: key.fromSize, key_id: key.keyId, public_key: key.publicKey.toString('hex') }],
      ),
    ],
  });
}

/** A checkpoint as it is stored. */
export interface StoredCheckpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
  readonly at: Date;
  readonly keyId: string;
  /** The whole signed note, without cosignatures. */
  readonly note: string;
}

export interface CheckpointRecord {
  readonly size: string;
  readonly root: Buffer;
  readonly at: Date;
  readonly key_id: string;
  readonly note: string;
}

/** The columns of a stored checkpoint. */
export const CHECKPOINT_COLUMNS = 'size, root, at, key_id, note';

/** Returns a row as a checkpoint. */
export function storedCheckpoint({ size, root, at, key_id: keyId, note }: CheckpointRecord): StoredCheckpoint {
  return { size: Number(size), root, at, keyId, note };
}

/** Returns the newest checkpoint of a log; null for a log that has none. */
export async function newestCheckpoint(db: Db, accountId: AccountId): Promise<StoredCheckpoint | null> {
  const { rows } = await db.query<CheckpointRecord>(
    `SELECT ${CHECKPOINT_COLUMNS} FROM log_checkpoints WHERE account_id = $1 ORDER BY size DESC LIMIT 1`,
    [accountId],
  );
  const [row] = rows;
  return row === undefined ? null : storedCheckpoint(row);
}

/** Returns how many leaves a log has, those without a checkpoint counted. */
export async function leafCount(db: Db, accountId: AccountId): Promise<number> {
  const { rows } = await db.query<{ last: string }>(
    'SELECT leaf_index AS last FROM log_leaves WHERE account_id = $1 ORDER BY leaf_index DESC LIMIT 1',
    [accountId],
  );
  const [row] = rows;
  return row === undefined ? 0 : Number(row.last) + 1;
}

/** Returns the keys of a log, the oldest first. */
export async function logKeys(db: Db, accountId: AccountId): Promise<LogKeyRow[]> {
  const { rows } = await db.query<{ from_size: string; key_id: string; public_key: Buffer }>(
    'SELECT from_size, key_id, public_key FROM log_keys WHERE account_id = $1 ORDER BY from_size',
    [accountId],
  );
  return rows.map(({ from_size, key_id, public_key }) => ({
    fromSize: Number(from_size),
    keyId: key_id,
    publicKey: public_key,
  }));
}

/** Returns the first leaf of a log that is given out; 0 for a log that was never pruned. */
export async function minimumIndex(db: Db, accountId: AccountId): Promise<number> {
  const { rows } = await db.query<{ log_minimum_index: string }>(
    'SELECT log_minimum_index FROM accounts WHERE id = $1',
    [accountId],
  );
  return Number(rows[0]?.log_minimum_index ?? 0);
}
