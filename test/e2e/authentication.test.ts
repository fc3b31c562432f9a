/** Who may call an agent: its settings over REST and GraphQL, and what the proxy makes of them. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { onNode, saying, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import { allTables } from './everything.ts';

const SECRET = 'signing-secret-of-the-clinic';
const SHARED = 'shared-secret-of-the-clinic';
const BODY = JSON.stringify(saying('hello'));

let calls: Calls;
let masker: TestInstance;
let agent: CreatedAgent;

beforeAll(async () => {
  // Without a key of the instance's own, what callers send as theirs is forwarded: the sharpest case.
  calls = await startCalls({ MASKER_OPENAI_API_KEY: '' });
  ({ masker } = calls);
});
afterAll(() => calls.close());
beforeEach(async () => {
  agent = await masker.createAgent();
  calls.upstream.received.length = 0;
});

const hmac = (body: string, secret = SECRET, algorithm = 'sha256', encoding: 'hex' | 'base64' = 'hex'): string =>
  createHmac(algorithm, secret).update(body).digest(encoding);

async function set(settings: object, of = agent): Promise<void> {
  const response = await masker.api('PATCH', `/agents/${of.id}`, settings);
  expect(response.status, await response.clone().text()).toBe(200);
}

function call(
  headers: Record<string, string> = {},
  body: string = BODY,
  url: string = agent.proxy_url,
): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

interface Problem {
  readonly error: {
    readonly code: string;
    readonly type: string;
    readonly details?: readonly { readonly path: string }[];
  };
}

async function refused(response: Response): Promise<void> {
  const { error } = (await response.json()) as Problem;
  expect([response.status, error.code]).toEqual([401, 'bad_signature']);
}

async function newKey(of = agent): Promise<{ id: string; key: string; created_at: string }> {
  const response = await masker.api('POST', `/agents/${of.id}/proxy-keys`);
  expect(response.status).toBe(201);
  return ((await response.json()) as { proxy_key: { id: string; key: string; created_at: string } }).proxy_key;
}

async function detail(of = agent): Promise<Record<string, unknown>> {
  return ((await (await masker.api('GET', `/agents/${of.id}`)).json()) as { agent: Record<string, unknown> }).agent;
}

/** The subjects of the agent's acts, oldest first, without what every one has. */
async function acts(of = agent): Promise<unknown[]> {
  const { rows } = await calls.pool.query<{ kind: string; body: string }>(
    'SELECT kind, body FROM account_events WHERE body LIKE $1 ORDER BY id',
    [`%${of.id}%`],
  );
  return rows.map(({ kind, body }) => ({ kind, ...(JSON.parse(body) as { subject: object }).subject }));
}

describe('a signed call', () => {
  test('is admitted; one that is unsigned, signed otherwise or changed is not', async () => {
    await set({ caller_auth: { signature: { secret: SECRET } } });
    expect((await call({ 'X-Vapi-Signature': hmac(BODY) })).status).toBe(200);
    expect((await call({ 'x-vapi-signature': `sha256=${hmac(BODY)}` })).status).toBe(200);
    await refused(await call());
    await refused(await call({ 'X-Vapi-Signature': hmac(BODY, 'another secret') }));
    await refused(await call({ 'X-Vapi-Signature': hmac(BODY) }, `${BODY} `));
    await refused(await call({ 'X-Vapi-Secret': SECRET }));
    await refused(await call({ authorization: `Bearer ${SECRET}` }));
  });

  test('is one by any of the platforms’ customs', async () => {
    const stamp = String(Math.floor(Date.now() / 1000));
    const ways = [
      [
        { algorithm: 'sha512', header: 'x-signature', encoding: 'base64' },
        { 'x-signature': hmac(BODY, SECRET, 'sha512', 'base64') },
      ],
      [{ algorithm: 'sha1', prefix: 'sha1=' }, { 'x-vapi-signature': `sha1=${hmac(BODY, SECRET, 'sha1')}` }],
      [{ timestamp_header: 'x-timestamp' }, { 'x-vapi-signature': hmac(`${stamp}.${BODY}`), 'x-timestamp': stamp }],
      [
        { timestamp_header: 'x-timestamp', payload: '{timestamp}.{body}' },
        { 'x-vapi-signature': hmac(`${stamp}000.${BODY}`), 'x-timestamp': `${stamp}000` },
      ],
    ] as const;
    for (const [signature, headers] of ways) {
      await set({ caller_auth: { signature: { secret: SECRET, ...signature } } });
      expect((await call(headers)).status).toBe(200);
      await refused(await call(headers, BODY.replace('hello', 'hallo')));
    }
  });

  test('that is older than the settings allow is a replay', async () => {
    await set({ caller_auth: { signature: { secret: SECRET, timestamp_header: 'x-timestamp' } } });
    const at = (seconds: number): Record<string, string> => {
      const stamp = String(Math.floor(Date.now() / 1000) - seconds);
      return { 'x-vapi-signature': hmac(`${stamp}.${BODY}`), 'x-timestamp': stamp };
    };
    expect((await call(at(240))).status).toBe(200);
    await refused(await call(at(310)));
    // Far enough ahead that no machine is slow enough for it to come true.
    await refused(await call(at(-3600)));
  });
});

