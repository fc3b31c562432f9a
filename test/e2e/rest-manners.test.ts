/** HEAD, OPTIONS, 405, entity tags, If-Match and CORS on every route of the OpenAPI document, over the wire. */
import { request as sendRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { openApiDocument } from '../../src/rest/openapi.ts';
import type { Method, Route } from '../../src/rest/route.ts';
import { ROUTES } from '../../src/rest/route-table.ts';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';

const FRIEND = 'https://portal.example.org';
const STRANGER = 'https://evil.example';

let testDatabase: TestDatabase;
let masker: TestInstance;
/** Objects of the account, by the first part of their addresses. */
let objects: Readonly<Record<string, string>>;
/** The place of a redaction in the journal of the session. */
let place: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  masker = await startTestInstance(testDatabase.url, { MASKER_CORS_ORIGINS: FRIEND });
  const agent = await masker.createAgent({ upstream: 'stub' });
  const said = 'this is Maria Gonzalez, call me back on 415-555-0142';
  const answer = await masker.chat(agent, { model: 'stub', messages: [{ role: 'user', content: said }] });
  await answer.text();
  const session = answer.headers.get('masker-session-id') ?? '';
  const ended = await masker.graphql<{ endSession: { session: { events: { edges: { node: { seq: number } }[] } } } }>(
    `mutation ($id: ID!) { endSession(id: $id) {
      ... on EndSessionSuccess { session { events { edges { node { seq } } } } } } }`,
    { id: session },
  );
  place = String(ended.endSession.session.events.edges[0]?.node.seq);
  await masker.api('POST', '/policies', { policy_yaml: 'name: clinic' });
  const made = await masker.api('POST', '/webhooks', { url: 'http://127.0.0.1:9/hook', paused: true });
  const { webhook } = (await made.json()) as { webhook: { id: string } };
  const me = (await (await masker.api('GET', '/me')).json()) as { user: { id: string } };
  objects = { agents: agent.id, sessions: session, policies: 'clinic', webhooks: webhook.id, members: me.user.id };
});
afterAll(async () => {
  await masker.close();
  await testDatabase.drop();
});

/** Parameters that a route does not do without. */
const QUERIES: Readonly<Record<string, string>> = {
  listAuditLog: '?limit=100',
  getInclusionProof: '?leaf_index=0',
  getConsistencyProof: '?from=1',
  findSessions: '?day=2026-11-30',
};

function addressOf({ path, operationId }: Pick<Route, 'path' | 'operationId'>): string {
  const object = objects[path.split('/')[1] ?? ''] ?? newId('invitation');
  const address = path
    .replace('{id}', object)
    .replace('{name}', object)
    .replace('{seq}', place)
    .replace('{key_id}', newId('proxyKey'))
    .replace('{level}', '0')
    .replace('{tile}', '000');
  return `/api/v1${address}${QUERIES[operationId] ?? ''}`;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends as the bootstrap admin. Headers of the connection, the moment and the request's ID are left out of the answer. */
async function ask(method: string, address: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const sent = sendRequest(`${masker.url}${address}`, {
    method,
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, ...headers },
    agent: false,
  });
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  const { date: _date, connection: _connection, 'x-request-id': _id, ...rest } = response.headers;
  return { status: response.statusCode ?? 0, headers: rest, body: await text(response) };
}

const PATHS = Object.entries(
  openApiDocument(ROUTES)['paths'] as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
).map(([path, operations]) => [path, Object.keys(operations).map((method) => method.toUpperCase())] as const);
const READS = ROUTES.filter(({ method }) => method === 'GET');
const named = (routes: readonly Route[]): (readonly [string, Route])[] =>
  routes.map((route) => [`${route.method} ${route.path}`, route]);
const routeAt = (path: string): Route | undefined => ROUTES.find((route) => `/api/v1${route.path}` === path);
const addressAt = (path: string): string =>
  addressOf(routeAt(path) ?? { path: path.slice('/api/v1'.length), operationId: '' });

/** What GET and HEAD answer, as far as they must agree. */
async function bothOf(address: string, { isIssued }: Route): Promise<{ readonly got: object; readonly head: object }> {
  const comparable = ({ status, headers }: Answer, length: string | undefined): object => {
    const { 'transfer-encoding': _chunked, 'content-length': own = length, etag, ...others } = headers;
    return { status, length: own, ...others, etag: isIssued ? undefined : etag };
  };
  const [got, head] = [await ask('GET', address), await ask('HEAD', address)];
  expect(head.body).toBe('');
  // An answer in chunks has no length, and HEAD need not state one.
  const length = got.headers['content-length'];
  return { got: comparable(got, length), head: comparable(head, length) };
}

