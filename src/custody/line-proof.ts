/**
 * Proves rows as they are read: every journal against its seal, and every account log against its newest checkpoint. The
 * rows come from a backup file or from the database, sorted by their keys.
 */
import { z } from 'zod';
import { ChainReader, chainKey } from '../audit/chain.ts';
import { leafHash, MerkleFrontier } from '../audit/merkle.ts';
import type { Signer } from '../audit/seal.ts';
import { signCheckpoint } from '../audit-log/checkpoint.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId } from '../platform/ids.ts';

/** What was proven, and what does not hold. */
export interface ProofResult {
  readonly sessions: number;
  readonly entries: number;
  readonly leaves: number;
  /** The first of them, at most MOST_FAULTS. Never a value. */
  readonly faults: readonly string[];
}

const MOST_FAULTS = 20;

/** Bytes as PostgreSQL writes them. */
const BYTES = z.string().regex(/^\\x(?:[0-9a-f]{2})*$/);
const SESSION = z.object({ id: z.string(), merkle_root: BYTES.nullable(), journal_expired_at: z.string().nullish() });
const ENTRY = z.object({ session_id: z.string(), seq: z.number(), body: z.string(), leaf_hash: BYTES });
const LEAF = z.object({ account_id: z.string(), leaf_index: z.number(), body: z.string(), hash: BYTES });
const CHECKPOINT = z.object({
  account_id: z.string(),
  size: z.number(),
  root: BYTES,
  key_id: z.string(),
  note: z.string(),
});

const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');

interface OpenJournal {
  readonly id: string;
  readonly reader: ChainReader;
  isBroken: boolean;
}

interface OpenLog {
  readonly account: AccountId;
  readonly frontier: MerkleFrontier;
  isBroken: boolean;
}

export class LineProof {
  readonly #auditKey: Uint8Array;
  readonly #signer: Signer;
  /** The Merkle root that the seal of each session signed; null for an open one. Absent once its journal was read. */
  readonly #roots = new Map<string, Buffer | null>();
  readonly #checkpoints = new Map<string, z.infer<typeof CHECKPOINT>>();
  readonly #faults: string[] = [];
  readonly #counts = { sessions: 0, entries: 0, leaves: 0 };
  #journal: OpenJournal | null = null;
  #log: OpenLog | null = null;

  constructor(auditKey: Uint8Array, signer: Signer) {
    this.#auditKey = auditKey;
    this.#signer = signer;
  }

  /** Reads rows of a table. Other tables than those of journals and logs are not looked at. */
  rows(table: string, rows: readonly string[]): void {
    switch (table) {
      case 'sessions':
        for (const row of rows) this.#session(SESSION.parse(JSON.parse(row)));
        break;
      case 'entries':
        for (const row of rows) this.#entry(ENTRY.parse(JSON.parse(row)));
        break;
      case 'log_checkpoints':
        for (const row of rows) {
          const checkpoint = CHECKPOINT.parse(JSON.parse(row));
          this.#checkpoints.set(checkpoint.account_id, checkpoint);
        }
        break;
      case 'log_leaves':
        for (const row of rows) this.#leaf(LEAF.parse(JSON.parse(row)));
        break;
      default:
        break;
    }
  }

  /** Ends the proof. */
  end(): ProofResult {
    this.#endJournal();
    this.#endLog();
    for (const id of this.#roots.keys()) this.#fault(`session ${id} has no journal`);
    for (const account of this.#checkpoints.keys())
      this.#fault(`the log of account ${account} is shorter than its checkpoint`);
    return { ...this.#counts, faults: this.#faults };
  }

  #fault(text: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(text);
  }

  #session({ id, merkle_root: root, journal_expired_at: expired }: z.infer<typeof SESSION>): void {
    // A journal that is being erased cannot be proven any more.
    if (expired === null || expired === undefined) this.#roots.set(id, root === null ? null : bytesOf(root));
  }

  #entry({ session_id: id, seq, body, leaf_hash: hash }: z.infer<typeof ENTRY>): void {
    if (this.#journal?.id !== id) {
      this.#endJournal();
      const session = parseId('session', id);
      if (session === null || !this.#roots.has(id)) return;
      this.#journal = { id, reader: new ChainReader(chainKey(this.#auditKey, session), session), isBroken: false };
    }
    this.#counts.entries += 1;
    const journal = this.#journal;
    if (journal.isBroken) return;
    const read = journal.reader.next({ seq, body, leafHash: bytesOf(hash) });
    if (read.ok) return;
    journal.isBroken = true;
    this.#fault(`entry ${read.seq} of session ${id} does not verify: ${read.fault}`);
  }

  #endJournal(): void {
    const journal = this.#journal;
    this.#journal = null;
    if (journal === null) return;
    const root = this.#roots.get(journal.id) ?? null;
    this.#roots.delete(journal.id);
    this.#counts.sessions += 1;
    if (journal.isBroken) return;
    const chain = journal.reader.end();
    if (!chain.ok) this.#fault(`the journal of session ${journal.id} does not verify`);
    else if (root !== null && !root.equals(chain.root))
      this.#fault(`the journal of session ${journal.id} does not have the Merkle root of its seal`);
  }

  #leaf({ account_id: account, leaf_index: index, body, hash }: z.infer<typeof LEAF>): void {
    if (this.#log?.account !== account) {
      this.#endLog();
      const id = parseId('account', account);
      if (id === null) return;
      this.#log = { account: id, frontier: new MerkleFrontier(), isBroken: false };
    }
    this.#counts.leaves += 1;
    const log = this.#log;
    if (log.isBroken) return;
    const made = leafHash(body);
    if (index !== log.frontier.size || !made.equals(bytesOf(hash))) {
      log.isBroken = true;
      this.#fault(`leaf ${index} of the log of account ${account} is not what was put there`);
      return;
    }
    log.frontier.append(made);
    this.#atCheckpoint(log);
  }

  /** Compares the tree with the newest checkpoint, where it has that size. */
  #atCheckpoint(log: OpenLog): void {
    const checkpoint = this.#checkpoints.get(log.account);
    if (checkpoint?.size !== log.frontier.size) return;
    this.#checkpoints.delete(log.account);
    const root = log.frontier.root();
    const { key_id: keyId, note } = checkpoint;
    const isSigned =
      keyId !== this.#signer.keyId || signCheckpoint(this.#signer, log.account, checkpoint.size, root) === note;
    if (!root.equals(bytesOf(checkpoint.root)) || !isSigned)
      this.#fault(`the log of account ${log.account} is not what its checkpoint of ${checkpoint.size} leaves signed`);
  }

  #endLog(): void {
    const log = this.#log;
    this.#log = null;
    // A log that broke has been named.
    if (log?.isBroken === true) this.#checkpoints.delete(log.account);
  }
}
