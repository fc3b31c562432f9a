/** Lists of sessions by their redactions, at each threshold of the index, against a model in memory. */
import { encodeTime } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountId, AgentId } from '../../src/platform/ids.ts';
import { CLASS_THRESHOLDS, redactedSessions } from '../../src/sessions/redacted-sessions.ts';
import { seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';

/** Around each threshold, and far above the last. */
const NUMBERS = [...new Set(CLASS_THRESHOLDS.flatMap((each) => [each - 1, each, each + 1])), 5_000];
const LEAST = NUMBERS.filter((number) => number > 0);
const PAGE = 50;

interface Made {
  readonly id: string;
  readonly agent: AgentId;
  readonly redactions: number;
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
    id: `sess_${encodeTime(Date.now(), 10)}${String((n * 7919) % 100_003).padStart(16, '0')}`,
  }));
  await database.pool.query(
    `INSERT INTO sessions (id, account_id, agent_id, started_at, last_turn_at, sealed_at, expired_at, upstream_model,
       policy_name, policy_version, policy_digest, redaction_count)
     SELECT made.id, account_id, made.agent_id, now(), now(), CASE made.state WHEN 'open' THEN NULL ELSE now() END,
       CASE made.state WHEN 'expired' THEN now() END, upstream_model, policy_name, policy_version, policy_digest, redactions
     FROM sessions model, unnest($2::text[], $3::text[], $4::text[], $5::int[]) AS made(id, agent_id, state, redactions)
     WHERE model.id = $1`,
    [
      like,
      rows.map(({ id }) => id),
      rows.map(({ agent }) => agent),
      rows.map(({ state }) => state),
      rows.map(({ redactions }) => redactions),
    ],
  );
  made = rows.filter(({ state }) => state !== 'expired');
});
afterAll(async () => {
  await api.close();
});

test.each(['asc', 'desc'] as const)(
  'sessions of at least any number of redactions are those of the model, of each agent, %s',
  async (order) => {
    const sign = order === 'asc' ? 1 : -1;
    for (const least of LEAST)
      for (const agentId of [null, ...agents]) {
        const query = { accountId, agentId, least, status: null, since: null, order, limit: PAGE };
        const expected = made
          .filter(({ agent, redactions }) => redactions >= least && (agentId === null || agent === agentId))
          .map(({ id }) => id)
          .sort((a, b) => (a < b ? -sign : sign));
        const first = await redactedSessions(api.database.prisma, { ...query, range: {} });
        expect([least, first]).toEqual([least, expected.slice(0, PAGE)]);
        const last = first.at(-1);
        if (last === undefined) continue;
        const range = order === 'asc' ? { gt: last } : { lt: last };
        const second = await redactedSessions(api.database.prisma, { ...query, range });
        expect([least, second]).toEqual([least, expected.slice(PAGE, 2 * PAGE)]);
      }
  },
);
