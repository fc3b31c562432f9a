/** What the lists of the API read of long tables: the index of the list, and no more rows than a page has. */
import { PrismaPg } from '@prisma/adapter-pg';
import { encodeTime } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { listLeaves } from '../../src/audit-log/log-reader.ts';
import { createFeed } from '../../src/events/feed.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import type { AccountId, AgentId, SessionId } from '../../src/platform/ids.ts';
import { movedJournals } from '../../src/audit/anchored-heads.ts';
import { reportsOfSessions } from '../../src/reports/finding/issued-records.ts';
import { foundSessions } from '../../src/reports/finding/found-sessions.ts';
import { CallDigests } from '../../src/sessions/call-digests.ts';
import { callNames } from '../../src/sessions/call-names.ts';
import { createFinder } from '../../src/reports/finding/find.ts';
import { IdleSealing } from '../../src/sessions/idle-sealing.ts';
import { sessionTail } from '../../src/subscriptions/redaction-tail.ts';
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
/** One of so many rows has what a filter asks for. */
const RARE = 500;
const REDACTIONS = 100;
/** One of so many sessions has nearly as many redactions. */
const OFTEN = 20;
const NEARLY = 97;
/** Agents that were deleted, all of them newer than the others. */
const DELETED = 2_000;
const HASH = 'ab'.repeat(32);
/** Agents of other accounts that sent the same request. */
const STRANGERS = 1_000;
const AUDIT_KEY = new Uint8Array(32);
/** The row that tells of another page, and entries of other kinds at an end of a journal. */
const BESIDE = 3;
/** Open sessions of the account, and for each part that a list by redactions is merged from a row. */
const MERGED = 5;

let api: TestApi;
let viewer: Viewer;
let pool: RecordingPool;
let prisma: PrismaClient;
let graphql: GraphqlEndpoint;
let agents: AgentId[];
/** Has ROWS turns and redactions. */
let long: SessionId;
/** Has sent the same request again and again, as a session of another account has. */
let asked: SessionId;
let theirs: SessionId;
let theirAgent: AgentId;

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  viewer = await signUp(database);
  const other = await signUp(database);
  agents = [];
  for (let n = 0; n < AGENTS; n += 1) agents.push(await seedAgent(database, viewer.accountId, `desk ${n}`));
  long = await seedCall(database, viewer.accountId, agents[0] ?? unreachable(), { redactions: 1 });
  asked = await seedCall(database, viewer.accountId, agents[0] ?? unreachable());
  await seedSessions(viewer.accountId, agents, ROWS, 'sealed');
  await seedSessions(viewer.accountId, agents, ROWS / 4, 'expired');
  theirAgent = await seedAgent(database, other.accountId, 'theirs');
  theirs = await seedCall(database, other.accountId, theirAgent);
  await seedSessions(other.accountId, [theirAgent], ROWS / 10, 'open');
  await seedRows();
  await seedFilteredRows();
  await seedCalls();
  await seedReports();
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

