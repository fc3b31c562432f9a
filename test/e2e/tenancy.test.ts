/** Tenancy: what belongs to one account does not exist for another, on every field and route that takes an id. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphQLNonNull, isObjectType, isScalarType } from 'graphql';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { schema } from '../../src/graphql/schema.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { ROUTES } from '../../src/rest/route-table.ts';
import { by, listenGraphql, matching, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let owner: Viewer;
let stranger: Viewer;
let graphql: GraphqlEndpoint;
let agent: AgentId;
let session: SessionId;
let turn: string;
let proxyKey: string;
let invitation: string;
let token: string;
let browser: string;
let policy: string;
let member: string;
let webhook: string;
let event: string;
let correction: string;

beforeAll(async () => {
  api = await startTestApi();
  owner = await signUp(api.database);
  stranger = await signUp(api.database);
  agent = await seedAgent(api.database, owner.accountId, 'owned by another');
  session = await seedCall(api.database, owner.accountId, agent);
  turn = (await api.database.prisma.turn.findFirstOrThrow({ where: { sessionId: session } })).id;
  ({ id: proxyKey } = await api.graphqlOptions.services.agents.keys.create(owner, agent));
  const { accessTokens, invitations, policies } = api.graphqlOptions.services;
  const made = await accessTokens.create(owner, { name: 'owned by another', permissions: ['agents:read'] });
  token = made.token.id;
  member = owner.userId;
  browser = newId('browserSession');
  await api.database.prisma.browserSession.create({
    data: { idHash: 'ab'.repeat(32), id: browser, userId: owner.userId, expiresAt: new Date(Date.now() + 3_600_000) },
  });
  ({ id: policy } = await policies.stored.create(owner, { yaml: 'name: owned-by-another' }));
  ({
    invitation: { id: invitation },
  } = await invitations.create(owner, {}));
  ({
    webhook: { id: webhook },
  } = await api.graphqlOptions.services.webhooks.create(owner, { url: 'https://owned-by-another.test/' }));
  event = newId('feedEvent');
  await api.database.pool.query(
    `INSERT INTO feed_events (account_id, seq, id, type, created_at, object_type, object_id)
     VALUES ($1, 1, $2, 'agent.changed', now(), 'agent', $3)`,
    [owner.accountId, event, agent],
  );
  ({ id: correction } = await api.graphqlOptions.services.corrections.missed(owner, {
    sessionId: session,
    turn: 1,
    path: '/messages/0/content',
    start: 0,
    end: 4,
    kind: 'NAME',
  }));
  graphql = await listenGraphql(api.graphqlOptions, stranger);
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

interface Ids {
  readonly agent: string;
  readonly session: string;
  readonly turn: string;
  readonly proxyKey: string;
  readonly invitation: string;
  readonly token: string;
  readonly browser: string;
  readonly policy: string;
  readonly member: string;
  readonly webhook: string;
  readonly event: string;
  readonly correction: string;
}

/** The state that a stranger must not change: everything of the owner. */
async function ownedState(): Promise<unknown> {
  const { prisma } = api.database;
  const where = { accountId: owner.accountId };
  return {
    agents: await prisma.agent.findMany({ where, include: { secrets: true, proxyKeys: true } }),
    sessions: (await prisma.session.findMany({ where })).map(({ id, sealedAt }) => ({ id, sealedAt })),
    events: await prisma.accountEvent.findMany({ where }),
    invitations: await prisma.invitation.findMany({ where }),
    members: await prisma.user.findMany({ where }),
    browsers: await prisma.browserSession.findMany({ where: { user: where } }),
    tokens: await prisma.accessToken.findMany({ where: { user: where } }),
    policies: await prisma.storedPolicy.findMany({ where, include: { versions: true } }),
    webhooks: await prisma.webhook.findMany({
      where,
      include: { secrets: true, replays: true, attempts: true },
    }),
    entries: await prisma.entry.count({ where: { session: where } }),
    corrections: await prisma.correction.findMany({ where }),
  };
}

