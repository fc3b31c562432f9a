/**
 * The journal's one prepared statement and its parameters: for every table one JSON text with its rows, whatever their
 * number, so that the text never changes and PostgreSQL plans it once. (An array for each column costs a third more on
 * both sides: PostgreSQL unpacks every array into a store of its own.) The data-modifying CTEs share one snapshot and
 * one commit.
 */
import type { EntryRow, JournalWrite, SessionRow, TurnRow, VaultEntryRow, VaultKeyRow } from './journal-rows.ts';
import { payloadBytes, payloadPart } from './payload-statement.ts';
import type { FurtherPart } from './payload-statement.ts';

/** How a value travels in JSON and becomes its column. */
type ColumnType =
  'text' | 'int4' | 'int8' | 'bool' | 'jsonb' | 'session_status' | 'turn_status' | 'bytea' | 'timestamptz';

interface Column {
  readonly type: ColumnType;
  /** Whether a later write of the same row replaces it. */
  readonly changes: boolean;
  /** A function that raises a serialisation failure where a later write of the same row has another value. */
  readonly refusal?: string;
}

/**
 * A table's columns, and its record of a row: one object literal that names every column, for making and writing objects that
 * are filled name by name takes a third longer. What is undefined is left out, and null in the table.
 */
interface Table<Row, Name extends string> {
  readonly name: string;
  readonly columns: Readonly<Record<Name, Column>>;
  readonly record: (row: Row) => Readonly<Record<Name, unknown>>;
}

const fixed = (type: ColumnType): Column => ({ type, changes: false });
const changing = (type: ColumnType): Column => ({ type, changes: true });
/** A purge changes it. What a writer has in memory from before must not be written. */
const known = (type: ColumnType, refusal: string): Column => ({ type, changes: false, refusal });

function table<Row, Name extends string>(
  name: string,
  columns: Readonly<Record<Name, Column>>,
  record: (row: Row) => Readonly<Record<Name, unknown>>,
): Table<Row, Name> {
  return { name, columns, record };
}

interface Of<Row> {
  readonly write: JournalWrite;
  readonly row: Row;
}

/** What an int4 holds at most: 35 minutes in microseconds. A longer stage must not keep its turn out of the journal. */
const LONGEST_US = 2 ** 31 - 1;
const micros = (us: number | null): number | undefined => (us === null ? undefined : Math.min(us, LONGEST_US));

/** Bytes as JSON carries them. */
const hex = (bytes: Buffer | null): string | undefined => bytes?.toString('hex');

