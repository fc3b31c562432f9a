/** The failures that the OpenAPI document names for every route: each is brought about on each route, and has the form of all errors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { newId } from '../../src/platform/ids.ts';
import { createRestApp } from '../../src/rest/app.ts';
import type { RestApp } from '../../src/rest/app.ts';
import { ERROR } from '../../src/rest/objects.ts';
import { openApiDocument } from '../../src/rest/openapi.ts';
import { MAX_BODY_BYTES } from '../../src/rest/request-body.ts';
import type { Route } from '../../src/rest/route.ts';
import { ROUTES } from '../../src/rest/route-table.ts';
import { by, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { startExhaustedRest } from '../exhausted-rest.ts';
import type { ExhaustedRest } from '../exhausted-rest.ts';

let api: TestApi;
let viewer: Viewer;
/** Objects that there are, by the first part of their addresses. */
let objects: Readonly<Record<string, string>>;
/** The same application, whose every service and table fails unexpectedly. */
let broken: RestApp;
/** The same, on a database that is down. */
let down: RestApp;
let exhausted: ExhaustedRest;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  const { database } = api;
  const { stored } = api.graphqlOptions.services.policies;
  await stored.create(viewer, { yaml: 'name: clinic' });
  await stored.publish(viewer, 'clinic');
  const { webhook } = await api.graphqlOptions.services.webhooks.create(viewer, { url: 'https://example.com/' });
  const agent = await seedAgent(database, viewer.accountId, 'desk');
  await database.prisma.agent.update({ where: { id: agent }, data: { policyName: 'clinic' } });
  await seedAgent(database, viewer.accountId, 'taken');
  const expired = await seedCall(database, viewer.accountId, agent);
  const span = { sessionId: expired, turn: 1, path: '/messages/0/content', start: 0, end: 4, kind: 'NAME' };
  const { id: corrections } = await api.graphqlOptions.services.corrections.missed(viewer, span);
  await database.prisma.session.update({ where: { id: expired }, data: { expiredAt: new Date() } });
  objects = {
    agents: agent,
    webhooks: webhook.id,
    policies: 'clinic',
    members: viewer.userId,
    sessions: expired,
    corrections,
  };
  broken = failing(new Error('a bug'));
  down = failing(Object.assign(new Error('down'), { code: '57P03' }));
  exhausted = await startExhaustedRest(api);
});
afterAll(async () => {
  await exhausted.close();
  await api.close();
});

/** The application, whose every service and table throws the error. */
function failing(error: Error): RestApp {
  const throwing = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: () => {
        throw error;
      },
    });
  const { graphqlOptions, idempotency, preconditions } = api;
  const [services, prisma] = [throwing(graphqlOptions.services), throwing(graphqlOptions.prisma)];
  return createRestApp({ ...graphqlOptions, services, prisma, idempotency, preconditions });
}

const OPERATION = z.object({ responses: z.record(z.string(), z.object({ description: z.string() })) });
const DOCUMENT = z
  .object({ paths: z.record(z.string(), z.record(z.string(), OPERATION)) })
  .parse(openApiDocument(ROUTES));

/** The codes of failures that the document names for the route, by status. */
function documented({ method, path }: Route): ReadonlyMap<number, readonly string[]> {
  const responses = DOCUMENT.paths[`/api/v1${path}`]?.[method.toLowerCase()]?.responses ?? {};
  return new Map(
    Object.entries(responses)
      .filter(([status]) => Number(status) >= 400)
      .map(([status, { description }]) => [Number(status), description.split(', ')]),
  );
}

/** A sound body for each route that takes one. */
const BODIES: Readonly<Record<string, object>> = {
  createAgent: { name: 'a', upstream: 'stub' },
  updateAgent: { name: 'a' },
  detect: { text: 'Call me.' },
  mask: { text: 'Call me.' },
  synthesize: { text: 'Call me.' },
  createPolicy: { policy_yaml: 'name: x' },
  savePolicy: { policy_yaml: 'name: x' },
  publishPolicy: {},
  rollbackPolicy: { version: 1 },
  diffPolicy: {},
  measurePolicyEffect: {},
  validatePolicy: { policy_yaml: 'name: x' },
  createWebhook: { url: 'https://example.com/' },
  updateWebhook: {},
  replayWebhook: { since: '2026-01-01T00:00:00Z' },
  verifyAudit: { session_id: newId('session') },
  findSessionsPrivately: { session_id: newId('session') },
  searchSubject: { value: 'Jane Roe' },
  addCosignatures: { checkpoint: 'x' },
  createInvitation: { role: 'member' },
  inviteMember: { role: 'member', email: 'jane@example.com' },
  changeMemberRole: { role: 'member' },
  changeRetention: { payload_days: 1 },
  purgeVault: { session_id: newId('session') },
  rotateKeys: {},
  createToken: { name: 'a', permissions: ['sessions:read'] },
  recordMissed: { turn: 1, path: '/messages/0/content', start: 0, end: 4, kind: 'NAME' },
  closeCorrection: { outcome: 'accepted' },
};
const QUERIES: Readonly<Record<string, string>> = {
  getConsistencyProof: 'from=1',
  getInclusionProof: 'leaf_index=999',
  findSessions: 'day=2026-11-30',
};

