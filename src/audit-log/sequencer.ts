/**
 * Puts what waits into an account's log: leaves first, then the checkpoint over them. Any node may do it; a lock of the
 * database lets one at a time work on an account, and the unique place of each leaf would refuse a second one.
 *
 * A checkpoint is signed only when its leaves are committed. If we crash before that, the queue still has them, and the
 * next run finds them placed and signs. So no checkpoint is without its entries, and none is signed that a later one
 * does not continue.
 */
import type { Pool, PoolClient } from 'pg';
import { leafHash } from '../audit/merkle.ts';
import type { Signer } from '../audit/seal.ts';
import type { Clock } from '../platform/clock.ts';
import { withAdvisoryLock } from '../platform/advisory-lock.ts';
import type { AccountId } from '../platform/ids.ts';
import { signCheckpoint } from './checkpoint.ts';
import { keyLeaf } from './leaf.ts';
import type { NewLeaf } from './leaf.ts';
import { treeRoot } from './log-reader.ts';
import { insertLeaves, leafCount, logKeys, newestCheckpoint, readLevels } from './log-tables.ts';
import type { Appended, Db, LogKeyRow, PlacedLeaf } from './log-tables.ts';
import { readQueue, waitingAccounts } from './queue.ts';
import type { Queued } from './queue.ts';
import { edgeRuns, TreeEdge } from './tree-edge.ts';
import type { TreeNode } from './tree-edge.ts';

/** Leaves of one checkpoint at most: some milliseconds of work. */
const BATCH = 500;
/** Batches of one account before the others have their turn. */
const BATCHES_IN_TURN = 8;
/** Accounts that are worked on at once, each with a connection of its own. */
const ACCOUNTS_AT_ONCE = 4;
/** How long a log is left alone that was refused, in milliseconds: only a person can mend it. */
const REFUSED_MS = 60_000;
/** The class of the locks, one for each account: "mlog". */
const LOCK_CLASS = 0x6d6c6f67;

export interface SequencerOptions {
  readonly pool: Pick<Pool, 'query' | 'connect'>;
  readonly signer: Signer;
  readonly clock: Clock;
  /** The log of the account is left alone: what is stored is not what was signed, or this node's key was retired. */
  readonly onRefused: (accountId: AccountId, refusal: LogRefused) => void;
}

export type RefusalReason =
  /** Leaves or hashes that a checkpoint counts are missing or changed: signing on would fork the log. */
  | 'not_what_was_signed'
  /** A newer key signs this log: a key that was retired never signs again. */
  | 'key_retired';

/** Why a log is not appended to. Someone must look. */
export class LogRefused extends Error {
  override readonly name = 'LogRefused';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What a run has done. */
export interface SequencingRun {
  readonly leaves: number;
  /** Whether more waits than a turn takes. */
  readonly more: boolean;
}

export class Sequencer {
  readonly #options: SequencerOptions;
  /** When each log that was refused is looked at again, in milliseconds since the epoch. */
  readonly #refused = new Map<AccountId, number>();

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  /** Accounts whose logs are refused, and so stand still. */
  get refused(): number {
    return this.#refused.size;
  }

  /** Whether the log of an account was refused a moment ago. */
  isRefused(accountId: AccountId): boolean {
    return this.#options.clock.now() < (this.#refused.get(accountId) ?? 0);
  }