const SESSIONS = table(
  'sessions',
  {
    id: fixed('text'),
    account_id: fixed('text'),
    agent_id: fixed('text'),
    // An announced session gets the credential of its first turn.
    key_digest: changing('bytea'),
    call_digest: fixed('bytea'),
    credential_digest: changing('bytea'),
    continues_id: fixed('text'),
    started_at: fixed('timestamptz'),
    last_turn_at: changing('timestamptz'),
    ended_at: changing('timestamptz'),
    sealed_at: changing('timestamptz'),
    status: changing('session_status'),
    upstream_model: changing('text'),
    policy_name: fixed('text'),
    policy_version: fixed('int4'),
    policy_digest: fixed('text'),
    turn_count: changing('int4'),
    redaction_count: changing('int4'),
    redactions_by_kind: changing('jsonb'),
    detection_us: changing('int8'),
    tokenize_us: changing('int8'),
    upstream_us: changing('int8'),
    rehydrate_us: changing('int8'),
    tokens_issued: changing('int4'),
    tokens_exact: changing('int4'),
    tokens_repaired: changing('int4'),
    tokens_unknown: changing('int4'),
    tokens_refused: changing('int4'),
    tokens_withheld: changing('int4'),
    tokens_outside_turn: changing('int4'),
    vault_generation: known('int4', 'refuse_purged_vault'),
    merkle_root: changing('bytea'),
    seal: changing('text'),
    seal_key_id: changing('text'),
    seal_signature: changing('bytea'),
  },
  (s: SessionRow) => ({
    id: s.id,
    account_id: s.accountId,
    agent_id: s.agentId,
    key_digest: hex(s.keyDigest),
    call_digest: hex(s.callDigest),
    credential_digest: hex(s.credentialDigest),
    continues_id: s.continuesId ?? undefined,
    started_at: s.startedAt,
    last_turn_at: s.lastTurnAt,
    ended_at: s.endedAt ?? undefined,
    sealed_at: s.sealedAt ?? undefined,
    status: s.status,
    upstream_model: s.upstreamModel,
    policy_name: s.policyName,
    policy_version: s.policyVersion,
    policy_digest: s.policyDigest,
    turn_count: s.turnCount,
    redaction_count: s.redactionCount,
    redactions_by_kind: s.redactionsByKind,
    detection_us: s.detectionUs,
    tokenize_us: s.tokenizeUs,
    upstream_us: s.upstreamUs,
    rehydrate_us: s.rehydrateUs,
    tokens_issued: s.tokensIssued,
    tokens_exact: s.tokensExact,
    tokens_repaired: s.tokensRepaired,
    tokens_unknown: s.tokensUnknown,
    tokens_refused: s.tokensRefused,
    tokens_withheld: s.tokensWithheld,
    tokens_outside_turn: s.tokensOutsideTurn,
    vault_generation: s.vaultGeneration,
    merkle_root: hex(s.merkleRoot),
    seal: s.seal ?? undefined,
    seal_key_id: s.sealKeyId ?? undefined,
    seal_signature: hex(s.sealSignature),
  }),
);

const TURNS = table(
  'turns',
  {
    id: fixed('text'),
    session_id: fixed('text'),
    agent_id: fixed('text'),
    number: fixed('int4'),
    started_at: fixed('timestamptz'),
    ended_at: changing('timestamptz'),
    status: changing('turn_status'),
    model: fixed('text'),
    streamed: fixed('bool'),
    redaction_count: fixed('int4'),
    detection_us: fixed('int4'),
    tokenize_us: fixed('int4'),
    upstream_us: changing('int4'),
    rehydrate_us: changing('int4'),
    added_us: changing('int4'),
    marks: changing('bytea'),
    response_digest: changing('bytea'),
    conversation_digest: fixed('bytea'),
    chain_tokens: fixed('bytea'),
    said: changing('bytea'),
  },
  ({ write, row }: Of<TurnRow>) => ({
    id: row.id,
    session_id: write.session.id,
    agent_id: write.session.agentId,
    number: row.number,
    started_at: row.startedAt,
    ended_at: row.endedAt ?? undefined,
    status: row.status,
    model: row.model,
    streamed: row.streamed,
    redaction_count: row.redactionCount,
    detection_us: micros(row.detectionUs),
    tokenize_us: micros(row.tokenizeUs),
    upstream_us: micros(row.upstreamUs),
    rehydrate_us: micros(row.rehydrateUs),
    added_us: micros(row.addedUs),
    marks: hex(row.marks),
    response_digest: hex(row.responseDigest),
    conversation_digest: hex(row.conversationDigest),
    chain_tokens: hex(row.chainTokens),
    said: hex(row.said),
  }),
);

const VAULT_KEYS = table(
  'vault_keys',
  {
    session_id: fixed('text'),
    account_id: fixed('text'),
    kid: fixed('text'),
    key_version: fixed('text'),
    wrapped: fixed('bytea'),
  },
  ({ write, row }: Of<VaultKeyRow>) => ({
    session_id: write.session.id,
    account_id: write.session.accountId,
    kid: row.kid,
    key_version: row.keyVersion,
    wrapped: hex(row.wrapped),
  }),
);

