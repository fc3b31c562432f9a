/** REST: what holds on every route, and agents: statuses, exact bodies, all faults at once, nothing written by a refused request. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { Failure } from '../../src/platform/failure.ts';
import { isId, newId } from '../../src/platform/ids.ts';
import type { AgentId } from '../../src/platform/ids.ts';
import { createRestApp } from '../../src/rest/app.ts';
import { AGENT_DETAIL, ERROR } from '../../src/rest/objects.ts';
import { MAX_BODY_BYTES } from '../../src/rest/request-body.ts';
import { as, by, matching, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';
import { POLICY_ADDRESSES } from './policy-addresses.ts';
import { SESSION_ADDRESSES, UNKNOWN_SESSION } from './session-addresses.ts';
import { WEBHOOK_ADDRESSES } from './webhook-addresses.ts';

let api: TestApi;
let viewer: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
// An account for each test: lists are exact, and nothing leaks from one test to the next.
beforeEach(async () => {
  viewer = await signUp(api.database);
});
afterAll(async () => {
  await api.close();
});

const send = (
  method: string,
  path: string,
  body?: unknown,
  who: Viewer | null = viewer,
  headers: Record<string, string> = {},
): Promise<Answer> => sendAs(api.rest, who, method, path, body, headers);
const get = (path: string, who: Viewer | null = viewer): Promise<Answer> => send('GET', path, undefined, who);

/** Everything that a request could write. */
async function written(): Promise<unknown> {
  const where = { accountId: viewer.accountId };
  const { prisma } = api.database;
  return { agents: await prisma.agent.findMany({ where }), events: await prisma.accountEvent.findMany({ where }) };
}

const UNKNOWN_AGENT = newId('agent');
const UNKNOWN_KEY = newId('proxyKey');
const UNKNOWN_INVITATION = newId('invitation');
const UNKNOWN_MEMBER = newId('user');

async function createAgent(name = 'appointment-bot-prod'): Promise<string> {
  const { body } = await send('POST', '/agents', { name, upstream: 'stub' });
  return z.object({ agent: z.object({ id: z.string() }) }).parse(body).agent.id;
}

