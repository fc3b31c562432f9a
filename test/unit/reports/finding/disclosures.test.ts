/** When a value was sent, read from journals in a PostgreSQL that runs in the test. */
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionId } from '../../../../src/platform/ids.ts';
import { disclosuresOf } from '../../../../src/reports/finding/disclosures.ts';
import type { Disclosure } from '../../../../src/reports/finding/disclosures.ts';

const SESSION: SessionId = 'sess_01HYZ000000000000000000000';
const AGENT = 'agt_01HYZ000000000000000000000';
const db = new PGlite();
let seq = 0;

beforeAll(async () => {
  await db.exec(`CREATE TABLE sessions (id text PRIMARY KEY, agent_id text, started_at timestamptz);
    CREATE TABLE entries (session_id text, seq int, kind text, body text);`);
});
afterAll(async () => {
  await db.close();
});

const at = (minute: number): string => `2026-05-03T21:${String(minute).padStart(2, '0')}:00.000Z`;

async function journal(
  ...entries: readonly { readonly kind: string; readonly [member: string]: unknown }[]
): Promise<void> {
  await db.query('DELETE FROM entries');
  await db.query('DELETE FROM sessions');
  await db.query('INSERT INTO sessions VALUES ($1, $2, $3)', [SESSION, AGENT, at(0)]);
  for (const [minute, { kind, ...more }] of entries.entries()) {
    const body = JSON.stringify({ kind, ts: at(minute), ...more });
    await db.query('INSERT INTO entries VALUES ($1, $2, $3, $4)', [SESSION, (seq += 1), kind, body]);
  }
}

/** What is disclosed of a phone number of the session. */
async function phone(): Promise<Disclosure | undefined> {
  const pool = { query: async (sql: string, values: unknown[]) => db.query(sql, values) };
  const [found] = await disclosuresOf(pool as unknown as Parameters<typeof disclosuresOf>[0], [
    { sessionId: SESSION, kind: 'PHONE' },
  ]);
  return found;
}

const started = { kind: 'session_started' };
const redaction = (entity_kind: string): { kind: string; entity_kind: string } => ({ kind: 'redaction', entity_kind });
const sent = (model: string, more: object = {}): { kind: string; [member: string]: unknown } => ({
  kind: 'turn_forwarded',
  upstream: 'openai',
  model,
  ...more,
});

test('a value counts as sent from its first redaction on, and not to those who were asked before', async () => {
  await journal(started, redaction('NAME'), sent('first'), redaction('PHONE'), sent('second'), sent('third'));
  expect(await phone()).toEqual({
    sessionId: SESSION,
    agentId: AGENT,
    kind: 'PHONE',
    firstAt: new Date(at(3)),
    lastAt: new Date(at(5)),
    recipients: [
      { upstream: 'openai', model: 'second' },
      { upstream: 'openai', model: 'third' },
    ],
  });
});

test('a value whose token was inherited counts as sent from the first request on, though it is redacted later', async () => {
  await journal(started, sent('first', { tokens_inherited: 1 }), redaction('PHONE'), sent('second'));
  expect(await phone()).toMatchObject({
    firstAt: new Date(at(1)),
    lastAt: new Date(at(3)),
    recipients: [{ model: 'first' }, { model: 'second' }],
  });
});

test('a value that is redacted before tokens are inherited counts as sent from its redaction on', async () => {
  await journal(started, redaction('PHONE'), sent('first', { tokens_inherited: 1 }), sent('second'));
  expect(await phone()).toMatchObject({
    firstAt: new Date(at(1)),
    recipients: [{ model: 'first' }, { model: 'second' }],
  });
});

test('a value of a session without a redaction of its kind counts as sent from the first request on', async () => {
  await journal(started, redaction('NAME'), sent('first'), sent('second'));
  expect(await phone()).toMatchObject({ firstAt: new Date(at(2)), lastAt: new Date(at(3)) });
});

test('a value of a session that sent nothing was disclosed to no one', async () => {
  await journal(started);
  expect(await phone()).toMatchObject({ firstAt: new Date(at(0)), lastAt: new Date(at(0)), recipients: [] });
});