// Jobs write what is listed, such as events: a pair of requests between which something changed is asked again.
describe.each(named(READS.filter(({ streams }) => !streams)))('HEAD of %s', (_name, route) => {
  test('has the status and the headers of GET, and no body', async () => {
    const address = addressOf(route);
    await expect
      .poll(async () => {
        const { got, head } = await bothOf(address, route);
        return isDeepStrictEqual(got, head) || { got, head };
      })
      .toBe(true);
  });
});

test.each(named(READS.filter(({ streams }) => streams)))('HEAD of the stream %s is refused', async (_name, route) => {
  const { status, headers, body } = await ask('HEAD', addressOf(route));
  expect([status, headers.allow, body]).toEqual([405, 'GET', '']);
});

/** How GET answers conditions on its tag: with 304, its tag and no body for those that name it. */
async function conditionsOf(address: string): Promise<readonly unknown[]> {
  const [first, second] = [await ask('GET', address), await ask('GET', address)];
  const tag = first.headers.etag ?? '';
  expect([first.status, tag]).toEqual([200, expect.stringMatching(/^"[\w.-]+"$/)]);
  const cached = await Promise.all(
    [tag, `W/${tag}`, `"other", ${tag}`, '*'].map((value) => ask('GET', address, { 'if-none-match': value })),
  );
  const other = await ask('GET', address, { 'if-none-match': '"other"' });
  const head = await ask('HEAD', address, { 'if-none-match': tag });
  return [
    second.headers.etag === tag && second.body === first.body,
    ...cached.map(({ status, headers, body }) => status === 304 && headers.etag === tag && body === ''),
    other.status,
    head.status,
  ];
}

/** Operations of which this instance has no object: it asks no authority for time stamps. */
const ABSENT: ReadonlySet<string> = new Set(['getStampedCheckpoint']);
const TAGGED = READS.filter(({ response, operationId }) => response.schema !== null && !ABSENT.has(operationId));

describe.each(named(TAGGED.filter(({ isIssued }) => !isIssued)))('the entity tag of %s', (_name, route) => {
  test('stays while nothing changes, and If-None-Match with it is answered with 304', async () => {
    const address = addressOf(route);
    await expect.poll(() => conditionsOf(address)).toEqual([true, true, true, true, true, 200, 304]);
  });
});

test.each(named(TAGGED.filter(({ isIssued }) => isIssued)))(
  '%s has no entity tag: each answer is new',
  async (_name, route) => {
    const { status, headers } = await ask('GET', addressOf(route), { 'if-none-match': '*' });
    expect([status, headers.etag]).toEqual([200, undefined]);
  },
);

/** Changes of an object, by the first part of its address: what is read at its addresses is another then. */
const CHANGES: Readonly<Record<string, (number: number) => Promise<Response>>> = {
  '/agents': (n) => masker.api('PATCH', `/agents/${objects['agents'] ?? ''}`, { name: `desk ${n}` }),
  '/agents/{id}': (n) => masker.api('PATCH', `/agents/${objects['agents'] ?? ''}`, { name: `desk ${n}` }),
  '/webhooks': (n) => masker.api('PATCH', `/webhooks/${objects['webhooks'] ?? ''}`, { url: `http://127.0.0.1:9/${n}` }),
  '/webhooks/{id}': (n) =>
    masker.api('PATCH', `/webhooks/${objects['webhooks'] ?? ''}`, { url: `http://127.0.0.1:9/${n}` }),
  '/policies': (n) => masker.api('PUT', '/policies/clinic', { policy_yaml: `name: clinic\ndescription: draft ${n}` }),
  '/policies/{name}': (n) =>
    masker.api('PUT', '/policies/clinic', { policy_yaml: `name: clinic\ndescription: draft ${n}` }),
  '/policies/{name}/versions': (n) =>
    masker.api('PUT', '/policies/clinic', { policy_yaml: `name: clinic\ndescription: draft ${n}` }),
  '/invitations': () => masker.api('POST', '/invitations', { role: 'member' }),
  '/tokens': (n) => masker.api('POST', '/tokens', { name: `token ${n}`, permissions: ['agents:read'] }),
  '/retention': (n) => masker.api('PATCH', '/retention', { session_metadata_days: 100 + n }),
  '/audit/log': () => masker.api('POST', '/invitations', { role: 'member' }),
};

