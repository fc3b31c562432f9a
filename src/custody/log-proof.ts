/**
 * Proves the account logs of a database, row by row: every leaf, the tree under its newest checkpoint, and that what no
 * checkpoint counts yet still waits in the queue of the log.
 */
import { z } from 'zod';
import { leafHash, MerkleFrontier } from '../audit/merkle.ts';
import type { Signer } from '../audit/seal.ts';
import { checkpointText, logKey, originOf, signCheckpoint } from '../audit-log/checkpoint.ts';
import { isSignedBy } from '../audit-log/ed25519.ts';
import { noteKeyId, parseNote } from '../audit-log/note.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId } from '../platform/ids.ts';
import { sha256 } from '../platform/sha256.ts';
import { BYTES, bytesOf } from './proof-rows.ts';
import type { Findings } from './proof-rows.ts';

const LEAF = z.object({
  account_id: z.string(),
  leaf_index: z.number(),
  source: z.string(),
  ref: z.string(),
  kind: z.string(),
  body: z.string(),
  hash: BYTES,
});
const CHECKPOINT = z.object({
  account_id: z.string(),
  size: z.number(),
  root: BYTES,
  key_id: z.string(),
  note: z.string(),
});
const KEY = z.object({ account_id: z.string(), key_id: z.string(), public_key: BYTES });
const QUEUED = z.object({ account_id: z.string(), source: z.string(), ref: z.string() });
const ACT = z.object({ id: z.string(), account_id: z.string(), kind: z.string(), body: z.string() });
const APPLIED = z.object({ subject: z.object({ journals_erased: z.number() }) });
const COUNTED = z.object({ account_id: z.string(), what: z.string(), count: z.number() });

type Checkpoint = z.infer<typeof CHECKPOINT>;
type Leaf = z.infer<typeof LEAF>;

/** Leaves beyond the newest checkpoint that are remembered: a sequencer adds some thousands between two checkpoints. */
const MOST_WAITING = 100_000;

interface OpenLog {
  readonly account: AccountId;
  readonly frontier: MerkleFrontier;
  isBroken: boolean;
}

/** The seal of a session as the log has it. */
export interface LoggedSeal {
  readonly account: string;
  readonly leafIndex: number;
  /** SHA-256 of the leaf. */
  readonly digest: Buffer;
}

export class LogProof {
  readonly #signer: Signer;
  readonly #findings: Findings;
  /** The newest of each account. */
  readonly #checkpoints = new Map<string, Checkpoint>();
  readonly #keys = new Map<string, Buffer>();
  readonly #queued = new Set<string>();
  /** Leaves that no checkpoint counts. */
  readonly #waiting: string[] = [];
  readonly #seals = new Map<string, LoggedSeal>();
  /** Journals that retention erased, by account, as far as the log says so; and acts that may yet say so. */
  readonly #erased = new Map<string, number>();
  readonly #acts = new Map<string, { readonly account: string; readonly journals: number }>();
  #log: OpenLog | null = null;
  leaves = 0;

  constructor(signer: Signer, findings: Findings) {
    this.#signer = signer;
    this.#findings = findings;
  }

  /** Reads a row of one of the tables of account logs; others are not looked at. */
  row(table: string, row: unknown): void {
    switch (table) {
      case 'log_checkpoints': {
        const checkpoint = CHECKPOINT.parse(row);
        this.#checkpoints.set(checkpoint.account_id, checkpoint);
        break;
      }
      case 'log_keys': {
        const { account_id: account, key_id: keyId, public_key: key } = KEY.parse(row);
        this.#keys.set(`${account}|${keyId}`, bytesOf(key));
        break;
      }
      case 'log_queue': {
        const { source, ref } = QUEUED.parse(row);
        this.#queued.add(`${source}|${ref}`);
        break;
      }
      case 'log_leaves':
        this.#leaf(LEAF.parse(row));
        break;
      case 'retention_counts': {
        const { account_id: account, what, count } = COUNTED.parse(row);
        if (what === 'journals_erased') this.#erase(account, count);
        break;
      }
      case 'account_events':
        this.#act(ACT.parse(row));
        break;
      default:
        break;
    }
  }

  /** The seal of a session in its account's log; null where the log has none. */
  seal(sessionId: string): LoggedSeal | null {
    return this.#seals.get(sessionId) ?? null;
  }

  /** Whether the seal of a session waits to become a leaf. */
  isSealQueued(sessionId: string): boolean {
    return this.#queued.has(`seal|${sessionId}`);
  }

  /** The session is there: its seal is not one of an erased journal. */
  found(sessionId: string): void {
    this.#seals.delete(sessionId);
  }

