/** What differs between versions of a policy, and what a version would have made of recorded calls, over REST. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';

const FIRST = 'name: clinic\nentities: { URL: { action: passthrough } }\n';

let api: TestApi;
let viewer: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  viewer = await signUp(api.database);
});
afterAll(async () => {
  await api.close();
});

const send = (method: string, path: string, body?: unknown, who: Viewer = viewer): Promise<Answer> =>
  sendAs(api.rest, who, method, path, body);

test('POST /policies/{name}/diff answers what MaskPolicy.diff does, with and without a body', async () => {
  await send('POST', '/policies', { policy_yaml: FIRST });
  await send('PUT', '/policies/clinic', { policy_yaml: `${FIRST}sensitivity: 0.5\n` });
  const change = { path: 'sensitivity', before: '0.25', after: '0.5' };
  const plain = await send('POST', '/policies/clinic/diff');
  expect([plain.status, plain.body]).toEqual([200, { diff: { from: 1, to: 2, changes: [change] } }]);
  const text = await send('POST', '/policies/clinic/diff', { from: 2, policy_yaml: `${FIRST}sensitivity: 0.75\n` });
  expect(text.body).toEqual({
    diff: { from: 2, to: 3, changes: [{ path: 'sensitivity', before: '0.5', after: '0.75' }] },
  });
  expectFailure(await send('POST', '/policies/clinic/diff', { to: 7 }), 422, 'validation_failed', ['to']);
  expectFailure(
    await send('POST', '/policies/clinic/diff', { policy_yaml: 'sensitivity: high' }),
    422,
    'validation_failed',
    ['policy_yaml'],
  );
  const where = { accountId: viewer.accountId, kind: { startsWith: 'policy_' } };
  expect(await api.database.prisma.accountEvent.count({ where })).toBe(2);
});

test('POST /policies/{name}/effect answers what MaskPolicy.effect does', async () => {
  await send('POST', '/policies', { policy_yaml: FIRST });
  const agent = await seedAgent(api.database, viewer.accountId, 'desk');
  await api.database.prisma.agent.update({ where: { id: agent }, data: { policyName: 'clinic' } });
  await seedCall(api.database, viewer.accountId, agent, { redactions: 3 });
  const kinds = { kind: 'NAME', recorded: 3, kept: 3, changed: 0, unmasked: 0, dropped: 0 };
  const plain = await send('POST', '/policies/clinic/effect');
  expect([plain.status, plain.body]).toEqual([
    200,
    {
      effect: {
        version: 1,
        sessions: 1,
        turns: 1,
        is_complete: true,
        kinds: [kinds],
        unknown: ['known_values', 'overlaps'],
      },
    },
  ]);
  const passing = { policy_yaml: 'entities: { NAME: { action: passthrough } }', agent_id: agent, since: '1h' };
  expect((await send('POST', '/policies/clinic/effect', passing)).body).toMatchObject({
    effect: { version: 2, kinds: [{ ...kinds, kept: 0, changed: 3, unmasked: 3 }] },
  });
  const faulty = { version: 0, agent_id: 'x', since: 'yesterday' };
  const faults = ['agent_id', 'since', 'version'];
  expectFailure(await send('POST', '/policies/clinic/effect', faulty), 422, 'validation_failed', faults);
  const reader = { ...viewer, permissions: new Set(['agents:read'] as const) };
  expectFailure(await send('POST', '/policies/clinic/effect', {}, reader), 403, 'forbidden');
});
