/**
 * Proves the journals of a database, row by row: every entry's place in the chain, and the whole against the seal that was
 * signed and that the account's log has.
 */
import { z } from 'zod';
import { canonicalJson } from '../audit/canonical.ts';
import { ChainReader, chainKey } from '../audit/chain.ts';
import type { ChainSummary } from '../audit/chain.ts';
import type { Signer } from '../audit/seal.ts';
import { sealLeaf } from '../audit-log/leaf.ts';
import { parseId } from '../platform/ids.ts';
import { sha256 } from '../platform/sha256.ts';
import type { LogProof } from './log-proof.ts';
import { BYTES, bytesOf } from './proof-rows.ts';
import type { Findings } from './proof-rows.ts';

const SESSION = z.object({
  id: z.string(),
  account_id: z.string(),
  sealed_at: z.string().nullable(),
  merkle_root: BYTES.nullable(),
  seal: z.string().nullable(),
  seal_key_id: z.string().nullable(),
  seal_signature: BYTES.nullable(),
  /** Absent in backups of earlier versions. */
  journal_expired_at: z.string().nullish(),
});
const SEAL = z.looseObject({
  session_id: z.string(),
  account_id: z.string(),
  event_count: z.number(),
  last_hash: z.string(),
  merkle_root_hex: z.string(),
});
const ENTRY = z.object({
  session_id: z.string(),
  seq: z.number(),
  kind: z.string(),
  body: z.string(),
  leaf_hash: BYTES,
});

type SessionRow = z.infer<typeof SESSION>;
type Sealed = Pick<z.infer<typeof SEAL>, 'event_count' | 'last_hash' | 'merkle_root_hex'>;

interface OpenJournal {
  readonly id: string;
  readonly reader: ChainReader;
  /** Of the last entry. */
  kind: string;
  isBroken: boolean;
}

export class JournalProof {
  readonly #auditKey: Uint8Array;
  readonly #signer: Signer;
  readonly #log: LogProof;
  readonly #findings: Findings;
  /** What the seal of each session says; null for an open one. Absent once its journal was read. */
  readonly #expected = new Map<string, Sealed | null>();
  #journal: OpenJournal | null = null;
  sessions = 0;
  entries = 0;

  constructor(auditKey: Uint8Array, signer: Signer, log: LogProof, findings: Findings) {
    this.#auditKey = auditKey;
    this.#signer = signer;
    this.#log = log;
    this.#findings = findings;
  }

  /** Reads a row of sessions or entries; others are not looked at. */
  row(table: string, row: unknown): void {
    if (table === 'sessions') this.#session(SESSION.parse(row));
    else if (table === 'entries') this.#entry(ENTRY.parse(row));
  }

  /** Ends the proof of the last journal. */
  end(): void {
    this.#endJournal();
    for (const id of this.#expected.keys()) this.#findings.fault(`session ${id} has no journal`);
  }

  #session(session: SessionRow): void {
    const { id, journal_expired_at: expired } = session;
    const sealed = this.#seal(session);
    this.#log.found(id);
    if (expired === null || expired === undefined) this.#expected.set(id, sealed);
    // A journal that is being erased cannot be proven any more.
    else this.#findings.erased += 1;
  }

  /** What the seal says, once its signature and its leaf in the account's log are checked; null for an open session. */
  #seal(session: SessionRow): Sealed | null {
    const { id, account_id: account, sealed_at: sealedAt, seal, seal_key_id: keyId, seal_signature: sig } = session;
    const logged = this.#log.seal(id);
    if (sealedAt === null && seal === null) {
      if (logged !== null) this.#findings.fault(`the account log has a seal of session ${id}, which is not there`);
      return null;
    }
    const read = seal === null ? null : SEAL.safeParse(JSON.parse(seal));
    const accountId = parseId('account', account);
    const isWhole = read?.success === true && read.data.session_id === id && read.data.account_id === account;
    if (!isWhole || seal === null || sealedAt === null || keyId === null || sig === null || accountId === null) {
      this.#findings.fault(`the seal of session ${id} is not there, or not that of this session`);
      return null;
    }
    const signature = bytesOf(sig);
    if (!this.#isSigned(read.data, seal, keyId, signature))
      this.#findings.fault(`the seal of session ${id} is not what was signed`);
    if (session.merkle_root !== `\\x${read.data.merkle_root_hex}`)
      this.#findings.fault(`the row of session ${id} does not have the Merkle root of its seal`);
    if (logged !== null) {
      const leaf = sealLeaf({ accountId, sessionId: id, seal, keyId, signature, sealedAt: new Date(sealedAt) });
      if (!sha256(leaf.body).equals(logged.digest))
        this.#findings.fault(
          `leaf ${logged.leafIndex} of the log of account ${account} is not the seal of session ${id}`,
        );
    } else if (!this.#log.isSealQueued(id))
      this.#findings.fault(`the account log has no leaf of the seal of session ${id}, and none is queued`);
    return read.data;
  }

  /** Ed25519 signs one document in one way (RFC 8032). */
  #isSigned(seal: object, text: string, keyId: string, signature: Buffer): boolean {
    if (canonicalJson(seal) !== text) return false;
    if (keyId === this.#signer.keyId) return this.#signer.sign(seal).sig === signature.toString('base64');
    // Of another key's seals, the verifier is the judge.
    this.#findings.otherKeys.add(keyId);
    return true;
  }

  #entry({ session_id: id, seq, kind, body, leaf_hash: hash }: z.infer<typeof ENTRY>): void {
    if (this.#journal?.id !== id) {
      this.#endJournal();
      const session = parseId('session', id);
      if (session === null || !this.#expected.has(id)) return;
      this.#journal = {
        id,
        reader: new ChainReader(chainKey(this.#auditKey, session), session),
        kind: '',
        isBroken: false,
      };
    }
    this.entries += 1;
    const journal = this.#journal;
    journal.kind = kind;
    if (journal.isBroken) return;
    const read = journal.reader.next({ seq, body, leafHash: bytesOf(hash) });
    if (read.ok) return;
    journal.isBroken = true;
    this.#findings.fault(`entry ${read.seq} of session ${id} does not verify: ${read.fault}`);
  }

  #endJournal(): void {
    const journal = this.#journal;
    this.#journal = null;
    if (journal === null) return;
    const { id, kind, isBroken, reader } = journal;
    const sealed = this.#expected.get(id) ?? null;
    this.#expected.delete(id);
    this.sessions += 1;
    if (isBroken) return;
    const chain = reader.end();
    if (!chain.ok) this.#findings.fault(`the journal of session ${id} does not verify`);
    else if (sealed !== null && !isSealedAs(chain, sealed))
      this.#findings.fault(`the journal of session ${id} is not what its seal signed`);
    else if (sealed === null && kind === 'session_sealed')
      this.#findings.fault(`the journal of session ${id} says that it is sealed, and its seal is not there`);
  }
}

const isSealedAs = (chain: ChainSummary, sealed: Sealed): boolean =>
  chain.root.toString('hex') === sealed.merkle_root_hex &&
  chain.count === sealed.event_count &&
  chain.lastHash === sealed.last_hash;