const VAULT_ENTRIES = table(
  'vault_entries',
  {
    session_id: fixed('text'),
    token: fixed('text'),
    account_id: fixed('text'),
    kind: fixed('text'),
    kid: fixed('text'),
    key_version: fixed('text'),
    sealed: fixed('bytea'),
  },
  ({ write, row }: Of<VaultEntryRow>) => ({
    session_id: write.session.id,
    token: row.token,
    account_id: write.session.accountId,
    kind: row.kind,
    kid: row.kid,
    key_version: row.keyVersion,
    sealed: hex(row.sealed),
  }),
);

const ENTRIES = table(
  'entries',
  {
    session_id: fixed('text'),
    seq: fixed('int4'),
    kind: fixed('text'),
    turn: fixed('int4'),
    body: fixed('text'),
    leaf_hash: fixed('bytea'),
  },
  ({ write, row }: Of<EntryRow>) => ({
    session_id: write.session.id,
    seq: row.seq,
    kind: row.kind,
    turn: row.turn,
    body: row.body,
    leaf_hash: hex(row.leaf),
  }),
);

/** As a column of `json_to_recordset`: what JSON cannot carry comes in another type. */
function recordType(type: ColumnType): string {
  if (type === 'bytea') return 'text';
  return type === 'timestamptz' ? 'int8' : type;
}

/** From the record's column to the table's. Times are milliseconds since the epoch. */
function fromRecord(name: string, type: ColumnType): string {
  if (type === 'bytea') return `decode("${name}", 'hex')`;
  return type === 'timestamptz' ? `to_timestamp("${name}" / 1000.0)` : `"${name}"`;
}

/** What a statement needs of a table. */
type Columns = Readonly<Record<string, Column>>;

/** `INSERT INTO table (...) SELECT ... FROM json_to_recordset($n) AS r(...)`. */
function insert(
  { name: into, columns }: { readonly name: string; readonly columns: Columns },
  parameter: number,
  onConflict = '',
): string {
  const all = Object.entries(columns);
  const names = all.map(([name]) => `"${name}"`).join(', ');
  const record = all.map(([name, { type }]) => `"${name}" ${recordType(type)}`).join(', ');
  const values = all.map(([name, { type }]) => fromRecord(name, type)).join(', ');
  return `INSERT INTO "${into}" (${names}) SELECT ${values} FROM json_to_recordset($${parameter}::json) AS r(${record}) ${onConflict}`;
}

function orUpdate(key: string, { name: into, columns }: { readonly name: string; readonly columns: Columns }): string {
  const changes = Object.entries(columns).flatMap(([name, { changes, refusal }]) => {
    if (refusal !== undefined) {
      const isKnown = `"${into}"."${name}" = EXCLUDED."${name}"`;
      return [`"${name}" = CASE WHEN ${isKnown} THEN "${into}"."${name}" ELSE "${refusal}"() END`];
    }
    return changes ? [`"${name}" = EXCLUDED."${name}"`] : [];
  });
  return `ON CONFLICT ("${key}") DO UPDATE SET ${changes.join(', ')}`;
}

/** How many parameters the statement has. */
export const JOURNAL_PARAMETERS = 5;

/** The statement. Its parameters come from `journalParameters`. */
export const JOURNAL_STATEMENT = `
WITH "s" AS (${insert(SESSIONS, 1, orUpdate('id', SESSIONS))}),
     "t" AS (${insert(TURNS, 2, orUpdate('id', TURNS))}),
     "k" AS (${insert(VAULT_KEYS, 3)}),
     "v" AS (${insert(VAULT_ENTRIES, 4, 'ON CONFLICT DO NOTHING')})
${insert(ENTRIES, 5)}`;

/** Adds vault rows and entries to a write that was begun with `JOURNAL_STATEMENT`, in the same transaction. */
const REST_STATEMENT = `
WITH "v" AS (${insert(VAULT_ENTRIES, 1, 'ON CONFLICT DO NOTHING')})
${insert(ENTRIES, 2)}`;

