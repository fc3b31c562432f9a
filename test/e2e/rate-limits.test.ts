/** MASKER_RATE_LIMITS=hosted, on real doors and a real database. See docs/api.md, Conventions; docs/operations.md. */
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRateLimitStore } from '../../src/http/rate-limit-store.ts';
import { LIMITS } from '../../src/http/rate-limiter.ts';
import { createTestDatabase, openPool } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { onNode } from './calls-fixture.ts';

let db: TestDatabase;
let pool: Pool;
let nodes: TestInstance[];
let agent: CreatedAgent;

beforeAll(async () => {
  db = await createTestDatabase();
  pool = openPool(db.url, 4);
  nodes = await Promise.all([1, 2].map(() => startTestInstance(db.url, { MASKER_RATE_LIMITS: 'hosted' })));
  agent = await node(0).createAgent({ upstream: 'stub' });
});
afterAll(async () => {
  for (const each of nodes) await each.close();
  await pool.end();
  await db.drop();
});

function node(at: number): TestInstance {
  const found = nodes[at];
  if (found === undefined) throw new Error('no such node');
  return found;
}

/** As though nobody had called for an hour; the nodes hold a few tokens at most. */
const empty = (): Promise<unknown> =>
  pool.query(`UPDATE rate_limits SET tokens = 0, refilled_at = clock_timestamp() + interval '1 hour'`);
const refill = (): Promise<unknown> =>
  pool.query(`UPDATE rate_limits SET refilled_at = clock_timestamp() - interval '1 hour'`);

/** Calls, many at a time, until one is refused: the first such answer. Fails where none ever is. */
async function refusal(call: () => Promise<Response>): Promise<Response> {
  for (let n = 0; n < LIMITS.calls.burst; n += 20) {
    const responses = await Promise.all(Array.from({ length: 20 }, call));
    const refused = responses.find(({ status }) => status === 429);
    for (const response of responses) if (response !== refused) await response.arrayBuffer();
    if (refused !== undefined) return refused;
  }
  throw new Error('never refused');
}

function expectHeaders({ headers }: Response, burst: number): void {
  expect(headers.get('ratelimit-limit')).toBe(String(burst));
  expect(headers.get('ratelimit-policy')).toBe(`${burst};w=2`);
  expect(Number(headers.get('ratelimit-remaining'))).toBe(0);
  expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThanOrEqual(2);
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
}

const me = (at: number, token = BOOTSTRAP_TOKEN): Promise<Response> =>
  fetch(`${node(at).url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });

describe('an account over its limit', () => {
  test('is told in the form of each door, on every node, and is let in again', async () => {
    const call = { messages: [{ role: 'user', content: 'hello' }] };
    const allowed = await node(0).chat(agent, call);
    expect(allowed.status).toBe(200);
    expect(Number(allowed.headers.get('ratelimit-remaining'))).toBeLessThan(LIMITS.calls.burst);
    await (await me(0)).arrayBuffer();

    for (const at of [0, 1]) {
      await empty();
      const refused = await refusal(() => node(at).chat(onNode(node(at), agent), call));
      expectHeaders(refused, LIMITS.calls.burst);
      expect(await refused.json()).toMatchObject({
        error: { code: 'rate_limited', type: 'rate_limit_error', param: null },
      });
      const rest = await refusal(() => me(at));
      expectHeaders(rest, LIMITS.api.burst);
      expect(await rest.json()).toMatchObject({
        error: { code: 'rate_limited', request_id: rest.headers.get('x-request-id') },
      });
    }
    await empty();
    const graphql = await refusal(() =>
      fetch(`${node(0).url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      }),
    );
    expect(await graphql.json()).toMatchObject({ errors: [{ extensions: { code: 'rate_limited' } }] });

    await refill();
    await expect.poll(async () => (await me(0)).status, { interval: 250 }).toBe(200);
  });
});

test('nobody is limited on the way to /health, and somebody unknown by the address', async () => {
  const wrong = 'msk_wrong_0123456789abcdefghijk';
  // The bucket of an address fills by this clock: it stands still, so that no machine is too slow to empty the bucket.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  try {
    const refused = await refusal(() => me(1, wrong));
    expectHeaders(refused, LIMITS.api.burst);
  } finally {
    clock.mockRestore();
  }
  for (let n = 0; n < LIMITS.calls.burst; n += 1) expect((await fetch(`${node(1).url}/livez`)).status).toBe(200);
  const { rows } = await pool.query<{ key: string }>('SELECT key FROM rate_limits');
  for (const { key } of rows) expect(key).toMatch(/^(?:calls|api):acc_/);
});

describe('the shared buckets', () => {
  const limit = { rate: 10, burst: 50 };

  test('give what is there, once, however many draw at the same time', async () => {
    const store = createRateLimitStore(pool);
    const draws = await Promise.all(
      Array.from({ length: 40 }, () => store.draw('calls:acc_test', { rate: 0, burst: 50 }, 3)),
    );
    expect(draws.reduce((sum, { granted }) => sum + granted, 0)).toBe(50);
    expect(draws.every(({ left }) => left >= 0)).toBe(true);
  });

  test('fill with time, up to the burst, and not with a clock that went back', async () => {
    const store = createRateLimitStore(pool);
    await store.draw('calls:acc_filling', limit, 50);
    const moved = (interval: string): Promise<unknown> =>
      pool.query(
        `UPDATE rate_limits SET tokens = 0, refilled_at = clock_timestamp() - interval '${interval}' WHERE key = 'calls:acc_filling'`,
      );
    // The machine's clock may step back by some milliseconds between two statements; it never goes back 400 of them.
    await moved('2.4 seconds');
    expect((await store.draw('calls:acc_filling', limit, 100)).granted).toBeGreaterThanOrEqual(20);
    await moved('1 hour');
    expect((await store.draw('calls:acc_filling', limit, 100)).granted).toBe(50);
    await moved('-1 hour');
    expect(await store.draw('calls:acc_filling', limit, 100)).toEqual({ granted: 0, left: 0 });
  });
});
