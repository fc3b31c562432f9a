/** What figures read of long tables, where all calls are of one agent among many. */
import { encodeTime } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentStats } from '../../src/agents/agent-stats.ts';
import type { AccountId, AgentId } from '../../src/platform/ids.ts';
import { sessionIdAt } from '../../src/usage/counts.ts';
import { createUsage } from '../../src/usage/usage.ts';
import { seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { readingOf, RecordingPool } from '../query-plans.ts';
import type { Reading } from '../query-plans.ts';

const HOUR_MS = 3_600_000;
const DAYS = 8;
const CALLS = 20_000;
/** Calls of an hour. */
const HOURLY = Math.ceil(CALLS / DAYS / 24);
const IDLE = 20;
const DELETED = 2_000;
/** The job has counted all up to a minute ago. */
const FRESH_MS = 60_000;

let api: TestApi;
let pool: RecordingPool;
let accountId: AccountId;
let agents: AgentId[];
const now = Date.now();

beforeAll(async () => {
  api = await startTestApi();
  const { database } = api;
  ({ accountId } = await signUp(database));
  agents = [];
  for (let n = 0; n <= IDLE; n += 1) agents.push(await seedAgent(database, accountId, `desk ${n}`));
  const [busy] = agents;
  if (busy === undefined) throw new Error('unreachable');
  const call = await seedCall(database, accountId, busy, { at: now - DAYS * 24 * HOUR_MS });
  const times = Array.from({ length: CALLS }, (_, n) => now - 1000 - Math.floor((DAYS * 24 * HOUR_MS * n) / CALLS));
  const ids = times.map((at, n) => `sess_${encodeTime(at, 10)}${String(n).padStart(16, '0')}`);
  const dates = times.map((at) => new Date(at));
  const db = database.pool;
  await db.query(
    `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, upstream_model, policy_name,
       policy_version, policy_digest)
     SELECT made.id, account_id, agent_id, at, at, at, upstream_model, policy_name, policy_version, policy_digest
     FROM sessions model, unnest($2::text[], $3::timestamptz[]) AS made(id, at) WHERE model.id = $1`,
    [call, ids, dates],
  );
  await db.query(
    `INSERT INTO turns (id, session_id, agent_id, number, started_at, ended_at, status, model, streamed, redaction_count,
       detection_us, tokenize_us, added_us)
     SELECT replace(made.id, 'sess', 'turn'), made.id, $1, 1, at, at, 'ok', 'stub', false, 0, 0, 0, 1000
     FROM unnest($2::text[], $3::timestamptz[]) AS made(id, at)`,
    [busy, ids, dates],
  );
  await db.query(
    `INSERT INTO agents (id, account_id, name, upstream, tokenization, policy_name, policy_version, deleted_at)
     SELECT 'agt_7' || lpad(n::text, 25, '0'), $1, n::text, 'stub', 'vault-deterministic', 'healthcare-default', 1,
       now() - interval '3 days' FROM generate_series(1, ${DELETED}) n`,
    [accountId],
  );
  await db.query(
    `INSERT INTO usage_progress (id, rolled_to, rolled_session_id, settled_to, summarised_to) VALUES (1, $1, $2, $1, $1)
     ON CONFLICT (id) DO UPDATE SET rolled_to = $1, rolled_session_id = $2, settled_to = $1, summarised_to = $1`,
    [new Date(now - FRESH_MS), sessionIdAt(now - FRESH_MS)],
  );
  await db.query('ANALYZE');
  pool = new RecordingPool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await api.close();
});

/** What the last statement read that was sent by `ask`. */
async function readingAfter(ask: () => Promise<unknown>): Promise<Reading> {
  pool.sent.length = 0;
  await ask();
  const statement = pool.sent.at(-1);
  if (statement === undefined) throw new Error('No statement was sent.');
  return readingOf(api.database.pool, statement);
}

function expectFew({ whole, rows }: Reading, most: number): void {
  expect(whole).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(turns|sessions)$/)]));
  expect(rows['turns']).toSatisfy((count: number) => count > 0 && count <= most);
  expect(rows['sessions']).toSatisfy((count: number) => count > 0 && count <= 2 * most);
}

test('figures of agents read the calls of two parts of hours and of the last minute', async () => {
  const reading = await readingAfter(() => agentStats(pool, accountId, agents, now));
  // Each range of sessions has two minutes more, by which the time of an ID may be late.
  expectFew(reading, HOURLY + 10);
});

test.each(['account', 'agent'] as const)('usage of the %s reads the calls of the last minute', async (scope) => {
  const usage = createUsage({ pool, clock: { now: () => now } });
  const agentId = scope === 'agent' ? (agents[0] ?? null) : null;
  const reading = await readingAfter(() => usage(accountId, { since: now - 24 * HOUR_MS, interval: 'hour', agentId }));
  expectFew(reading, 3);
  // An agent that was deleted days ago is not looked for among the turns.
  expect(reading.blocks).toBeLessThan(DELETED / 2);
});

test('usage reads each redaction of the last minute once, however many turns its session has', async () => {
  const { database } = api;
  const { accountId: other } = await signUp(database);
  const agent = await seedAgent(database, other, 'many turns');
  const redactions = 2_000;
  await seedCall(database, other, agent, { at: now - 30_000, turns: 5, redactions });
  await database.pool.query('ANALYZE entries');
  const usage = createUsage({ pool, clock: { now: () => now } });
  const ask = (): ReturnType<typeof usage> => usage(other, { since: now - HOUR_MS, interval: 'hour', agentId: null });
  const { rows } = await readingAfter(ask);
  expect(rows['entries']).toSatisfy((count: number) => count >= redactions && count < 2 * redactions);
  expect((await ask()).total).toMatchObject({ turns: 5, redactions, redactionsByKind: { NAME: redactions } });
});
