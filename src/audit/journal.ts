/**
 * The durable journal: every write of a call, as one SQL statement in one commit. See docs/audit-format.md; docs/proxy.md, Steps of a request.
 *
 * A write carries the session's row, its turn's row, its new vault rows and its new entries together, so that after a
 * crash either all of them are there or none is. Writes that wait for a free connection travel in one statement
 * (group commit), and so do those of turns that are prepared one right after the other, but for turns whose answers are
 * streamed: their callers listen for the first word. Within a session writes never overlap: `seq` is unique for a session,
 * and of two nodes that extend one chain at once the later one is told `conflict`, reads the session anew and tries again.
 */
import type { Pool, PoolClient } from 'pg';
import { sqlState } from '../platform/database-fault.ts';
import type { JournalWrite } from './journal-rows.ts';
import {
  firstPart,
  furtherParts,
  isLarge,
  JOURNAL_PARAMETERS,
  JOURNAL_STATEMENT,
  journalParameters,
} from './journal-statement.ts';
import { payloadParameters, withPayloads } from './payload-statement.ts';
import { WriteHealth } from './write-health.ts';

export type WriteOutcome =
  /** Committed and flushed to disk. */
  | { readonly ok: true }
  /** Another writer extended or opened the session first; nothing was written. */
  | { readonly ok: false; readonly reason: 'conflict' }
  /** The database could not say that it committed. It may have: the session must be read anew before it goes on. */
  | { readonly ok: false; readonly reason: 'unavailable'; readonly cause: unknown };

interface Waiting {
  readonly write: JournalWrite;
  readonly resolve: (outcome: WriteOutcome) => void;
}

/** Writes in one statement at most. */
const BATCH = 64;
/** Statements under way at once, at most. */
const STATEMENTS = 4;
/**
 * A second statement begins beside one under way when so many writes wait, or when it takes so long (in milliseconds): it
 * may wait for a lock. Otherwise what arrives meanwhile travels together: eight writes in one statement cost a third of
 * eight statements, to PostgreSQL as to us.
 */
const CROWD = 32;
const PATIENCE_MS = 20;
/** What is gained by more writes in one statement than so many is not worth the wait for them. */
const COMPANY = 8;

// unique_violation, serialization_failure, deadlock_detected: PostgreSQL rolled the statement back, for sure.
const CONFLICTS: ReadonlySet<string> = new Set(['23505', '40001', '40P01']);

// SQLSTATE classes of statements that PostgreSQL refused for what is in them, and rolled back: cardinality, data,
// integrity, rollback. All else says that the server, the connection or the disk is at fault.
const REFUSED = /^(?:21|22|23|40)...$/;

const JOURNAL_WITH_PAYLOADS = withPayloads(JOURNAL_STATEMENT);

/** Whether a turn whose answer will be streamed waits for the write. */
function isUrgent({ turn }: JournalWrite): boolean {
  return turn !== null && turn.streamed && turn.endedAt === null;
}

/** The statement for some writes. The one with payloads is another: where no policy keeps any, nothing is paid for them. */
function statementOf(writes: readonly JournalWrite[]): { name: string; text: string; values: string[] } {
  const values = journalParameters(writes);
  if (writes.every(({ payload }) => payload === undefined))
    return { name: 'masker_journal', text: JOURNAL_STATEMENT, values };
  return {
    name: 'masker_journal_payloads',
    text: JOURNAL_WITH_PAYLOADS,
    values: [...values, ...payloadParameters(writes)],
  };
}

/** Where the journal is written. Without `connect` a large write goes in one statement, too. */
export type JournalPool = Pick<Pool, 'query'> & Partial<Pick<Pool, 'connect'>>;

export class Journal {
  readonly #pool: JournalPool;
  readonly #waiting: Waiting[] = [];
  /** How many of those who wait are turns that begin and whose answers are streamed. */
  #urgent = 0;
  #inFlight = 0;
  /** Writes in the statements under way. */
  #writing = 0;
  /** Set while a statement is about to begin when a round of the event loop brings no further write. */
  #begins = false;
  /** Set while a statement is about to begin as soon as what runs now is done. */
  #beginsSoon = false;
  /** Set while a timer runs that ends the patience with a statement under way. */
  #timed = false;

  readonly #health = new WriteHealth();
  readonly #onFault: (error: unknown) => void;
  readonly #onWritten: (write: JournalWrite) => void;

  /**
   * `onFault` hears of each statement that the database did not take, other than for a conflict, and `onWritten` of each
   * write that is committed. Neither may throw.
   */
  constructor(
    pool: JournalPool,
    onFault: (error: unknown) => void = () => undefined,
    onWritten: (write: JournalWrite) => void = () => undefined,
  ) {
    this.#pool = pool;
    this.#onFault = onFault;
    this.#onWritten = onWritten;
  }

  /** Returns null if the last write succeeded or would succeed now, and what refuses it otherwise. Never rejects. */
  fault(pool: Pick<Pool, 'connect'>): Promise<Error | null> {
    return this.#health.fault(pool, (error) => CONFLICTS.has(sqlState(error) ?? ''));
  }

  /** Writes waiting for a connection. */
  get depth(): number {
    return this.#waiting.length;
  }

