/**
 * The HMAC chain of a session's journal. See docs/audit-format.md, Entries.
 *
 *   k         = HKDF-SHA256(audit key, info = "masker/audit-chain/v1|" + session id)
 *   this_hash = HMAC-SHA256(k, prev_hash bytes || JCS(entry without prev_hash and this_hash))
 *
 * A key of its own for each session: disclosing one to an auditor opens no other.
 */
import { timingSafeEqual } from 'node:crypto';
import { HmacKey, KeyDerivation } from '../platform/hmac.ts';
import type { SessionId } from '../platform/ids.ts';
import { canonicalJson } from './canonical.ts';
import type { Json } from './canonical.ts';
import type { Entry } from './entry.ts';
import { entryText } from './entry-text.ts';
import { leafHash, MerkleFrontier } from './merkle.ts';

/** The `prev_hash` of the first entry. */
export const GENESIS: Buffer = Buffer.alloc(32);

/** An instance has one audit key, and a chain key is derived from it for every call. */
const derivations = new WeakMap<Uint8Array, KeyDerivation>();

/** The chain key of a session: 32 bytes. `auditKey` is MASKER_AUDIT_HMAC_KEY. */
export function chainKey(auditKey: Uint8Array, sessionId: SessionId): Buffer {
  const derivation = derivations.get(auditKey) ?? new KeyDerivation(auditKey);
  derivations.set(auditKey, derivation);
  return derivation.derive(`masker/audit-chain/v1|${sessionId}`);
}

/** An entry with its place in the chain, as stored. */
export interface ChainedEntry {
  /** RFC 8785 text of the complete entry. */
  readonly body: string;
  readonly hash: Buffer;
  readonly leaf: Buffer;
}

function entryHash(key: HmacKey, previous: Uint8Array, canonical: string): Buffer {
  return key.digest(previous, canonical);
}

/** Chains an entry to the hash of the one before it. `key` is made of the session's chain key. */
export function chainEntry(key: HmacKey, previous: Buffer, entry: Entry): ChainedEntry {
  const text = entryText(entry);
  const hash = entryHash(key, previous, text.bare);
  const body = text.with(previous.toString('hex'), hash.toString('hex'));
  return { body, hash, leaf: leafHash(body) };
}

/** A row of the journal as it is read back: nothing in it is trusted. */
export interface StoredEntry {
  readonly seq: number;
  readonly body: string;
  readonly leafHash: Uint8Array;
}

export type ChainFault =
  | 'not_json'
  | 'not_canonical'
  | 'wrong_session'
  | 'wrong_sequence'
  | 'wrong_previous_hash'
  | 'wrong_hash'
  | 'wrong_leaf_hash';

export type ChainVerdict =
  | {
      readonly ok: true;
      readonly count: number;
      readonly firstHash: string;
      readonly lastHash: string;
      readonly root: Buffer;
      /** The entries as objects, in order, proven to be what was appended. */
      readonly entries: readonly ProvenEntry[];
    }
  | { readonly ok: false; readonly seq: number; readonly fault: ChainFault };

/** An entry read back from a chain that verified: the fields are what this code once wrote. */
export type ProvenEntry = Entry & { readonly prev_hash: string; readonly this_hash: string };

function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Record<string, Json> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function equalHash(stored: Json | undefined, computed: Buffer): boolean {
  // As written, lower-case: another spelling of the same hash is another entry.
  if (typeof stored !== 'string' || !/^[0-9a-f]{64}$/.test(stored)) return false;
  return timingSafeEqual(Buffer.from(stored, 'hex'), computed);
}

/** What is known of a chain once its last entry is read. */
export interface ChainSummary {
  readonly count: number;
  readonly firstHash: string;
  readonly lastHash: string;
  readonly root: Buffer;
}

export type ChainBreak = Extract<ChainVerdict, { ok: false }>;

/** Checks a session's journal entry by entry, in constant memory. */
export class ChainReader {
  readonly #key: HmacKey;
  readonly #sessionId: SessionId;
  readonly #frontier = new MerkleFrontier();
  #previous = GENESIS;
  #firstHash = '';
  #seq = 0;

  constructor(chainKey: Uint8Array, sessionId: SessionId) {
    this.#key = new HmacKey(chainKey);
    this.#sessionId = sessionId;
  }

  /** Reads the row that follows. Returns its entry, or the fault of an entry that is not what was appended. */
  next(row: StoredEntry): { readonly ok: true; readonly entry: ProvenEntry } | ChainBreak {
    const seq = this.#seq;
    const fault = (name: ChainFault): ChainBreak => ({ ok: false, seq, fault: name });
    const entry = parseObject(row.body);
    if (entry === null) return fault('not_json');
    if (canonicalJson(entry) !== row.body) return fault('not_canonical');
    if (entry['session_id'] !== this.#sessionId) return fault('wrong_session');
    if (row.seq !== seq || entry['seq'] !== seq) return fault('wrong_sequence');
    if (!equalHash(entry['prev_hash'], this.#previous)) return fault('wrong_previous_hash');
    const { prev_hash: _previous, this_hash: claimed, ...bare } = entry;
    const hash = entryHash(this.#key, this.#previous, canonicalJson(bare));
    if (!equalHash(claimed, hash)) return fault('wrong_hash');
    const leaf = leafHash(row.body);
    if (!leaf.equals(row.leafHash)) return fault('wrong_leaf_hash');
    this.#frontier.append(leaf);
    this.#previous = hash;
    if (seq === 0) this.#firstHash = hash.toString('hex');
    this.#seq += 1;
    // The HMAC holds, so this is, field for field, an entry that chainEntry wrote.
    return { ok: true, entry: entry as unknown as ProvenEntry };
  }

  /** Returns what was read. An empty journal is faulty at 0: a session begins with an entry. */
  end(): ({ readonly ok: true } & ChainSummary) | ChainBreak {
    if (this.#seq === 0) return { ok: false, seq: 0, fault: 'wrong_sequence' };
    return {
      ok: true,
      count: this.#seq,
      firstHash: this.#firstHash,
      lastHash: this.#previous.toString('hex'),
      root: this.#frontier.root(),
    };
  }
}

/**
 * Checks a whole session's journal, first entry to last, and names the first entry that is not what was appended.
 * `rows` must be all rows of the session in order of `seq`.
 */
export function verifyChain(chainKey: Uint8Array, sessionId: SessionId, rows: readonly StoredEntry[]): ChainVerdict {
  const reader = new ChainReader(chainKey, sessionId);
  const entries: ProvenEntry[] = [];
  for (const row of rows) {
    const read = reader.next(row);
    if (!read.ok) return read;
    entries.push(read.entry);
  }
  const end = reader.end();
  return end.ok ? { ...end, entries } : end;
}
