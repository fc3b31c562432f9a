/**
 * Reads the log of an account: checkpoints, tiles, leaves and proofs. A proof reads at most two tiles for each level of
 * the tree, in one statement. Only what a checkpoint counts is given out.
 */
import { nodeHash } from '../audit/merkle.ts';
import type { Signer } from '../audit/seal.ts';
import { sha256 } from '../platform/sha256.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { LeafSource } from './leaf.ts';
import { CHECKPOINT_COLUMNS, newestCheckpoint, readRuns, readTiles, storedCheckpoint } from './log-tables.ts';
import type { CheckpointRecord, Db, StoredCheckpoint } from './log-tables.ts';
import { consistencyRanges, inclusionRanges } from './ranges.ts';
import type { LeafRange } from './ranges.ts';
import { entryBundle, rangeHash, runsFor } from './tile.ts';
import type { HashRun } from './tile.ts';
import { newestStamped, stampedFrom } from './timestamping/stored.ts';

/** A leaf as it is given out. */
export interface LogLeaf {
  readonly index: number;
  readonly kind: string;
  /** When it was put into the log. */
  readonly at: Date;
  /** RFC 8785 text. */
  readonly body: string;
  readonly hash: Buffer;
}

interface LeafRecord {
  readonly leaf_index: string;
  readonly kind: string;
  readonly at: Date;
  readonly body: string;
  readonly hash: Buffer;
}

const LEAF_COLUMNS = 'leaf_index, kind, at, body, hash';

function logLeaf({ leaf_index, kind, at, body, hash }: LeafRecord): LogLeaf {
  return { index: Number(leaf_index), kind, at, body, hash };
}

/** Returns the checkpoint of a log without a leaf. It is not stored: each time it is signed, it is the same. */
export function emptyCheckpoint(signer: Signer, accountId: AccountId, now: number): StoredCheckpoint {
  const root = sha256('');
  return {
    size: 0,
    root,
    at: new Date(now),
    keyId: signer.keyId,
    note: signCheckpoint(signer, accountId, 0, root),
  };
}

/** Which checkpoints may leave the server: all, or only those with a time-stamp token. */
export type Released = 'all' | 'stamped';

/**
 * Returns the newest checkpoint of a log that may leave the server; that of the empty tree for a log without a leaf. Throws
 * Failure `audit_unavailable` where only stamped ones may, and there is none yet.
 */
export async function currentCheckpoint(
  db: Db,
  signer: Signer,
  accountId: AccountId,
  now: number,
  released: Released = 'all',
): Promise<StoredCheckpoint> {
  if (released === 'all') return (await newestCheckpoint(db, accountId)) ?? emptyCheckpoint(signer, accountId, now);
  const newest = await newestStamped(db, accountId);
  if (newest !== null) return newest.checkpoint;
  throw new Failure(
    'audit_unavailable',
    'No checkpoint of the log has a time stamp yet, and this server requires one.',
  );
}

/** Returns the first checkpoint of at least `size` leaves that may leave the server; null where there is none yet. */
export async function checkpointFrom(
  db: Db,
  accountId: AccountId,
  size: number,
  released: Released = 'all',
): Promise<StoredCheckpoint | null> {
  if (released === 'stamped') return (await stampedFrom(db, accountId, size))?.checkpoint ?? null;
  const { rows } = await db.query<CheckpointRecord>(
    `SELECT ${CHECKPOINT_COLUMNS} FROM log_checkpoints WHERE account_id = $1 AND size >= $2 ORDER BY size LIMIT 1`,
    [accountId, size],
  );
  const [row] = rows;
  return row === undefined ? null : storedCheckpoint(row);
}

/** Returns the bytes of a tile of hashes; null where hashes are missing. */
export async function readTile(db: Db, accountId: AccountId, run: HashRun): Promise<Buffer | null> {
  const [bytes] = await readRuns(db, accountId, [run]);
  return bytes?.length === (run.last - run.first) * 32 ? bytes : null;
}

/** Returns the leaves from `first` on, without `last`, as an entry bundle; null where some are missing. */
export async function readEntries(db: Db, accountId: AccountId, first: number, last: number): Promise<Buffer | null> {
  const { rows } = await db.query<{ body: string }>(
    'SELECT body FROM log_leaves WHERE account_id = $1 AND leaf_index >= $2 AND leaf_index < $3 ORDER BY leaf_index',
    [accountId, first, last],
  );
  return rows.length === last - first ? entryBundle(rows.map(({ body }) => body)) : null;
}

