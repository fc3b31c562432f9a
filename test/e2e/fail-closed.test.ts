/** When detection, vault or journal cannot do their work, nothing leaves. See docs/proxy.md, Steps of a request. */
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { applyMigrations } from '../../src/platform/migrations.ts';
import { putDatabase, temporaryFolder } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { dial, user } from '../retell.ts';
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
  await putDatabase(folder);
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

const askGraphql = (query: string): Promise<Response> =>
  fetch(`${masker.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

/** The state is asked for at most once a second, so a change shows a little later. */
async function expectReady(status: number): Promise<void> {
  await expect.poll(async () => (await fetch(`${masker.url}/readyz`)).status, { timeout: 10_000 }).toBe(status);
}

/** Each door that carries calls: asks for a turn or reports one, and resolves with what the caller is told. */
const DOORS: Readonly<Record<string, () => Promise<unknown>>> = {
  chat: async () => told(await masker.chat(agent, CALL, { 'x-call-id': 'chat' })),
  'chat, streamed': async () => told(await masker.chat(agent, { ...CALL, stream: true })),
  responses: async () => told(await post(`${agent.baseUrl}/responses`, SAID)),
  'responses, kept by the provider': async () =>
    told(await post(`${agent.baseUrl}/responses`, { ...SAID, store: true })),
  'responses, streamed': async () => told(await post(`${agent.baseUrl}/responses`, { ...SAID, stream: true })),
  vapi: async () => {
    const message = {
      type: 'status-update',
      status: 'in-progress',
      call: { id: 'v-1', customer: { number: '+14155550142' } },
    };
    const begun = { message: { ...message, type: 'assistant-request' } };
    return told(await post(`${masker.url}/vapi/webhook/${agent.id}`, begun));
  },
  retell: async () => {
    const line = await dial(masker.url, `/retell/${agent.id}/r-1`).catch((error: unknown) => String(error));
    // The agent of a new line is read from the database.
    if (typeof line === 'string') return line.includes('503') ? UNAVAILABLE : line;
    line.ask(1, [user('this is Maria Gonzalez')]);
    // There is nothing to say: a code of ours is not for the caller's ears.
    const spoken = await line.spoken(1);
    line.socket.terminate();
    await line.closed;
    return spoken === '' ? UNAVAILABLE : spoken;
  },
};
const SAID = { model: 'gpt-4o-mini', input: 'this is Maria Gonzalez, 415-555-0142', store: false };
const UNAVAILABLE = '503 audit_unavailable';

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function told(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error?: { code: string } };
  return `${response.status} ${error?.code ?? 'no error'}`;
}

/** No door sends anything, and each says why. */
async function everyDoorIsShut(): Promise<void> {
  upstream.received.length = 0;
  for (const [door, ask] of Object.entries(DOORS)) expect([door, await ask()]).toEqual([door, UNAVAILABLE]);
  expect(upstream.received).toHaveLength(0);
}

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
  await everyDoorIsShut();
  await expectReady(503);
  const health = await fetch(`${masker.url}/health`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    status: 'degraded',
    components: { db: 'down', vault: 'down', audit_log: 'down' },
  });
  expect((await fetch(`${masker.url}/livez`)).status).toBe(200);
  // A refusal that says to try again, not an error of ours.
  for (const path of ['/agents', '/sessions', '/me']) {
    const rest = await masker.api('GET', path);
    expect([path, rest.status, await rest.json()]).toMatchObject([path, 503, { error: { code: 'audit_unavailable' } }]);
  }
  const created = await masker.api('POST', '/agents', { name: 'while down', upstream: 'stub' });
  expect([created.status, await created.json()]).toMatchObject([503, { error: { code: 'audit_unavailable' } }]);
  const graphql = await askGraphql('{ agents { edges { node { id } } } }');
  expect([graphql.status, await graphql.json()]).toMatchObject([
    503,
    { errors: [{ extensions: { code: 'audit_unavailable' } }] },
  ]);

  postgres = await startEmbeddedPostgres(folder);
  const response = await masker.chat(agent, CALL, headers);
  expect(response.status).toBe(200);
  expect(upstream.received).toHaveLength(1);
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

const read = async (path: string): Promise<unknown> => (await fetch(`${masker.url}${path}`)).json();

/** Runs `during` while every insert of an entry fails as it does on a full disk. */
async function onFullDisk(during: () => Promise<void>): Promise<void> {
  const db = new pg.Client(postgres.url());
  await db.connect();
  await db.query(`CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$`);
  await db.query('CREATE TRIGGER disk_full BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION disk_full()');
  try {
    await during();
  } finally {
    await db.query('DROP TRIGGER disk_full ON entries');
    await db.query('DROP FUNCTION disk_full');
    await db.end();
  }
}

test('a full disk: not ready until a write would succeed again, with the SQLSTATE in the log', async () => {
  await expectReady(200);
  masker.logged.length = 0;
  await onFullDisk(async () => {
    await refusedAsUnavailable(await masker.chat(agent, CALL));
    await everyDoorIsShut();
    await expectReady(503);
    expect(await read('/health')).toMatchObject({
      status: 'degraded',
      components: { db: 'ok', vault: 'down', audit_log: 'down' },
    });
    expect(masker.logged.filter((line) => line.includes('53100')).length).toBeGreaterThan(0);
    expect(masker.logged.join('')).not.toContain('could not extend');
  });
  // No turn is needed: a node that is not ready gets none.
  await expectReady(200);
  expect(await read('/health')).toMatchObject({ status: 'ok' });
  expect(upstream.received).toHaveLength(0);
});

test('a database that takes no writes, such as a standby: not ready before a turn has failed', async () => {
  const db = new pg.Client(postgres.url());
  await db.connect();
  const set = async (value: string): Promise<void> => {
    await db.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await db.query('SELECT pg_reload_conf()');
  };
  await expectReady(200);
  masker.logged.length = 0;
  await set('on');
  try {
    await expectReady(503);
    expect(masker.logged.filter((line) => line.includes('25006')).length).toBeGreaterThan(0);
    await everyDoorIsShut();
    const created = await masker.api('POST', '/agents', { name: 'read-only', upstream: 'stub' });
    expect(created.status).toBe(503);
  } finally {
    await db.query('SET default_transaction_read_only = off');
    await set('off');
    await db.end();
  }
  await expectReady(200);
});