  /** Works on every account that has something waiting. Rejects with the first error after it has tried them all. */
  async run(): Promise<SequencingRun> {
    const accounts = await waitingAccounts(this.#options.pool, 'log_queue');
    const failures: unknown[] = [];
    let [leaves, more] = [0, false];
    const next = accounts.values();
    const work = async (): Promise<void> => {
      for (const accountId of next) {
        try {
          const done = await this.account(accountId);
          leaves += done?.leaves ?? 0;
          more ||= done?.more ?? false;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(ACCOUNTS_AT_ONCE, accounts.length) }, work));
    if (failures.length > 0) throw failures[0];
    return { leaves, more };
  }

  /** Works on one account; null where another node is at it, or the log is refused. */
  async account(accountId: AccountId): Promise<SequencingRun | null> {
    if (this.isRefused(accountId)) return null;
    const lock = { lockClass: LOCK_CLASS, key: accountId };
    return withAdvisoryLock(this.#options.pool, lock, (client) => this.#turn(client, accountId));
  }

  async #turn(client: PoolClient, accountId: AccountId): Promise<SequencingRun | null> {
    let leaves = 0;
    try {
      for (let batch = 0; batch < BATCHES_IN_TURN; batch += 1) {
        const queued = await readQueue(client, accountId, BATCH);
        if (queued.length > 0) leaves += await this.#batch(client, accountId, queued);
        this.#refused.delete(accountId);
        if (queued.length < BATCH) return { leaves, more: false };
      }
      return { leaves, more: true };
    } catch (error) {
      if (!(error instanceof LogRefused)) throw error;
      this.#refused.set(accountId, this.#options.clock.now() + REFUSED_MS);
      this.#options.onRefused(accountId, error);
      return null;
    }
  }

  async #batch(client: PoolClient, accountId: AccountId, queued: readonly Queued[]): Promise<number> {
    const { signer, clock } = this.#options;
    const edge = await soundEdge(client, accountId);
    const waiting = queued.map(({ leaf }) => leaf).filter((leaf) => leaf !== null);
    const keys = await logKeys(client, accountId);
    const key = nextKey(keys, signer, edge.size);
    const previous = keys.at(-1);
    const change =
      key === null || previous === undefined
        ? []
        : [keyLeaf(accountId, signer.publicKey, signer.keyId, previous.keyId, clock.now())];
    const appended: Appended = { ...place(edge, [...change, ...waiting]), key };
    if (appended.leaves.length > 0) await insertLeaves(client, accountId, appended);
    // If we crash after this line, the leaves are on disk without a checkpoint, and still in the queue.
    await storeCheckpoint(client, accountId, edge, signer, queued);
    // If we crash after this line, all is done.
    return appended.leaves.length;
  }
}

/** The edge of the log as stored. Throws LogRefused where it does not continue the newest checkpoint. */
async function soundEdge(db: Db, accountId: AccountId): Promise<TreeEdge> {
  const size = await leafCount(db, accountId);
  const newest = await newestCheckpoint(db, accountId);
  try {
    const edge = new TreeEdge(size, await readLevels(db, accountId, edgeRuns(size)));
    if (newest === null) return edge;
    const root = newest.size === edge.size ? edge.root() : await treeRoot(db, accountId, newest.size);
    if (newest.root.equals(root)) return edge;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new LogRefused('not_what_was_signed', 'the log of the account is not what its newest checkpoint says');
}

/** The key that signs from now on where that is another one than before; null where it is the same. Throws LogRefused. */
function nextKey(keys: readonly LogKeyRow[], signer: Signer, size: number): LogKeyRow | null {
  const isOurs = ({ publicKey }: LogKeyRow): boolean => publicKey.equals(signer.publicKey);
  const newest = keys.at(-1);
  if (newest !== undefined && isOurs(newest)) return null;
  if (keys.some(isOurs)) throw new LogRefused('key_retired', 'the signing key of this node was retired from the log');
  // The leaf that says so is the next one, and counted by the first checkpoint of the key.
  const fromSize = newest === undefined ? 0 : size + 1;
  return { fromSize, keyId: signer.keyId, publicKey: signer.publicKey };
}

function place(edge: TreeEdge, leaves: readonly NewLeaf[]): { leaves: PlacedLeaf[]; nodes: TreeNode[] } {
  const nodes: TreeNode[] = [];
  const placed = leaves.map((leaf) => {
    const [index, hash] = [edge.size, leafHash(leaf.body)];
    nodes.push(...edge.append(hash));
    return { ...leaf, index, hash };
  });
  return { leaves: placed, nodes };
}

/**
 * Signs what is committed, and takes from the queue what it counts. Where nothing was new, the checkpoint of this size is
 * there, and has the same root: that was compared before.
 */
async function storeCheckpoint(
  db: Db,
  accountId: AccountId,
  edge: TreeEdge,
  signer: Signer,
  queued: readonly Queued[],
): Promise<void> {
  const root = edge.root();
  await db.query({
    name: 'masker_log_checkpoint',
    text: `WITH done AS (DELETE FROM log_queue WHERE account_id = $1 AND id = ANY($6::bigint[]))
           INSERT INTO log_checkpoints (account_id, size, root, key_id, note) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT DO NOTHING`,
    values: [
      accountId,
      edge.size,
      root,
      signer.keyId,
      signCheckpoint(signer, accountId, edge.size, root),
      queued.map(({ id }) => id),
    ],
  });
}
