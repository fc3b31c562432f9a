/** When detection, vault or journal cannot do their work, nothing leaves. Spec proxy.md, Fail closed. */
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { applyMigrations } from '../../src/platform/migrations.ts';
import { temporaryFolder } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

// A database server of this file's own, because it is stopped in mid-flight.
let folder: string;
let postgres: EmbeddedPostgres;
let upstream: TestUpstream;
let masker: TestInstance;
let agent: CreatedAgent;

const CALL = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'this is Maria Gonzalez, 415-555-0142' }] };

beforeAll(async () => {
  folder = await temporaryFolder();
  postgres = await startEmbeddedPostgres(folder);
  await applyMigrations(postgres.url());
  upstream = await startUpstream();
  masker = await startTestInstance(postgres.url(), {
    MASKER_OPENAI_BASE_URL: upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
  });
  agent = await masker.createAgent();
});
afterAll(async () => {
  await masker.close();
  await upstream.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  upstream.received.length = 0;
});

async function refusedAsUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: 'audit_unavailable', type: 'api_error' } });
}

test('a database that stops in mid-flight: 503, the upstream receives nothing, and all is well once it is back', async () => {
  const headers = { 'masker-session-id': 'a call' };
  expect((await masker.chat(agent, CALL, headers)).status).toBe(200);
  expect(upstream.received).toHaveLength(1);
  await postgres.stop();

  // The session is live in memory, and the agent is known: only the journal is missing.
  for (const stream of [false, true])
    await refusedAsUnavailable(await masker.chat(agent, { ...CALL, stream }, headers));
  await refusedAsUnavailable(await masker.chat(agent, CALL));
  expect(upstream.received).toHaveLength(1);
  const health = await fetch(`${masker.url}/health`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    status: 'degraded',
    components: { db: 'down', vault: 'down', audit_log: 'down' },
  });
  expect((await fetch(`${masker.url}/livez`)).status).toBe(200);
  expect((await fetch(`${masker.url}/readyz`)).status).toBe(503);

  postgres = await startEmbeddedPostgres(folder);
  const response = await masker.chat(agent, CALL, headers);
  expect(response.status).toBe(200);
  expect(upstream.received).toHaveLength(2);
  const id = response.headers.get('masker-session-id') ?? '';
  const { session } = (await (await masker.api('GET', `/sessions/${id}`)).json()) as { session: { turns: unknown[] } };
  expect(session.turns).toHaveLength(2);
  expect((await masker.api('GET', `/sessions/${id}/report`)).status).toBe(200);
});

test('a journal that refuses to be written: 503, the upstream receives nothing, and nothing is half-written', async () => {
  const db = new pg.Client(postgres.url());
  await db.connect();
  const counts = async (): Promise<unknown> => {
    const tables = ['sessions', 'turns', 'entries', 'vault_entries', 'vault_keys'];
    const columns = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
    return (await db.query(`SELECT ${columns.join(', ')}`)).rows;
  };
  const before = await counts();
  // The last table of the statement fails: everything before it must be taken back.
  await db.query(`ALTER TABLE entries ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
  try {
    await refusedAsUnavailable(await masker.chat(agent, CALL));
    expect(upstream.received).toHaveLength(0);
    expect(await counts()).toEqual(before);
  } finally {
    await db.query('ALTER TABLE entries DROP CONSTRAINT no_more');
    await db.end();
  }
});

test('a vault that refuses to be written: the same', async () => {
  const db = new pg.Client(postgres.url());
  await db.connect();
  await db.query(`ALTER TABLE vault_entries ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
  try {
    await refusedAsUnavailable(await masker.chat(agent, CALL));
    expect(upstream.received).toHaveLength(0);
    // A turn without a value needs no vault, and goes through.
    expect((await masker.chat(agent, { ...CALL, messages: [{ role: 'user', content: 'hello' }] })).status).toBe(200);
  } finally {
    await db.query('ALTER TABLE vault_entries DROP CONSTRAINT no_more');
    await db.end();
  }
});
