/** Purges while calls go on: what a node has in memory neither restores a value nor writes one back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pool, PoolClient } from 'pg';
import type { PurgeScope, PurgeTotals } from '../../src/accounts/vault-acts.ts';
import { planPurge, purge } from '../../src/custody/vault-purge.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { SessionId } from '../../src/platform/ids.ts';
import { KeyRing } from '../../src/tokens/key-ring.ts';
import { SessionVault } from '../../src/tokens/vault.ts';
import { BOOTSTRAP_TOKEN, KEYS } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { itemOf, responseOf } from '../responses-wire.ts';
import { answerWith } from '../upstream.ts';
import { answerOf, heldUpstream, onNode, saying, sessionOf, startCalls, tokensIn } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const KEEPING = 'name: keeping\nversion: 1\naudit: { log_payloads: true }\n';

let calls: Calls;
let other: TestInstance;
let agent: CreatedAgent;
beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  other = await calls.anotherNode();
  agent = await calls.masker.createAgent({ policy_yaml: KEEPING });
});
beforeEach(() => {
  modelSays('Thank you.');
});
afterAll(async () => {
  await calls.close();
});

const bytesOf = (name: string): Buffer => Buffer.from(KEYS[name] ?? '', 'base64');
const ring = new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: bytesOf('MASKER_KEY_K_HEALTHCARE') }]);

/** A pool whose nodes hear nothing, as where the network between them is cut. */
function silent(pool: Pool): Pick<Pool, 'query' | 'connect'> {
  const quiet = async (sql: unknown, values: unknown): Promise<unknown> =>
    typeof sql === 'string' && sql.includes('pg_notify')
      ? { rows: [], rowCount: 0 }
      : pool.query(sql as string, values as unknown[]);
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query')
          return (sql: string, values: unknown[]) =>
            sql.includes('pg_notify') ? Promise.resolve({ rows: [], rowCount: 0 }) : target.query(sql, values);
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  };
  return { query: quiet as Pool['query'], connect: connect as Pool['connect'] };
}

const purgeWith = (pool: Pick<Pool, 'query' | 'connect'>, scope: PurgeScope): Promise<PurgeTotals> =>
  purge({
    pool,
    ring,
    auditKey: bytesOf('MASKER_AUDIT_HMAC_KEY'),
    clock: systemClock,
    scope,
    accountId: null,
    userId: null,
  });

const purgeSilently = (scope: PurgeScope): Promise<PurgeTotals> => purgeWith(silent(calls.pool), scope);

async function say(text: string, name: string, node: TestInstance = calls.masker): Promise<SessionId> {
  const response = await node.chat(onNode(node, agent), saying(text), { 'x-call-id': name });
  await answerOf(response);
  await ended(sessionOf(response));
  return sessionOf(response);
}

/** Resolves once the ends of all turns of a session are on record. */
async function ended(id: SessionId): Promise<void> {
  const sql = "SELECT FROM turns WHERE session_id = $1 AND status = 'forwarded'";
  await expect.poll(async () => (await calls.pool.query(sql, [id])).rowCount).toBe(0);
}

const lastTokens = (): string[] => tokensIn(calls.upstream.received.at(-1)?.body.toString('utf8') ?? '');

let answers = 0;

/** Has the model say a text, on either API. */
function modelSays(text: string): void {
  calls.upstream.respond((request, response) => {
    if (!request.url.endsWith('/responses')) {
      answerWith(text, request, response);
      return;
    }
    answers += 1;
    const item = itemOf({ type: 'message', parts: [{ type: 'output_text', text }] }, 0);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(responseOf({ id: `resp_${answers}` }, [item])));
  });
}

interface Answered {
  readonly session: SessionId;
  readonly id: string;
  readonly text: string;
}

