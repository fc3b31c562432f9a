/** GraphQL over HTTP: the specification's audits, who may ask, limits, and what errors say. */
import { createHash } from 'node:crypto';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { MAX_ALIASES, MAX_TOKENS } from '../../src/graphql/limits.ts';
import { as, listenGraphql, matching, seedAgent, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let viewer: Viewer;
let graphql: GraphqlEndpoint;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  graphql = await listenGraphql(api.graphqlOptions, viewer);
});
beforeEach(() => {
  graphql.viewer = viewer;
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

describe('the GraphQL-over-HTTP specification', () => {
  test.each(serverAudits({ url: () => graphql.url }))('$id $name', async ({ fn }) => {
    const result = await fn();
    expect(result).toMatchObject({ status: 'ok' });
  });
});

describe('who may ask', () => {
  const ROOT_FIELDS = [
    '{ detect(text: "call 415-555-0142") { spans { kind } } }',
    '{ me { user { id } } }',
    '{ usage { until } }',
    '{ upstreams }',
    '{ invitations { id } }',
    '{ members { edges { cursor } } }',
    '{ retention { payloadDays } }',
    '{ accessTokens { edges { cursor } } }',
    '{ browserSessions { edges { cursor } } }',
    '{ policies { edges { cursor } } }',
    '{ policy(name: "healthcare-default") { id } }',
    '{ validatePolicy(yaml: "name: x") { valid } }',
    '{ events { edges { cursor } } }',
    '{ webhooks { edges { cursor } } }',
    '{ webhook(id: "whk_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { url } }',
    '{ agents { edges { cursor } } }',
    '{ agent(id: "agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { id } }',
    '{ sessions { edges { cursor } } }',
    '{ session(id: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { id } }',
    '{ report(sessionId: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { id } }',
    '{ bundle(sessionId: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") }',
    '{ journal(sessionId: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD", face: cef) }',
    '{ agentReport(agentId: "agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { id } }',
    '{ agentBundle(agentId: "agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") }',
    '{ accountReport { id } }',
    '{ accountBundle }',
    '{ auditFind(requestSha256: "00") { edges { cursor } } }',
    '{ auditLog { edges { cursor } } }',
    '{ checkpoint { at } }',
    '{ corrections { edges { cursor } } }',
    '{ consistencyProof(from: 1) { hashes } }',
    '{ stampedCheckpoint { at } }',
    '{ inclusionProof(sessionId: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { rootHash } }',
    '{ logKeys { origin } }',
    '{ logMinimumIndex }',
    '{ logTile(level: "0", path: "000") }',
    '{ verifyAudit(sessionId: "sess_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { __typename } }',
    '{ node(id: "agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD") { id } }',
    '{ node(id: "no id at all") { id } }',
  ];

  test.each(ROOT_FIELDS)('a stranger gets nothing of %s', async (query) => {
    graphql.viewer = null;
    const { body } = await graphql.ask(query);
    expect(body.data ?? null).toSatisfy(
      (data) => data === null || Object.values(data as object).every((value) => value === null),
    );
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['unauthenticated']);
  });

  test('every root field is among those asked above', async () => {
    const { body } = await graphql.ask(
      '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }',
    );
    const names = (type: string): string[] =>
      (body.data as { __schema: Record<string, { fields: { name: string }[] }> }).__schema[type]?.fields.map(
        ({ name }) => name,
      ) ?? [];
    const asked = new Set(ROOT_FIELDS.map((query) => /\w+/.exec(query)?.[0]));
    expect(names('queryType').sort()).toEqual([...asked].sort());
    expect(names('mutationType').sort()).toEqual(MUTATIONS.map(([name]) => name).sort());
  });

  const MUTATIONS: readonly (readonly [string, string])[] = [
    ['reloadPolicies', 'reloadPolicies'],
    ['mask', 'mask(input: { text: "" })'],
    ['synthesize', 'synthesize(input: { text: "" })'],
    ['createPolicy', 'createPolicy(input: { yaml: "" })'],
    ['savePolicy', 'savePolicy(name: "x", yaml: "")'],
    ['publishPolicy', 'publishPolicy(name: "x")'],
    ['rollbackPolicy', 'rollbackPolicy(name: "x", version: 1)'],
    ['deletePolicy', 'deletePolicy(name: "x")'],
    ['createInvitation', 'createInvitation(input: { role: "owner" })'],
    ['revokeInvitation', 'revokeInvitation(id: "x")'],
    ['inviteMember', 'inviteMember(input: { role: member })'],
    ['changeMemberRole', 'changeMemberRole(id: "x", role: admin)'],
    ['removeMember', 'removeMember(id: "x")'],
    ['changeRetention', 'changeRetention(input: { payloadDays: -1 })'],
    ['purgeVault', 'purgeVault(input: {})'],
    ['rotateKeys', 'rotateKeys(input: { newKid: "" })'],
    ['createAccessToken', 'createAccessToken(input: { name: "", permissions: [] })'],
    ['revokeAccessToken', 'revokeAccessToken(id: "x")'],
    ['createWebhook', 'createWebhook(input: { url: "" })'],
    ['updateWebhook', 'updateWebhook(id: "x", input: {})'],
    ['deleteWebhook', 'deleteWebhook(id: "x")'],
    ['rotateWebhookSecret', 'rotateWebhookSecret(id: "x")'],
    ['testWebhook', 'testWebhook(id: "x")'],
    ['replayWebhook', 'replayWebhook(id: "x", since: "")'],
    ['revokeBrowserSession', 'revokeBrowserSession(id: "x")'],
    ['logout', 'logout'],
    ['createAgent', 'createAgent(input: { name: "", upstream: "nowhere" })'],
    ['updateAgent', 'updateAgent(id: "x", input: {})'],
    ['deleteAgent', 'deleteAgent(id: "x")'],
    ['createProxyKey', 'createProxyKey(agentId: "x")'],
    ['revokeProxyKey', 'revokeProxyKey(agentId: "x", id: "x")'],
    ['rotateAssistantCallbackSecret', 'rotateAssistantCallbackSecret(agentId: "x")'],
    ['endSession', 'endSession(id: "x")'],
    ['recordNotPhi', 'recordNotPhi(sessionId: "x", seq: 0)'],
    ['recordMissed', 'recordMissed(sessionId: "x", turn: 1, path: "", start: 0, end: 0, kind: "")'],
    ['closeCorrection', 'closeCorrection(id: "x", outcome: accepted)'],
    ['addCosignatures', 'addCosignatures(checkpoint: "")'],
    ['searchSubject', 'searchSubject(value: "")'],
  ];
  // A cosignature counts by its key, whoever brings it: an auditor may. Tokens and browser sessions are every user's own.
  const OPEN_TO_AUDITORS = new Set([
    'addCosignatures',
    'searchSubject',
    'createAccessToken',
    'revokeAccessToken',
    'revokeBrowserSession',
    'logout',
  ]);
  const REFUSED_TO_AUDITORS = MUTATIONS.filter(([name]) => !OPEN_TO_AUDITORS.has(name));

  test.each(MUTATIONS)('a stranger is refused by %s before the input is looked at', async (_name, call) => {
    graphql.viewer = null;
    const { body } = await graphql.ask(`mutation { result: ${call} { __typename ... on Error { code } } }`);
    expect(body).toEqual({ data: { result: { __typename: 'UnauthenticatedError', code: 'unauthenticated' } } });
  });

  test.each(REFUSED_TO_AUDITORS)('an auditor is refused by %s', async (_name, call) => {
    graphql.viewer = as(viewer, 'auditor');
    const { body } = await graphql.ask(`mutation { result: ${call} { __typename ... on Error { code } } }`);
    expect(body).toEqual({ data: { result: { __typename: 'ForbiddenError', code: 'forbidden' } } });
  });

  test('a member may not delete an agent, and it stays', async () => {
    const id = await seedAgent(api.database, viewer.accountId, 'kept');
    graphql.viewer = as(viewer, 'member');
    const { body } = await graphql.ask('mutation ($id: ID!) { deleteAgent(id: $id) { __typename } }', { id });
    expect(body).toEqual({ data: { deleteAgent: { __typename: 'ForbiddenError' } } });
    expect(await api.database.prisma.agent.findUnique({ where: { id } })).toMatchObject({ deletedAt: null });
  });

  test('an auditor reads no agent, however it is reached', async () => {
    const id = await seedAgent(api.database, viewer.accountId, 'unseen');
    graphql.viewer = as(viewer, 'auditor');
    for (const query of [
      `{ agent(id: "${id}") { name } }`,
      `{ node(id: "${id}") { __typename } }`,
      '{ agents { edges { node { name } } } }',
    ]) {
      const { body } = await graphql.ask(query);
      expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['forbidden']);
      expect(JSON.stringify(body)).not.toContain('unseen');
    }
  });
});

