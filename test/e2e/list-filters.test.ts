/** Lists of sessions by every combination of their filters, page by page in both directions, against a model in memory. */
import { encodeTime } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { listenGraphql, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

const HOUR_MS = 3_600_000;
const STATUSES = ['ok', 'partial', 'error'] as const;
/** Ages of sessions in hours: in the last day, the last week and before, none near a border. */
const AGES = [2, 100, 1000];
const REDACTIONS = [0, 2, 5];
const PAGE = 7;

interface Made {
  readonly id: string;
  readonly agent: AgentId;
  readonly hours: number;
  readonly status: (typeof STATUSES)[number];
  readonly redactions: number;
  readonly open: boolean;
}

let api: TestApi;
let graphql: GraphqlEndpoint;
let agents: readonly AgentId[];
let strange: AgentId;
let made: Made[];

/** Every combination of owner, age, status, redactions and state, once. */
function everySession(): Made[] {
  const now = Date.now();
  const combinations = agents.flatMap((agent) =>
    AGES.flatMap((hours) =>
      STATUSES.flatMap((status) =>
        REDACTIONS.flatMap((redactions) => [true, false].map((open) => ({ agent, hours, status, redactions, open }))),
      ),
    ),
  );
  return combinations.map((each, n) => ({
    ...each,
    id: `sess_${encodeTime(now - each.hours * HOUR_MS, 10)}${String(n).padStart(16, '0')}`,
  }));
}

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  const viewer = await signUp(database);
  const other = await signUp(database);
  agents = [await seedAgent(database, viewer.accountId, 'a'), await seedAgent(database, viewer.accountId, 'b')];
  strange = await seedAgent(database, other.accountId, 'c');
  const [agent] = agents;
  if (agent === undefined) throw new Error('unreachable');
  const model: SessionId = await seedCall(database, other.accountId, strange, { redactions: 5 });
  const { policyDigest } = await database.prisma.session.findUniqueOrThrow({ where: { id: model } });
  made = everySession();
  for (const { id, agent: owner, hours, status, redactions, open } of made)
    await database.pool.query(
      `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, upstream_model, policy_name,
         policy_version, policy_digest, status, redaction_count)
       SELECT $1, $2, $3, t.at, t.at, CASE WHEN $4 THEN NULL ELSE t.at END, 'stub', 'healthcare-default', 1, $5,
         $6::session_status, $7::int
       FROM (SELECT now() - make_interval(hours => $8::int) AS at) t`,
      [id, viewer.accountId, owner, open, policyDigest, status, redactions, hours],
    );
  graphql = await listenGraphql(api.graphqlOptions, viewer);
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const ANSWER = z.object({
  sessions: z.object({
    edges: z.array(z.object({ node: z.object({ id: z.string() }) })),
    pageInfo: z.object({
      startCursor: z.string().nullable(),
      endCursor: z.string().nullable(),
      hasNextPage: z.boolean(),
      hasPreviousPage: z.boolean(),
    }),
  }),
});

/** The ids of all pages, in the order of the list. */
async function idsOf(filter: string, isForward: boolean): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const from: string = cursor === null ? '' : isForward ? `, after: "${cursor}"` : `, before: "${cursor}"`;
    const { body } = await graphql.ask(
      `{ sessions(${isForward ? 'first' : 'last'}: ${PAGE}${from}${filter}) {
           edges { node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
    );
    expect(body.errors).toBeUndefined();
    const { edges, pageInfo } = ANSWER.parse(body.data).sessions;
    const page = edges.map(({ node }) => node.id);
    if (isForward) ids.push(...page);
    else ids.unshift(...page);
    if (!(isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return ids;
    cursor = isForward ? pageInfo.endCursor : pageInfo.startCursor;
  }
}

const SINCE = [
  [null, Infinity],
  ['24h', 24],
  ['30d', 720],
] as const;

test.each([null, 'ok', 'error'].flatMap((status) => [null, 0, 1, 5, 6].map((least) => ({ status, least }))))(
  'sessions of status $status and at least $least redactions are those of the model, of each agent and time',
  async ({ status, least }) => {
    for (const [since, hours] of SINCE)
      for (const owner of [null, ...agents, strange]) {
        const given = [
          ...(status === null ? [] : [`status: ${status}`]),
          ...(least === null ? [] : [`minRedactions: ${least}`]),
          ...(since === null ? [] : [`since: "${since}"`]),
          ...(owner === null ? [] : [`agentId: "${owner}"`]),
        ];
        const filter = given.map((each) => `, ${each}`).join('');
        const expected = made
          .filter(
            (each) =>
              (status === null || each.status === status) &&
              each.redactions >= (least ?? 0) &&
              each.hours <= hours &&
              (owner === null || each.agent === owner),
          )
          .map(({ id }) => id)
          .sort()
          .reverse();
        expect([filter, await idsOf(filter, true)]).toEqual([filter, expected]);
        expect([filter, await idsOf(filter, false)]).toEqual([filter, expected]);
      }
  },
);
