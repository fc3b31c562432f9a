/** Lists of sessions by their redactions, at each threshold of the index, against a model in memory. */
import { encodeTime } from 'ulid';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import type { SessionStatus } from '../../src/generated/prisma/enums.ts';
import type { AccountId, AgentId } from '../../src/platform/ids.ts';
import { CLASS_THRESHOLDS, redactedSessions } from '../../src/sessions/redacted-sessions.ts';
import type { RedactedSessionsQuery } from '../../src/sessions/redacted-sessions.ts';
import { seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { readingOf, RecordingPool } from '../query-plans.ts';
import type { Reading } from '../query-plans.ts';

/** Around each threshold, and far above the last. */
const NUMBERS = [...new Set(CLASS_THRESHOLDS.flatMap((each) => [each - 1, each, each + 1])), 5_000];
const LEAST = NUMBERS.filter((number) => number > 0);
const PAGE = 50;
/** Their number has no divisor in common with that of the kinds of a number of redactions, so that each kind has each. */
const STATUSES = ['ok', 'error', 'ok', 'partial', 'ok'] as const satisfies readonly SessionStatus[];

interface Made {
  readonly id: string;
  readonly agent: AgentId;
  readonly redactions: number;
  readonly status: SessionStatus;
}

let api: TestApi;
let accountId: AccountId;
let agents: readonly AgentId[];
let made: readonly Made[];

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  ({ accountId } = await signUp(database));
  const first = await seedAgent(database, accountId, 'a');
  agents = [first, await seedAgent(database, accountId, 'b')];
  const like = await seedCall(database, accountId, first, { redactions: 0 });
  const kinds = agents.flatMap((agent) => (['open', 'sealed', 'expired'] as const).map((state) => ({ agent, state })));
  // Numbers, agents and states alternate, so that each page has to be merged.
  const rows = NUMBERS.flatMap((redactions) => kinds.map((kind) => ({ redactions, ...kind }))).map((row, n) => ({
    ...row,
    status: STATUSES[n % STATUSES.length] ?? 'ok',
    id: `sess_${encodeTime(Date.now(), 10)}${String((n * 7919) % 100_003).padStart(16, '0')}`,
  }));
  await database.pool.query(
    `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, expired_at, upstream_model,
       policy_name, policy_version, policy_digest, redaction_count, status)
     SELECT made.id, account_id, made.agent_id, now(), now(), CASE made.state WHEN 'open' THEN NULL ELSE now() END,
       CASE made.state WHEN 'expired' THEN now() END, upstream_model, policy_name, policy_version, policy_digest, redactions,
       made.status::session_status
     FROM sessions model,
       unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::text[]) AS made(id, agent_id, state, redactions, status)
     WHERE model.id = $1`,
    [
      like,
      rows.map(({ id }) => id),
      rows.map(({ agent }) => agent),
      rows.map(({ state }) => state),
      rows.map(({ redactions }) => redactions),
      rows.map(({ status }) => status),
    ],
  );
  made = rows.filter(({ state }) => state !== 'expired');
});
afterAll(async () => {
  await api.close();
});

/** Fails unless the first two pages are those of the model, of each agent. */
async function expectModel(least: number, status: SessionStatus | null, order: 'asc' | 'desc'): Promise<void> {
  const sign = order === 'asc' ? 1 : -1;
  for (const agentId of [null, ...agents]) {
    const query = { accountId, agentId, least, status, since: null, order, limit: PAGE };
    const expected = made
      .filter(({ redactions }) => redactions >= least)
      .filter((each) => (agentId === null || each.agent === agentId) && (status === null || each.status === status))
      .map(({ id }) => id)
      .sort((a, b) => (a < b ? -sign : sign));
    const first = await redactedSessions(api.database.prisma, { ...query, range: {} });
    expect([least, status, first]).toEqual([least, status, expected.slice(0, PAGE)]);
    const last = first.at(-1);
    if (last === undefined) continue;
    const range = order === 'asc' ? { gt: last } : { lt: last };
    const second = await redactedSessions(api.database.prisma, { ...query, range });
    expect([least, status, second]).toEqual([least, status, expected.slice(PAGE, 2 * PAGE)]);
  }
}

