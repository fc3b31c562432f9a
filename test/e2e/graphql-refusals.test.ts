/** What /graphql refuses: each refusal has a code of the catalogue, the status of HTTP and the request's ID. */
import { request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { ApiClient } from '../../src/cli/commands/client/api-client.ts';
import { documentHash } from '../../src/graphql/persisted-operations.ts';
import { FAILURES } from '../../src/platform/failure.ts';
import type { FailureCode } from '../../src/platform/failure.ts';
import { isId } from '../../src/platform/ids.ts';
import { listenGraphql, matching, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let viewer: Viewer;
/** Runs any document, and has no hashes. */
let graphql: GraphqlEndpoint;
/** Runs the documents of its file alone, and has no introspection: the strictest settings. */
let strict: GraphqlEndpoint;

const TRUSTED = '{ me { user { id } } }';

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  graphql = await listenGraphql({ ...api.graphqlOptions, introspection: false }, viewer);
  const texts = new Map([[documentHash(TRUSTED), TRUSTED]]);
  const persistedOperations = { texts, trusted: new Set<string>(), only: true };
  strict = await listenGraphql({ ...api.graphqlOptions, introspection: false, persistedOperations }, viewer);
});
beforeEach(() => {
  graphql.viewer = viewer;
});
afterAll(async () => {
  await graphql.close();
  await strict.close();
  await api.close();
});

const REFUSAL = z.object({
  data: z.null().optional(),
  errors: z.array(
    z.object({
      message: z.string().regex(/./),
      extensions: z.object({
        code: z.custom<FailureCode>((code) => Object.hasOwn(FAILURES, String(code))),
        requestId: z.string().refine((id) => isId('request', id)),
      }),
    }),
  ),
});

interface Sent {
  readonly method?: string;
  /** The query string. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isStrict?: boolean;
  readonly via?: Viewer['via'];
}

interface Refused {
  readonly status: number;
  /** What Allow says with 405. */
  readonly allow: string | null;
  readonly codes: readonly string[];
}