/** Returns one leaf; null where the log has none there. */
export async function leafAt(db: Db, accountId: AccountId, index: number): Promise<LogLeaf | null> {
  const { rows } = await db.query<LeafRecord>(
    `SELECT ${LEAF_COLUMNS} FROM log_leaves WHERE account_id = $1 AND leaf_index = $2`,
    [accountId, index],
  );
  const [row] = rows;
  return row === undefined ? null : logLeaf(row);
}

/** Returns the leaf of a session's seal; null while there is none. */
export function leafOfSession(db: Db, accountId: AccountId, sessionId: SessionId): Promise<LogLeaf | null> {
  return leafOf(db, accountId, 'seal', sessionId);
}

/** Returns the leaf that a seal, an act or a key became; null while there is none. */
export async function leafOf(db: Db, accountId: AccountId, source: LeafSource, ref: string): Promise<LogLeaf | null> {
  const { rows } = await db.query<LeafRecord>(
    `SELECT ${LEAF_COLUMNS} FROM log_leaves WHERE account_id = $1 AND source = $2 AND ref = $3`,
    [accountId, source, ref],
  );
  const [row] = rows;
  return row === undefined ? null : logLeaf(row);
}

/** Which leaves, in which order. */
export interface LeafQuery {
  /** Only leaves of these kinds; null for all. */
  readonly kinds: readonly string[] | null;
  /** Positions that are left out: those up to and from these. */
  readonly after: number | null;
  readonly before: number | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** Returns leaves below `size`. */
export async function listLeaves(
  db: Db,
  accountId: AccountId,
  size: number,
  { kinds, after, before, order, limit }: LeafQuery,
): Promise<LogLeaf[]> {
  const values = [accountId, after ?? -1, Math.min(before ?? size, size), limit];
  const { rows } = await (kinds === null
    ? db.query<LeafRecord>(
        `SELECT ${LEAF_COLUMNS} FROM log_leaves WHERE account_id = $1 AND leaf_index > $2 AND leaf_index < $3
         ORDER BY leaf_index ${order} LIMIT $4`,
        values,
      )
    : // A page of each kind, however rare: pairs are compared, for the index by kind alone has their order.
      db.query<LeafRecord>(
        `SELECT l.* FROM unnest($5::text[]) AS k(kind) CROSS JOIN LATERAL (
           SELECT ${LEAF_COLUMNS} FROM log_leaves c
           WHERE c.account_id = $1 AND (c.kind, c.leaf_index) > (k.kind, $2) AND (c.kind, c.leaf_index) < (k.kind, $3)
           ORDER BY c.kind ${order}, c.leaf_index ${order} LIMIT $4) l
         ORDER BY l.leaf_index ${order} LIMIT $4`,
        [...values, [...new Set(kinds)]],
      ));
  return rows.map(logLeaf);
}

/** Returns the audit path of a leaf in the tree of `size` leaves, from the leaf upwards. */
export function inclusionPath(db: Db, accountId: AccountId, index: number, size: number): Promise<Buffer[]> {
  return hashesOf(db, accountId, inclusionRanges(index, size), size);
}

/** Returns the proof that the tree of `to` leaves continues that of `from` leaves. */
export function consistencyPath(db: Db, accountId: AccountId, from: number, to: number): Promise<Buffer[]> {
  return hashesOf(db, accountId, consistencyRanges(from, to), to);
}

/** Returns the root of the tree of `size` leaves. */
export async function treeRoot(db: Db, accountId: AccountId, size: number): Promise<Buffer> {
  if (size === 0) return sha256('');
  const [root] = await hashesOf(db, accountId, [{ begin: 0, end: size }], size);
  if (root === undefined) throw new RangeError('the tree has no root');
  return root;
}

/**
 * Returns the root of the tree of `size` leaves if its leaf `index` has this hash. Throws RangeError where the log lacks
 * hashes, or the leaf is outside of the tree.
 */
export async function rootWithLeaf(
  db: Db,
  accountId: AccountId,
  leaf: Pick<LogLeaf, 'index' | 'hash'>,
  size: number,
): Promise<Buffer> {
  const ranges = inclusionRanges(leaf.index, size);
  const siblings = await hashesOf(db, accountId, ranges, size);
  return siblings.reduce<Buffer>(
    (hash, sibling, at) => ((ranges[at]?.begin ?? 0) > leaf.index ? nodeHash(hash, sibling) : nodeHash(sibling, hash)),
    leaf.hash,
  );
}

async function hashesOf(db: Db, accountId: AccountId, ranges: readonly LeafRange[], size: number): Promise<Buffer[]> {
  const tiles = await readTiles(db, accountId, runsFor(ranges, size));
  return ranges.map((range) => rangeHash(range, tiles));
}