describe('a stranger', () => {
  test('is turned away before a body is parsed, and leaves no trace', async () => {
    await set({ caller_auth: { shared_secret: { secret: SHARED } } });
    const bodies = ['', '{', 'nonsense', '{"model":"gpt-9"}', BODY];
    for (const body of bodies) await refused(await call({}, body));
    await refused(await call({ 'content-type': 'text/plain' }, 'x'));
    await refused(await fetch(`${agent.baseUrl}/models`));
    const { rows } = await calls.pool.query('SELECT id FROM sessions WHERE agent_id = $1', [agent.id]);
    expect([rows, calls.upstream.received]).toEqual([[], []]);
    expect((await fetch(`${agent.baseUrl}/models`, { headers: { 'x-vapi-secret': SHARED } })).status).toBe(200);
  });

  test('learns the same from every wrong answer', async () => {
    await set({ caller_auth: { signature: { secret: SECRET }, shared_secret: { secret: SHARED }, proxy_key: true } });
    const wrong = [
      {},
      { 'x-vapi-secret': 'x' },
      { 'x-vapi-signature': 'x' },
      { authorization: 'Bearer mpk_x' },
      { authorization: 'Bearer sk-x' },
    ];
    const texts = await Promise.all(wrong.map(async (headers) => (await call(headers)).text()));
    expect(new Set(texts).size).toBe(1);
  });

  test('gets past an agent that asks for nothing, as always', async () => {
    expect((await call()).status).toBe(200);
  });
});