  /** Ends the proof. All sessions have been read. */
  end(): void {
    this.#endLog();
    for (const account of this.#checkpoints.keys())
      this.#findings.fault(`the log of account ${account} is shorter than its checkpoint`);
    for (const leaf of this.#waiting)
      if (!this.#queued.has(leaf))
        this.#findings.fault(`no checkpoint counts the leaf ${leaf} of an account log, and it does not wait for one`);
    for (const [id, { account, journals }] of this.#acts)
      if (this.#queued.has(`event|${id}`)) this.#erase(account, journals);
    this.#compareErased();
  }

  /** Sealed sessions that are not there were erased by retention, and the log says how many those were. */
  #compareErased(): void {
    const missing = new Map<string, number>();
    for (const { account } of this.#seals.values()) missing.set(account, (missing.get(account) ?? 0) + 1);
    for (const [account, count] of missing) {
      const erased = this.#erased.get(account) ?? 0;
      if (count > erased)
        this.#findings.fault(
          `${count} sessions whose seals are in the log of account ${account} are not there, and retention erased ${erased}`,
        );
      this.#findings.erased += count;
    }
  }

  #erase(account: string, journals: number): void {
    this.#erased.set(account, (this.#erased.get(account) ?? 0) + journals);
  }

  #act({ id, account_id: account, kind, body }: z.infer<typeof ACT>): void {
    if (kind === 'retention_applied') this.#acts.set(id, { account, journals: journalsOf(body) });
  }

  #leaf(leaf: Leaf): void {
    const { account_id: account, leaf_index: index, body, hash } = leaf;
    if (this.#log?.account !== account) {
      this.#endLog();
      const id = parseId('account', account);
      if (id === null) return;
      this.#log = { account: id, frontier: new MerkleFrontier(), isBroken: false };
    }
    this.leaves += 1;
    const log = this.#log;
    if (log.isBroken) return;
    const made = leafHash(body);
    if (index !== log.frontier.size || !made.equals(bytesOf(hash))) {
      log.isBroken = true;
      this.#findings.fault(`leaf ${index} of the log of account ${account} is not what was put there`);
      return;
    }
    log.frontier.append(made);
    this.#note(leaf);
    this.#atCheckpoint(log);
  }

  /** What later rows are compared with. */
  #note({ account_id: account, leaf_index: index, source, ref, kind, body }: Leaf): void {
    if (source === 'seal') this.#seals.set(ref, { account, leafIndex: index, digest: sha256(body) });
    if (kind === 'retention_applied') this.#erase(account, journalsOf(body));
    if (index < (this.#checkpoints.get(account)?.size ?? 0) || source === 'key') return;
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(`${source}|${ref}`);
  }

  /** Compares the tree with the newest checkpoint, where it has that size. */
  #atCheckpoint(log: OpenLog): void {
    const checkpoint = this.#checkpoints.get(log.account);
    if (checkpoint?.size !== log.frontier.size) return;
    const root = log.frontier.root();
    if (!root.equals(bytesOf(checkpoint.root)) || !this.#isSigned(log.account, checkpoint, root))
      this.#findings.fault(
        `the log of account ${log.account} is not what its checkpoint of ${checkpoint.size} leaves signed`,
      );
  }

  #isSigned(account: AccountId, { key_id: keyId, size, note }: Checkpoint, root: Buffer): boolean {
    if (keyId === this.#signer.keyId) return signCheckpoint(this.#signer, account, size, root) === note;
    // Of a key that signed before this one: whether it is the right one, its owner must say.
    this.#findings.otherKeys.add(keyId);
    const publicKey = this.#keys.get(`${account}|${keyId}`);
    const parsed = parseNote(note);
    if (publicKey === undefined || parsed === null) return false;
    const key = logKey(account, publicKey);
    const text = checkpointText({ origin: originOf(account), size: BigInt(size), root });
    return (
      parsed.text === text &&
      parsed.signatures.some(
        ({ name, keyId: id, signature }) =>
          name === key.name && id === noteKeyId(key) && isSignedBy(publicKey, Buffer.from(text, 'utf8'), signature),
      )
    );
  }

  #endLog(): void {
    const log = this.#log;
    this.#log = null;
    if (log === null) return;
    const checkpoint = this.#checkpoints.get(log.account);
    // A log that broke has been named; one that is shorter than its checkpoint is named at the end.
    if (checkpoint !== undefined && (log.isBroken || checkpoint.size <= log.frontier.size))
      this.#checkpoints.delete(log.account);
  }
}

function journalsOf(body: string): number {
  const read = APPLIED.safeParse(JSON.parse(body));
  return read.success ? read.data.subject.journals_erased : 0;
}
