/** GET /usage and the GraphQL field behind it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { newId } from '../../src/platform/ids.ts';
import type { AgentId } from '../../src/platform/ids.ts';
import { as, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send } from '../rest.ts';

let api: TestApi;
let viewer: Viewer;
let agent: AgentId;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  agent = await seedAgent(api.database, viewer.accountId, 'counted');
  await seedCall(api.database, viewer.accountId, agent, { turns: 3, redactions: 2 });
});
afterAll(async () => {
  await api.close();
});

const FIGURES = {
  turns: 3,
  sessions: 1,
  refused: 0,
  uninspected: 0,
  redactions: 2,
  redactions_by_kind: { NAME: 2 },
  p50_latency_ms: 66.5,
  p95_latency_ms: 66.5,
};
const NONE = {
  turns: 0,
  sessions: 0,
  refused: 0,
  uninspected: 0,
  redactions: 0,
  redactions_by_kind: {},
  p50_latency_ms: null,
  p95_latency_ms: null,
};

test('GET /usage by hour and by day returns exactly the documented object', async () => {
  for (const [interval, ms, pattern] of [
    ['hour', 3_600_000, /T\d\d:00:00\.000Z$/],
    ['day', 86_400_000, /T00:00:00\.000Z$/],
  ] as const) {
    const { status, body } = await send(api.rest, viewer, 'GET', `/usage?interval=${interval}&since=7d`);
    const { since, until, data, ...rest } = body as { since: string; until: string; data: { start: string }[] };
    expect([status, rest]).toEqual([200, { interval, total: FIGURES }]);
    expect(since).toMatch(pattern);
    expect(data.map(({ start }) => Date.parse(start))).toEqual(data.map((_, index) => Date.parse(since) + index * ms));
    expect(Date.parse(until) - Date.parse(data.at(-1)?.start ?? '')).toBeLessThan(ms);
    const used = data.findIndex((bucket) => 'turns' in bucket && bucket.turns === 3);
    expect(data.map(({ start: _, ...figures }) => figures)).toEqual(
      data.map((_, index) => (index === used ? FIGURES : NONE)),
    );
  }
});

test('GET /usage of one agent leaves out the others, and an auditor may read it', async () => {
  const other = await seedAgent(api.database, viewer.accountId, 'idle');
  const path = (id: string): string => `/usage?agent_id=${id}`;
  expect((await send(api.rest, as(viewer, 'auditor'), 'GET', path(agent))).body).toMatchObject({ total: FIGURES });
  expect((await send(api.rest, viewer, 'GET', path(other))).body).toMatchObject({ total: NONE });
});

test('GET /usage names each faulty parameter, and an unknown agent is 404', async () => {
  const answer = await send(api.rest, viewer, 'GET', '/usage?since=yesterday&interval=week&agent_id=x');
  expectFailure(answer, 422, 'validation_failed', ['agent_id', 'interval', 'since']);
  expectFailure(await send(api.rest, viewer, 'GET', '/usage?since=2020-01-01'), 422, 'validation_failed', ['since']);
  expectFailure(await send(api.rest, viewer, 'GET', `/usage?agent_id=${newId('agent')}`), 404, 'agent_not_found');
});

test('GET /usage is refused to a token without sessions:read', async () => {
  const permissions = new Set(['agents:read'] as const);
  expectFailure(await send(api.rest, { ...viewer, permissions }, 'GET', '/usage'), 403, 'forbidden');
});