describe('a proxy key', () => {
  test('admits, is shown once, and is never sent on', async () => {
    const { key, id } = await newKey();
    expect(key).toMatch(/^mpk_[\w-]{43}$/);
    await refused(await call());
    await refused(await call({ authorization: 'Bearer sk-proj-mine' }));
    expect((await call({ authorization: `Bearer ${key}` })).status).toBe(200);
    expect(calls.upstream.received).toHaveLength(1);
    expect(calls.upstream.everything()).not.toContain(key);
    expect(calls.upstream.received[0]?.headers.authorization).toBe(undefined);
    expect(JSON.stringify(await detail())).not.toContain(key);
    expect(await detail()).toMatchObject({ caller_auth: { proxy_key: true }, proxy_keys: [{ id }] });
  });

  test('can be replaced without a gap, and is gone at once when it is revoked', async () => {
    const [old, fresh] = [await newKey(), await newKey()];
    for (const { key } of [old, fresh]) expect((await call({ authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await masker.api('DELETE', `/agents/${agent.id}/proxy-keys/${old.id}`)).status).toBe(204);
    await refused(await call({ authorization: `Bearer ${old.key}` }));
    expect((await call({ authorization: `Bearer ${fresh.key}` })).status).toBe(200);
  });

  test('that was the last one leaves the agent shut', async () => {
    const { id, key } = await newKey();
    await masker.api('DELETE', `/agents/${agent.id}/proxy-keys/${id}`);
    await refused(await call({ authorization: `Bearer ${key}` }));
    await refused(await call());
    await set({ caller_auth: null });
    expect((await call()).status).toBe(200);
  });

  test('is of one agent', async () => {
    const { key, id } = await newKey();
    const other = await masker.createAgent();
    await newKey(other);
    await refused(await call({ authorization: `Bearer ${key}` }, BODY, other.proxy_url));
    expect((await masker.api('DELETE', `/agents/${other.id}/proxy-keys/${id}`)).status).toBe(404);
    expect((await masker.api('DELETE', `/agents/${agent.id}/proxy-keys/nonsense%00`)).status).toBe(404);
  });

  test('is one of ten at most', async () => {
    for (let n = 0; n < 10; n += 1) await newKey();
    const response = await masker.api('POST', `/agents/${agent.id}/proxy-keys`);
    expect([response.status, ((await response.json()) as Problem).error.code]).toEqual([422, 'validation_failed']);
  });
});

describe("the caller's own key for the provider", () => {
  test('goes on beside a secret of ours, and never the secret itself', async () => {
    await set({ caller_auth: { shared_secret: { secret: SHARED } } });
    expect((await call({ 'x-vapi-secret': SHARED, authorization: 'Bearer sk-proj-mine' })).status).toBe(200);
    expect(calls.upstream.received[0]?.headers.authorization).toBe('Bearer sk-proj-mine');
    await set({ caller_auth: { shared_secret: { header: 'Authorization' } } });
    expect((await call({ authorization: `Bearer ${SHARED}` })).status).toBe(200);
    expect(calls.upstream.received[1]?.headers.authorization).toBe(undefined);
    expect(calls.upstream.everything()).not.toContain(SHARED);
  });

  test('goes on beside a proxy key that has a header of its own', async () => {
    const { key } = await newKey();
    const sent = { 'masker-proxy-key': key, authorization: 'Bearer sk-proj-mine' };
    expect((await call(sent)).status).toBe(200);
    expect(calls.upstream.received[0]?.headers.authorization).toBe('Bearer sk-proj-mine');
    expect(calls.upstream.everything()).not.toContain(key);
    await refused(await call({ ...sent, 'masker-proxy-key': `${key}x` }));
  });

  test('is not what was meant for our own API', async () => {
    expect((await call({ authorization: `Bearer ${BOOTSTRAP_TOKEN}` })).status).toBe(200);
    expect(calls.upstream.received[0]?.headers.authorization).toBe(undefined);
  });
});

describe('settings', () => {
  test('are read back without their secrets, and stay where nothing is said of them', async () => {
    await set({
      caller_auth: {
        signature: { secret: SECRET, algorithm: 'sha512' },
        shared_secret: { secret: SHARED, header: 'X-Key' },
      },
    });
    const signature = {
      algorithm: 'sha512',
      header: 'X-Vapi-Signature',
      timestamp_header: null,
      payload: '{body}',
      tolerance_seconds: 300,
      encoding: 'hex',
      prefix: null,
    };
    expect((await detail())['caller_auth']).toEqual({
      signature,
      shared_secret: { header: 'X-Key' },
      proxy_key: false,
    });
    await set({ name: `renamed-${agent.id}` });
    await set({ caller_auth: { signature: { algorithm: 'sha256' } } });
    expect((await call({ 'x-vapi-signature': hmac(BODY) })).status).toBe(200);
    expect((await call({ 'x-key': SHARED })).status).toBe(200);
    await set({ caller_auth: { signature: null } });
    await refused(await call({ 'x-vapi-signature': hmac(BODY) }));
    expect((await detail())['caller_auth']).toEqual({
      signature: null,
      shared_secret: { header: 'X-Key' },
      proxy_key: false,
    });
    await set({ caller_auth: null });
    expect((await detail())['caller_auth']).toBe(null);
    expect((await call()).status).toBe(200);
    const { rows } = await calls.pool.query('SELECT purpose FROM agent_secrets WHERE agent_id = $1', [agent.id]);
    expect(rows).toEqual([]);
  });

  test('of a new agent hold from its first call', async () => {
    const response = await masker.api('POST', '/agents', {
      name: 'born shut',
      upstream: 'stub',
      caller_auth: { shared_secret: { secret: SHARED } },
    });
    const { agent: born } = (await response.json()) as { agent: { id: string } };
    const url = `${masker.url}/proxy/${born.id}/v1/chat/completions`;
    await refused(await call({}, JSON.stringify({ messages: [] }), url));
    expect(
      (await call({ 'x-vapi-secret': SHARED }, JSON.stringify({ messages: [{ role: 'user', content: 'hi' }] }), url))
        .status,
    ).toBe(200);
  });

  test('over GraphQL are the same', async () => {
    const update = `mutation U($id: ID!, $input: UpdateAgentInput!) { updateAgent(id: $id, input: $input) {
      __typename ... on UpdateAgentSuccess { agent { callerAuth { signature { header timestampHeader } sharedSecret { header } proxyKey } assistant assistantCallbackUrl proxyKeys { id } } }
      ... on Error { code details { path } } } }`;
    const run = async (input: object): Promise<unknown> =>
      Object.values(await masker.graphql<object>(update, { id: agent.id, input }))[0];
    const assistant = { firstMessage: 'Hi', model: { temperature: 0.5, messages: [] } };
    const callerAuth = { signature: { secret: SECRET, timestampHeader: 'x-time' } };
    expect(await run({ callerAuth, assistant, assistantCallbackUrl: 'https://clinic.example/a' })).toEqual({
      __typename: 'UpdateAgentSuccess',
      agent: {
        callerAuth: {
          signature: { header: 'X-Vapi-Signature', timestampHeader: 'x-time' },
          sharedSecret: null,
          proxyKey: false,
        },
        assistant,
        assistantCallbackUrl: 'https://clinic.example/a',
        proxyKeys: [],
      },
    });
    expect(
      await run({
        callerAuth: { sharedSecret: {}, signature: { algorithm: 'md5' } },
        assistant: [],
        assistantCallbackUrl: 'x',
      }),
    ).toEqual({
      __typename: 'ValidationError',
      code: 'validation_failed',
      details: [{ path: 'callerAuth.signature.algorithm' }, { path: 'assistant' }, { path: 'assistantCallbackUrl' }],
    });
    expect(await run({ callerAuth: { sharedSecret: {} } })).toMatchObject({
      details: [{ path: 'callerAuth.sharedSecret.secret' }],
    });
    expect(await run({ callerAuth: null, assistant: null, assistantCallbackUrl: null })).toMatchObject({
      agent: { callerAuth: null, assistant: null, assistantCallbackUrl: null },
    });
  });

  test('that are faulty are named one by one, in the spelling of REST', async () => {
    const caller_auth = {
      signature: { secret: 'x', timestamp_header: 'a b', tolerance_seconds: 0 },
      shared_secret: { secret: 'x' },
    };
    const response = await masker.api('PATCH', `/agents/${agent.id}`, {
      caller_auth,
      assistant: { credentials: [] },
      assistant_callback_url: 'http://169.254.169.254/',
    });
    const { error } = (await response.json()) as Problem;
    expect([response.status, error.code]).toEqual([422, 'validation_failed']);
    expect(error.details?.map(({ path }) => path).toSorted()).toEqual([
      'assistant',
      'assistant_callback_url',
      'caller_auth.shared_secret.secret',
      'caller_auth.signature.secret',
      'caller_auth.signature.timestamp_header',
      'caller_auth.signature.tolerance_seconds',
    ]);
    const unknown = await masker.api('PATCH', `/agents/${agent.id}`, { caller_auth: { signatur: {} } });
    expect(((await unknown.json()) as Problem).error.details?.map(({ path }) => path)).toEqual([
      'caller_auth.signatur',
    ]);
    expect((await detail())['caller_auth']).toBe(null);
  });

  test('are known on every node when they change', async () => {
    const node = await calls.anotherNode();
    const there = onNode(node, agent);
    expect((await call({}, BODY, there.proxy_url)).status).toBe(200);
    await set({ caller_auth: { shared_secret: { secret: SHARED } } });
    await expect.poll(async () => (await call({}, BODY, there.proxy_url)).status).toBe(401);
    expect((await call({ 'x-vapi-secret': SHARED }, BODY, there.proxy_url)).status).toBe(200);
  });
});

describe('an assistant', () => {
  test('comes back with its members in the order given, over REST, GraphQL and to Vapi', async () => {
    const assistant = {
      voice: { voiceId: 'v', provider: '11labs', a: 1 },
      model: {
        // Where the proxy is without MASKER_PUBLIC_URL.
        url: `http://localhost:0/proxy/${agent.id}/v1`,
        tools: [{ type: 'function', function: { strict: true, name: 'book', parameters: { zip: 1, city: 2, a: 3 } } }],
        provider: 'custom-llm',
        messages: [{ role: 'system', content: 'Be kind.' }],
        model: 'gpt-4o-mini',
      },
      analysisPlan: {
        summaryPlan: { enabled: false },
        structuredDataPlan: { enabled: false },
        successEvaluationPlan: { enabled: false },
      },
      monitorPlan: { controlEnabled: true, listenEnabled: false },
      firstMessage: 'Hi!',
    };
    await set({ assistant });
    const { agent: queried } = await masker.graphql<{ agent: { assistant: object } }>(
      'query A($id: ID!) { agent(id: $id) { assistant } }',
      { id: agent.id },
    );
    const announced = { message: { type: 'assistant-request', call: { id: 'c-1' } } };
    const answer = await call({}, JSON.stringify(announced), `${masker.url}/vapi/webhook/${agent.id}`);
    const handedOut = (await answer.json()) as { assistant: object };
    const written = JSON.stringify(assistant);
    expect(JSON.stringify((await detail())['assistant'])).toBe(written);
    expect(JSON.stringify(queried.assistant)).toBe(written);
    expect(JSON.stringify(handedOut.assistant)).toBe(written);
  });
});

describe('the record', () => {
  test('names what changed and who has a key, and no secret', async () => {
    await set({
      caller_auth: { signature: { secret: SECRET }, shared_secret: { secret: SHARED } },
      assistant: { firstMessage: 'Hi' },
    });
    await set({ assistant_callback_url: 'https://clinic.example/a' });
    const { id, key } = await newKey();
    const rotated = (await (await masker.api('POST', `/agents/${agent.id}/assistant-callback-secret`)).json()) as {
      secret: string;
    };
    await masker.api('DELETE', `/agents/${agent.id}/proxy-keys/${id}`);
    await set({ caller_auth: {} });
    expect((await acts()).slice(1)).toEqual([
      {
        kind: 'agent_updated',
        agent_id: agent.id,
        changed: ['caller_auth.signature', 'caller_auth.shared_secret', 'assistant'],
      },
      { kind: 'agent_updated', agent_id: agent.id, changed: ['assistant_callback_url'] },
      { kind: 'proxy_key_created', agent_id: agent.id, proxy_key_id: id, changed: ['caller_auth.proxy_key'] },
      { kind: 'agent_updated', agent_id: agent.id, changed: ['assistant_callback_secret'] },
      { kind: 'proxy_key_revoked', agent_id: agent.id, proxy_key_id: id },
    ]);
    const stored = await allTables(calls.db.url);
    const logged = masker.logged.join('\n');
    for (const secret of [SECRET, SHARED, key, rotated.secret, rotated.secret.slice(6)]) {
      for (const [place, text] of [
        ['tables', stored],
        ['log', logged],
      ] as const) {
        expect(text.includes(secret), `${secret.slice(0, 6)} in ${place}`).toBe(false);
        expect(text.includes(Buffer.from(secret).toString('hex')), `${secret.slice(0, 6)} in ${place}`).toBe(false);
        expect(
          text.includes(Buffer.from(secret).toString('base64').slice(0, -4)),
          `${secret.slice(0, 6)} in ${place}`,
        ).toBe(false);
      }
    }
  });

  test('and what lets callers in go with the agent', async () => {
    await set({ caller_auth: { signature: { secret: SECRET } } });
    await newKey();
    expect((await masker.api('DELETE', `/agents/${agent.id}`)).status).toBe(204);
    for (const table of ['agent_secrets', 'proxy_keys']) {
      expect((await calls.pool.query(`SELECT 1 FROM ${table} WHERE agent_id = $1`, [agent.id])).rows).toEqual([]);
    }
    expect((await call({ 'x-vapi-signature': hmac(BODY) })).status).toBe(404);
  });
});

describe('a secret whose row was tampered with', () => {
  test('shuts the agent; it does not open it', async () => {
    await set({ caller_auth: { shared_secret: { secret: SHARED } } });
    const other = await masker.createAgent();
    await set({ caller_auth: { shared_secret: { secret: 'known-to-the-thief' } } }, other);
    await calls.pool.query(
      'UPDATE agent_secrets SET sealed = (SELECT sealed FROM agent_secrets WHERE agent_id = $2) WHERE agent_id = $1',
      [agent.id, other.id],
    );
    await set({ name: `reread-${agent.id}` });
    const response = await call({ 'x-vapi-secret': 'known-to-the-thief' });
    expect([response.status, ((await response.json()) as Problem).error.code]).toEqual([503, 'audit_unavailable']);
    await set({ caller_auth: { shared_secret: { secret: SHARED } } });
    expect((await call({ 'x-vapi-secret': SHARED })).status).toBe(200);
  });
});