/** Adds one vault row whose value is long: its bytes go as they are. */
const LONG_VALUE_STATEMENT = `
INSERT INTO "${VAULT_ENTRIES.name}" (${Object.keys(VAULT_ENTRIES.columns)
  .map((name) => `"${name}"`)
  .join(', ')})
VALUES (${Object.keys(VAULT_ENTRIES.columns)
  .map((_, n) => `$${n + 1}`)
  .join(', ')}) ON CONFLICT DO NOTHING`;

/** Vault rows and entries in one statement at most: to write more as one text takes too long. */
const ROWS_AT_ONCE = 1000;
/** Bytes of values and payloads in one statement. */
const BYTES_AT_ONCE = 256 * 1024;

/** Whether a write is too large for one statement. */
export function isLarge({ entries, vaultEntries, payload }: JournalWrite): boolean {
  if (Math.max(entries.length, vaultEntries.length) > ROWS_AT_ONCE) return true;
  let bytes = payload === undefined ? 0 : payloadBytes(payload);
  for (const { sealed } of vaultEntries) bytes += sealed.length;
  return bytes > BYTES_AT_ONCE;
}

/** The first part of a large write: all but its vault rows, its payload and most of its entries. */
export function firstPart({ payload: _payload, ...write }: JournalWrite): JournalWrite {
  return { ...write, vaultEntries: [], entries: write.entries.slice(0, ROWS_AT_ONCE) };
}

/** What a large write adds to its first part, in the same transaction. */
export function* furtherParts(write: JournalWrite): Generator<FurtherPart, void> {
  const { entries } = write;
  const text = <Row>(rows: readonly Row[], record: (of: Of<Row>) => object): string =>
    JSON.stringify(rows.map((row) => record({ write, row })));
  for (const rows of vaultParts(write.vaultEntries)) {
    const [row] = rows;
    if (row !== undefined && row.sealed.length > BYTES_AT_ONCE) {
      const columns = { ...VAULT_ENTRIES.record({ write, row }), sealed: row.sealed };
      yield {
        text: LONG_VALUE_STATEMENT,
        values: Object.keys(VAULT_ENTRIES.columns).map((name) => columns[name as keyof typeof columns] as string),
      };
    } else yield { text: REST_STATEMENT, values: [text(rows, VAULT_ENTRIES.record), '[]'] };
  }
  for (let at = ROWS_AT_ONCE; at < entries.length; at += ROWS_AT_ONCE)
    yield {
      text: REST_STATEMENT,
      values: ['[]', text(entries.slice(at, at + ROWS_AT_ONCE), ENTRIES.record)],
    };
  const payload = payloadPart(write);
  if (payload !== null) yield payload;
}

/** The vault rows in parts of one statement each; a long value is a part by itself. */
function vaultParts(rows: readonly VaultEntryRow[]): readonly (readonly VaultEntryRow[])[] {
  const parts: VaultEntryRow[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const last = parts.at(-1);
    bytes += row.sealed.length;
    if (last === undefined || bytes > BYTES_AT_ONCE || last.length === ROWS_AT_ONCE) {
      parts.push([row]);
      bytes = row.sealed.length;
    } else last.push(row);
  }
  return parts;
}

/** The statement's parameters for any number of writes: one JSON text for each table. */
export function journalParameters(writes: readonly JournalWrite[]): string[] {
  const of = <Row>(rows: (write: JournalWrite) => readonly Row[]): Of<Row>[] =>
    writes.flatMap((write) => rows(write).map((row) => ({ write, row })));
  return [
    JSON.stringify(writes.map(({ session }) => SESSIONS.record(session))),
    JSON.stringify(of(({ turn }) => (turn === null ? [] : [turn])).map(TURNS.record)),
    JSON.stringify(of(({ vaultKey }) => (vaultKey === null ? [] : [vaultKey])).map(VAULT_KEYS.record)),
    JSON.stringify(of(({ vaultEntries }) => vaultEntries).map(VAULT_ENTRIES.record)),
    JSON.stringify(of(({ entries }) => entries).map(ENTRIES.record)),
  ];
}
