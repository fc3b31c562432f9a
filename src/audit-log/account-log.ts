/**
 * The log of an account as callers read it. Each reads its own writes: what waits is put into the log first, where no
 * other node is at it. See docs/account-log.md.
 */
import type { Pool } from 'pg';
import type { Signer } from '../audit/seal.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId, SessionId } from '../platform/ids.ts';
import { logKey, originOf } from './checkpoint.ts';
import { keepCosignatures, witnessed } from './cosignatures.ts';
import type { WitnessedCheckpoint } from './cosignatures.ts';
import { leafInLog } from './leaf-in-log.ts';
import type { LeafInLog } from './leaf-in-log.ts';
import type { LeafSource } from './leaf.ts';
import {
  checkpointFrom,
  consistencyPath,
  currentCheckpoint,
  inclusionPath,
  leafAt,
  leafOfSession,
  listLeaves,
  readEntries,
  readTile,
  treeRoot,
} from './log-reader.ts';
import type { LeafQuery, LogLeaf, Released } from './log-reader.ts';
import { logKeys, minimumIndex } from './log-tables.ts';
import type { StoredCheckpoint } from './log-tables.ts';
import { noteKeyId, verifierKey } from './note.ts';
import type { Sequencer } from './sequencer.ts';
import { parseTileName, tileRun } from './tile.ts';
import { newestStamped, stampedFrom } from './timestamping/stored.ts';
import type { WitnessPolicy } from './witness-policy.ts';
import { Witnesses } from './witnesses.ts';

export interface AccountLogOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly sequencer: Pick<Sequencer, 'account' | 'isRefused'>;
  /** MASKER_WITNESS_POLICY; null where none is configured. */
  readonly witnesses: WitnessPolicy | null;
  /** `stamped` where MASKER_TIMESTAMPS is `required`. */
  readonly released?: Released;
}

/** Which leaf a proof is about, and in which tree. */
export interface InclusionQuery {
  readonly sessionId: SessionId | null;
  readonly leafIndex: number | null;
  /** Null for the tree of the newest checkpoint. */
  readonly treeSize: number | null;
}

export interface InclusionProof {
  readonly leaf: LogLeaf;
  readonly treeSize: number;
  readonly root: Buffer;
  /** From the leaf's sibling upwards. */
  readonly path: readonly Buffer[];
  /** That of exactly this tree; null where none was signed. */
  readonly checkpoint: WitnessedCheckpoint | null;
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Buffer;
  readonly toRoot: Buffer;
  readonly path: readonly Buffer[];
  /** That of the newer tree; null where none was signed. */
  readonly checkpoint: WitnessedCheckpoint | null;
}

/** A key of the log, and which checkpoints are its. */
export interface ManifestKey {
  readonly keyId: string;
  /** The id by which notes name the key. */
  readonly noteKeyId: string;
  readonly publicKey: Buffer;
  /** `name+id+base64`. */
  readonly verifierKey: string;
  /** The smallest checkpoint that it signs. */
  readonly fromSize: number;
  /** The smallest one that the next key signs; null where there is none. */
  readonly untilSize: number | null;
}

export interface AccountLog {
  /** Puts what waits into the log; in vain where it is refused, or another node takes its time. */
  catchUp(accountId: AccountId): Promise<void>;
  /** As the other reads of checkpoints, throws Failure `audit_unavailable` where none may leave the server yet. */
  checkpoint(accountId: AccountId): Promise<WitnessedCheckpoint>;
  /** The first checkpoint of at least so many leaves that has a time-stamp token; null for the newest. Throws Failure `not_found`. */
  stampedCheckpoint(accountId: AccountId, treeSize: number | null): Promise<WitnessedCheckpoint>;
  /** The first leaf that is given out: 0, unless the log was pruned. */
  minimumIndex(accountId: AccountId): Promise<number>;
  /** Throws Failure `validation_failed` or `not_found`, and `log_pruned` for a leaf below the minimum index. */
  inclusion(accountId: AccountId, query: InclusionQuery): Promise<InclusionProof>;
  /** `to` null for the newest checkpoint. Throws Failure `validation_failed`. */
  consistency(accountId: AccountId, from: number, to: number | null): Promise<ConsistencyProof>;
  /** From the minimum index on. */
  leaves(accountId: AccountId, query: LeafQuery): Promise<LogLeaf[]>;
  /**
   * The bytes of a tile; `level` is a number or `entries`. Throws Failure `not_found`, and `log_pruned` for leaves below the
   * minimum index. Hashes are never pruned: they prove that the log continues an older checkpoint.
   */
  tile(accountId: AccountId, level: string, path: string): Promise<Buffer>;
  keys(accountId: AccountId): Promise<{ readonly origin: string; readonly keys: readonly ManifestKey[] }>;
  /** Throws Failure `validation_failed` or `not_found`. */
  cosign(accountId: AccountId, note: string): Promise<WitnessedCheckpoint>;
  /** The seals of sessions, in order; those that are not in the log are left out. */
  sealsOf(accountId: AccountId, sessionIds: readonly SessionId[]): Promise<readonly LeafInLog[]>;
  /** The records of acts, likewise. */
  actsOf(accountId: AccountId, eventIds: readonly string[]): Promise<readonly LeafInLog[]>;
}

