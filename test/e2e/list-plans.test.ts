/** What the lists of the API read of long tables: the index of the list, and no more rows than a page has. */
import { PrismaPg } from '@prisma/adapter-pg';
import { encodeTime } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { createFeed } from '../../src/events/feed.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import type { AccountId, AgentId, SessionId } from '../../src/platform/ids.ts';
import { listenGraphql, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';
import { readingOf, RecordingPool } from '../query-plans.ts';
import type { Reading } from '../query-plans.ts';

/** Sessions of the account, and rows of each other list. */
const ROWS = 20_000;
const AGENTS = 10;
const PAGE = 25;
/** Sessions are spread over so many days. */
const DAYS = 90;
const DAY_MS = 86_400_000;
/** Its newest calls are old: all newer sessions are of other agents. */
const IDLE = 3;
/** The row that tells of another page, and entries of other kinds at an end of a journal. */
const BESIDE = 3;
/** Sessions of the hour by which clocks may differ, at the beginning of a window. */
const MARGIN = Math.ceil(ROWS / DAYS / 24) + 1;

let api: TestApi;
let viewer: Viewer;
let pool: RecordingPool;
let prisma: PrismaClient;
let graphql: GraphqlEndpoint;
let agents: AgentId[];
/** Has ROWS turns and redactions. */
let long: SessionId;

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  viewer = await signUp(database);
  const other = await signUp(database);
  agents = [];
  for (let n = 0; n < AGENTS; n += 1) agents.push(await seedAgent(database, viewer.accountId, `desk ${n}`));
  long = await seedCall(database, viewer.accountId, agents[0] ?? unreachable(), { redactions: 1 });
  await seedSessions(viewer.accountId, agents, ROWS);
  await seedSessions(other.accountId, [await seedAgent(database, other.accountId, 'theirs')], ROWS / 10);
  await seedRows();
  await api.database.pool.query('ANALYZE');
  pool = new RecordingPool({ connectionString: database.url, max: 2 });
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const services = { ...api.graphqlOptions.services, events: createFeed(pool) };
  graphql = await listenGraphql({ ...api.graphqlOptions, prisma, services }, viewer);
});
afterAll(async () => {
  await graphql.close();
  await prisma.$disconnect();
  await pool.end();
  await api.close();
});

function unreachable(): never {
  throw new Error('unreachable');
}

/** Ends of ids that are in order: decimal digits are those of ULIDs, too. */
const idEnd = (n: number): string => String(n).padStart(16, '0');

async function seedSessions(accountId: AccountId, owners: readonly AgentId[], count: number): Promise<void> {
  const { policyDigest } = await api.database.prisma.session.findUniqueOrThrow({ where: { id: long } });
  const now = Date.now();
  const batch = 10_000;
  for (let from = 0; from < count; from += batch) {
    const rows = Array.from({ length: Math.min(batch, count - from) }, (_, n) => {
      const at = now - Math.floor((DAYS * DAY_MS * (count - from - n)) / count);
      const owner = n % owners.length === IDLE && from + n > count / 3 ? IDLE + 1 : n % owners.length;
      return [`sess_${encodeTime(at, 10)}${idEnd(from + n)}`, owners[owner], new Date(at)] as const;
    });
    await api.database.pool.query(
      `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, ended_at, upstream_model, policy_name,
         policy_version, policy_digest, redaction_count)
       SELECT id, $1, agent_id, at, at, at + interval '1 minute', 'stub', 'healthcare-default', 1, $2, 2
       FROM unnest($3::text[], $4::text[], $5::timestamptz[]) AS made(id, agent_id, at)`,
      [accountId, policyDigest, rows.map(([id]) => id), rows.map(([, agent]) => agent), rows.map(([, , at]) => at)],
    );
  }
}

/** Turns, redactions and events of the feed, so many of each. */
async function seedRows(): Promise<void> {
  const { pool: db } = api.database;
  await db.query(
    `INSERT INTO turns (id, session_id, agent_id, number, started_at, model, streamed, redaction_count, detection_us, tokenize_us)
     SELECT 'turn_' || lpad(n::text, 26, '0'), $1, $2, n + 1, now(), 'stub', false, 1, 0, 0 FROM generate_series(1, $3::int) n`,
    [long, agents[0], ROWS],
  );
  await db.query(
    `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
     SELECT $1, 10 + n, 'redaction', n, replace(body, '"seq":1,', '"seq":' || 10 + n || ','), leaf_hash
     FROM entries, generate_series(1, $2::int) n WHERE session_id = $1 AND seq = 1`,
    [long, ROWS],
  );
  await db.query(
    `INSERT INTO feed_events (account_id, seq, id, type, created_at, object_type, object_id)
     SELECT $1, n, 'evn_' || lpad(n::text, 26, '0'), CASE WHEN n % 1000 = 0 THEN 'agent.changed' ELSE 'session.sealed' END,
       now(), 'session', $2 FROM generate_series(1, $3::int) n`,
    [viewer.accountId, long, ROWS],
  );
}

