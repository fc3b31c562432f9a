/** Hostile requests to /graphql with the settings of a production start: each is refused before anything of it runs. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { MAX_FAULTS, MAX_VARIABLES } from '../../src/graphql/limits.ts';
import { MAX_VALUES } from '../../src/graphql/request-body.ts';
import { listenGraphql, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let graphql: GraphqlEndpoint;
/** What resolvers asked of the services and of the database. */
let asked: string[];

beforeAll(async () => {
  api = await startTestApi();
  const viewer: Viewer = await signUp(api.database);
  const watched = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get: (object, key, receiver) => {
        asked.push(`${name}.${String(key)}`);
        return Reflect.get(object, key, receiver) as unknown;
      },
    });
  const { services, prisma } = api.graphqlOptions;
  const options = { ...api.graphqlOptions, introspection: false };
  asked = [];
  graphql = await listenGraphql(
    { ...options, services: watched('services', services), prisma: watched('prisma', prisma) },
    viewer,
  );
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const TYPE_BY_NAME = 'query Type($name: String!) { __type(name: $name) { name } }';
/** Audits of variables, which ask for a type of the schema: what is said of each where that is refused. */
const INTROSPECTING: ReadonlyMap<string, object> = new Map([
  ['2EA1', { status: 'warn', reason: 'Response status code is not 200' }],
  ['28B9', { status: 'error', reason: 'Response body execution result has a property "errors"' }],
  ['D6D5', { status: 'notice', reason: 'Response status code is not 200' }],
  ['6A70', { status: 'notice', reason: 'Response body execution result has a property "errors"' }],
]);

/** fetch, with a field of our own in the place of the one that introspects. */
const withOwnField: typeof fetch = (input, init) => {
  const own = (text: string): string =>
    text.replace(TYPE_BY_NAME, 'query Type($name: String!) { policy(name: $name) { name } }');
  const url = new URL(input instanceof Request ? input.url : input);
  const query = url.searchParams.get('query');
  if (query !== null) url.searchParams.set('query', own(query));
  return fetch(url, typeof init?.body === 'string' ? { ...init, body: own(init.body) } : init);
};

describe('the GraphQL-over-HTTP specification, without introspection', () => {
  test.each(serverAudits({ url: () => graphql.url }))('$id $name', async ({ id, fn }) => {
    expect(await fn()).toMatchObject(INTROSPECTING.get(id) ?? { status: 'ok' });
  });

  const own = serverAudits({ url: () => graphql.url, fetchFn: withOwnField });
  test.each(own.filter(({ id }) => INTROSPECTING.has(id)))('$id $name, of a field of our own', async ({ fn }) => {
    expect(await fn()).toMatchObject({ status: 'ok' });
  });
});

const times = (count: number, make: (n: number) => string, separator = ' '): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(separator);
const members = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, n]));

const CREATE = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { __typename } }';
const TOKEN = `mutation ($permissions: [String!]!) {
  createAccessToken(input: { name: "a", permissions: $permissions }) { __typename } }`;
const EVENTS = 'query ($types: [String!]) { events(types: $types) { edges { cursor } } }';