test.each(['asc', 'desc'] as const)(
  'sessions of at least any number of redactions are those of the model, of each agent, %s',
  async (order) => {
    for (const least of LEAST) await expectModel(least, null, order);
  },
);

test.each(['ok', 'error', 'partial'] as const)(
  'sessions of the status %s with at least so many redactions are those of the model, of each agent',
  async (status) => {
    // Each third: below, at or above a threshold.
    for (const [n, least] of LEAST.entries())
      if (n % 3 === 0) await expectModel(least, status, n % 2 === 0 ? 'asc' : 'desc');
  },
);

describe('what a page reads', () => {
  /** Sessions of an account half of which has a rare status and half of which has many redactions. */
  const HALVES = 4_000;
  const MANY = 300;
  /** One of so many has both. */
  const BOTH = 40;
  const SHORT = 25;

  let pool: RecordingPool;
  let prisma: PrismaClient;
  let halved: { readonly accountId: AccountId; readonly agentId: AgentId };
  beforeAll(async () => {
    const { database } = api;
    const account = (await signUp(database)).accountId;
    halved = { accountId: account, agentId: await seedAgent(database, account, 'halved') };
    const like = await seedCall(database, account, halved.agentId, { redactions: 0 });
    const seed = (owner: AgentId, isOpen: boolean): Promise<unknown> =>
      database.pool.query(
        `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, upstream_model, policy_name,
           policy_version, policy_digest, status, redaction_count)
         SELECT 'sess_' || right($2, 6) || lpad(n::text, 20, '0'), account_id, $2, now(), now(), CASE WHEN $3 THEN NULL ELSE now() END,
           upstream_model, policy_name, policy_version, policy_digest,
           (CASE WHEN n % 2 = 0 THEN 'partial' ELSE 'ok' END)::session_status,
           CASE WHEN n % 2 = 1 OR n % ${BOTH} = 0 THEN ${MANY} ELSE 2 END
         FROM sessions model, generate_series(1, $4::int) n WHERE model.id = $1`,
        [like, owner, isOpen, HALVES],
      );
    await seed(halved.agentId, false);
    await seed(await seedAgent(database, account, 'open'), true);
    await database.pool.query('ANALYZE sessions');
    pool = new RecordingPool({ connectionString: database.url, max: 1 });
    prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  });
  afterAll(async () => {
    await prisma.$disconnect();
    await pool.end();
  });

  async function read(query: Pick<RedactedSessionsQuery, 'least' | 'status' | 'order'>): Promise<Reading[]> {
    pool.sent.length = 0;
    await redactedSessions(prisma, { ...halved, since: null, range: {}, limit: SHORT, ...query });
    return Promise.all([...pool.sent].map((statement) => readingOf(api.database.pool, statement)));
  }

  test.each(['asc', 'desc'] as const)(
    'a page of a rare status and of many redactions reads no session that has one of the two alone, %s',
    async (order) => {
      // From a number in the middle of a class, and from the beginning of one.
      for (const least of [MANY - 2, 288]) {
        const [reading, ...others] = await read({ least, status: 'partial', order });
        expect(others).toEqual([]);
        expect(reading?.indexes).toContain('sessions_agent_status_redaction_class');
        // A row of the branch that is not on the page.
        expect(reading?.rows['sessions']).toBeLessThanOrEqual(SHORT + 1);
      }
    },
  );

  test.each(['asc', 'desc'] as const)(
    'a page of the sessions of an agent by redactions reads no open session of another agent, %s',
    async (order) => {
      const [reading] = await read({ least: MANY, status: null, order });
      expect(reading?.indexes).toContain('sessions_open_of_agent');
      expect(reading?.rows['sessions']).toBeLessThanOrEqual(SHORT + 1);
    },
  );
});
