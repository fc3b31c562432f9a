/**
 * Proves rows as they are read: every journal against its seal, every seal against its account's log, and every log against
 * its newest checkpoint. The rows come from a backup file or from the database, sorted by their keys, and those of account
 * logs before those of sessions.
 */
import type { Signer } from '../audit/seal.ts';
import { JournalProof } from './journal-proof.ts';
import { LogProof } from './log-proof.ts';
import { Findings } from './proof-rows.ts';

/** What was proven, and what does not hold. */
export interface ProofResult {
  readonly sessions: number;
  readonly entries: number;
  readonly leaves: number;
  /** Sealed sessions whose journal retention has erased, or is erasing: their seals alone are proven. */
  readonly erased: number;
  /** IDs of keys that signed seals or checkpoints and are not the server's: compare them with those that it had. */
  readonly other_keys: readonly string[];
  /** The first of them, at most 20. Never a value. */
  readonly faults: readonly string[];
}

/** The tables that are looked at, in the order that a proof needs. */
export const PROVEN_TABLES = [
  'log_checkpoints',
  'log_keys',
  'log_queue',
  'log_leaves',
  'retention_counts',
  'account_events',
  'sessions',
  'entries',
] as const;

export class LineProof {
  readonly #findings = new Findings();
  readonly #log: LogProof;
  readonly #journals: JournalProof;

  constructor(auditKey: Uint8Array, signer: Signer) {
    this.#log = new LogProof(signer, this.#findings);
    this.#journals = new JournalProof(auditKey, signer, this.#log, this.#findings);
  }

  /** Reads rows of a table. */
  rows(table: string, rows: readonly string[]): void {
    if (!PROVEN_TABLES.some((name) => name === table)) return;
    for (const row of rows) {
      const read: unknown = JSON.parse(row);
      this.#log.row(table, read);
      this.#journals.row(table, read);
    }
  }

  /** Ends the proof. */
  end(): ProofResult {
    this.#journals.end();
    this.#log.end();
    const { faults, otherKeys, erased } = this.#findings;
    const { sessions, entries } = this.#journals;
    return { sessions, entries, leaves: this.#log.leaves, erased, other_keys: [...otherKeys].sort(), faults };
  }
}