/** Sends the request over a socket as it is given, and holds the answer against the form of all refusals. */
async function refusalOf({ method, query = {}, headers = {}, body, isStrict, via }: Sent): Promise<Refused> {
  if (via !== undefined) graphql.viewer = { ...viewer, via };
  const { url } = isStrict === true ? strict : graphql;
  const parameters = new URLSearchParams(query).toString();
  const sent = send(`${url}${parameters === '' ? '' : `?${parameters}`}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/graphql-response+json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  expect(response.headers['content-type']).toMatch(/^application\/(?:graphql-response\+)?json; charset=utf-8$/);
  const { errors } = REFUSAL.parse(JSON.parse(await text(response)));
  expect(errors.length).toBeGreaterThan(0);
  return {
    status: response.statusCode ?? 0,
    allow: response.statusCode === 405 ? (response.headers.allow ?? '') : null,
    codes: [...new Set(errors.map(({ extensions }) => extensions.code))],
  };
}

const json = JSON.stringify;
const MAKE = 'mutation { createAgent(input: { name: "unmade", upstream: "stub" }) { __typename } }';
const persisted = (hash: string): object => ({ persistedQuery: { version: 1, sha256Hash: hash } });

/** What is sent, the status and the code; then what Allow says, where the status is 405. */
const REFUSALS: readonly (readonly [string, Sent, number, FailureCode, string?])[] = [
  // the method
  ...['PUT', 'PATCH', 'DELETE', 'OPTIONS'].map(
    (method) => [method, { method }, 405, 'method_not_allowed', 'GET, POST'] as const,
  ),
  ['a mutation by GET', { query: { query: MAKE } }, 405, 'method_not_allowed', 'POST'],
  // the media types
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/graphql', 'multipart/form-data; boundary=x'].map(
    (type) =>
      [
        `a body of the type ${type}`,
        { body: json({ query: MAKE }), headers: { 'content-type': type } },
        415,
        'unsupported_media_type',
      ] as const,
  ),
  ...['text/html', 'image/png, text/plain', 'application/json; charset=latin1'].map(
    (accept) =>
      [
        `an answer of the type ${accept}`,
        { body: json({ query: MAKE }), headers: { accept } },
        406,
        'not_acceptable',
      ] as const,
  ),
  [
    'a subscription for a caller of JSON alone',
    { body: json({ query: 'subscription { events { id } }' }) },
    406,
    'not_acceptable',
  ],
  // the body and the parameters
  ...['{', '', 'null', '7', '"text"'].map((body) => [`the body ${json(body)}`, { body }, 400, 'bad_request'] as const),
  ['a batch', { body: json([{ query: TRUSTED }, { query: TRUSTED }]) }, 400, 'bad_request'],
  [
    'a body over a mebibyte',
    { body: json({ query: `${TRUSTED} #${'x'.repeat(1_100_000)}` }) },
    413,
    'payload_too_large',
  ],
  ['a body of lists one in another', { body: `{"variables":${'['.repeat(99)}${']'.repeat(99)}}` }, 400, 'bad_request'],
  ['no document', { body: json({}) }, 400, 'bad_request'],
  ['an empty address', {}, 400, 'bad_request'],
  ['a document that is a number', { body: json({ query: 7 }) }, 400, 'bad_request'],
  ['an unknown parameter', { body: json({ query: TRUSTED, queries: 'x' }) }, 400, 'bad_request'],
  ['variables that are a list', { body: json({ query: TRUSTED, variables: [] }) }, 400, 'bad_request'],
  ['extensions that are a text', { body: json({ query: TRUSTED, extensions: 'x' }) }, 400, 'bad_request'],
  ['an operation name that is a number', { body: json({ query: TRUSTED, operationName: 7 }) }, 400, 'bad_request'],
  ...['{', '7', '[1]', '"x"'].flatMap((value) =>
    ['variables', 'extensions'].map(
      (name) =>
        [`${name} of an address, ${value}`, { query: { query: TRUSTED, [name]: value } }, 400, 'bad_request'] as const,
    ),
  ),
  // the document; what it costs is known when it is about to run
  ['a document that does not parse', { body: json({ query: '{ me' }) }, 400, 'bad_request'],
  ['a document that does not fit the schema', { body: json({ query: '{ nothing }' }) }, 400, 'bad_request'],
  [
    'a variable that does not fit',
    { body: json({ query: 'query ($n: Int!) { agents(first: $n) { edges { cursor } } }' }) },
    400,
    'bad_request',
  ],
  ['a document of many tokens', { body: json({ query: `{ ${'a '.repeat(3000)} }` }) }, 400, 'bad_request'],
  [
    'a deep document',
    { body: json({ query: `{ ${'agent { '.repeat(21)} id ${'} '.repeat(21)} }` }) },
    400,
    'bad_request',
  ],
  [
    'a document of high cost',
    {
      body: json({
        query:
          '{ agents(first: 100) { edges { node { sessions(first: 100) { edges { node { events(first: 100) { edges { cursor } } } } } } } } }',
      }),
    },
    200,
    'bad_request',
  ],
  [
    'the name of no operation',
    { body: json({ query: 'query A { __typename }', operationName: 'B' }) },
    400,
    'bad_request',
  ],
  [
    'two operations without a name',
    { body: json({ query: 'query A { __typename } query B { __typename }' }) },
    400,
    'bad_request',
  ],
  ['introspection where it is off', { body: json({ query: '{ __schema { types { name } } }' }) }, 400, 'bad_request'],
  // persisted operations: clients of Apollo's protocol ask for a status of 200
  ['a hash where there are none', { body: json({ extensions: persisted(documentHash(TRUSTED)) }) }, 200, 'bad_request'],
  ['a hash that is not in the file', { body: json({ extensions: persisted('00') }), isStrict: true }, 200, 'not_found'],
  ['a text that is not in the file', { body: json({ query: '{ __typename }' }), isStrict: true }, 403, 'forbidden'],
  // who sends it
  [
    'a write by cookie from another site',
    { body: json({ query: MAKE }), headers: { 'sec-fetch-site': 'cross-site' }, via: 'cookie' },
    403,
    'forbidden',
  ],
  [
    'a purpose that is too long',
    { body: json({ query: TRUSTED }), headers: { 'masker-purpose': 'x'.repeat(2000) } },
    422,
    'validation_failed',
  ],
];