/** How often another node that is at the log is waited for, and how long each time, in milliseconds. */
const WAITS = 20;
const WAIT_MS = 50;
/** Leaves that are looked for at once. */
const LEAVES_AT_ONCE = 8;

export function createAccountLog(options: AccountLogOptions): AccountLog {
  return new StoredAccountLog(options);
}

/** The log as the database has it. */
class StoredAccountLog implements AccountLog {
  readonly #options: AccountLogOptions;
  readonly #pool: AccountLogOptions['pool'];
  readonly #released: Released;
  readonly #witnesses: Witnesses | null;

  constructor(options: AccountLogOptions) {
    this.#options = options;
    this.#pool = options.pool;
    this.#released = options.released ?? 'all';
    this.#witnesses = options.witnesses === null ? null : new Witnesses(options.witnesses);
  }

  async catchUp(accountId: AccountId): Promise<void> {
    const { sequencer } = this.#options;
    for (let attempt = 0; attempt < WAITS; attempt += 1) {
      const { rowCount } = await this.#pool.query('SELECT FROM log_queue WHERE account_id = $1 LIMIT 1', [accountId]);
      if (rowCount === 0 || sequencer.isRefused(accountId) || (await sequencer.account(accountId)) !== null) return;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }

  async checkpoint(accountId: AccountId): Promise<WitnessedCheckpoint> {
    return this.#witnessed(accountId, await this.#current(accountId));
  }

  async stampedCheckpoint(accountId: AccountId, treeSize: number | null): Promise<WitnessedCheckpoint> {
    const found = await (treeSize === null
      ? newestStamped(this.#pool, accountId)
      : stampedFrom(this.#pool, accountId, treeSize));
    if (found === null) throw new Failure('not_found', 'The log has no such checkpoint with a time stamp.');
    return this.#witnessed(accountId, found.checkpoint);
  }

  minimumIndex(accountId: AccountId): Promise<number> {
    return minimumIndex(this.#pool, accountId);
  }

  async inclusion(accountId: AccountId, query: InclusionQuery): Promise<InclusionProof> {
    const { size } = await this.#current(accountId);
    const leaf = await this.#leafOf(accountId, query, size);
    await this.#refusePruned(accountId, leaf.index);
    const treeSize = query.treeSize ?? size;
    if (treeSize <= leaf.index || treeSize > size)
      throw invalid('treeSize', `For this leaf, a tree has from ${leaf.index + 1} to ${size} leaves.`);
    return {
      leaf,
      treeSize,
      root: await treeRoot(this.#pool, accountId, treeSize),
      path: await inclusionPath(this.#pool, accountId, leaf.index, treeSize),
      checkpoint: await this.#checkpointOf(accountId, treeSize),
    };
  }

  async consistency(accountId: AccountId, from: number, newer: number | null): Promise<ConsistencyProof> {
    const { size } = await this.#current(accountId);
    const to = newer ?? size;
    if (to > size) throw invalid('to', `The log has ${size} leaves.`);
    if (from < 1 || from > to) throw invalid('from', `The older tree has from 1 to ${to} leaves.`);
    return {
      from,
      to,
      fromRoot: await treeRoot(this.#pool, accountId, from),
      toRoot: await treeRoot(this.#pool, accountId, to),
      path: await consistencyPath(this.#pool, accountId, from, to),
      checkpoint: await this.#checkpointOf(accountId, to),
    };
  }

  async leaves(accountId: AccountId, query: LeafQuery): Promise<LogLeaf[]> {
    const { size } = await this.#current(accountId);
    const after = Math.max(query.after ?? -1, (await this.minimumIndex(accountId)) - 1);
    return listLeaves(this.#pool, accountId, size, { ...query, after });
  }

  async tile(accountId: AccountId, level: string, path: string): Promise<Buffer> {
    const { signer, clock } = this.#options;
    const { size } = await currentCheckpoint(this.#pool, signer, accountId, clock.now(), this.#released);
    const isEntries = level === 'entries';
    const name = parseTileName(isEntries ? '0' : level, path);
    const run = name === null ? null : tileRun(name, size);
    if (isEntries && run !== null) await this.#refusePruned(accountId, run.first);
    const bytes =
      run === null
        ? null
        : await (isEntries
            ? readEntries(this.#pool, accountId, run.first, run.last)
            : readTile(this.#pool, accountId, run));
    if (bytes === null) throw new Failure('not_found', `The log has ${size} leaves, and no such tile.`);
    return bytes;
  }

  async keys(accountId: AccountId): Promise<{ readonly origin: string; readonly keys: readonly ManifestKey[] }> {
    return {
      origin: originOf(accountId),
      keys: (await logKeys(this.#pool, accountId)).map(({ keyId, publicKey, fromSize }, at, all) => {
        const key = logKey(accountId, publicKey);
        const untilSize = all[at + 1]?.fromSize ?? null;
        return { keyId, noteKeyId: noteKeyId(key), publicKey, verifierKey: verifierKey(key), fromSize, untilSize };
      }),
    };
  }

  async cosign(accountId: AccountId, note: string): Promise<WitnessedCheckpoint> {
    const now = this.#options.clock.now();
    return this.#witnessed(accountId, await keepCosignatures(this.#pool, accountId, note, this.#witnesses, now));
  }

  sealsOf(accountId: AccountId, sessionIds: readonly SessionId[]): Promise<readonly LeafInLog[]> {
    return this.#leavesOf(accountId, 'seal', sessionIds);
  }

  actsOf(accountId: AccountId, eventIds: readonly string[]): Promise<readonly LeafInLog[]> {
    return this.#leavesOf(accountId, 'event', eventIds);
  }

  async #current(accountId: AccountId): Promise<StoredCheckpoint> {
    const { signer, clock } = this.#options;
    await this.catchUp(accountId);
    return currentCheckpoint(this.#pool, signer, accountId, clock.now(), this.#released);
  }

  #witnessed(accountId: AccountId, checkpoint: StoredCheckpoint): Promise<WitnessedCheckpoint> {
    return witnessed(this.#pool, accountId, checkpoint, this.#witnesses);
  }

  /** The checkpoint of exactly this size, with its cosignatures. */
  async #checkpointOf(accountId: AccountId, size: number): Promise<WitnessedCheckpoint | null> {
    const found = await checkpointFrom(this.#pool, accountId, size, this.#released);
    return found?.size === size ? this.#witnessed(accountId, found) : null;
  }

  async #leafOf(accountId: AccountId, { sessionId, leafIndex }: InclusionQuery, size: number): Promise<LogLeaf> {
    if ((sessionId === null) === (leafIndex === null))
      throw invalid('sessionId', 'Give either a session or the index of a leaf.');
    if (leafIndex !== null) {
      const leaf = leafIndex < size ? await leafAt(this.#pool, accountId, leafIndex) : null;
      if (leaf === null)
        throw new Failure('not_found', `The log has ${size} leaves, counted from 0: this is none of them.`);
      return leaf;
    }
    const leaf = sessionId === null ? null : await leafOfSession(this.#pool, accountId, sessionId);
    if (leaf === null || leaf.index >= size)
      throw new Failure('not_found', 'The log has no seal of such a session. A session is sealed when it ends.');
    return leaf;
  }

  async #leavesOf(accountId: AccountId, source: LeafSource, refs: readonly string[]): Promise<readonly LeafInLog[]> {
    if (refs.length === 0) return [];
    await this.catchUp(accountId);
    const leaves: (LeafInLog | null)[] = [];
    for (let at = 0; at < refs.length; at += LEAVES_AT_ONCE) {
      const some = refs.slice(at, at + LEAVES_AT_ONCE);
      leaves.push(
        ...(await Promise.all(
          some.map((ref) => leafInLog(this.#pool, accountId, { source, ref }, this.#witnesses, this.#released)),
        )),
      );
    }
    return leaves.filter((leaf) => leaf !== null);
  }

  /** The minimum index is where a tile begins, so that a bundle is pruned whole or not at all. */
  async #refusePruned(accountId: AccountId, index: number): Promise<void> {
    const minimum = await this.minimumIndex(accountId);
    if (index < minimum)
      throw new Failure('log_pruned', `The log was pruned: leaves below the index ${minimum} are not given out.`);
  }
}

function invalid(path: string, message: string): Failure {
  return new Failure('validation_failed', 'Some arguments are not valid.', [{ path, code: 'out_of_range', message }]);
}