describe('writes by cookie', () => {
  const WRITE = 'mutation { createAgent(input: { name: "from afar", upstream: "stub" }) { __typename } }';

  test.each([
    ['another origin', { origin: 'https://evil.test' }],
    ['a browser that says cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://masker.test' }],
  ])('%s: 403 and nothing written', async (_case, headers) => {
    graphql.viewer = { ...viewer, via: 'cookie' };
    const { status, body } = await graphql.ask(WRITE, {}, headers);
    expect(status).toBe(403);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'forbidden', requestId: matching(/^req_/) });
    expect(await api.database.prisma.agent.count({ where: { name: 'from afar' } })).toBe(0);
  });

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/graphql'])(
    'a body of the type %s, as forms send: 415 and nothing written',
    async (type) => {
      graphql.viewer = { ...viewer, via: 'cookie' };
      const form = new URLSearchParams({ query: WRITE }).toString();
      const response = await fetch(graphql.url, { method: 'POST', headers: { 'content-type': type }, body: form });
      expect(response.status).toBe(415);
      expect(await api.database.prisma.agent.count({ where: { name: 'from afar' } })).toBe(0);
    },
  );

  test('our own page passes, a client that is no browser, and a token from anywhere', async () => {
    graphql.viewer = { ...viewer, via: 'cookie' };
    expect((await graphql.ask('{ me { user { id } } }')).status).toBe(200);
    expect((await graphql.ask('{ me { user { id } } }', {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    graphql.viewer = viewer;
    expect((await graphql.ask('{ me { user { id } } }', {}, { origin: 'https://evil.test' })).status).toBe(200);
  });

  test('a mutation by GET is refused', async () => {
    const response = await fetch(`${graphql.url}?query=${encodeURIComponent(WRITE)}`);
    expect(response.status).toBe(405);
    expect(await api.database.prisma.agent.count({ where: { name: 'from afar' } })).toBe(0);
  });
});

describe('a persisted query', () => {
  const QUERY = '{ __typename }';
  const extensions = {
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(QUERY).digest('hex') },
  };
  const post = (body: object): Promise<Response> =>
    fetch(graphql.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
  const NOT_SUPPORTED = {
    errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'bad_request' } }],
  };

  test('by its hash alone is PersistedQueryNotSupported, by POST and by GET', async () => {
    const byPost = await post({ operationName: null, variables: {}, extensions });
    expect([byPost.status, await byPost.json()]).toMatchObject([200, NOT_SUPPORTED]);
    const byGet = await fetch(`${graphql.url}?extensions=${encodeURIComponent(JSON.stringify(extensions))}`, {
      headers: { accept: 'application/json' },
    });
    expect([byGet.status, await byGet.json()]).toMatchObject([200, NOT_SUPPORTED]);
  });

  test('that brings its text along is answered', async () => {
    const response = await post({ query: QUERY, extensions });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('limits', () => {
  const refused = async (query: string): Promise<string> => {
    const { body } = await graphql.ask(query);
    expect(body.data ?? null).toBeNull();
    expect(body.errors).not.toHaveLength(0);
    return body.errors?.[0]?.message ?? '';
  };

  test('tokens', async () => {
    expect(await refused(`{ ${'me { user { id } } '.repeat(MAX_TOKENS / 7 + 1)} }`)).toMatch(/tokens/);
  });

  test('aliases, fragments included', async () => {
    const aliases = Array.from({ length: MAX_ALIASES + 1 }, (_, index) => `a${index}: id`).join(' ');
    expect(await refused(`{ me { ...F } } fragment F on Me { user { ${aliases} } }`)).toMatch(/aliases/);
    const fewer = Array.from({ length: MAX_ALIASES }, (_, index) => `a${index}: id`).join(' ');
    expect((await graphql.ask(`{ me { user { ${fewer} } } }`)).body.errors).toBeUndefined();
  });

  test('depth', async () => {
    const deep = `{ agents(first: 1) { edges { node { ${'sessions(first: 1) { edges { node { agent { '.repeat(3)} id ${'} } } }'.repeat(3)} } } } }`;
    expect(await refused(deep)).toMatch(/deep/);
  });

  test('cost counts what `first` multiplies, and a missing `first` as a page', async () => {
    const nested = (first: string): string =>
      `{ agents${first} { edges { node { sessions${first} { edges { node { events${first} { edges { node { eventId } } } } } } } } } }`;
    expect(await refused(nested('(first: 100)'))).toMatch(/cost/);
    expect(await refused(nested(''))).toMatch(/cost/);
    expect((await graphql.ask(nested('(first: 10)'))).body.errors).toBeUndefined();
  });

  test('fragments that double at every level are refused at once', async () => {
    const levels = Array.from(
      { length: 60 },
      (_, index) =>
        `fragment F${index} on Session { agent { sessions { edges { node { ...F${index + 1} ...F${index + 1} } } } } }`,
    );
    await refused(`{ sessions { edges { node { ...F0 } } } } ${levels.join(' ')} fragment F60 on Session { id }`);
  });

  test.each([
    ['a length that comments make', `${'#\n'.repeat(60_000)}{ me { user { id } } }`, /100000 characters/],
    ['a depth that no answer has', `{ ${'agent { '.repeat(21)} id ${'} '.repeat(21)} }`, /20 fields deep/],
    ['fields that are merged', `{ ${'agents { edges { node { id } } } '.repeat(63)} }`, /250 fields/],
    ['a crowd of fragments', `{ ${'...F '.repeat(51)} } fragment F on Query { __typename }`, /50 times/],
  ])('%s, before it is validated', async (_what, query, message) => {
    expect(await refused(query)).toMatch(message);
  });

  test('bodies over a mebibyte, with and without a length', async () => {
    const query = `{ me { user { id } } } #${'x'.repeat(1_100_000)}`;
    expect((await graphql.ask(query)).status).toBe(413);
    const stream = new Blob([JSON.stringify({ query })]).stream();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: stream, duplex: 'half' };
    expect((await fetch(graphql.url, init)).status).toBe(413);
  });

  test('several operations in one request', async () => {
    const response = await fetch(graphql.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
    });
    expect(response.status).toBe(400);
  });

  test('introspection is off where it is not asked for', async () => {
    const closed = await listenGraphql({ ...api.graphqlOptions, introspection: false }, viewer);
    try {
      const { body } = await closed.ask('{ __schema { types { name } } }');
      expect(body.data ?? null).toBeNull();
      expect(
        (await fetch(closed.url, { headers: { accept: 'text/html' } })).headers.get('content-type') ?? '',
      ).not.toMatch(/html/);
      expect((await closed.ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    } finally {
      await closed.close();
    }
  });
});

describe('errors', () => {
  test('an unexpected error is masked, carries the request id, and is reported under it', async () => {
    const secret = 'password authentication failed for user jane.roe';
    const services = { ...api.graphqlOptions.services, loadMe: () => Promise.reject(new Error(secret)) };
    const broken = await listenGraphql({ ...api.graphqlOptions, services }, viewer);
    try {
      const { body } = await broken.ask('{ me { user { id } } }');
      const [error] = body.errors ?? [];
      expect(error?.extensions).toEqual({ code: 'internal_error', requestId: matching(/^req_/) });
      expect(JSON.stringify(body)).not.toContain('jane');
      expect(api.unexpected.at(-1)).toMatchObject({
        requestId: error?.extensions['requestId'],
        error: { message: secret },
      });
    } finally {
      await broken.close();
    }
  });

  test('a refused variable is named, its value is not repeated', async () => {
    const { status, body } = await graphql.ask(
      'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { __typename } }',
      {
        input: { name: { jane: 'Jane Roe' }, upstream: 'stub' },
      },
    );
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toMatch(/Jane/);
    expect(body.errors?.[0]?.message).toContain('input.name');
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'bad_request', requestId: matching(/^req_/) });
  });

  test('all faulty arguments of a query are named at once', async () => {
    const { body } = await graphql.ask(
      '{ sessions(first: 0, after: "?", since: "yesterday", minRedactions: -1, agentId: "7") { edges { cursor } } }',
    );
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'validation_failed' });
    const details = body.errors?.[0]?.extensions['details'] as { path: string }[];
    expect(details.map(({ path }) => path).sort()).toEqual(['after', 'agentId', 'first', 'minRedactions', 'since']);
  });

  test('expected failures of mutations are data', async () => {
    const create = `mutation ($input: CreateAgentInput!) { createAgent(input: $input) {
      __typename ... on Error { code details { path } } ... on CreateAgentSuccess { agent { name } } } }`;
    const made = await graphql.ask(create, { input: { name: 'twice', upstream: 'stub' } });
    expect(made.body).toEqual({
      data: { createAgent: { __typename: 'CreateAgentSuccess', agent: { name: 'twice' } } },
    });
    const failures = [
      [{ name: 'twice', upstream: 'stub' }, 'NameTakenError', 'name_taken'],
      [{ name: 'other', upstream: 'nowhere' }, 'UnknownUpstreamError', 'unknown_upstream'],
      [{ name: 'other', upstream: 'stub', policyName: 'nobodys' }, 'UnknownPolicyError', 'unknown_policy'],
      [{ name: 'other', upstream: 'stub', policyYaml: 'name: [' }, 'PolicyYamlInvalidError', 'policy_yaml_invalid'],
      [{ name: '', upstream: 'nowhere' }, 'ValidationError', 'validation_failed'],
    ] as const;
    for (const [input, type, code] of failures) {
      const { body } = await graphql.ask(create, { input });
      expect(body).toMatchObject({ data: { createAgent: { __typename: type, code } } });
    }
    expect(await api.database.prisma.agent.count({ where: { accountId: viewer.accountId, name: 'other' } })).toBe(0);
  });
});