const BODIES: readonly (readonly [string, object, RegExp])[] = [
  ['a deep document', { query: `{ ${'agents { edges { node { '.repeat(300)} id ${'} } } '.repeat(300)} }` }, /tokens/],
  ['a wide document', { query: `{ ${times(5000, () => '__typename')} }` }, /tokens/],
  ['a thousand aliases', { query: `{ ${times(1000, (n) => `a${n}: __typename`)} }` }, /tokens/],
  [
    'circular fragments',
    { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' },
    /within itself/,
  ],
  [
    'a long circle of fragments',
    { query: `{ ...F0 } ${times(190, (n) => `fragment F${n} on Query { ...F${(n + 1) % 190} }`)}` },
    /50 times/,
  ],
  ['a megabyte of tokens', { query: `{ ${'a '.repeat(500_000)} }` }, /100000 characters/],
  [
    'fifty thousand variables in the document',
    { query: `query (${times(50_000, (n) => `$v${n}: Int`)}) { __typename }` },
    /100000 characters/,
  ],
  [
    'more variables in the document than allowed',
    { query: `query (${times(MAX_VARIABLES + 1, (n) => `$v${n}: Int`)}) { __typename }` },
    /100 variables/,
  ],
  [
    'fifty thousand variables in the body',
    { query: '{ me { user { id } } }', variables: members(50_000) },
    /10000 values/,
  ],
  ['fifty thousand extensions', { query: '{ me { user { id } } }', extensions: members(50_000) }, /10000 values/],
  ['fifty thousand parameters', { query: '{ me { user { id } } }', ...members(50_000) }, /10000 values/],
  [
    'a variable of a hundred thousand items',
    { query: TOKEN, variables: { permissions: Array.from({ length: 100_000 }, () => 'x') } },
    /10000 values/,
  ],
  [
    'an input of unknown fields',
    { query: CREATE, variables: { input: members(MAX_VALUES - 10) } },
    /"input" has a field that/,
  ],
  [
    'objects in the place of texts',
    { query: EVENTS, variables: { types: Array.from({ length: 4000 }, () => ({})) } },
    /"types\[0\]" is an object/,
  ],
  [
    'directives that are repeated',
    { query: `{ __typename ${times(300, () => '@skip(if: false)')} }` },
    /tokens|directives|used once/,
  ],
  [
    'a list of a hundred directives',
    { query: `{ __typename ${times(100, () => '@skip(if: false)')} }` },
    /directives|used once/,
  ],
  [
    'hundreds of unknown arguments',
    { query: `{ agents(${times(600, (n) => `a${n}: 1`)}) { edges { cursor } } }` },
    /Unknown argument/,
  ],
  ['hundreds of unknown fields', { query: `{ ${times(249, (n) => `agentz${n}`)} }` }, /Cannot query field/],
  [
    'hundreds of unknown fields of an input',
    { query: `mutation { createAgent(input: { ${times(600, (n) => `a${n}: 1`)} }) { __typename } }` },
    /required type|not defined/,
  ],
  [
    'fields that conflict',
    { query: `{ ${times(60, (n) => `agents(first: ${n + 1}) { edges { node { id } } }`)} }` },
    /conflict/,
  ],
  [
    'fragments that nothing uses',
    { query: `{ __typename } ${times(240, (n) => `fragment F${n} on Query { __typename }`)}` },
    /never used/,
  ],
];

interface Refused {
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly data?: unknown;
}

async function post(body: string, type = 'application/json'): Promise<{ status: number; body: Refused }> {
  const headers = { 'content-type': type, accept: 'application/graphql-response+json' };
  const response = await fetch(graphql.url, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Refused };
}

describe('a hostile request', () => {
  test.each(BODIES)('of %s is refused before anything of it runs, with few errors', async (_what, body, message) => {
    const { status, body: answer } = await post(JSON.stringify(body));
    expect([status, answer.data ?? null]).toEqual([400, null]);
    expect(answer.errors[0]?.message).toMatch(message);
    expect(answer.errors.length).toBeLessThanOrEqual(MAX_FAULTS + 1);
    expect(asked).toEqual([]);
  });

  test('of lists one in another is refused', async () => {
    const input = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const { status, body } = await post(`{"query":${JSON.stringify(CREATE)},"variables":{"input":${input}}}`);
    expect([status, body.errors[0]?.message]).toEqual([400, 'A body may have 64 objects and lists one in another.']);
    expect(asked).toEqual([]);
  });

  test('of several operations at once is refused', async () => {
    const { status, body } = await post(`[${times(1000, () => '{"query":"{ me { user { id } } }"}', ',')}]`);
    expect([status, body.errors[0]?.message]).toEqual([400, 'Batching is not supported.']);
    expect(asked).toEqual([]);
  });

  test.each(['{', '', 'null', '7', '"text"', '{"query":"{ a }"} x'])('of the body %j is refused', async (text) => {
    const { status, body } = await post(text);
    expect([status, body.errors[0]?.extensions['code']]).toEqual([400, 'bad_request']);
    expect(asked).toEqual([]);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'application/graphql',
    'text/plain',
    'multipart/form-data; boundary=x',
  ])('of the type %s is refused, whoever sends it', async (type) => {
    const body = new URLSearchParams({ query: '{ me { user { id } } }' }).toString();
    const response = await fetch(graphql.url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(response.status).toBe(415);
    expect(asked).toEqual([]);
  });

  test('of a subscription is refused, too', async () => {
    const query = 'subscription ($types: [String!]) { events(types: $types) { id } }';
    const response = await fetch(graphql.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables: { types: [{}] } }),
    });
    expect(await response.text()).toContain('is an object or a list');
    expect(asked).toEqual([]);
  });

  test('leaves sound ones alone: many values of a JSON, and every variable of a type', async () => {
    const assistant = { model: { messages: Array.from({ length: 1000 }, (_, n) => ({ n })) } };
    const input = { name: 'large', upstream: 'stub', assistant };
    const { status, body } = await post(JSON.stringify({ query: CREATE, variables: { input } }));
    expect([status, body]).toEqual([200, { data: { createAgent: { __typename: 'CreateAgentSuccess' } } }]);
  });
});
