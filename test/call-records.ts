/** What the database holds of a call, read past the product's own reading of it, and whether its parts agree. */
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { chainKey, verifyChain } from '../src/audit/chain.ts';
import type { ProvenEntry } from '../src/audit/chain.ts';
import type { Seal } from '../src/audit/seal.ts';
import type { SessionId } from '../src/platform/ids.ts';
import { readJournal } from '../src/reports/evidence.ts';
import { KEYS } from './instance.ts';

const AUDIT_KEY = Buffer.from(KEYS['MASKER_AUDIT_HMAC_KEY'] ?? '', 'base64');

export interface SessionRecord {
  readonly id: SessionId;
  readonly agent_id: string;
  readonly account_id: string;
  readonly continues_id: SessionId | null;
  readonly ended_at: Date | null;
  readonly sealed_at: Date | null;
  readonly status: 'ok' | 'partial' | 'error';
  readonly turn_count: number;
  readonly redaction_count: number;
  readonly redactions_by_kind: Readonly<Record<string, number>>;
  readonly tokens_issued: number;
  readonly tokens_exact: number;
  readonly tokens_repaired: number;
  readonly tokens_unknown: number;
  readonly tokens_refused: number;
  readonly tokens_withheld: number;
  readonly tokens_outside_turn: number;
  readonly policy_digest: string;
  readonly merkle_root: Buffer | null;
  readonly seal: string | null;
}

export interface TurnRecord {
  readonly number: number;
  readonly status: 'forwarded' | 'ok' | 'partial' | 'error';
  readonly redaction_count: number;
  readonly ended_at: Date | null;
}

export interface CallRecord {
  readonly session: SessionRecord;
  readonly turns: readonly TurnRecord[];
  readonly entries: readonly ProvenEntry[];
}

export type EntryOf<Kind extends ProvenEntry['kind']> = Extract<ProvenEntry, { kind: Kind }>;

/** The entries of one kind, in order. */
export function entriesOf<Kind extends ProvenEntry['kind']>({ entries }: CallRecord, kind: Kind): EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}

/** The redactions of one turn, as `kind path`. */
export function redactionsOf(call: CallRecord, turn: number): string[] {
  return entriesOf(call, 'redaction').flatMap((entry) =>
    entry.turn === turn ? [`${entry.entity_kind} ${entry.path}`] : [],
  );
}

function count(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/**
 * A session as stored, held to all that must be true of every session at any time: the chain verifies from the first
 * entry to the last, turns are numbered from 1 without a gap, and every counter is what the entries say.
 */
export async function callRecord(pool: Pool, id: SessionId): Promise<CallRecord> {
  const [session] = (await pool.query<SessionRecord>('SELECT * FROM sessions WHERE id = $1', [id])).rows;
  if (session === undefined) throw new Error('no such session');
  const { rows: turns } = await pool.query<TurnRecord>('SELECT * FROM turns WHERE session_id = $1 ORDER BY number', [
    id,
  ]);
  const journal = await readJournal(pool, id);
  const chain = verifyChain(chainKey(AUDIT_KEY, id), id, journal);
  if (!chain.ok) throw new Error(`entry ${chain.seq} of ${id}: ${chain.fault}`);
  const call = { session, turns, entries: chain.entries };

  expect(chain.entries.map(({ seq }) => seq)).toEqual(chain.entries.map((_, at) => at));
  expect(chain.entries[0]?.kind).toBe('session_started');
  expect(turns.map(({ number }) => number)).toEqual(turns.map((_, at) => at + 1));
  expect(session.turn_count).toBe(turns.length);
  const refused = new Set(entriesOf(call, 'leak_suspected').map(({ turn }) => turn));
  const forwarded = turns.filter(({ number }) => !refused.has(number));
  expect(entriesOf(call, 'turn_forwarded').map(({ turn }) => turn)).toEqual(forwarded.map(({ number }) => number));
  for (const { number, status } of turns) if (refused.has(number)) expect(status).toBe('error');
  const ended = forwarded.filter(({ status }) => status !== 'forwarded').map(({ number }) => number);
  expect(
    entriesOf(call, 'turn_completed')
      .map(({ turn }) => turn)
      .sort((a, b) => a - b),
  ).toEqual(ended);
  const counted = entriesOf(call, 'redaction').filter(({ action }) => action !== 'passthrough');
  expect(session.redactions_by_kind).toEqual(count(counted.map(({ entity_kind: kind }) => kind)));
  expect(session.redaction_count).toBe(counted.length);
  for (const { number, redaction_count } of turns)
    expect(redaction_count, `turn ${number}`).toBe(counted.filter(({ turn }) => turn === number).length);
  expectBalanced(call);
  if (session.sealed_at === null) expect(chain.entries.map(({ kind }) => kind)).not.toContain('session_sealed');
  else expectSealed(call, chain.root);
  return call;
}

/** The account of tokens is what the entries say, and balances. */
function expectBalanced(call: CallRecord): void {
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
  const failed = (...reasons: EntryOf<'rehydration_failed'>['reason'][]): number =>
    sum(
      entriesOf(call, 'rehydration_failed').map(({ reason, count: times }) => (reasons.includes(reason) ? times : 0)),
    );
  const returned = entriesOf(call, 'turn_completed').map(({ tokens_returned: tokens }) => tokens);
  const { session } = call;
  expect(session).toMatchObject({
    tokens_issued: sum(
      [...entriesOf(call, 'turn_forwarded'), ...entriesOf(call, 'call_started')].map(
        ({ tokens_issued: issued }) => issued,
      ),
    ),
    tokens_exact: sum(returned.map(({ exact }) => exact)),
    tokens_repaired: sum(returned.map(({ repaired }) => repaired)),
    tokens_unknown: failed('unknown'),
    tokens_refused: failed('malformed', 'ambiguous', 'outside_turn'),
    tokens_outside_turn: failed('outside_turn'),
    tokens_withheld: failed('withheld'),
  });
  expect(
    Math.min(
      session.tokens_exact,
      session.tokens_repaired,
      session.tokens_issued - session.tokens_exact - session.tokens_repaired,
    ),
  ).toBeGreaterThanOrEqual(0);
}

function expectSealed({ session, entries }: CallRecord, root: Buffer): void {
  const last = entries.at(-1);
  expect(entries.filter(({ kind }) => kind === 'session_sealed')).toEqual([last]);
  expect(session.merkle_root?.equals(root)).toBe(true);
  expect(session.ended_at).not.toBeNull();
  const seal = JSON.parse(session.seal ?? 'null') as Seal;
  expect(seal).toMatchObject({
    v: 1,
    session_id: session.id,
    agent_id: session.agent_id,
    account_id: session.account_id,
    sealed_at: session.sealed_at?.toISOString(),
    event_count: entries.length,
    last_hash: last?.this_hash,
    merkle_root_hex: root.toString('hex'),
    redactions_by_kind: session.redactions_by_kind,
    status: session.status,
    policy_digest: session.policy_digest,
  });
}

/** All sessions of the database, oldest first, each held to what must be true of it. */
export async function everyCall(pool: Pool): Promise<CallRecord[]> {
  const { rows } = await pool.query<{ id: SessionId }>('SELECT id FROM sessions ORDER BY id');
  const calls: CallRecord[] = [];
  for (const { id } of rows) calls.push(await callRecord(pool, id));
  return calls;
}
