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
import { by, seedAgent, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';

let api: TestApi;
let viewer: Viewer;
/** Objects that there are, by the first part of their addresses. */
let objects: Readonly<Record<string, string>>;
/** The same application, whose every service and table fails unexpectedly. */
let broken: RestApp;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  const { stored } = api.graphqlOptions.services.policies;
  await stored.create(viewer, { yaml: 'name: clinic' });
  const { webhook } = await api.graphqlOptions.services.webhooks.create(viewer, { url: 'https://example.com/' });
  objects = {
    agents: await seedAgent(api.database, viewer.accountId, 'desk'),
    webhooks: webhook.id,
    policies: 'clinic',
  };
  const { graphqlOptions, idempotency, preconditions } = api;
  const failing = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: () => {
        throw new Error('a bug');
      },
    });
  const { services, prisma } = graphqlOptions;
  broken = createRestApp({
    ...graphqlOptions,
    services: failing(services),
    prisma: failing(prisma),
    idempotency,
    preconditions,
  });
});
afterAll(async () => {
  await api.close();
});

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
};
const QUERIES: Readonly<Record<string, string>> = {
  getConsistencyProof: 'from=1',
  getInclusionProof: 'leaf_index=0',
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
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return [response.status, ERROR.parse(await response.json()).error.code];
}

const powerless = (): Viewer => ({ ...viewer, permissions: new Set(), via: 'access_token' });

/** How each failure is brought about on any route. */
const FAULTS: Readonly<Record<string, (route: Route) => Promise<Response>>> = {
  unauthenticated: (route) => send(route, { who: null }),
  forbidden: (route) => send(route, { who: powerless() }),
  validation_failed: (route) => send(route, { query: 'nonsense=1' }),
  // An act on the whole instance asks for its own account before anything else.
  internal_error: (route) => send(route, { app: broken, who: { ...viewer, accountId: INSTANCE_ACCOUNT } }),
  bad_request: (route) => send(route, { body: '{' }),
  payload_too_large: (route) => send(route, { body: JSON.stringify({ x: 'x'.repeat(MAX_BODY_BYTES) }) }),
  unsupported_media_type: (route) => send(route, { headers: { 'content-type': 'text/plain' } }),
  precondition_failed: (route) => send(route, { isReal: true, headers: { 'if-match': '"another"' } }),
  agent_not_found: (route) => send(route, route.path.includes('{id}') ? {} : { query: `agent_id=${newId('agent')}` }),
  session_not_found: (route) => send(route),
  policy_not_found: (route) => send(route),
  idempotency_conflict: async (route) => {
    const headers = { 'idempotency-key': newId('request') };
    await claim(headers['idempotency-key']);
    return send(route, { headers });
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
}

/** What the document names for every route, and cannot happen on this one. */
const EXCEPTIONS: ReadonlySet<string> = new Set(['getMe forbidden']);

/** Failures that take a state of their own; their tests are those of what the routes do. */
const ELSEWHERE = [
  'already_member',
  'audit_unavailable',
  'detection_unavailable',
  'idempotency_in_progress',
  'last_admin',
  'name_taken',
  'not_found',
  'policy_in_use',
  'policy_yaml_invalid',
  'rate_limited',
  'report_generation_failed',
  'rotation_in_progress',
  'session_expired',
  'unknown_policy',
  'unknown_upstream',
  'upstream_not_allowed',
];

test('every failure of the document is brought about here, or by the tests of its route', () => {
  const codes = new Set(ROUTES.flatMap((route) => [...documented(route).values()].flat()));
  expect([...codes].filter((code) => !Object.hasOwn(FAULTS, code)).sort()).toEqual(ELSEWHERE);
});

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s', (_address, route) => {
  const named = [...documented(route)].flatMap(([status, codes]) => codes.map((code) => [code, status] as const));
  const brought = named.filter(
    ([code]) => Object.hasOwn(FAULTS, code) && !EXCEPTIONS.has(`${route.operationId} ${code}`),
  );

  test.each(brought)('answers %s with %i', async (code, status) => {
    expect(await failureOf((await FAULTS[code]?.(route)) ?? new Response())).toEqual([status, code]);
  });
});