const PAGE_INFO = 'pageInfo { startCursor endCursor hasNextPage hasPreviousPage }';
const NODE = 'edges { cursor node { id } }';

/** A list, the table that it reads, the index that serves it, and rows that may be read beside a page. */
interface List {
  readonly name: string;
  readonly list: (page: string) => string;
  readonly table: string;
  readonly index: string;
  readonly beside?: number;
}
const LISTS: readonly List[] = [
  {
    name: 'the sessions of the account',
    list: (page) => `list: sessions(${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_id_id_idx',
  },
  {
    name: 'the sessions of an idle agent',
    list: (page) => `list: sessions(agentId: "${agents[IDLE] ?? ''}", ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_agent_id_id_idx',
  },
  {
    name: 'the sessions of 30 days',
    list: (page) => `list: sessions(since: "30d", ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_id_id_idx',
    beside: BESIDE + MARGIN,
  },
  {
    name: 'the sessions below an idle agent',
    list: (page) => `agent(id: "${agents[IDLE] ?? ''}") { list: sessions(${page}) { ${NODE} ${PAGE_INFO} } }`,
    table: 'sessions',
    index: 'sessions_agent_id_id_idx',
  },
  {
    name: 'the turns of a session',
    list: (page) => `session(id: "${long}") { list: turns(${page}) { ${NODE} ${PAGE_INFO} } }`,
    table: 'turns',
    index: 'turns_session_id_number_key',
  },
  {
    name: 'the redactions of a session',
    list: (page) =>
      `session(id: "${long}") { list: events(${page}) { edges { cursor node { id: eventId } } ${PAGE_INFO} } }`,
    table: 'entries',
    index: 'entries_pkey',
  },
  {
    name: 'the events of the account',
    list: (page) => `list: events(${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'feed_events',
    index: 'feed_events_pkey',
  },
  {
    name: 'the events of one rare type',
    list: (page) => `list: events(types: ["agent.changed"], ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'feed_events',
    index: 'feed_events_account_id_type_seq_idx',
  },
];

const CONNECTION = z.object({
  list: z.object({
    edges: z.array(z.object({ cursor: z.string(), node: z.object({ id: z.string() }) })),
    pageInfo: z.object({
      startCursor: z.string().nullable(),
      endCursor: z.string().nullable(),
      hasNextPage: z.boolean(),
      hasPreviousPage: z.boolean(),
    }),
  }),
});
/** The connection itself, or the object that it belongs to. */
const ANSWER = z.union([
  CONNECTION.transform(({ list }) => list),
  z.object({ agent: CONNECTION }).transform(({ agent: { list } }) => list),
  z.object({ session: CONNECTION }).transform(({ session: { list } }) => list),
]);
type Page = z.output<typeof ANSWER>;

/** One page, and what the statements read that were sent for it. */
async function read(query: string): Promise<{ page: Page; readings: Reading[] }> {
  pool.sent.length = 0;
  const { body } = await graphql.ask(`{ ${query} }`);
  expect(body.errors).toBeUndefined();
  const page = ANSWER.parse(body.data);
  const sent = [...pool.sent];
  const readings: Reading[] = [];
  for (const statement of sent) readings.push(await readingOf(api.database.pool, statement));
  return { page, readings };
}

test.each(LISTS)(
  '$name read one page of rows by the index of the list, at its beginning and at its end',
  async ({ list, table, index, beside = BESIDE }) => {
    const expectBounded = (where: string, readings: readonly Reading[]): void => {
      const ofTable = readings.filter(({ rows }) => rows[table] !== undefined);
      expect([where, ofTable.length]).toEqual([where, 1]);
      for (const { rows, whole, indexes: used } of ofTable) {
        expect([where, whole]).not.toContain(table);
        expect([where, used]).toEqual([where, expect.arrayContaining([index])]);
        expect([where, rows[table]]).toEqual([where, expect.toSatisfy((count: number) => count <= PAGE + beside)]);
      }
    };
    const first = await read(list(`first: ${PAGE}`));
    expectBounded('first', first.readings);
    const last = await read(list(`last: ${PAGE}`));
    expectBounded('last', last.readings);
    expect(last.page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: last.page.edges.length === PAGE });
    // The last page, as a reader reaches it who pages forward: behind the row before it.
    const before = await read(list(`last: 1, before: "${last.page.pageInfo.startCursor ?? ''}"`));
    const cursor = before.page.edges[0]?.cursor;
    if (cursor === undefined) return;
    const forward = await read(list(`first: ${PAGE}, after: "${cursor}"`));
    expectBounded('after', forward.readings);
    expect(forward.page.edges).toEqual(last.page.edges);
    const backward = await read(list(`last: ${PAGE}, before: "${first.page.edges.at(-1)?.cursor ?? ''}"`));
    expectBounded('before', backward.readings);
    expect(backward.page.edges).toEqual(first.page.edges.slice(0, -1));
  },
);