  /** Writes that wait or are under way: a gauge. */
  get pending(): number {
    return this.#waiting.length + this.#writing;
  }

  /**
   * Appends one write. Resolves once it is committed, or known not to be; never rejects.
   * The caller must not start a session's next write before this one has resolved.
   */
  append(write: JournalWrite): Promise<WriteOutcome> {
    if (write.entries.length === 0) throw new RangeError('a journal write has at least one entry');
    if (isLarge(write) && this.#pool.connect !== undefined) return this.#executeLarge(write, this.#pool.connect());
    return new Promise((resolve) => {
      this.#waiting.push({ write, resolve });
      if (isUrgent(write)) this.#urgent += 1;
      if (this.#inFlight === 0) this.#beginNext();
      else if (this.#waiting.length >= CROWD * this.#inFlight) this.#begin();
      else this.#beginLater();
    });
  }

  #beginLater(): void {
    if (this.#timed) return;
    this.#timed = true;
    setTimeout(() => {
      this.#timed = false;
      if (this.#waiting.length > 0) this.#begin();
    }, PATIENCE_MS);
  }

  /** Begins a statement for those who wait only because none could begin before. */
  #beginNext(): void {
    if (this.#urgent > 0) this.#beginSoon();
    else this.#begin();
  }

  /** Begins a statement as soon as what runs now is done: a turn that is prepared before would take milliseconds. */
  #beginSoon(): void {
    if (this.#beginsSoon) return;
    this.#beginsSoon = true;
    process.nextTick(() => {
      this.#beginsSoon = false;
      this.#drain();
    });
  }

  /** Begins a statement once a round of the event loop has brought no further write: each may prepare one turn. */
  #begin(): void {
    if (this.#begins || this.#inFlight >= STATEMENTS) return;
    this.#begins = true;
    this.#beginAfter(this.#waiting.length);
  }

  #beginAfter(waiting: number): void {
    setImmediate(() => {
      const { length } = this.#waiting;
      if (length > waiting && length < COMPANY) {
        this.#beginAfter(length);
      } else {
        this.#begins = false;
        this.#drain();
      }
    });
  }

  #drain(): void {
    if (this.#waiting.length === 0 || this.#inFlight >= STATEMENTS) return;
    this.#inFlight += 1;
    const batch = this.#waiting.splice(0, BATCH);
    this.#writing += batch.length;
    this.#urgent -= batch.filter(({ write }) => isUrgent(write)).length;
    void this.#flush(batch).then(() => {
      this.#inFlight -= 1;
      this.#writing -= batch.length;
      if (this.#waiting.length >= COMPANY) this.#drain();
      else if (this.#waiting.length > 0) this.#beginNext();
    });
  }

  async #flush(batch: readonly Waiting[]): Promise<void> {
    const outcome = await this.#execute(batch.map(({ write }) => write));
    const [only] = batch;
    // What is refused in a batch is one session's: each write is tried by itself, so that the others do not suffer for it.
    if (
      batch.length > 1 &&
      !outcome.ok &&
      (outcome.reason === 'conflict' || REFUSED.test(sqlState(outcome.cause) ?? ''))
    ) {
      for (const { write, resolve } of batch) resolve(await this.#execute([write]));
    } else if (batch.length === 1 && only !== undefined) {
      only.resolve(outcome);
    } else {
      for (const { resolve } of batch) resolve(outcome);
    }
  }

  async #execute(writes: readonly JournalWrite[]): Promise<WriteOutcome> {
    const statement = statementOf(writes);
    const outcome = await this.#outcomeOf(statement.values, this.#pool.query(statement));
    if (outcome.ok) for (const write of writes) this.#onWritten(write);
    return outcome;
  }

  /** Thousands of rows in as many statements as it takes, and one commit: the loop has its turn in between. */
  async #executeLarge(write: JournalWrite, connecting: Promise<PoolClient>): Promise<WriteOutcome> {
    this.#writing += 1;
    const statement = statementOf([firstPart(write)]);
    const writing = connecting.then(async (client) => {
      let failed = true;
      try {
        await client.query('BEGIN');
        await client.query(statement);
        for (const { text, values: rest } of furtherParts(write)) await client.query(text, [...rest]);
        await client.query('COMMIT');
        failed = false;
      } finally {
        // A connection in a transaction that failed is closed, which rolls it back.
        client.release(failed);
      }
    });
    const outcome = await this.#outcomeOf(statement.values, writing);
    this.#writing -= 1;
    if (outcome.ok) this.#onWritten(write);
    return outcome;
  }

  async #outcomeOf(values: string[], writing: Promise<unknown>): Promise<WriteOutcome> {
    try {
      await writing;
      // If we crash after this line the write is on disk, and the session's next reader finds it.
      this.#health.succeeded();
      return { ok: true };
    } catch (cause) {
      if (CONFLICTS.has(sqlState(cause) ?? '')) return { ok: false, reason: 'conflict' };
      this.#health.failed({ text: JOURNAL_STATEMENT, values: values.slice(0, JOURNAL_PARAMETERS) });
      this.#onFault(cause);
      return { ok: false, reason: 'unavailable', cause };
    }
  }
}