describe('POST /agents', () => {
  test('201 with exactly the documented object', async () => {
    const { status, headers, body } = await send('POST', '/agents', {
      name: 'appointment-bot-prod',
      upstream: 'openai:gpt-4o-mini',
      tokenization: 'vault-deterministic',
    });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    const { id } = z
      .object({ agent: z.object({ id: z.string().refine((text) => isId('agent', text)) }) })
      .parse(body).agent;
    expect(body).toEqual({
      agent: {
        id,
        name: 'appointment-bot-prod',
        upstream: 'openai:gpt-4o-mini',
        tokenization: 'vault-deterministic',
        policy_name: 'healthcare-default',
        policy_version: 1,
        proxy_url: `https://masker.test/proxy/${id}/v1/chat/completions`,
        base_url: `https://masker.test/proxy/${id}/v1`,
        webhook_url: `https://masker.test/vapi/webhook/${id}`,
        created_at: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    });
  });

  test.each([
    ['name_taken', 409, { name: 'taken', upstream: 'stub' }, ['name']],
    ['unknown_upstream', 422, { name: 'a', upstream: 'nowhere' }, ['upstream']],
    ['unknown_policy', 422, { name: 'a', upstream: 'stub', policy_name: 'nobodys' }, ['policy_name']],
    ['validation_failed', 422, {}, ['name', 'upstream']],
    ['validation_failed', 422, { name: 'x'.repeat(65), upstream: 'stub' }, ['name']],
    [
      'validation_failed',
      422,
      { name: '', upstream: 'nowhere', tokenization: 'none' },
      ['name', 'tokenization', 'upstream'],
    ],
    [
      'validation_failed',
      422,
      { name: 5, upstream: 'nowhere', colour: 'red', size: 1 },
      ['colour', 'name', 'size', 'upstream'],
    ],
    ['validation_failed', 422, { name: '', upstream: null, tokenization: [] }, ['name', 'tokenization', 'upstream']],
    [
      'validation_failed',
      422,
      { name: 'a', upstream: 'stub', policy_name: 'healthcare-default', policy_yaml: 'name: x' },
      ['policy_yaml'],
    ],
    ['validation_failed', 422, { name: 'a', upstream: 'stub', policyName: 'healthcare-default' }, ['policyName']],
    ['validation_failed', 422, { name: 'a', upstream: 1, policy_yaml: 'name: [' }, ['policy_yaml', 'upstream']],
  ])('%s %i %j', async (code, status, body, faults) => {
    await createAgent('taken');
    const before = await written();
    expectFailure(await send('POST', '/agents', body), status, code, faults);
    expect(await written()).toEqual(before);
  });

  test('policy_yaml_invalid 422 names each place in the policy', async () => {
    const answer = await send('POST', '/agents', {
      name: 'a',
      upstream: 'stub',
      policy_yaml: 'name: p\nversion: 1\nentities:\n  SNN: {}\n  NAME: { action: eat }\n',
    });
    const { error } = ERROR.parse(answer.body);
    expect([answer.status, error.code]).toEqual([422, 'policy_yaml_invalid']);
    expect(error.details?.length).toBeGreaterThanOrEqual(2);
    expect(await written()).toEqual({ agents: [], events: [] });
  });

  test.each([
    ['[]', 422, 'validation_failed'],
    ['"name"', 422, 'validation_failed'],
    ['{', 400, 'bad_request'],
    ['', 400, 'bad_request'],
    ['{"name":"a","name":"b","upstream":"stub"}', 400, 'bad_request'],
    ['{"name":"a","\\u006eame":"b","upstream":"stub"}', 400, 'bad_request'],
  ])('the body %j: %i', async (text, status, code) => {
    const response = await api.rest.request(
      '/api/v1/agents',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: text },
      by(viewer),
    );
    const { error } = ERROR.parse(await response.json());
    expect([response.status, error.code]).toEqual([status, code]);
    expect(await written()).toEqual({ agents: [], events: [] });
  });

  test('bytes that are not UTF-8: 400; another media type: 415; over a mebibyte: 413', async () => {
    const post = async (body: Uint8Array<ArrayBuffer> | string, type: string): Promise<[number, string]> => {
      const response = await api.rest.request(
        '/api/v1/agents',
        { method: 'POST', headers: { 'content-type': type }, body },
        by(viewer),
      );
      return [response.status, ERROR.parse(await response.json()).error.code];
    };
    const invalid = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('","upstream":"stub"}'),
    ]);
    expect(await post(Uint8Array.from(invalid), 'application/json')).toEqual([400, 'bad_request']);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      'application/jsonp',
    ]) {
      expect(await post('{"name":"a","upstream":"stub"}', type)).toEqual([415, 'unsupported_media_type']);
    }
    expect(await post(JSON.stringify({ name: 'a'.repeat(MAX_BODY_BYTES) }), 'application/json')).toEqual([
      413,
      'payload_too_large',
    ]);
    expect(await written()).toEqual({ agents: [], events: [] });
  });
});

