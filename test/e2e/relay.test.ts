/** Relay: nodes by their plain ids, connections by keyset, pages that stay whole while rows arrive, and their cost in SQL. */
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { agentStats } from '../../src/agents/agent-stats.ts';
import type { Services } from '../../src/graphql/context.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { listenGraphql, matching, seedAgent, seedCall, seedMoreRedactions, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let viewer: Viewer;
let graphql: GraphqlEndpoint;
let agent: AgentId;
let session: SessionId;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  graphql = await listenGraphql(api.graphqlOptions, viewer);
  agent = await seedAgent(api.database, viewer.accountId, 'front desk');
  session = await seedCall(api.database, viewer.accountId, agent, { turns: 3, redactions: 5 });
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const CONNECTION = z.object({
  edges: z.array(z.object({ cursor: z.string(), node: z.record(z.string(), z.unknown()) })),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
});
type ConnectionData = z.infer<typeof CONNECTION>;

const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** The connection that a query answers under the path of fields. */
async function connection(
  query: string,
  variables: Record<string, unknown>,
  ...path: string[]
): Promise<ConnectionData> {
  const { body } = await graphql.ask(query, variables);
  expect(body.errors).toBeUndefined();
  const at = path.reduce<unknown>((value, field) => z.record(z.string(), z.unknown()).parse(value)[field], body.data);
  return CONNECTION.parse(at);
}

function keys(page: ConnectionData, field: string): unknown[] {
  return page.edges.map(({ node }) => node[field]);
}

describe('nodes', () => {
  test.each([
    ['Agent', () => agent, 'name', 'front desk'],
    ['Session', () => session, 'agentName', 'front desk'],
  ] as const)('%s is loaded by its own id', async (type, id, field, value) => {
    const { body } = await graphql.ask(
      `query ($id: ID!) { node(id: $id) { __typename id ... on ${type} { ${field} } } }`,
      { id: id() },
    );
    expect(body).toEqual({ data: { node: { __typename: type, id: id(), [field]: value } } });
  });

  test('a turn too, under the id that its connection gives', async () => {
    const turns = await connection(
      `query ($id: ID!) { session(id: $id) { turns { edges { cursor node { id number } } ${PAGE_INFO} } } }`,
      { id: session },
      'session',
      'turns',
    );
    expect(keys(turns, 'number')).toEqual([1, 2, 3]);
    const [id] = keys(turns, 'id');
    const { body } = await graphql.ask('query ($id: ID!) { node(id: $id) { ... on Turn { id number streamed } } }', {
      id,
    });
    expect(body).toEqual({ data: { node: { id, number: 1, streamed: true } } });
  });

  test.each([
    '',
    'agt_',
    'agt_01J3Z8Q4V9Y6R2M7T5W0X1C8KD',
    'usr_01J3Z8Q4V9Y6R2M7T5W0X1C8KD',
    'QWdlbnQ6MQ==',
    'é',
    "agt_' OR 1=1 --",
  ])('the unknown id %j is null, and no error', async (id) => {
    const { body } = await graphql.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(body).toEqual({ data: { node: null } });
  });
});

describe('a session', () => {
  test('answers every field of its row', async () => {
    const { body } = await graphql.ask(
      `query ($id: ID!) { session(id: $id) {
        agentId agent { id } agentName durationMs sealedAt status upstreamModel policyName policyVersion
        stageDurations { detection tokenize upstream rehydrate } redactionCount redactionsByKind merkleRootHex continues
        payloads { request masked answer response } keptTurns } }`,
      { id: session },
    );
    expect(body).toEqual({
      data: {
        session: {
          agentId: agent,
          agent: { id: agent },
          agentName: 'front desk',
          durationMs: 794,
          sealedAt: null,
          status: 'ok',
          upstreamModel: 'gpt-4o-mini',
          policyName: 'healthcare-default',
          policyVersion: 1,
          stageDurations: { detection: 56, tokenize: 4, upstream: 728, rehydrate: 6.5 },
          redactionCount: 5,
          redactionsByKind: { NAME: 5 },
          merkleRootHex: null,
          continues: null,
          payloads: { request: null, masked: null, answer: null, response: null },
          keptTurns: [],
        },
      },
    });
  });

  test('is sealed by endSession, once, with the root that the report has', async () => {
    const id = await seedCall(api.database, viewer.accountId, agent);
    const end = `mutation ($id: ID!) { endSession(id: $id) { ... on EndSessionSuccess { session { id sealedAt merkleRootHex } } ... on Error { code } } }`;
    const first = await graphql.ask(end, { id });
    expect(first.body).toEqual({
      data: {
        endSession: {
          session: { id, sealedAt: matching(/^\d{4}-.*\.\d{3}Z$/), merkleRootHex: matching(/^[0-9a-f]{64}$/) },
        },
      },
    });
    expect((await graphql.ask(end, { id })).body).toEqual(first.body);
    const { body } = await graphql.ask(
      'query ($id: ID!) { session(id: $id) { merkleRootHex } report(sessionId: $id) { merkleRootHex } }',
      { id },
    );
    const { session: sealed, report } = z
      .object({ session: z.object({ merkleRootHex: z.string() }), report: z.object({ merkleRootHex: z.string() }) })
      .parse(body.data);
    expect(report).toEqual(sealed);
  });

  test('outlives its agent: the name stays, the agent is null', async () => {
    const gone = await seedAgent(api.database, viewer.accountId, 'night shift');
    const id = await seedCall(api.database, viewer.accountId, gone);
    await graphql.ask('mutation ($id: ID!) { deleteAgent(id: $id) { __typename } }', { id: gone });
    const { body } = await graphql.ask(
      'query ($id: ID!) { session(id: $id) { agentName agent { id } } node(id: $id) { id } }',
      { id },
    );
    expect(body).toEqual({ data: { session: { agentName: 'night shift', agent: null }, node: { id } } });
    expect(
      (await graphql.ask('query ($id: ID!) { agent(id: $id) { id } node(id: $id) { id } }', { id: gone })).body,
    ).toEqual({ data: { agent: null, node: null } });
  });
});

