/**
 * The journal's one prepared statement and its parameters: for every table one JSON text with its rows, whatever their
 * number, so that the text never changes and PostgreSQL plans it once. (An array for each column costs a third more on
 * both sides: PostgreSQL unpacks every array into a store of its own.) The data-modifying CTEs share one snapshot and
 * one commit.
 */
import type { EntryRow, JournalWrite, SessionRow, TurnRow, VaultEntryRow, VaultKeyRow } from './journal-rows.ts';

/** How a value travels in JSON and becomes its column. */
type ColumnType = 'text' | 'int4' | 'int8' | 'bool' | 'jsonb' | 'session_status' | 'turn_status' | 'bytea' | 'timestamptz';

interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a later write of the same row replaces it. */
  readonly changes?: true;
  readonly value: (row: Row) => unknown;
}

interface Of<Row> {
  readonly write: JournalWrite;
  readonly row: Row;
}

/** What an int4 holds at most: 35 minutes in microseconds. A longer stage must not keep its turn out of the journal. */
const LONGEST_US = 2 ** 31 - 1;
const micros = (us: number | null): number | null => (us === null ? null : Math.min(us, LONGEST_US));

/** Bytes as JSON carries them. */
const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;

const SESSIONS: readonly Column<SessionRow>[] = [
  { name: 'id', type: 'text', value: (s) => s.id },
  { name: 'account_id', type: 'text', value: (s) => s.accountId },
  { name: 'agent_id', type: 'text', value: (s) => s.agentId },
  { name: 'key_digest', type: 'bytea', value: (s) => hex(s.keyDigest) },
  { name: 'continues_id', type: 'text', value: (s) => s.continuesId },
  { name: 'started_at', type: 'timestamptz', value: (s) => s.startedAt },
  { name: 'last_turn_at', type: 'timestamptz', changes: true, value: (s) => s.lastTurnAt },
  { name: 'ended_at', type: 'timestamptz', changes: true, value: (s) => s.endedAt },
  { name: 'sealed_at', type: 'timestamptz', changes: true, value: (s) => s.sealedAt },
  { name: 'status', type: 'session_status', changes: true, value: (s) => s.status },
  { name: 'upstream_model', type: 'text', changes: true, value: (s) => s.upstreamModel },
  { name: 'policy_name', type: 'text', value: (s) => s.policyName },
  { name: 'policy_version', type: 'int4', value: (s) => s.policyVersion },
  { name: 'policy_digest', type: 'text', value: (s) => s.policyDigest },
  { name: 'turn_count', type: 'int4', changes: true, value: (s) => s.turnCount },
  { name: 'redaction_count', type: 'int4', changes: true, value: (s) => s.redactionCount },
  { name: 'redactions_by_kind', type: 'jsonb', changes: true, value: (s) => s.redactionsByKind },
  { name: 'detection_us', type: 'int8', changes: true, value: (s) => s.detectionUs },
  { name: 'tokenize_us', type: 'int8', changes: true, value: (s) => s.tokenizeUs },
  { name: 'upstream_us', type: 'int8', changes: true, value: (s) => s.upstreamUs },
  { name: 'rehydrate_us', type: 'int8', changes: true, value: (s) => s.rehydrateUs },
  { name: 'tokens_issued', type: 'int4', changes: true, value: (s) => s.tokensIssued },
  { name: 'tokens_exact', type: 'int4', changes: true, value: (s) => s.tokensExact },
  { name: 'tokens_repaired', type: 'int4', changes: true, value: (s) => s.tokensRepaired },
  { name: 'tokens_unknown', type: 'int4', changes: true, value: (s) => s.tokensUnknown },
  { name: 'tokens_refused', type: 'int4', changes: true, value: (s) => s.tokensRefused },
  { name: 'tokens_withheld', type: 'int4', changes: true, value: (s) => s.tokensWithheld },
  { name: 'merkle_root', type: 'bytea', changes: true, value: (s) => hex(s.merkleRoot) },
  { name: 'seal', type: 'text', changes: true, value: (s) => s.seal },
  { name: 'seal_key_id', type: 'text', changes: true, value: (s) => s.sealKeyId },
  { name: 'seal_signature', type: 'bytea', changes: true, value: (s) => hex(s.sealSignature) },
];

const TURNS: readonly Column<Of<TurnRow>>[] = [
  { name: 'id', type: 'text', value: ({ row }) => row.id },
  { name: 'session_id', type: 'text', value: ({ write }) => write.session.id },
  { name: 'agent_id', type: 'text', value: ({ write }) => write.session.agentId },
  { name: 'number', type: 'int4', value: ({ row }) => row.number },
  { name: 'started_at', type: 'timestamptz', value: ({ row }) => row.startedAt },
  { name: 'ended_at', type: 'timestamptz', changes: true, value: ({ row }) => row.endedAt },
  { name: 'status', type: 'turn_status', changes: true, value: ({ row }) => row.status },
  { name: 'model', type: 'text', value: ({ row }) => row.model },
  { name: 'streamed', type: 'bool', value: ({ row }) => row.streamed },
  { name: 'redaction_count', type: 'int4', value: ({ row }) => row.redactionCount },
  { name: 'detection_us', type: 'int4', value: ({ row }) => micros(row.detectionUs) },
  { name: 'tokenize_us', type: 'int4', value: ({ row }) => micros(row.tokenizeUs) },
  { name: 'upstream_us', type: 'int4', changes: true, value: ({ row }) => micros(row.upstreamUs) },
  { name: 'rehydrate_us', type: 'int4', changes: true, value: ({ row }) => micros(row.rehydrateUs) },
  { name: 'added_us', type: 'int4', changes: true, value: ({ row }) => micros(row.addedUs) },
  { name: 'marks', type: 'bytea', changes: true, value: ({ row }) => hex(row.marks) },
  { name: 'response_digest', type: 'bytea', changes: true, value: ({ row }) => hex(row.responseDigest) },
];