describe('a refusal', () => {
  const cases = REFUSALS.map(([what, sent, status, code, allow = null]) => {
    return [what, { sent, expected: { status, codes: [code], allow } }] as const;
  });

  test.each(cases)('of %s has a status and a code of the catalogue', async (_what, { sent, expected }) => {
    expect(await refusalOf(sent)).toEqual(expected);
    expect(await api.database.prisma.agent.count()).toBe(0);
    expect(api.unexpected).toEqual([]);
  });
});

test.each([
  ['a fault of the document', () => graphql, '{ nothing }', /^Cannot query field "nothing"/],
  [
    'a document that is not trusted',
    () => strict,
    '{ __typename }',
    /^PersistedQueryOnly\n {2}\(forbidden, req_\w+\)$/,
  ],
])('the client of the commands says why it was refused: %s', async (_what, server, query, message) => {
  const client = new ApiClient({ server: server().url.replace(/\/graphql$/, ''), token: null });
  await expect(client.graphql(query, {})).rejects.toMatchObject({
    name: 'CommandFailure',
    message: expect.stringMatching(message) as string,
  });
});

describe('where introspection is off', () => {
  const ask = async (query: string, accept: string): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json', accept };
    const response = await fetch(graphql.url, { method: 'POST', headers, body: json({ query }) });
    return { status: response.status, body: await response.json() };
  };
  const TYPES = ['application/graphql-response+json', 'application/json'] as const;

  test.each(TYPES)('__typename is answered at every place, as %s', async (accept) => {
    const query = `{ __typename me { t: __typename user { ...U } } agents { __typename pageInfo { __typename } } }
      fragment U on User { __typename }`;
    expect(await ask(query, accept)).toEqual({
      status: 200,
      body: {
        data: {
          __typename: 'Query',
          me: { t: 'Me', user: { __typename: 'User' } },
          agents: { __typename: 'AgentConnection', pageInfo: { __typename: 'PageInfo' } },
        },
      },
    });
  });

  test.each(TYPES)('%s is answered where the caller quotes its character set', async (type) => {
    const answer = await ask('{ __typename }', `text/html, ${type}; charset="UTF-8"`);
    expect(answer).toEqual({ status: 200, body: { data: { __typename: 'Query' } } });
  });

  // GraphQL over HTTP: without `data`, 4xx as application/graphql-response+json, and 200 as application/json.
  test.each([
    [TYPES[0], 400],
    [TYPES[1], 200],
  ])('__schema and __type are refused by name, as %s with %i', async (accept, status) => {
    for (const [field, query] of [
      ['__schema', '{ __schema { __typename } }'],
      ['__type', '{ __type(name: "Agent") { __typename } }'],
      ['__type', 'query { me { user { id } } ...T } fragment T on Query { t: __type(name: "Agent") { __typename } }'],
    ]) {
      const answer = await ask(query ?? '', accept);
      expect(answer).toEqual({
        status,
        body: {
          errors: [
            {
              message: `GraphQL introspection has been disabled, but the requested query contained the field "${field ?? ''}".`,
              locations: [expect.any(Object)],
              extensions: { code: 'bad_request', requestId: matching(/^req_/) },
            },
          ],
        },
      });
    }
  });
});
