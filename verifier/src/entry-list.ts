/**
 * Journal entries in little memory: what was read of each is kept in tables of bytes and numbers, some 150 bytes an entry.
 * Texts that were cut out of the file would keep the whole file in memory, so none is kept.
 */
import { putHex, toHex } from './bytes.ts';
import type { EntryFact, EntryRecord, Link } from './entry.ts';
import type { EntryName } from './verdict.ts';

/** Bits of an entry's state. */
const CANONICAL = 1;
const NAMED = 2;
const NUMBERED = 4;
const TIMED = 8;
const LINKED = 16;
const KNOWN_HASH = 32;
/** Bytes of each entry: leaf hash, `this_hash`, `prev_hash`, `event_id`. */
const HASH = 32;
const EVENT = 30;
const ROW = 3 * HASH + EVENT;

/** Entries in their order, each made anew when it is asked for. */
export class EntryList implements Iterable<EntryRecord> {
  readonly #table: EntryTable;
  /** Which rows of the table these are; null for all. */
  readonly #rows: number[] | null;

  constructor(table: EntryTable, rows: number[] | null = null) {
    this.#table = table;
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows?.length ?? this.#table.length;
  }

  /** The entry at a place from 0, or from the end where it is negative. */
  at(place: number): EntryRecord | undefined {
    const index = place < 0 ? this.length + place : place;
    const row = this.#rows === null ? index : this.#rows[index];
    return row === undefined || index < 0 || index >= this.length ? undefined : new Row(this.#table, row);
  }

  *[Symbol.iterator](): Generator<EntryRecord> {
    for (let index = 0; index < this.length; index += 1) {
      const entry = this.at(index);
      if (entry !== undefined) yield entry;
    }
  }
}

/** All entries of a file. */
export class EntryTable {
  length = 0;
  bytes = new Uint8Array(0);
  states = new Uint8Array(0);
  /** `seq` and the time in milliseconds, by turns. */
  numbers = new Float64Array(0);
  /** Names of sessions and facts of entries, each kept once. */
  readonly sessions: (string | null)[] = [];
  readonly facts: (EntryFact | null)[] = [];
  /** Hashes under a chain key that are not the `this_hash` of their entry. */
  readonly otherHashes = new Map<number, string>();
  readonly #known = new Map<string, string>();
  readonly #knownFacts = new Map<string, EntryFact>();
  readonly #bySession = new Map<string, number[]>();

  add({ name, canonical, leaf, ts, link, fact, expectedHash }: EntryRecord): void {
    const row = this.length;
    this.#grow(row + 1);
    this.length += 1;
    this.bytes.set(leaf, row * ROW);
    if (link !== null) {
      putHex(this.bytes, row * ROW + HASH, link.this_hash);
      putHex(this.bytes, row * ROW + 2 * HASH, link.prev_hash);
    }
    for (let at = 0; at < EVENT; at += 1) this.bytes[row * ROW + 3 * HASH + at] = name.event_id?.charCodeAt(at) ?? 0;
    this.numbers[2 * row] = name.seq ?? 0;
    this.numbers[2 * row + 1] = ts === null ? 0 : Date.parse(ts);
    this.states[row] =
      (canonical ? CANONICAL : 0) |
      (name.event_id === null ? 0 : NAMED) |
      (name.seq === null ? 0 : NUMBERED) |
      (ts === null ? 0 : TIMED) |
      (link === null ? 0 : LINKED) |
      (expectedHash === null ? 0 : KNOWN_HASH);
    if (expectedHash !== null && expectedHash !== link?.this_hash) this.otherHashes.set(row, expectedHash);
    const session = name.session_id === null ? null : this.#once(name.session_id);
    this.sessions.push(session);
    this.facts.push(fact === null ? null : this.#factOnce(fact));
    if (session === null) return; // the schema check has said so
    const rows = this.#bySession.get(session);
    if (rows === undefined) this.#bySession.set(session, [row]);
    else rows.push(row);
  }

  /** The entries by the session they say they belong to. */
  chains(): ReadonlyMap<string, EntryList> {
    return new Map([...this.#bySession].map(([session, rows]) => [session, new EntryList(this, rows)]));
  }

  /** A copy of the text that is not part of a longer one, the same for equal texts. */
  #once(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const copy = decoder.decode(encoder.encode(text));
    this.#known.set(copy, copy);
    return copy;
  }

  #factOnce(fact: EntryFact): EntryFact {
    const name = Object.values(fact).join('\n');
    const known = this.#knownFacts.get(name);
    if (known !== undefined) return known;
    const copy = this.#copied(fact);
    this.#knownFacts.set(this.#once(name), copy);
    return copy;
  }

  #copied(fact: EntryFact): EntryFact {
    switch (fact.kind) {
      case 'redaction':
        return {
          ...fact,
          entity_kind: this.#once(fact.entity_kind),
          pass: this.#once(fact.pass),
          scheme: fact.scheme === null ? null : this.#once(fact.scheme),
        };
      case 'leak_suspected':
        return { ...fact, entity_kind: this.#once(fact.entity_kind) };
      case 'call_started':
      case 'turn_forwarded':
      case 'turn_completed':
      case 'rehydration_failed':
      case 'session_sealed':
      case 'other':
        return fact; // numbers, and words of the format
    }
  }

  #grow(rows: number): void {
    if (rows <= this.states.length) return;
    const room = Math.ceil(1.5 * rows) + 64;
    const larger = <T extends Uint8Array | Float64Array>(grown: T, old: T): T => {
      grown.set(old);
      return grown;
    };
    this.bytes = larger(new Uint8Array(room * ROW), this.bytes);
    this.states = larger(new Uint8Array(room), this.states);
    this.numbers = larger(new Float64Array(2 * room), this.numbers);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One entry: each member is made when it is asked for. */
class Row implements EntryRecord {
  readonly #table: EntryTable;
  readonly #row: number;

  constructor(table: EntryTable, row: number) {
    this.#table = table;
    this.#row = row;
  }

  get name(): EntryName {
    return {
      index: this.#row,
      session_id: this.#table.sessions[this.#row] ?? null,
      seq: this.#is(NUMBERED) ? (this.#table.numbers[2 * this.#row] ?? 0) : null,
      event_id: this.#is(NAMED) ? decoder.decode(this.#part(3 * HASH, EVENT)) : null,
    };
  }

  get canonical(): boolean {
    return this.#is(CANONICAL);
  }

  get leaf(): Uint8Array {
    return this.#part(0, HASH);
  }

  get ts(): string | null {
    return this.#is(TIMED) ? new Date(this.#table.numbers[2 * this.#row + 1] ?? 0).toISOString() : null;
  }

  get link(): Link | null {
    if (!this.#is(LINKED)) return null;
    return {
      session_id: this.#table.sessions[this.#row] ?? '',
      seq: this.#table.numbers[2 * this.#row] ?? 0,
      this_hash: toHex(this.#part(HASH, HASH)),
      prev_hash: toHex(this.#part(2 * HASH, HASH)),
    };
  }

  get fact(): EntryFact | null {
    return this.#table.facts[this.#row] ?? null;
  }

  get expectedHash(): string | null {
    if (!this.#is(KNOWN_HASH)) return null;
    return this.#table.otherHashes.get(this.#row) ?? toHex(this.#part(HASH, HASH));
  }

  #is(state: number): boolean {
    return ((this.#table.states[this.#row] ?? 0) & state) !== 0;
  }

  #part(start: number, length: number): Uint8Array {
    const at = this.#row * ROW + start;
    return this.#table.bytes.subarray(at, at + length);
  }
}