const VAULT_KEYS: readonly Column<Of<VaultKeyRow>>[] = [
  { name: 'session_id', type: 'text', value: ({ write }) => write.session.id },
  { name: 'account_id', type: 'text', value: ({ write }) => write.session.accountId },
  { name: 'kid', type: 'text', value: ({ row }) => row.kid },
  { name: 'key_version', type: 'text', value: ({ row }) => row.keyVersion },
  { name: 'wrapped', type: 'bytea', value: ({ row }) => hex(row.wrapped) },
];

const VAULT_ENTRIES: readonly Column<Of<VaultEntryRow>>[] = [
  { name: 'session_id', type: 'text', value: ({ write }) => write.session.id },
  { name: 'token', type: 'text', value: ({ row }) => row.token },
  { name: 'account_id', type: 'text', value: ({ write }) => write.session.accountId },
  { name: 'kind', type: 'text', value: ({ row }) => row.kind },
  { name: 'kid', type: 'text', value: ({ row }) => row.kid },
  { name: 'key_version', type: 'text', value: ({ row }) => row.keyVersion },
  { name: 'sealed', type: 'bytea', value: ({ row }) => hex(row.sealed) },
];

const ENTRIES: readonly Column<Of<EntryRow>>[] = [
  { name: 'session_id', type: 'text', value: ({ write }) => write.session.id },
  { name: 'seq', type: 'int4', value: ({ row }) => row.seq },
  { name: 'kind', type: 'text', value: ({ row }) => row.kind },
  { name: 'turn', type: 'int4', value: ({ row }) => row.turn },
  { name: 'body', type: 'text', value: ({ row }) => row.body },
  { name: 'leaf_hash', type: 'bytea', value: ({ row }) => hex(row.leaf) },
];

/** As a column of `json_to_recordset`: what JSON cannot carry comes in another type. */
function recordType(type: ColumnType): string {
  if (type === 'bytea') return 'text';
  return type === 'timestamptz' ? 'int8' : type;
}

/** From the record's column to the table's. Times are milliseconds since the epoch. */
function fromRecord({ name, type }: Pick<Column<never>, 'name' | 'type'>): string {
  if (type === 'bytea') return `decode("${name}", 'hex')`;
  return type === 'timestamptz' ? `to_timestamp("${name}" / 1000.0)` : `"${name}"`;
}

/** `INSERT INTO table (...) SELECT ... FROM json_to_recordset($n) AS r(...)`. */
function insert<Row>(table: string, columns: readonly Column<Row>[], parameter: number, onConflict = ''): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const record = columns.map(({ name, type }) => `"${name}" ${recordType(type)}`).join(', ');
  const values = columns.map(fromRecord).join(', ');
  return `INSERT INTO "${table}" (${names}) SELECT ${values} FROM json_to_recordset($${parameter}::json) AS r(${record}) ${onConflict}`;
}

function orUpdate<Row>(key: string, columns: readonly Column<Row>[]): string {
  const changes = columns.filter(({ changes }) => changes).map(({ name }) => `"${name}" = EXCLUDED."${name}"`);
  return `ON CONFLICT ("${key}") DO UPDATE SET ${changes.join(', ')}`;
}

/** The statement. Its parameters come from `journalParameters`. */
export const JOURNAL_STATEMENT = `
WITH "s" AS (${insert('sessions', SESSIONS, 1, orUpdate('id', SESSIONS))}),
     "t" AS (${insert('turns', TURNS, 2, orUpdate('id', TURNS))}),
     "k" AS (${insert('vault_keys', VAULT_KEYS, 3)}),
     "v" AS (${insert('vault_entries', VAULT_ENTRIES, 4, 'ON CONFLICT DO NOTHING')})
${insert('entries', ENTRIES, 5)}`;

/** The rows as JSON text. */
function records<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return JSON.stringify(
    rows.map((row) => {
      const record: Record<string, unknown> = {};
      for (const { name, value } of columns) {
        const column = value(row);
        // What is left out is null.
        if (column !== null) record[name] = column;
      }
      return record;
    }),
  );
}

/** The statement's parameters for any number of writes: one JSON text for each table. */
export function journalParameters(writes: readonly JournalWrite[]): string[] {
  const of = <Row>(rows: (write: JournalWrite) => readonly Row[]): Of<Row>[] =>
    writes.flatMap((write) => rows(write).map((row) => ({ write, row })));
  return [
    records(SESSIONS, writes.map(({ session }) => session)),
    records(TURNS, of(({ turn }) => (turn === null ? [] : [turn]))),
    records(VAULT_KEYS, of(({ vaultKey }) => (vaultKey === null ? [] : [vaultKey]))),
    records(VAULT_ENTRIES, of(({ vaultEntries }) => vaultEntries)),
    records(ENTRIES, of(({ entries }) => entries)),
  ];
}