describe.each(Object.entries(CHANGES))('the entity tag of %s', (path, change) => {
  test('changes with what is there', async () => {
    const address = addressAt(`/api/v1${path}`);
    const tags = new Set<string | undefined>();
    for (let n = 1; n <= 3; n += 1) {
      expect((await change(n)).status).toBeLessThan(300);
      const { status, headers } = await ask('GET', address, { 'if-none-match': [...tags].join(', ') });
      expect(status).toBe(200);
      tags.add(headers.etag);
    }
    expect(tags.size).toBe(3);
  });
});

const WRITES: ReadonlySet<Method> = new Set(['PUT', 'PATCH', 'DELETE']);

describe.each(named(ROUTES.filter(({ method }) => WRITES.has(method))))('If-Match of %s', (_name, route) => {
  test('with the tag of something else is 412, and the document says so', async () => {
    const body = route.body === null ? null : (BODIES[route.operationId] ?? {});
    const response = await fetch(`${masker.url}${addressOf(route)}`, {
      method: route.method,
      headers: {
        authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
        'if-match': '"another"',
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([412, 'precondition_failed']);
    const operation = DOCUMENT[`/api/v1${route.path}`]?.[route.method.toLowerCase()] as { responses: object };
    expect(Object.keys(operation.responses)).toContain('412');
  });
});
const BODIES: Readonly<Record<string, object>> = {
  savePolicy: { policy_yaml: 'name: clinic' },
  changeMemberRole: { role: 'admin' },
};
const DOCUMENT = openApiDocument(ROUTES)['paths'] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The methods of an address: those of every path of the document that it fits. */
function methodsAt(path: string): string[] {
  const fits = PATHS.filter(([other]) => new RegExp(`^${other.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  return [...new Set(fits.flatMap(([, methods]) => methods))];
}

describe.each(PATHS.map(([path]) => path))('%s', (path) => {
  const methods = methodsAt(path);
  /** Methods of sign-in that HEAD would spend. */
  const spends = /\/auth\/(?:bootstrap|invitation|\w+\/callback)$/.test(path);
  const hasHead = methods.includes('GET') && !spends && routeAt(path)?.streams !== true;

  test('lists the same methods by OPTIONS as by 405: those of the document, and HEAD', async () => {
    const address = addressAt(path);
    const allowed = [...methods, ...(hasHead ? ['HEAD'] : [])].sort();
    const listed = ({ headers }: Answer): string[] => (headers.allow ?? '').split(', ').sort();
    const options = await ask('OPTIONS', address);
    expect([options.status, options.body, listed(options)]).toEqual([204, '', allowed]);
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !methods.includes(method));
    for (const method of others) {
      const refused = await ask(method, address);
      const { error } = JSON.parse(refused.body) as { error: { code: string } };
      expect([method, refused.status, error.code, listed(refused)]).toEqual([
        method,
        405,
        'method_not_allowed',
        allowed,
      ]);
    }
  });

  test('answers preflights of a configured origin alone, for each of its methods', async () => {
    for (const method of [...methods, ...(hasHead ? ['HEAD'] : [])]) {
      const preflight = { 'access-control-request-method': method, 'access-control-request-headers': 'authorization' };
      const friend = await ask('OPTIONS', addressAt(path), { origin: FRIEND, ...preflight });
      expect([friend.status, friend.headers['access-control-allow-origin']]).toEqual([204, FRIEND]);
      expect(friend.headers['access-control-allow-methods']?.split(', ')).toContain(method);
      expect(friend.headers['access-control-allow-headers']).toBe('authorization');
      expect(friend.headers['access-control-allow-credentials']).toBeUndefined();
      const stranger = await ask('OPTIONS', addressAt(path), { origin: STRANGER, ...preflight });
      expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('lets pages of a configured origin alone read answers and refusals, with the headers that they need', async () => {
    for (const method of ['OPTIONS', hasHead ? 'HEAD' : 'TRACE']) {
      const friend = await ask(method === 'TRACE' ? 'PUT' : method, addressAt(path), { origin: FRIEND });
      expect(friend.headers).toMatchObject({ 'access-control-allow-origin': FRIEND, vary: 'Origin' });
      const exposed = friend.headers['access-control-expose-headers']?.toLowerCase().split(', ');
      expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'etag', 'retry-after', 'allow', 'location']));
      const stranger = await ask('OPTIONS', addressAt(path), { origin: STRANGER });
      expect([stranger.headers['access-control-allow-origin'], stranger.headers.vary]).toEqual([undefined, 'Origin']);
    }
  });
});