/** The address with IDs and names that are nobody's, or of objects that there are. */
function addressOf({ path, operationId }: Route, isReal: boolean, more = ''): string {
  const [, first] = path.split('/');
  const types = { agents: 'agent', webhooks: 'webhook', invitations: 'invitation', members: 'user' } as const;
  const type = path.startsWith('/me/') ? 'browserSession' : Object.entries(types).find(([name]) => name === first)?.[1];
  const unknown = newId(type ?? (first === 'tokens' ? 'accessToken' : 'session'));
  const real = isReal ? objects[first ?? ''] : undefined;
  const address = path
    .replace('{key_id}', newId('proxyKey'))
    .replace('{id}', real ?? unknown)
    .replace('{name}', real ?? 'nobodys')
    .replace('{seq}', '1')
    .replace('{level}', '0')
    .replace('{tile}', '000');
  const query = [QUERIES[operationId] ?? '', more].filter((part) => part !== '').join('&');
  return query === '' ? address : `${address}?${query}`;
}

interface Sent {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly who?: Viewer | null;
  readonly app?: RestApp;
  /** Whether the address names an object that there is. */
  readonly isReal?: boolean;
}

/** Sends what is sound for the route but for what is given. */
async function send(
  route: Route,
  { body, headers, query, who = viewer, app = api.rest, isReal = false }: Sent = {},
): Promise<Response> {
  const sound = route.body === null ? undefined : JSON.stringify(BODIES[route.operationId]);
  const sent = body ?? sound;
  const response = await app.request(
    `/api/v1${addressOf(route, isReal, query)}`,
    {
      method: route.method,
      headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    },
    by(who),
  );
  return response;
}

async function failureOf(response: Response): Promise<readonly [number, string]> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json(?:; charset=utf-8)?$/);
  return [response.status, ERROR.parse(await response.json()).error.code];
}

const powerless = (): Viewer => ({ ...viewer, permissions: new Set(), via: 'access_token' });

/** Bodies that are sound but for what the code says, by operation. Others are as sound ones with the field replaced. */
const FAULTY: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  name_taken: {
    createAgent: { name: 'desk', upstream: 'stub' },
    updateAgent: { name: 'taken' },
    createPolicy: { policy_yaml: 'name: clinic' },
  },
};

/** The route with its sound body, and one field of it replaced. The object of the address exists. */
function withField(route: Route, code: string, field: object = {}): Promise<Response> {
  const body = FAULTY[code]?.[route.operationId] ?? { ...BODIES[route.operationId], ...field };
  return send(route, { body: JSON.stringify(body), isReal: true });
}

