/** The effect of a draft on what is on record: which redactions count, and what the answer says of its own limits. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import type { AgentId } from '../../src/platform/ids.ts';
import { listenGraphql, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let viewer: Viewer;
let graphql: GraphqlEndpoint;
let agent: AgentId;

beforeAll(async () => {
  api = await startTestApi();
  graphql = await listenGraphql(api.graphqlOptions, null);
});
beforeEach(async () => {
  viewer = await signUp(api.database);
  graphql.viewer = viewer;
  const { stored } = api.graphqlOptions.services.policies;
  await stored.create(viewer, { yaml: 'name: clinic' });
  await stored.save(viewer, 'clinic', 'name: clinic\nentities: { NAME: { enabled: false } }');
  agent = await seedAgent(api.database, viewer.accountId, 'named');
  await api.database.prisma.agent.update({ where: { id: agent }, data: { policyName: 'clinic' } });
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const HOUR = 3_600_000;

async function effect(args = ''): Promise<unknown> {
  const { body } = await graphql.ask(
    `{ policy(name: "clinic") { effect${args} { version sessions turns isComplete unknown
       kinds { kind recorded kept changed unmasked dropped } } } }`,
  );
  if (body.errors !== undefined) return body.errors.map(({ extensions }) => extensions['code']);
  return (body.data as { policy: { effect: unknown } }).policy.effect;
}

const NAMES = { kind: 'NAME', recorded: 0, kept: 0, changed: 0, unmasked: 0, dropped: 0 };

describe('MaskPolicy.effect', () => {
  test('counts the redactions of agents that name the policy, of the last seven days', async () => {
    const other = await seedAgent(api.database, viewer.accountId, 'other');
    await seedCall(api.database, viewer.accountId, agent, { redactions: 3 });
    await seedCall(api.database, viewer.accountId, agent, { redactions: 2, at: Date.now() - 8 * 24 * HOUR });
    await seedCall(api.database, viewer.accountId, other, { redactions: 5 });
    expect(await effect()).toEqual({
      version: 2,
      sessions: 1,
      turns: 1,
      isComplete: true,
      unknown: ['known_values', 'overlaps'],
      kinds: [{ ...NAMES, recorded: 3, dropped: 3 }],
    });
    expect(await effect('(since: "30d")')).toMatchObject({ sessions: 2, kinds: [{ recorded: 5, dropped: 5 }] });
    expect(await effect('(version: 1)')).toMatchObject({ version: 1, kinds: [{ recorded: 3, kept: 3, dropped: 0 }] });
    expect(await effect(`(agentId: "${other}")`)).toMatchObject({ sessions: 1, kinds: [{ recorded: 5 }] });
  });

  test('is empty where nothing is on record', async () => {
    expect(await effect()).toMatchObject({ sessions: 0, turns: 0, isComplete: true, kinds: [] });
  });

  test('of an agent of another account finds nothing', async () => {
    const stranger = await signUp(api.database);
    const foreign = await seedAgent(api.database, stranger.accountId, 'foreign');
    await seedCall(api.database, stranger.accountId, foreign, { redactions: 4 });
    expect(await effect(`(agentId: "${foreign}")`)).toMatchObject({ sessions: 0, kinds: [] });
  });

  test('tries a text that is not saved, under the number that it would get', async () => {
    await seedCall(api.database, viewer.accountId, agent, { redactions: 2 });
    const text = (yaml: string): string => `(yaml: ${JSON.stringify(yaml)})`;
    expect(await effect(text('name: clinic'))).toMatchObject({ version: 3, kinds: [{ recorded: 2, kept: 2 }] });
    expect(await effect(text('entities: { NAME: { action: passthrough } }'))).toMatchObject({
      version: 3,
      kinds: [{ recorded: 2, changed: 2, unmasked: 2 }],
    });
    expect(await effect(text('name: another'))).toEqual(['validation_failed']);
    expect(await effect(text('entities: 1'))).toEqual(['validation_failed']);
  });

  test('refuses a version that is unknown, and a moment that is none', async () => {
    expect(await effect('(version: 9)')).toEqual(['validation_failed']);
    expect(await effect('(since: "yesterday")')).toEqual(['validation_failed']);
    expect(await effect('(agentId: "x")')).toEqual(['validation_failed']);
  });

  test('asks for the permission to read sessions', async () => {
    graphql.viewer = { ...viewer, permissions: new Set(['agents:read']) };
    expect(await effect()).toEqual(['forbidden']);
  });
});