/** A turn on the Responses API, whose provider keeps what was said before. */
async function ask(
  input: string,
  name: string,
  before: Answered | null = null,
  node: TestInstance = calls.masker,
): Promise<Answered> {
  const response = await fetch(`${onNode(node, agent).baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-call-id': name },
    body: JSON.stringify({ model: 'gpt-4o-mini', input, previous_response_id: before?.id }),
  });
  const session = sessionOf(response);
  const text = await response.text();
  await ended(session);
  return { session, id: `resp_${answers}`, text };
}

const rowsOf = async (table: string, id: SessionId): Promise<number> =>
  (await calls.pool.query(`SELECT FROM ${table} WHERE session_id = $1`, [id])).rowCount ?? 0;

/** The values of a session that open, and how many rows do not. */
async function opened(id: SessionId): Promise<{ values: string[]; closed: number }> {
  const { rows } = await calls.pool.query<{
    account_id: never;
    kid: string;
    key_version: string;
    wrapped: Buffer;
    token: string;
    sealed: Buffer;
  }>(
    `SELECT k.account_id, k.kid, k.key_version, k.wrapped, v.token, v.sealed
     FROM vault_entries v LEFT JOIN vault_keys k ON k.session_id = v.session_id WHERE v.session_id = $1`,
    [id],
  );
  const values = rows.map(({ account_id: account, kid, key_version: keyVersion, wrapped, token, sealed }) =>
    Buffer.isBuffer(wrapped)
      ? (SessionVault.open(ring, { kid, keyVersion, wrapped }, account, id)?.open(token, sealed) ?? null)
      : null,
  );
  return {
    values: values.filter((value) => value !== null).sort(),
    closed: values.filter((value) => value === null).length,
  };
}

describe('a node that has not heard of the purge of an open session', () => {
  test('seals nothing under the erased key, and the values that follow open on every node', async () => {
    const id = await say('my number is 415-555-3001', 'stale');
    await purgeSilently({ by: 'session', sessionId: id });
    expect([await rowsOf('vault_keys', id), await rowsOf('payloads', id)]).toEqual([0, 0]);
    await say('and 415-555-3002', 'stale');
    expect(await opened(id)).toEqual({ values: ['415-555-3002'], closed: 0 });
    // The value of before is said again: it has the token of before, and a row that opens.
    await say('once more 415-555-3001', 'stale', other);
    expect(await opened(id)).toEqual({ values: ['415-555-3001', '415-555-3002'], closed: 0 });
  });

  test('restores no value that was erased from the vault, of a session or of a person', async () => {
    const first = await ask('my number is 415-555-3101', 'held-session');
    const [ofSession = ''] = lastTokens();
    const second = await ask('my number is 415-555-3102, hers is 415-555-3103', 'held-person');
    const [ofPerson = '', ofOther = ''] = lastTokens();
    modelSays(`It is ${ofSession}, ${ofPerson}, ${ofOther}.`);
    expect((await ask('what was it?', 'held-session', first)).text).toContain('415-555-3101');
    await purgeSilently({ by: 'session', sessionId: first.session });
    await purgeSilently({ by: 'subject', value: '(415) 555-3102' });
    expect((await ask('what was it?', 'held-session', first)).text).not.toContain('3101');
    const { text } = await ask('what was it?', 'held-person', second);
    expect([text.includes('3102'), text.includes('3103')]).toEqual([false, true]);
  });

  test('ends the turn that is under way, on record, and leaves nothing of it in the vault', async () => {
    const held = heldUpstream();
    calls.upstream.respond(held.respond);
    const pending = calls.masker.chat(agent, saying('my number is 415-555-3201'), { 'x-call-id': 'under-way' });
    await held.arrived(1);
    const { rows } = await calls.pool.query<{ id: SessionId }>('SELECT id FROM sessions ORDER BY id DESC LIMIT 1');
    const id = rows[0]?.id ?? ('' as SessionId);
    await purgeSilently({ by: 'session', sessionId: id });
    held.release(0);
    const response = await pending;
    expect([sessionOf(response), response.status]).toEqual([id, 200]);
    await response.text();
    await ended(id);
    for (const table of ['vault_keys', 'vault_entries', 'payloads']) expect(await rowsOf(table, id)).toBe(0);
    const done = await calls.pool.query("SELECT FROM turns WHERE session_id = $1 AND status = 'ok'", [id]);
    expect(done.rowCount).toBe(1);
    const query = 'query ($id: ID!) { verifyAudit(sessionId: $id) { ok } }';
    expect(await calls.masker.graphql(query, { id })).toEqual({ verifyAudit: { ok: true } });
  });
});

describe('a purge that is killed', () => {
  test('at each of its statements leaves nothing erased that is not on record, and is finished by the next one', async () => {
    const { rows: accounts } = await calls.pool.query<{ account_id: string }>('SELECT account_id FROM agents LIMIT 1');
    const account = accounts[0]?.account_id ?? '';
    const id = await say('my number is 415-555-3301', 'killed');
    await calls.pool.query(
      `INSERT INTO vault_entries SELECT $1, 'MSKV1.NAME.K_HEALTHCARE.' || n, $2, 'NAME', 'K_HEALTHCARE', 'x', '\\x00' FROM generate_series(1, 2400) n`,
      [id, account],
    );
    const recordedValues = async (): Promise<number> => {
      const { rows } = await calls.pool.query<{ body: string }>(
        "SELECT body FROM account_events WHERE kind = 'vault_purged' AND body LIKE $1",
        [`%${id}%`],
      );
      return rows.reduce(
        (sum, { body }) => sum + (JSON.parse(body) as { subject: { values: number } }).subject.values,
        0,
      );
    };
    let statements = 0;
    for (let last = 0; ; last += 1) {
      statements = 0;
      const dying = dyingAfter(last, () => (statements += 1));
      const died = await purgeWith(dying, { by: 'session', sessionId: id }).then(
        () => false,
        () => true,
      );
      expect((await rowsOf('vault_entries', id)) + (await recordedValues()), `after ${last}`).toBe(2401);
      if (!died) break;
    }
    expect(statements).toBeGreaterThanOrEqual(10);
    for (const table of ['vault_keys', 'vault_entries', 'payloads']) expect(await rowsOf(table, id)).toBe(0);
  });

  /** A pool whose connections break after so many statements. */
  function dyingAfter(most: number, onStatement: () => number): Pick<Pool, 'query' | 'connect'> {
    const connect = async (): Promise<PoolClient> => {
      const client = await calls.pool.connect();
      return new Proxy(client, {
        get: (target, name) => {
          if (name === 'query')
            return (sql: string, values: unknown[]) =>
              onStatement() > most ? Promise.reject(new Error('killed')) : target.query(sql, values);
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      });
    };
    const query = ((sql: string, values: unknown[]) => calls.pool.query(sql, values)) as Pool['query'];
    return { query, connect: connect as Pool['connect'] };
  }
});

describe('a purge of a person', () => {
  test('finds what tokens that carry their value hold, however it was said', async () => {
    const carrying = await calls.masker.createAgent({ tokenization: 'reversible-aead', policy_yaml: KEEPING });
    const response = await calls.masker.chat(
      carrying,
      saying('my number is four one five, five five five, three four zero one'),
      { 'x-call-id': 'spoken' },
    );
    await response.text();
    const found = await planPurge({
      pool: calls.pool,
      ring,
      auditKey: bytesOf('MASKER_AUDIT_HMAC_KEY'),
      clock: systemClock,
      scope: { by: 'subject', value: '415-555-3401' },
      accountId: null,
      userId: null,
    });
    expect(found).toMatchObject({ sessions: 1, payloads: 1 });
  });

  test('takes no word for a value that is only a part of it', async () => {
    await say('we planned the annual meeting with 415-555-3501', 'words');
    const found = await planPurge({
      pool: calls.pool,
      ring,
      auditKey: bytesOf('MASKER_AUDIT_HMAC_KEY'),
      clock: systemClock,
      scope: { by: 'subject', value: 'Ann' },
      accountId: null,
      userId: null,
    });
    expect(found).toMatchObject({ sessions: 0, payloads: 0 });
  });

  test('erases the answers that are kept for repeated requests of every account in its scope, also where no vault has it', async () => {
    const headers = { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' };
    await fetch(`${calls.masker.url}/api/v1/agents`, {
      method: 'POST',
      headers: { ...headers, 'Idempotency-Key': 'repeated-1' },
      body: JSON.stringify({ name: 'repeated', upstream: 'openai:gpt-4o-mini', caller_auth: null }),
    });
    expect((await calls.pool.query('SELECT FROM idempotency_keys')).rowCount).toBeGreaterThan(0);
    await purgeWith(calls.pool, { by: 'subject', value: '415-555-3999' });
    expect((await calls.pool.query('SELECT FROM idempotency_keys')).rowCount).toBe(0);
  });
});