/** How each failure is brought about on any route. */
const FAULTS: Readonly<Record<string, (route: Route) => Promise<Response>>> = {
  unauthenticated: (route) => send(route, { who: null }),
  forbidden: (route) => send(route, { who: powerless() }),
  validation_failed: (route) => send(route, { query: 'nonsense=1' }),
  rate_limited: (route) => fetch(`${exhausted.url}/api/v1${addressOf(route, false)}`, { method: route.method }),
  // An act on the whole instance asks for its own account before anything else.
  internal_error: (route) => send(route, { app: broken, who: { ...viewer, accountId: INSTANCE_ACCOUNT } }),
  audit_unavailable: (route) => send(route, { app: down, who: { ...viewer, accountId: INSTANCE_ACCOUNT } }),
  bad_request: (route) => send(route, { body: '{' }),
  payload_too_large: (route) => send(route, { body: JSON.stringify({ x: 'x'.repeat(MAX_BODY_BYTES) }) }),
  unsupported_media_type: (route) => send(route, { headers: { 'content-type': 'text/plain' } }),
  precondition_failed: (route) => send(route, { isReal: true, headers: { 'if-match': '"another"' } }),
  not_found: (route) => send(route, { isReal: route.path.startsWith('/agents/') }),
  agent_not_found: (route) => send(route, route.path.includes('{id}') ? {} : { query: `agent_id=${newId('agent')}` }),
  session_not_found: (route) => send(route),
  session_expired: (route) => send(route, { isReal: true }),
  policy_not_found: (route) => send(route),
  policy_in_use: (route) => send(route, { isReal: true }),
  name_taken: (route) => withField(route, 'name_taken'),
  unknown_upstream: (route) => withField(route, 'unknown_upstream', { upstream: 'nowhere' }),
  unknown_policy: (route) => withField(route, 'unknown_policy', { policy_name: 'nobodys' }),
  policy_yaml_invalid: (route) => withField(route, 'policy_yaml_invalid', { policy_yaml: 'name: [' }),
  already_member: (route) => withField(route, 'already_member', { email: undefined, github_login: 'mary' }),
  last_admin: (route) => send(route, { isReal: true }),
  idempotency_conflict: async (route) => {
    const headers = { 'idempotency-key': newId('request') };
    await claim(headers['idempotency-key']);
    return send(route, { headers });
  },
  idempotency_in_progress: async (route) => {
    const key = newId('request');
    const body = route.body === null ? undefined : BODIES[route.operationId];
    const keyed = { viewer, key, path: `/api/v1${addressOf(route, true)}`, body };
    let answer = new Response();
    // The second request is sent while the first one with the key runs.
    await api.idempotency.once(keyed, async () => {
      answer = await send(route, { isReal: true, headers: { 'idempotency-key': key } });
      return { status: 204, body: undefined };
    });
    return answer;
  },
};

/** Has the user use the key for another request, which is answered. */
async function claim(key: string): Promise<void> {
  const made = await api.rest.request(
    '/api/v1/webhooks',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ url: 'https://example.com/claimed' }),
    },
    by(viewer),
  );
  expect(made.status).toBe(201);
  // An account may have so many webhooks.
  const { webhook } = (await made.json()) as { webhook: { id: string } };
  await api.rest.request(`/api/v1/webhooks/${webhook.id}`, { method: 'DELETE' }, by(viewer));
}

/** Failures that take a state of their own; their tests are those of what the routes do. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['createAgent', 'updateAgent'].map((operation) => `${operation} upstream_not_allowed`),
  ...['reloadPolicies', 'publishPolicy', 'rollbackPolicy'].map((operation) => `${operation} policy_yaml_invalid`),
  ...['explainRedaction', 'mask', 'synthesize'].map((operation) => `${operation} detection_unavailable`),
  ...['getSessionReport', 'getAgentReport', 'getAccountReport', 'exportEntries'].map(
    (operation) => `${operation} report_generation_failed`,
  ),
  ...['getLogEntries', 'getInclusionProof'].map((operation) => `${operation} log_pruned`),
  'addCosignatures not_found',
  'rotateKeys rotation_in_progress',
]);

const PAIRS = ROUTES.map((route) => {
  const named = [...documented(route)].flatMap(([status, codes]) => codes.map((code) => [code, status] as const));
  return { route, named };
});

test('every failure of the document is brought about here, or by the tests of its route', () => {
  const untried = PAIRS.flatMap(({ route: { operationId }, named }) =>
    named.filter(([code]) => !Object.hasOwn(FAULTS, code)).map(([code]) => `${operationId} ${code}`),
  );
  const tried = (pair: string): boolean => Object.hasOwn(FAULTS, pair.split(' ').at(-1) ?? '');
  expect(untried.sort()).toEqual([...ELSEWHERE].filter((pair) => !tried(pair)).sort());
});

test('no route is documented as forbidden that everybody who is signed in may use', () => {
  expect(ROUTES.filter((route) => !documented(route).has(403)).map(({ operationId }) => operationId)).toEqual([
    'getMe',
  ]);
});

describe.each(PAIRS.map(({ route, named }) => [`${route.method} ${route.path}`, { route, named }] as const))(
  '%s',
  (_address, { route, named }) => {
    const brought = named.filter(
      ([code]) => Object.hasOwn(FAULTS, code) && !ELSEWHERE.has(`${route.operationId} ${code}`),
    );

    test.each(brought)('answers %s with %i', async (code, status) => {
      expect(await failureOf((await FAULTS[code]?.(route)) ?? new Response())).toEqual([status, code]);
    });
  },
);