describe('GET /agents', () => {
  test('newest first, with their calls of 24 hours, page by page', async () => {
    const HOUR = 3_600_000;
    const ids: AgentId[] = [];
    // A millisecond each: the IDs of one millisecond need not be in order.
    const begun = Date.now() - 1000;
    for (let index = 0; index < 5; index += 1)
      ids.push(await seedAgent(api.database, viewer.accountId, `bot ${index}`, begun + index));
    const [oldest] = ids;
    if (oldest === undefined) throw new Error('unreachable');
    await seedCall(api.database, viewer.accountId, oldest);
    await seedCall(api.database, viewer.accountId, oldest, { at: Date.now() - 25 * HOUR });
    const first = await get('/agents?limit=2');
    expect(first.status).toBe(200);
    const page = z.object({ data: z.array(z.record(z.string(), z.unknown())), next_cursor: z.string().nullable() });
    const seen = [];
    let cursor = page.parse(first.body).next_cursor;
    seen.push(...page.parse(first.body).data);
    while (cursor !== null) {
      const next = page.parse((await get(`/agents?limit=2&cursor=${cursor}`)).body);
      seen.push(...next.data);
      cursor = next.next_cursor;
    }
    expect(seen.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(seen.map(({ session_count_24h: count }) => count)).toEqual([0, 0, 0, 0, 1]);
    expect(Object.keys(seen[0] ?? {}).sort()).toEqual([
      'base_url',
      'created_at',
      'id',
      'name',
      'policy_name',
      'policy_version',
      'proxy_url',
      'session_count_24h',
      'tokenization',
      'upstream',
      'webhook_url',
    ]);
  });

  test('an empty account has an empty list, and a name narrows it', async () => {
    expect((await get('/agents')).body).toEqual({ data: [], next_cursor: null });
    await seedAgent(api.database, viewer.accountId, 'Cardiology');
    expect((await get('/agents?name_contains=cardio')).body).toMatchObject({
      data: [{ name: 'Cardiology' }],
      next_cursor: null,
    });
    expect((await get('/agents?name_contains=derma')).body).toEqual({ data: [], next_cursor: null });
  });

  test.each([
    ['?limit=0', ['limit']],
    ['?limit=101', ['limit']],
    ['?limit=ten', ['limit']],
    ['?limit=1.5', ['limit']],
    ['?limit=1&limit=2', ['limit']],
    ['?cursor=%21', ['cursor']],
    ['?name_contains=a%00', ['name_contains']],
    ['?cursor=bm9uZXN1Y2g', ['cursor']],
    ['?limit=-1&cursor=&name_contains=&page=2', ['cursor', 'limit', 'name_contains', 'page']],
  ])('%s: 422', async (query, faults) => {
    expectFailure(await get(`/agents${query}`), 422, 'validation_failed', faults);
  });
});

describe('GET /agents/{id}', () => {
  test('the agent with its policy and figures', async () => {
    const id = await createAgent();
    const { status, body } = await get(`/agents/${id}`);
    expect(status).toBe(200);
    const { agent } = z.strictObject({ agent: AGENT_DETAIL }).parse(body);
    expect(agent.policy_yaml).toBe(await readFile('configs/mask_policy.yaml', 'utf8'));
    expect(agent.inline_policy_yaml).toBeNull();
    expect(agent.stats).toEqual({
      session_count_24h: 0,
      session_count_7d: 0,
      redaction_count_24h: 0,
      p50_latency_ms: null,
      p95_latency_ms: null,
    });
    await seedCall(api.database, viewer.accountId, agent.id as AgentId, { redactions: 3 });
    expect((await get(`/agents/${id}`)).body).toMatchObject({
      agent: {
        stats: {
          session_count_24h: 1,
          session_count_7d: 1,
          redaction_count_24h: 3,
          p50_latency_ms: 66.5,
          p95_latency_ms: 66.5,
        },
      },
    });
  });

  test('policy_yaml null while the policy of an agent does not hold on this server', async () => {
    const id = await seedAgent(api.database, viewer.accountId, 'orphan');
    await api.database.prisma.agent.update({ where: { id }, data: { policyName: 'gone', policyVersion: 4 } });
    const { status, body } = await get(`/agents/${id}`);
    expect([status, body]).toMatchObject([
      200,
      { agent: { policy_name: 'gone', policy_version: 4, policy_yaml: null } },
    ]);
  });

  test.each([UNKNOWN_AGENT, 'agt_', 'sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', '%00'])('%s: 404', async (id) => {
    expectFailure(await get(`/agents/${id}`), 404, 'agent_not_found');
  });
});

describe('PATCH /agents/{id}', () => {
  test('changes what is given, and no more', async () => {
    const id = await createAgent();
    const { status, body } = await send('PATCH', `/agents/${id}`, { name: 'renamed' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ agent: { id, name: 'renamed', upstream: 'stub', policy_version: 1 } });
    expect(Object.keys(z.object({ agent: z.record(z.string(), z.unknown()) }).parse(body).agent)).not.toContain(
      'policy_yaml',
    );
  });

  test.each([
    [409, 'name_taken', { name: 'other' }, ['name']],
    [422, 'unknown_upstream', { upstream: 'nowhere' }, ['upstream']],
    [422, 'unknown_policy', { policy_name: 'nobodys' }, ['policy_name']],
    [
      422,
      'validation_failed',
      { name: ' ', tokenization: 'x', upstream: 'nowhere' },
      ['name', 'tokenization', 'upstream'],
    ],
    [422, 'validation_failed', { name: 1, upstream: 'nowhere', id: 'agt_1' }, ['id', 'name', 'upstream']],
  ])('%i %s %j', async (status, code, body, faults) => {
    const id = await createAgent();
    await createAgent('other');
    const before = await written();
    expectFailure(await send('PATCH', `/agents/${id}`, body), status, code, faults);
    expect(await written()).toEqual(before);
  });

  test('404', async () => {
    expectFailure(await send('PATCH', `/agents/${UNKNOWN_AGENT}`, { name: 'x' }), 404, 'agent_not_found');
  });
});

describe('DELETE /agents/{id}', () => {
  test('204 without a body; the name is free, the sessions stay', async () => {
    const id = await createAgent();
    const session = await seedCall(api.database, viewer.accountId, id as AgentId);
    expect(await send('DELETE', `/agents/${id}`)).toMatchObject({ status: 204, body: undefined });
    expectFailure(await get(`/agents/${id}`), 404, 'agent_not_found');
    expectFailure(await get(`/agents/${id}/sessions`), 404, 'agent_not_found');
    expectFailure(await send('DELETE', `/agents/${id}`), 404, 'agent_not_found');
    expect((await get('/agents')).body).toEqual({ data: [], next_cursor: null });
    expect((await get(`/sessions/${session}`)).status).toBe(200);
    expect((await send('POST', '/agents', { name: 'appointment-bot-prod', upstream: 'stub' })).status).toBe(201);
  });

  test('for admins only', async () => {
    const id = await createAgent();
    expectFailure(await send('DELETE', `/agents/${id}`, undefined, as(viewer, 'member')), 403, 'forbidden');
    expect((await get(`/agents/${id}`)).status).toBe(200);
  });
});

describe('every route', () => {
  const ROUTES = [
    ['POST', '/agents'],
    ['GET', '/agents'],
    ['GET', `/agents/${UNKNOWN_AGENT}`],
    ['PATCH', `/agents/${UNKNOWN_AGENT}`],
    ['DELETE', `/agents/${UNKNOWN_AGENT}`],
    ['POST', `/agents/${UNKNOWN_AGENT}/proxy-keys`],
    ['DELETE', `/agents/${UNKNOWN_AGENT}/proxy-keys/${UNKNOWN_KEY}`],
    ['POST', `/agents/${UNKNOWN_AGENT}/assistant-callback-secret`],
    ['GET', `/agents/${UNKNOWN_AGENT}/sessions`],
    ['GET', '/sessions'],
    ...SESSION_ADDRESSES,
    ['GET', '/me'],
    ['GET', '/usage'],
    ['GET', '/exports/sessions'],
    ['GET', '/exports/entries'],
    ['POST', '/detect'],
    ['POST', '/mask'],
    ['POST', '/synthesize'],
    ...POLICY_ADDRESSES,
    ['POST', '/admin/policy/reload'],
    ['GET', '/invitations'],
    ['POST', '/invitations'],
    ['DELETE', `/invitations/${UNKNOWN_INVITATION}`],
    ['GET', '/members'],
    ['POST', '/members'],
    ['PATCH', `/members/${UNKNOWN_MEMBER}`],
    ['DELETE', `/members/${UNKNOWN_MEMBER}`],
    ['GET', '/retention'],
    ['PATCH', '/retention'],
    ['POST', '/vault/purge'],
    ['POST', '/keys/rotate'],
    ['GET', '/me/sessions'],
    ['DELETE', `/me/sessions/${newId('browserSession')}`],
    ['GET', '/events'],
    ...WEBHOOK_ADDRESSES,
    ['GET', '/tokens'],
    ['POST', '/tokens'],
    ['DELETE', `/tokens/${newId('accessToken')}`],
    ['GET', `/agents/${UNKNOWN_AGENT}/report`],
    ['GET', '/reports'],
    ['GET', '/audit/checkpoint'],
    ['GET', '/audit/checkpoint/timestamped'],
    ['POST', '/audit/checkpoint/cosignatures'],
    ['GET', '/audit/find'],
    ['POST', '/audit/find'],
    ['GET', '/audit/keys'],
    ['GET', '/audit/log'],
    ['GET', '/audit/minimum-index'],
    ['GET', '/audit/proof/consistency'],
    ['GET', '/audit/proof/inclusion'],
    ['GET', '/audit/tile/entries/0'],
    ['GET', '/audit/tile/0/0'],
    ['POST', '/audit/subject'],
    ['POST', '/audit/verify'],
  ] as const;

  test.each(ROUTES)('%s %s: 401 for a stranger, before anything else is looked at', async (method, path) => {
    expectFailure(
      await send(method, `${path}?nonsense=1`, method === 'POST' ? '{' : undefined, null),
      401,
      'unauthenticated',
    );
  });

  test.each([
    ['GET', '/agents', undefined],
    ['GET', `/agents/${UNKNOWN_AGENT}`, undefined],
    ['GET', `/agents/${UNKNOWN_AGENT}/sessions`, undefined],
    ['POST', '/agents', { name: 'a', upstream: 'stub' }],
    ['PATCH', `/agents/${UNKNOWN_AGENT}`, { name: 'a' }],
    ['DELETE', `/agents/${UNKNOWN_AGENT}`, undefined],
    ['POST', `/agents/${UNKNOWN_AGENT}/proxy-keys`, undefined],
    ['DELETE', `/agents/${UNKNOWN_AGENT}/proxy-keys/${UNKNOWN_KEY}`, undefined],
    ['POST', `/agents/${UNKNOWN_AGENT}/assistant-callback-secret`, undefined],
    ['GET', '/invitations', undefined],
    ['POST', '/invitations', { role: 'admin' }],
    ['DELETE', `/invitations/${UNKNOWN_INVITATION}`, undefined],
  ])('%s %s: 403 for an auditor', async (method, path, body) => {
    expectFailure(await send(method, path, body, as(viewer, 'auditor')), 403, 'forbidden');
  });

  test.each([
    ['POST', '/agents', { name: 'a', upstream: 'stub' }],
    ['PATCH', `/agents/${UNKNOWN_AGENT}`, { name: 'a' }],
    ['DELETE', `/agents/${UNKNOWN_AGENT}`, undefined],
  ])('%s %s by cookie is refused from a foreign page', async (method, path, body) => {
    const cookie: Viewer = { ...viewer, via: 'cookie' };
    expectFailure(await send(method, path, body, cookie, { 'sec-fetch-site': 'cross-site' }), 403, 'forbidden');
    expectFailure(await send(method, path, body, cookie, { origin: 'https://evil.test' }), 403, 'forbidden');
    expect(await written()).toEqual({ agents: [], events: [] });
    expect((await send(method, path, body, cookie, { origin: 'https://masker.test' })).status).not.toBe(403);
  });

  test('POST /agents by cookie with JSON alone: 201', async () => {
    const cookie: Viewer = { ...viewer, via: 'cookie' };
    expect((await send('POST', '/agents', { name: 'by curl', upstream: 'stub' }, cookie)).status).toBe(201);
  });

  test('POST without a JSON type by cookie, as a form sends it: 415 and nothing written', async () => {
    const cookie: Viewer = { ...viewer, via: 'cookie' };
    const type = { 'content-type': 'text/plain' };
    for (const path of ['/agents', `/agents/${UNKNOWN_AGENT}/assistant-callback-secret`])
      expectFailure(
        await send('POST', path, { name: 'a', upstream: 'stub' }, cookie, type),
        415,
        'unsupported_media_type',
      );
    expect(await written()).toEqual({ agents: [], events: [] });
  });

  test.each([
    ['PUT', '/agents', 'POST, GET, HEAD'],
    ['POST', `/agents/${UNKNOWN_AGENT}`, 'GET, HEAD, PATCH, DELETE'],
    ['DELETE', '/sessions', 'GET, HEAD'],
    ['PATCH', '/me', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ])('%s %s: 405 with what is allowed', async (method, path, allowed) => {
    const answer = await send(method, path);
    expectFailure(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(allowed);
    const options = await send('OPTIONS', path);
    expect([options.status, options.headers.get('allow')]).toEqual([204, allowed]);
  });

  test('an address that is none: 404 in the envelope', async () => {
    for (const path of ['/nothing', '/agents/', `/sessions/${UNKNOWN_SESSION}/reports`])
      expectFailure(await get(path), 404, 'not_found');
    const outside = await api.rest.request('/favicon.ico', {}, by(null));
    expect([outside.status, ERROR.parse(await outside.json()).error.code]).toEqual([404, 'not_found']);
  });

  test('the OpenAPI document is there for everyone, and has every route', async () => {
    const { status, body } = await get('/openapi.json', null);
    expect(status).toBe(200);
    const { paths } = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(body);
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const id = (path: string): string =>
      path
        .replace(/(?:agt|sess|inv|tok|whk|bses|usr|cor)_\w{26}/, '{id}')
        .replace(UNKNOWN_KEY, '{key_id}')
        .replace('/redactions/0', '/redactions/{seq}')
        .replace('nobodys', '{name}');
    const tile = (path: string): string =>
      path.replace('/tile/entries/0', '/tile/entries/{tile}').replace('/tile/0/0', '/tile/{level}/{tile}');
    const operations = documented.filter((each) => !each.includes(' /api/v1/auth/'));
    expect(operations.sort()).toEqual(ROUTES.map(([method, path]) => `${method} /api/v1${tile(id(path))}`).sort());
  });
});

describe('errors', () => {
  test('an unexpected error says nothing, and is reported under the id that the caller gets', async () => {
    const { graphqlOptions, unexpected } = api;
    const services = { ...graphqlOptions.services, loadMe: () => Promise.reject(new Error('secret of jane')) };
    const broken = createRestApp({
      ...graphqlOptions,
      idempotency: api.idempotency,
      preconditions: api.preconditions,
      services,
    });
    const response = await broken.request('/api/v1/me', {}, by(viewer));
    const { error } = ERROR.parse(await response.json());
    expect([response.status, error.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(error)).not.toContain('jane');
    expect(unexpected.at(-1)).toMatchObject({ requestId: error.request_id, error: { message: 'secret of jane' } });
  });

  test('what routes that are mounted throw gets the envelope, and keeps their headers', async () => {
    const authRoutes = new Hono();
    authRoutes.get('/auth/test', (c) => {
      c.header('Set-Cookie', 'spent=1');
      throw new Failure('invalid_state', 'The sign-in has expired.');
    });
    const app = createRestApp({
      ...api.graphqlOptions,
      idempotency: api.idempotency,
      preconditions: api.preconditions,
      authRoutes,
    });
    const response = await app.request('/api/v1/auth/test', {}, by(null));
    expect([response.status, ERROR.parse(await response.json()).error.code]).toEqual([400, 'invalid_state']);
    expect(response.headers.get('set-cookie')).toBe('spent=1');
  });
});
