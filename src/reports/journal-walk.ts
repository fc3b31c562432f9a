/**
 * Walks the journals of a scope, entry by entry, and proves each on the way: the memory that it takes does not grow with the
 * number of entries. A journal that does not verify ends the walk.
 */
import { ChainReader, chainKey } from '../audit/chain.ts';
import type { ChainSummary, ProvenEntry, StoredEntry } from '../audit/chain.ts';
import type { AnchoredHead } from '../audit/journal-head.ts';
import type { Signer } from '../audit/seal.ts';
import { Failure } from '../platform/failure.ts';
import type { SessionId } from '../platform/ids.ts';
import { headsOf } from './anchored-heads.ts';
import type { ReportScope } from './scope.ts';
import type { Database } from './snapshot.ts';
import { sessionsOf } from './stored-sessions.ts';
import type { StoredSession } from './stored-sessions.ts';

/** A session whose journal is proven. */
export interface WalkedSession {
  readonly stored: StoredSession;
  readonly heads: readonly AnchoredHead[];
  readonly chain: ChainSummary;
  /** `ts` of the last entry. */
  readonly lastAt: string;
  /** Requests that left. */
  readonly turns: number;
  /** Values that were replaced. */
  readonly redactions: number;
}

/** Told of each entry in order, and of each session once its entries have been told. */
export interface WalkVisitor {
  entry(entry: ProvenEntry, row: StoredEntry): void;
  session(session: WalkedSession): void;
}

export interface WalkKeys {
  readonly auditKey: Uint8Array;
  readonly signer: Signer;
}

/** Sessions read at once. */
const SESSIONS = 100;
/** Entries read at once: some milliseconds of work, after which the loop has its turn. */
const ENTRIES = 500;

interface EntryRecord {
  readonly session_id: SessionId;
  readonly seq: number;
  readonly body: string;
  readonly leaf_hash: Buffer;
}

/** The entries of sessions, in the order of their ids and of `seq`. */
async function* entriesOf(db: Database, ids: readonly SessionId[]): AsyncGenerator<EntryRecord, void> {
  await db.query(
    `DECLARE journal NO SCROLL CURSOR FOR SELECT session_id, seq, body, leaf_hash FROM entries
     WHERE session_id = ANY($1) ORDER BY session_id, seq`,
    [ids],
  );
  for (;;) {
    const { rows } = await db.query<EntryRecord>(`FETCH ${ENTRIES} FROM journal`);
    yield* rows;
    if (rows.length < ENTRIES) break;
  }
  await db.query('CLOSE journal');
}

/** One journal while it is read. */
class JournalProof {
  readonly stored: StoredSession;
  readonly #heads: readonly AnchoredHead[];
  readonly #signer: Signer;
  readonly #reader: ChainReader;
  readonly #expected: ReadonlyMap<number, string>;
  #last: ProvenEntry | null = null;
  #turns = 0;
  #redactions = 0;

  constructor(stored: StoredSession, heads: readonly AnchoredHead[], { auditKey, signer }: WalkKeys) {
    this.stored = stored;
    this.#heads = heads;
    this.#signer = signer;
    this.#reader = new ChainReader(chainKey(auditKey, stored.id), stored.id);
    this.#expected = new Map(heads.map(({ head }) => [head.event_count - 1, head.last_hash]));
  }

  /** @throws Failure `report_generation_failed` that names the entry which does not verify. */
  read(row: StoredEntry): ProvenEntry {
    const read = this.#reader.next(row);
    if (!read.ok) throw this.#refusal(`entry ${read.seq} of the session's journal does not verify: ${read.fault}`);
    const { entry } = read;
    const expected = this.#expected.get(row.seq);
    if (expected !== undefined && expected !== entry.this_hash)
      throw this.#refusal(`entry ${row.seq} of the session's journal is not the one that a signed head names`);
    if (entry.kind === 'turn_forwarded') this.#turns += 1;
    if (entry.kind === 'redaction' && entry.action !== 'passthrough') this.#redactions += 1;
    this.#last = entry;
    return entry;
  }

  /** @throws Failure `report_generation_failed` where the journal is not what its heads and its seal say. */
  end(): WalkedSession {
    const chain = this.#reader.end();
    if (!chain.ok || this.#last === null) throw this.#refusal("entry 0 of the session's journal is missing");
    for (const { head } of this.#heads)
      if (head.event_count > chain.count)
        throw this.#refusal(
          `the journal ends after ${chain.count} entries, and a head that was signed counts ${head.event_count}: its end was cut`,
        );
    this.#checkSeal(chain);
    const { stored } = this;
    const [turns, redactions] = [this.#turns, this.#redactions];
    return { stored, heads: this.#heads, chain, lastAt: this.#last.ts, turns, redactions };
  }

  #checkSeal(chain: ChainSummary): void {
    const { seal } = this.stored;
    if (seal === null) {
      if (this.#last?.kind === 'session_sealed')
        throw this.#refusal('the journal says that the session is sealed, and its seal is not there');
      return;
    }
    // Of another key's seals, the verifier is the judge. Ed25519 signs one document in one way (RFC 8032).
    const { key_id: keyId, sig } = seal.signature;
    if (keyId === this.#signer.keyId && this.#signer.sign(seal.seal).sig !== sig)
      throw this.#refusal('the seal of the session is not what was signed');
    if (seal.seal.merkle_root_hex !== chain.root.toString('hex'))
      throw this.#refusal('the journal does not have the Merkle root that its seal signed');
  }

  #refusal(reason: string): Failure {
    return new Failure('report_generation_failed', `${reason} (session ${this.stored.id})`);
  }
}

/** Reads one batch of sessions with their journals. */
async function walkBatch(
  db: Database,
  batch: readonly StoredSession[],
  keys: WalkKeys,
  visitor: WalkVisitor,
): Promise<void> {
  const ids = batch.map(({ id }) => id);
  const heads = await headsOf(db, ids);
  const proofs = batch.map((stored) => new JournalProof(stored, heads.get(stored.id) ?? [], keys));
  let at = 0;
  const endUpTo = (id: SessionId | null): void => {
    for (let proof = proofs[at]; proof !== undefined && proof.stored.id !== id; proof = proofs[at]) {
      visitor.session(proof.end());
      at += 1;
    }
  };
  for await (const { session_id: id, seq, body, leaf_hash: leafHash } of entriesOf(db, ids)) {
    endUpTo(id);
    const row = { seq, body, leafHash };
    const entry = proofs[at]?.read(row);
    if (entry !== undefined) visitor.entry(entry, row);
  }
  endUpTo(null);
}

/** Walks all sessions of a scope, by id. @throws Failure `report_generation_failed`. */
export async function walkJournals(
  db: Database,
  scope: ReportScope,
  keys: WalkKeys,
  visitor: WalkVisitor,
): Promise<void> {
  for (let after = ''; ;) {
    const batch = await sessionsOf(db, scope, after, SESSIONS);
    if (batch.length > 0) await walkBatch(db, batch, keys, visitor);
    const last = batch.at(-1);
    if (last === undefined || batch.length < SESSIONS) return;
    after = last.id;
  }
}