describe('GraphQL', () => {
  // Every root field that takes an id, with the ids to try. A new one fails the test below until it stands here.
  const FIELDS: Readonly<Record<string, (id: Ids) => readonly string[]>> = {
    'Query.node': ({ agent, session, turn, token, browser, policy, member, webhook, event }) =>
      [agent, session, turn, token, browser, policy, member, webhook, event].map(
        (id) => `{ result: node(id: "${id}") { __typename } }`,
      ),
    'Query.agent': ({ agent }) => [`{ result: agent(id: "${agent}") { name } }`],
    'Query.session': ({ session }) => [`{ result: session(id: "${session}") { agentName } }`],
    'Query.sessions': ({ agent }) => [`{ result: sessions(agentId: "${agent}") { edges { node { id } } } }`],
    'Query.auditFind': ({ session }) => [
      `{ result: auditFind(sessionId: "${session}") { edges { node { id reports { id } } } } }`,
    ],
    'Query.usage': ({ agent }) => [`{ result: usage(agentId: "${agent}") { total { turns } } }`],
    'Query.report': ({ session }) => [`{ result: report(sessionId: "${session}") { document } }`],
    'Query.inclusionProof': ({ session }) => [`{ result: inclusionProof(sessionId: "${session}") { treeSize } }`],
    'Query.verifyAudit': ({ session }) => [`{ result: verifyAudit(sessionId: "${session}") { ok message } }`],
    'Query.agentReport': ({ agent }) => [`{ result: agentReport(agentId: "${agent}") { document } }`],
    'Query.agentBundle': ({ agent }) => [`{ result: agentBundle(agentId: "${agent}") }`],
    'Query.journal': ({ session }) => [`{ result: journal(sessionId: "${session}", face: ocsf) }`],
    'Query.bundle': ({ session }) => [`{ result: bundle(sessionId: "${session}") }`],
    'Mutation.updateAgent': ({ agent }) => [
      `mutation { result: updateAgent(id: "${agent}", input: { name: "taken over" }) { __typename ... on Error { code message } } }`,
    ],
    'Mutation.deleteAgent': ({ agent }) => [
      `mutation { result: deleteAgent(id: "${agent}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.createProxyKey': ({ agent }) => [
      `mutation { result: createProxyKey(agentId: "${agent}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.revokeProxyKey': ({ agent, proxyKey }) => [
      `mutation { result: revokeProxyKey(agentId: "${agent}", id: "${proxyKey}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.rotateAssistantCallbackSecret': ({ agent }) => [
      `mutation { result: rotateAssistantCallbackSecret(agentId: "${agent}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.revokeInvitation': ({ invitation }) => [
      `mutation { result: revokeInvitation(id: "${invitation}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.revokeAccessToken': ({ token }) => [
      `mutation { result: revokeAccessToken(id: "${token}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.revokeBrowserSession': ({ browser }) => [
      `mutation { result: revokeBrowserSession(id: "${browser}") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.changeMemberRole': ({ member }) => [
      `mutation { result: changeMemberRole(id: "${member}", role: auditor) { __typename ... on Error { code message } } }`,
    ],
    'Mutation.removeMember': ({ member }) => [
      `mutation { result: removeMember(id: "${member}") { __typename ... on Error { code message } } }`,
    ],
    'Query.webhook': ({ webhook }) => [`{ result: webhook(id: "${webhook}") { url } }`],
    ...Object.fromEntries(
      ['deleteWebhook', 'rotateWebhookSecret', 'testWebhook'].map((field) => [
        `Mutation.${field}`,
        ({ webhook }: Ids) => [
          `mutation { result: ${field}(id: "${webhook}") { __typename ... on Error { code message } } }`,
        ],
      ]),
    ),
    'Mutation.updateWebhook': ({ webhook }) => [
      `mutation { result: updateWebhook(id: "${webhook}", input: { paused: true }) { __typename ... on Error { code message } } }`,
    ],
    'Mutation.replayWebhook': ({ webhook }) => [
      `mutation { result: replayWebhook(id: "${webhook}", since: "2026-01-01T00:00:00Z") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.recordNotPhi': ({ session }) => [
      `mutation { result: recordNotPhi(sessionId: "${session}", seq: 1) { __typename ... on Error { code message } } }`,
    ],
    'Mutation.recordMissed': ({ session }) => [
      `mutation { result: recordMissed(sessionId: "${session}", turn: 1, path: "/input", start: 0, end: 1, kind: "NAME") { __typename ... on Error { code message } } }`,
    ],
    'Mutation.closeCorrection': ({ correction }) => [
      `mutation { result: closeCorrection(id: "${correction}", outcome: accepted) { __typename ... on Error { code message } } }`,
    ],
    'Mutation.endSession': ({ session }) => [
      `mutation { result: endSession(id: "${session}") { __typename ... on Error { code message } } }`,
    ],
  };

  test('every root field that takes an id is tried', () => {
    const taking: string[] = [];
    for (const type of [schema.getQueryType(), schema.getMutationType()]) {
      for (const field of Object.values(type?.getFields() ?? {})) {
        const takesId = field.args.some(({ type: argument }) => {
          const inner = argument instanceof GraphQLNonNull ? argument.ofType : argument;
          return isScalarType(inner) && inner.name === 'ID';
        });
        if (takesId && isObjectType(type)) taking.push(`${type.name}.${field.name}`);
      }
    }
    expect(Object.keys(FIELDS).sort()).toEqual(taking.sort());
  });

  test.each(Object.entries(FIELDS))(
    '%s answers another account’s id as one that is nobody’s',
    async (_field, queries) => {
      const before = await ownedState();
      const mine = {
        agent,
        session,
        turn,
        proxyKey,
        invitation,
        token,
        browser,
        policy,
        member,
        webhook,
        event,
        correction,
      };
      const foreign = queries(mine);
      const unknown = queries({
        agent: newId('agent'),
        session: newId('session'),
        turn: newId('turn'),
        proxyKey: newId('proxyKey'),
        invitation: newId('invitation'),
        token: newId('accessToken'),
        browser: newId('browserSession'),
        policy: newId('policy'),
        member: newId('user'),
        webhook: newId('webhook'),
        event: newId('feedEvent'),
        correction: newId('correction'),
      });
      for (const [index, query] of foreign.entries()) {
        const answer = await graphql.ask(query);
        const reference = await graphql.ask(unknown[index] ?? '');
        expect(withoutRequestId(answer)).toEqual(withoutRequestId(reference));
        expect(JSON.stringify(answer.body)).not.toMatch(
          /owned.by.another|Success|typename":"(Agent|Session|Turn|AccessToken|BrowserSession|MaskPolicy|Member|Webhook|Event)"/,
        );
      }
      expect(await ownedState()).toEqual(before);
    },
  );

  test('lists hold only what is one’s own, and another’s cursor opens nothing', async () => {
    const owned = await listenGraphql(api.graphqlOptions, owner);
    try {
      const { body } = await owned.ask(
        '{ agents { pageInfo { endCursor } edges { node { id } } } sessions { pageInfo { endCursor } } }',
      );
      const cursors = [...JSON.stringify(body).matchAll(/"endCursor":"([^"]+)"/g)].map(([, cursor]) => cursor);
      expect(cursors).toHaveLength(2);
      const ids = (answer: unknown): string[] =>
        [...JSON.stringify(answer).matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id);
      const others = ids(body);
      expect(others).not.toEqual([]);
      for (const direction of ['after', 'before']) {
        const answer = await graphql.ask(
          `query ($agents: String, $sessions: String) {
            agents(${direction}: $agents) { edges { node { id } } } sessions(${direction}: $sessions) { edges { node { id } } } }`,
          { agents: cursors[0], sessions: cursors[1] },
        );
        expect(answer.body).toMatchObject({ data: { agents: {}, sessions: {} } });
        expect(ids(answer.body).filter((id) => others.includes(id))).toEqual([]);
      }
    } finally {
      await owned.close();
    }
  });

  test('two accounts may use one name', async () => {
    const create = 'mutation { createAgent(input: { name: "owned by another", upstream: "stub" }) { __typename } }';
    expect((await graphql.ask(create)).body).toEqual({ data: { createAgent: { __typename: 'CreateAgentSuccess' } } });
  });
});

/** What the id in a route's path is of. */
function kindOf(
  path: string,
): 'agent' | 'session' | 'invitation' | 'token' | 'browser' | 'member' | 'webhook' | 'correction' {
  if (path.startsWith('/corrections')) return 'correction';
  if (path.startsWith('/members')) return 'member';
  if (path.startsWith('/webhooks')) return 'webhook';
  if (path.startsWith('/me/sessions')) return 'browser';
  if (path.startsWith('/agents')) return 'agent';
  if (path.startsWith('/tokens')) return 'token';
  return path.startsWith('/invitations') ? 'invitation' : 'session';
}

/** The body of a request that would do harm; null where the route takes none. */
function bodyFor(method: string, path: string): object | null {
  if (path.endsWith('/close')) return { outcome: 'accepted' };
  if (path.endsWith('/missed')) return { turn: 1, path: '/messages/0/content', start: 0, end: 4, kind: 'NAME' };
  if (path.endsWith('/replay')) return { since: '2026-01-01T00:00:00Z' };
  if (method !== 'PATCH') return null;
  if (path.startsWith('/members')) return { role: 'auditor' };
  return path.startsWith('/webhooks') ? { paused: true } : { name: 'taken over' };
}

describe('REST', () => {
  const WITH_ID = ROUTES.filter(({ path }) => path.includes('{id}'));

  test.each(WITH_ID.map((route) => [route.method, route.path] as const))(
    '%s %s: 404, as for an id that is nobody’s',
    async (method, path) => {
      const before = await ownedState();
      const kind = kindOf(path);
      const send = async (ids: Pick<Ids, typeof kind>): Promise<{ status: number; error: object }> => {
        const id = ids[kind];
        const body = bodyFor(method, path);
        const init =
          body === null ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
        const response = await api.rest.request(
          `/api/v1${path.replace('{id}', id).replace('{key_id}', proxyKey).replace('{seq}', '1')}`,
          { method, ...init },
          by(stranger),
        );
        const { error } = (await response.json()) as { error: { request_id?: string } };
        const { request_id: _requestId, ...rest } = error;
        return { status: response.status, error: rest };
      };
      const answer = await send({ agent, session, invitation, token, browser, member, webhook, correction });
      expect(answer).toEqual(
        await send({
          agent: newId('agent'),
          session: newId('session'),
          invitation: newId('invitation'),
          token: newId('accessToken'),
          browser: newId('browserSession'),
          member: newId('user'),
          webhook: newId('webhook'),
          correction: newId('correction'),
        }),
      );
      expect(answer.status).toBe(404);
      expect(answer.error).toMatchObject({
        code: kind === 'agent' || kind === 'session' ? `${kind}_not_found` : 'not_found',
      });
      expect(await ownedState()).toEqual(before);
    },
  );

  const NAMED = ROUTES.filter(({ path }) => path.includes('{name}'));

  test.each(NAMED.map((route) => [route.method, route.path] as const))(
    '%s %s: 404, as for a name that is nobody’s',
    async (method, path) => {
      const before = await ownedState();
      const send = async (name: string): Promise<unknown> => {
        const bodies: Readonly<Record<string, object>> = {
          savePolicy: { policy_yaml: 'sensitivity: 1' },
          rollbackPolicy: { version: 1 },
        };
        const body = bodies[ROUTES.find((route) => route.method === method && route.path === path)?.operationId ?? ''];
        const init =
          body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
        const response = await api.rest.request(
          `/api/v1${path.replace('{name}', name)}`,
          { method, ...init },
          by(stranger),
        );
        const { error } = (await response.json()) as { error: { code: string; message: string } };
        return [response.status, error.code, error.message];
      };
      const answer = await send('owned-by-another');
      expect(answer).toEqual([404, 'policy_not_found', matching(/./)]);
      expect(answer).toEqual(await send('nobodys'));
      expect(await ownedState()).toEqual(before);
    },
  );

  test('every format of a report', async () => {
    for (const format of ['json', 'bundle']) {
      const response = await api.rest.request(`/api/v1/sessions/${session}/report?format=${format}`, {}, by(stranger));
      expect(response.status).toBe(404);
    }
  });

  test('lists', async () => {
    for (const path of ['/agents?name_contains=owned', '/sessions', `/sessions?agent_id=${agent}`]) {
      const response = await api.rest.request(`/api/v1${path}`, {}, by({ ...stranger, accountId: newId('account') }));
      expect([path, await response.json()]).toEqual([path, { data: [], next_cursor: null }]);
    }
  });
});

function withoutRequestId(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === 'requestId' ? undefined : member)));
}