async function seedSessions(
  accountId: AccountId,
  owners: readonly AgentId[],
  count: number,
  state: 'sealed' | 'open' | 'expired',
): Promise<void> {
  const { policyDigest } = await api.database.prisma.session.findUniqueOrThrow({ where: { id: long } });
  const now = Date.now() - (state === 'expired' ? DAYS * DAY_MS : 0);
  const batch = 10_000;
  for (let from = 0; from < count; from += batch) {
    const rows = Array.from({ length: Math.min(batch, count - from) }, (_, n) => {
      const at = now - Math.floor((DAYS * DAY_MS * (count - from - n)) / count);
      const owner = n % owners.length === IDLE && from + n > count / 3 ? IDLE + 1 : n % owners.length;
      const redactions = (from + n) % RARE === 0 ? REDACTIONS : (from + n) % OFTEN === 0 ? NEARLY : 2;
      return [`sess_${encodeTime(at, 10)}${idEnd(from + n)}`, owners[owner], new Date(at), redactions] as const;
    });
    await api.database.pool.query(
      `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, ended_at, sealed_at, expired_at,
         upstream_model, policy_name, policy_version, policy_digest, status, redaction_count)
       SELECT id, $1, agent_id, at, at, at + interval '1 minute', CASE WHEN $7 <> 'open' THEN at + interval '1 minute' END,
         CASE WHEN $7 = 'expired' THEN now() END, 'stub', 'healthcare-default', 1, $2,
         (CASE WHEN redactions = ${REDACTIONS} THEN 'error' ELSE 'ok' END)::session_status, redactions
       FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::int[]) AS made(id, agent_id, at, redactions)`,
      [
        accountId,
        policyDigest,
        rows.map(([id]) => id),
        rows.map(([, agent]) => agent),
        rows.map(([, , at]) => at),
        rows.map(([, , , redactions]) => redactions),
        state,
      ],
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
     SELECT $1, n, 'evn_' || lpad(n::text, 26, '0'), CASE WHEN 3 * n BETWEEN ${ROWS} AND ${2 * ROWS} THEN 'agent.changed' ELSE 'session.sealed' END,
       now(), 'session', $2 FROM generate_series(1, $3::int) n`,
    [viewer.accountId, long, ROWS],
  );
}

/** Rows of which a filter takes one in RARE, and rows that are not in a list at all. */
async function seedFilteredRows(): Promise<void> {
  const { pool: db } = api.database;
  await db.query(
    `INSERT INTO corrections (id, account_id, session_id, turn, path, span_start, span_end, kind, verdict, created_by,
       created_at, outcome)
     SELECT 'cor_' || lpad(n::text, 26, '0'), $1, $2, n, '/messages/0/content', 0, 4, 'NAME',
       CASE WHEN n % ${RARE} < 2 THEN 'missed' ELSE 'not_phi' END, $3, now(), CASE WHEN n % ${RARE} = 0 THEN NULL ELSE 'accepted' END
     FROM generate_series(1, $4::int) n`,
    [viewer.accountId, long, viewer.userId, ROWS],
  );
  await db.query(
    `INSERT INTO log_leaves (account_id, leaf_index, source, ref, kind, body, hash)
     SELECT $1, n - 1, 'event', n::text, CASE WHEN n = ${ROWS / 2} THEN 'agent_deleted' ELSE 'sign_in' END, '{}', sha256('')
     FROM generate_series(1, $2::int) n`,
    [viewer.accountId, ROWS],
  );
  await db.query(
    `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version, deleted_at)
     SELECT 'agt_7' || lpad(n::text, 25, '0'), $1, n::text, 'stub', 'vault-deterministic', 'healthcare-default', 1, now()
     FROM generate_series(1, ${DELETED}) n`,
    [viewer.accountId],
  );
  await db.query(
    `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
     SELECT session_id, 100000 + n, kind, n, body, leaf_hash FROM entries, generate_series(1, $3::int) n
     WHERE session_id IN ($1, $2) AND kind = 'turn_forwarded' AND seq < 10`,
    [asked, theirs, ROWS / 2],
  );
  // Their ids are between those of the account.
  await db.query(
    `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
     SELECT session_id, 200000 + n, kind, n, replace(body, $2, 'agt_6' || lpad(n::text, 25, '0')), leaf_hash
     FROM entries, generate_series(1, $3::int) n WHERE session_id = $1 AND kind = 'turn_forwarded' AND seq < 10`,
    [theirs, theirAgent, STRANGERS],
  );
}

/** All sessions of one agent are of one call, and those of another one of calls each. */
async function seedCalls(): Promise<void> {
  const digest = new CallDigests(AUDIT_KEY).call(agents[0] ?? unreachable(), 'call-77');
  await api.database.pool.query(
    `UPDATE sessions SET call_digest = CASE WHEN agent_id = $1 THEN $3::bytea ELSE sha256(id::bytea) END
     WHERE agent_id IN ($1, $2) AND expired_at IS NULL`,
    [agents[0], agents[1], digest],
  );
}

/** Reports that were issued about one session, ROWS times. */
async function seedReports(): Promise<void> {
  await api.database.pool.query(
    `INSERT INTO account_events (id, account_id, at, kind, body)
     SELECT 'evt_' || lpad(n::text, 26, '0'), $1, now(), 'report_issued',
       '{"subject":{"format":"json","report_id":"rep_' || lpad(n::text, 26, '0') || '","session_id":"' || $2 || '"}}'
     FROM generate_series(1, $3::int) n`,
    [viewer.accountId, long, ROWS],
  );
}

/** Sessions that one statement of the sealing sweep reads. */
const SWEPT = 100;

const PAGE_INFO = 'pageInfo { startCursor endCursor hasNextPage hasPreviousPage }';
const NODE = 'edges { cursor node { id } }';

/** A list, the table that it reads, the index that serves it, and rows that may be read beside a page. */
interface List {
  readonly name: string;
  readonly list: (page: string) => string;
  readonly table: string;
  readonly index: string;
  readonly beside?: number;
  /** The IDs of the page are merged from several indexes, and its rows are then read by them. */
  readonly merged?: true;
}
const LISTS: readonly List[] = [
  {
    name: 'the sessions of the account',
    list: (page) => `list: sessions(${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_listed',
  },
  {
    name: 'the sessions of an idle agent',
    list: (page) => `list: sessions(agentId: "${agents[IDLE] ?? ''}", ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_agent_listed',
  },
  {
    name: 'the sessions of an agent like the others',
    list: (page) => `list: sessions(agentId: "${agents[0] ?? ''}", ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_agent_listed',
  },
  {
    name: 'the sessions of 30 days',
    list: (page) => `list: sessions(since: "30d", ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_listed',
  },
  {
    name: 'the sessions of a rare status',
    list: (page) => `list: sessions(status: error, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_status',
  },
  {
    name: 'the sessions of a rare status of an agent',
    list: (page) => `list: sessions(agentId: "${agents[0] ?? ''}", status: error, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_agent_status',
  },
  {
    name: 'the sessions of a status that none has',
    list: (page) => `list: sessions(status: partial, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_status',
  },
  {
    name: 'the sessions of many redactions',
    list: (page) => `list: sessions(minRedactions: ${REDACTIONS}, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_redactions',
    beside: MERGED,
    merged: true,
  },
  {
    name: 'the sessions of a number of redactions that one in twenty has',
    list: (page) => `list: sessions(minRedactions: ${NEARLY - 1}, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_redaction_class',
    beside: MERGED,
    merged: true,
  },
  {
    name: 'the sessions of many redactions of an agent',
    list: (page) =>
      `list: sessions(agentId: "${agents[0] ?? ''}", minRedactions: ${NEARLY}, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_agent_redactions',
    beside: MERGED,
    merged: true,
  },
  {
    name: 'the sessions of more redactions than any has, of 30 days',
    list: (page) => `list: sessions(since: "30d", minRedactions: ${REDACTIONS + 1}, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'sessions',
    index: 'sessions_account_redactions',
    beside: MERGED,
  },
  {
    name: 'the agents beside many that were deleted',
    list: (page) => `list: agents(${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'agents',
    index: 'agents_living',
  },
  ...(
    [
      ['state: open', 'corrections_open'],
      ['verdict: missed', 'corrections_account_id_verdict_id_idx'],
      ['state: closed, verdict: missed', 'corrections_closed_verdict'],
    ] as const
  ).map(([filter, index]) => ({
    name: `the corrections of ${filter}`,
    list: (page: string) => `list: corrections(${filter}, ${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'corrections',
    index,
  })),
  {
    name: 'the sessions below an idle agent',
    list: (page) => `agent(id: "${agents[IDLE] ?? ''}") { list: sessions(${page}) { ${NODE} ${PAGE_INFO} } }`,
    table: 'sessions',
    index: 'sessions_agent_listed',
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
    index: 'entries_redactions',
  },
  {
    name: 'the redactions of a session that has thousands of other entries',
    list: (page) =>
      `session(id: "${asked}") { list: events(${page}) { edges { cursor node { id: eventId } } ${PAGE_INFO} } }`,
    table: 'entries',
    index: 'entries_redactions',
  },
  {
    name: 'the events of the account',
    list: (page) => `list: events(${page}) { ${NODE} ${PAGE_INFO} }`,
    table: 'feed_events',
    index: 'feed_events_pkey',
  },
  {
    // By the figures one event in three is of the type, yet all are in the middle of the feed.
    name: 'the events of one type amid those of another',
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
  async ({ list, table, index, beside = BESIDE, merged = false }) => {
    const expectBounded = (where: string, readings: readonly Reading[]): void => {
      const ofTable = readings.filter(({ rows }) => rows[table] !== undefined);
      expect([where, ofTable.length]).toEqual([where, merged ? 2 : 1]);
      expect([where, ofTable[0]?.indexes]).toEqual([where, expect.arrayContaining([index])]);
      for (const { rows, whole } of ofTable) {
        expect([where, ...whole]).not.toContain(table);
        expect([where, rows[table]]).toEqual([where, expect.toSatisfy((count: number) => count <= PAGE + beside)]);
      }
    };
    const first = await read(list(`first: ${PAGE}`));
    expectBounded('first', first.readings);
    const last = await read(list(`last: ${PAGE}`));
    expectBounded('last', last.readings);
    expect(last.page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: last.page.edges.length === PAGE });
    if (last.page.edges.length === 0) return;
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

/** What the statements read that were sent by `ask`. */
async function readingsOf(ask: () => Promise<unknown>): Promise<Reading[]> {
  pool.sent.length = 0;
  await ask();
  return Promise.all([...pool.sent].map((statement) => readingOf(api.database.pool, statement)));
}

test.each(['asc', 'desc'] as const)(
  'a page of two kinds of the audit log reads a page of each, however rare, %s',
  async (order) => {
    const query = { kinds: ['agent_deleted', 'sign_in'], after: null, before: null, order, limit: PAGE + 1 };
    const [reading] = await readingsOf(() => listLeaves(pool, viewer.accountId, ROWS, query));
    expect(reading?.indexes).toEqual(['log_leaves_account_id_kind_leaf_index_idx']);
    expect(reading?.rows['log_leaves']).toBe(1 + PAGE + 1);
  },
);

/** Steps from one agent to the next: the account's and two foreign ones, however many are between them. */
const WALKED = 4;

test.each(['asc', 'desc'] as const)(
  'a page of the sessions of a request reads no equal requests of another account, %s',
  async (order) => {
    const range = { above: null, below: { sessionId: asked, seq: 100_000 + ROWS / 4 }, order, limit: PAGE + 1 };
    const sought = { by: 'request', sha256: HASH } as const;
    const [reading] = await readingsOf(() => foundSessions(pool, viewer.accountId, sought, range));
    expect(reading?.indexes).toEqual(expect.arrayContaining(['entries_request_of_agent']));
    // Beside the page the walk: a row of each agent that sent it, and one of each agent of the account up to the next one.
    expect(reading?.rows['entries']).toBeLessThanOrEqual(PAGE + 1 + WALKED);
    expect(reading?.rows['agents']).toBeLessThanOrEqual(WALKED);
    expect(reading?.rows['sessions']).toBe(PAGE + 1);
  },
);

test.each(['asc', 'desc'] as const)(
  'a call is sought among the agents that had calls, and read a page at a time, %s',
  async (order) => {
    const finder = createFinder(pool, new CallDigests(AUDIT_KEY));
    const range = { above: null, below: { sessionId: long, seq: 0 }, order, limit: PAGE };
    const readings = await readingsOf(() => finder.find(viewer.accountId, { by: 'call', callId: 'call-77' }, range));
    // The statements: the agents, the sessions, and the reports about these.
    const [, { values: [, ofAgents] } = unreachable()] = pool.sent;
    expect(ofAgents).toHaveLength(2 * callNames('call-77').length);
    const [walk, found] = readings;
    expect(walk?.rows['sessions']).toBeLessThanOrEqual(3);
    expect(found?.rows['sessions']).toBe(PAGE);
    for (const { indexes, rows } of [walk, found].flatMap((each) => each ?? [])) {
      expect(indexes).toEqual(['sessions_calls_of_account']);
      expect(rows['agents']).toBeUndefined();
    }
  },
);

test('the sessions of a day are read with none of the day before', async () => {
  const finder = createFinder(pool, new CallDigests(new Uint8Array(32)));
  // A day that ended long ago: just after midnight, other tests' new sessions would lie in the margin behind yesterday.
  const since = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS;
  const range = { above: null, below: null, order: 'asc', limit: PAGE } as const;
  const [first] = await readingsOf(() =>
    finder.find(viewer.accountId, { by: 'day', since, until: since + DAY_MS }, range),
  );
  expect(first?.indexes).toEqual(['sessions_account_id_id_idx']);
  expect(first?.rows['sessions']).toBe(PAGE);
  const [past] = await readingsOf(() =>
    finder.find(viewer.accountId, { by: 'day', since, until: since + DAY_MS }, { ...range, order: 'desc' }),
  );
  // One session in six minutes, and two minutes by which the time of an ID may be late.
  expect(past?.rows['sessions']).toBeLessThanOrEqual(PAGE + 1);
});

test('jobs read open sessions alone, in the order of their index', async () => {
  const sealed: unknown[] = [];
  const end = (_agentId: AgentId, id: SessionId): Promise<boolean> => Promise.resolve(sealed.push(id) > 0);
  const clock = { now: () => Date.now() + DAY_MS };
  const sweeps = await readingsOf(() => new IdleSealing({ pool, sessions: { end }, clock, idleSeconds: 60 }).sweep());
  expect(sealed.length).toBeGreaterThan(ROWS / 10);
  expect(new Set(sealed).size).toBe(sealed.length);
  const ofSessions = sweeps.filter(({ rows }) => rows['sessions'] !== undefined);
  expect(ofSessions.length).toBe(Math.floor(sealed.length / SWEPT) + 1);
  for (const { indexes, rows } of ofSessions) {
    expect(indexes).toEqual(['sessions_open_of_account']);
    expect(rows['sessions']).toBeLessThanOrEqual(SWEPT);
  }
  const [heads] = await readingsOf(() => movedJournals(pool, null, PAGE));
  expect(heads?.indexes).toContain('sessions_open_of_account');
  expect(heads?.rows['sessions']).toBe(sealed.length);
});

test('a subscriber to a session reads its two redactions alone, however many other entries it has', async () => {
  const session = { accountId: viewer.accountId, agentId: agents[0] ?? unreachable(), id: asked };
  const [reading] = await readingsOf(sessionTail(pool, session, -1));
  expect(reading?.indexes).toContain('entries_redactions');
  expect(reading?.rows).toEqual({ sessions: 1, entries: 2 });
});

test('the newest reports about sessions are read alone, however many the log has', async () => {
  const none = `sess_${idEnd(0).padStart(26, '0')}` as const;
  const [reading] = await readingsOf(() => reportsOfSessions(pool, viewer.accountId, [none, long]));
  expect(reading?.indexes).toEqual(['account_events_report_of_session']);
  expect(reading?.rows['account_events']).toBe(20);
});