describe('pages', () => {
  const SESSIONS = `query ($first: Int, $after: String, $last: Int, $before: String) {
    sessions(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { id } } ${PAGE_INFO} } }`;

  test('forwards and backwards over the whole list give the same rows, newest first, none twice', async () => {
    const other = await signUp(api.database);
    const desk = await seedAgent(api.database, other.accountId, 'desk');
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1)
      made.push(await seedCall(api.database, other.accountId, desk, { redactions: 0 }));
    const newestFirst = made.toReversed();
    graphql.viewer = other;
    try {
      const forwards: unknown[] = [];
      let after: string | null = null;
      for (let more = true; more;) {
        const page = await connection(SESSIONS, { first: 3, after }, 'sessions');
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        forwards.push(...keys(page, 'id'));
        after = page.pageInfo.endCursor;
        more = page.pageInfo.hasNextPage;
      }
      expect(forwards).toEqual(newestFirst);

      const backwards: unknown[] = [];
      let before: string | null = null;
      for (let more = true; more;) {
        const page = await connection(SESSIONS, { last: 3, before }, 'sessions');
        backwards.unshift(...keys(page, 'id'));
        before = page.pageInfo.startCursor;
        more = page.pageInfo.hasPreviousPage;
      }
      expect(backwards).toEqual(newestFirst);
    } finally {
      graphql.viewer = viewer;
    }
  });

  test('rows that arrive while paging are neither skipped nor repeated', async () => {
    const desk = await seedAgent(api.database, viewer.accountId, 'busy desk');
    const call = await seedCall(api.database, viewer.accountId, desk, { redactions: 4 });
    const EVENTS = `query ($id: ID!, $after: String) { session(id: $id) {
      events(first: 3, after: $after) { edges { cursor node { seq eventId } } ${PAGE_INFO} } } }`;
    const seen: unknown[] = [];
    let after: string | null = null;
    for (let pages = 0, more = true; more; pages += 1) {
      const page = await connection(EVENTS, { id: call, after }, 'session', 'events');
      seen.push(...keys(page, 'seq'));
      after = page.pageInfo.endCursor;
      if (pages < 2) await seedMoreRedactions(api.database, call, desk, pages === 0 ? 4 : 2);
      more = page.pageInfo.hasNextPage;
    }
    const stored = await api.database.prisma.entry.findMany({
      where: { sessionId: call, kind: 'redaction' },
      orderBy: { seq: 'asc' },
    });
    expect(stored).toHaveLength(10);
    expect(seen).toEqual(stored.map(({ seq }) => seq));
  });

  test('newer sessions do not shift a list that is being read', async () => {
    for (let call = 0; call < 4; call += 1) await seedCall(api.database, viewer.accountId, agent);
    const first = await connection(SESSIONS, { first: 2 }, 'sessions');
    const newest = await seedCall(api.database, viewer.accountId, agent);
    const second = await connection(SESSIONS, { first: 2, after: first.pageInfo.endCursor }, 'sessions');
    const all = [...keys(first, 'id'), ...keys(second, 'id')];
    expect(new Set(all).size).toBe(4);
    expect(all).not.toContain(newest);
    expect(keys(await connection(SESSIONS, { first: 1 }, 'sessions'), 'id')).toEqual([newest]);
  });

  test('a page past the end is empty', async () => {
    const oldest = await connection(SESSIONS, { last: 1 }, 'sessions');
    const beyond = await connection(SESSIONS, { first: 5, after: oldest.pageInfo.endCursor }, 'sessions');
    expect(beyond).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test('a cursor of another list is refused where it is used, nested too', async () => {
    const agents = await connection(`{ agents(first: 1) { edges { cursor node { id } } ${PAGE_INFO} } }`, {}, 'agents');
    const cursor = agents.pageInfo.endCursor;
    for (const query of [
      'query ($after: String) { sessions(after: $after) { edges { cursor } } }',
      'query ($after: String) { agents { edges { node { sessions(after: $after) { edges { cursor } } } } } }',
    ]) {
      const { body } = await graphql.ask(query, { after: cursor });
      expect(body.errors?.[0]?.extensions).toMatchObject({
        code: 'validation_failed',
        details: [{ path: 'after', code: 'invalid_cursor' }],
      });
    }
  });
});

describe('filters', () => {
  test('the lists of an agent and of the account agree', async () => {
    const other = await signUp(api.database);
    const desk = await seedAgent(api.database, other.accountId, 'desk');
    const now = Date.now();
    const HOUR = 3_600_000;
    const old = await seedCall(api.database, other.accountId, desk, {
      at: now - 26 * HOUR,
      redactions: 9,
      status: 'error',
    });
    const recent = await seedCall(api.database, other.accountId, desk, {
      at: now - 2 * HOUR,
      redactions: 1,
      status: 'partial',
    });
    const fresh = await seedCall(api.database, other.accountId, desk, { at: now, redactions: 3 });
    graphql.viewer = other;
    try {
      const cases: readonly (readonly [string, string[]])[] = [
        ['since: "1h"', [fresh]],
        ['since: "24h"', [fresh, recent]],
        ['since: "7d"', [fresh, recent, old]],
        [`since: "${new Date(now - 3 * HOUR).toISOString()}"`, [fresh, recent]],
        ['status: error', [old]],
        ['minRedactions: 3', [fresh, old]],
        ['since: "24h", minRedactions: 2', [fresh]],
        ['first: 5', [fresh, recent, old]],
      ];
      for (const [filter, expected] of cases) {
        const ofAccount = await connection(
          `{ sessions(${filter}) { edges { cursor node { id } } ${PAGE_INFO} } }`,
          {},
          'sessions',
        );
        const ofAgent = await connection(
          `{ agent(id: "${desk}") { sessions(${filter}) { edges { cursor node { id } } ${PAGE_INFO} } } }`,
          {},
          'agent',
          'sessions',
        );
        expect([filter, keys(ofAccount, 'id')]).toEqual([filter, expected]);
        expect(ofAgent).toEqual(ofAccount);
      }
    } finally {
      graphql.viewer = viewer;
    }
  });

  test('a name is found in any case, and wildcards are characters', async () => {
    for (const name of ['Cardiology_1', 'cardiologyX1', '100% uptime'])
      await seedAgent(api.database, viewer.accountId, name);
    const find = async (text: string): Promise<unknown[]> =>
      keys(
        await connection(
          `query ($text: String!) { agents(nameContains: $text) { edges { cursor node { name } } ${PAGE_INFO} } }`,
          { text },
          'agents',
        ),
        'name',
      ).sort();
    expect(await find('CARDIO')).toEqual(['Cardiology_1', 'cardiologyX1']);
    expect(await find('y_1')).toEqual(['Cardiology_1']);
    expect(await find('0%')).toEqual(['100% uptime']);
    expect(await find('\\')).toEqual([]);
  });
});

test('a page of 100 agents with figures and their last ten sessions takes as many statements as a page of ten', async () => {
  const other = await signUp(api.database);
  for (let index = 0; index < 100; index += 1) {
    const desk = await seedAgent(api.database, other.accountId, `desk ${index}`);
    if (index % 10 === 0) for (let call = 0; call < 11; call += 1) await seedCall(api.database, other.accountId, desk);
  }
  const statements: string[] = [];
  const prisma = new PrismaClient({
    adapter: new PrismaPg(api.database.url),
    log: [{ emit: 'event', level: 'query' }],
  });
  prisma.$on('query', ({ query }) => {
    statements.push(query);
  });
  // Figures are read over the pool, past Prisma.
  const pool = new Proxy(api.database.pool, {
    get(target, key) {
      if (key === 'query') statements.push('over the pool');
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  const services: Services = {
    ...api.graphqlOptions.services,
    agentStats: (accountId, ids) => agentStats(pool, accountId, ids, Date.now()),
  };
  const SESSIONS = z.object({ edges: z.array(z.unknown()) });
  const PAGE = z.object({
    agents: z.object({ edges: z.array(z.object({ node: z.object({ sessions: SESSIONS }) })) }),
  });
  const counting = await listenGraphql({ ...api.graphqlOptions, prisma, services }, other);
  const ask = async (first: number): Promise<{ count: number; agents: number; sessions: number }> => {
    statements.length = 0;
    const { body } = await counting.ask(
      `query ($first: Int!) { agents(first: $first) { edges { node { name stats { sessionCount24h p95LatencyMs }
        sessions(first: 10) { edges { node { id status redactionCount agentName } } } } } } }`,
      { first },
    );
    expect(body.errors).toBeUndefined();
    return {
      count: statements.length,
      agents: PAGE.parse(body.data).agents.edges.length,
      sessions: PAGE.parse(body.data).agents.edges.reduce((sum, { node }) => sum + node.sessions.edges.length, 0),
    };
  };
  try {
    expect(await ask(1)).toMatchObject({ count: 2, agents: 1 });
    expect(await ask(10)).toMatchObject({ count: 2, agents: 10 });
    expect(await ask(100)).toEqual({ count: 2, agents: 100, sessions: 100 });
  } finally {
    await counting.close();
    await prisma.$disconnect();
  }
});
