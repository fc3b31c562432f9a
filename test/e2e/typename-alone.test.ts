/** Operations that select nothing of an object but its type, as a client does that only asks whether it went well. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { listenGraphql, seedAgent, seedCall, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let viewer: Viewer;
let graphql: GraphqlEndpoint;
let ids: { readonly agent: string; readonly session: string; readonly webhook: string };

beforeAll(async () => {
  api = await startTestApi();
  viewer = await signUp(api.database);
  graphql = await listenGraphql(api.graphqlOptions, viewer);
  const agent = await seedAgent(api.database, viewer.accountId, 'desk');
  const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
  const made = await send(
    'mutation { createWebhook(input: { url: "https://example.com/" }) { ... on CreateWebhookSuccess { created { webhook { id } } } } }',
  );
  const { createWebhook } = made as { createWebhook: { created: { webhook: { id: string } } } };
  ids = { agent, session, webhook: createWebhook.created.webhook.id };
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

async function send(query: string): Promise<unknown> {
  const response = await fetch(graphql.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

describe('__typename alone', () => {
  test.each([
    ['Agent', 'agent', () => `agent(id: "${ids.agent}") { __typename }`],
    ['Session', 'session', () => `session(id: "${ids.session}") { __typename }`],
    ['Webhook', 'webhook', () => `webhook(id: "${ids.webhook}") { __typename }`],
    ['Agent', 'node', () => `node(id: "${ids.agent}") { __typename }`],
    ['Session', 'node', () => `node(id: "${ids.session}") { __typename }`],
  ] as const)('of %s by %s is answered', async (type, field, query) => {
    expect(await send(`{ ${query()} }`)).toEqual({ [field]: { __typename: type } });
  });

  test.each([
    ['updateWebhook', () => `(id: "${ids.webhook}", input: { paused: true })`, 'webhook'],
    ['updateAgent', () => `(id: "${ids.agent}", input: { name: "counter" })`, 'agent'],
    ['changeMemberRole', () => `(id: "${viewer.userId}", role: admin)`, 'member'],
    ['rotateWebhookSecret', () => `(id: "${ids.webhook}")`, 'rotated'],
  ] as const)('of what %s returns is answered, on both levels', async (mutation, args, member) => {
    const success = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Success`;
    const result = { __typename: success };
    expect(await send(`mutation { ${mutation}${args()} { __typename } }`)).toEqual({ [mutation]: result });
    const inner = `mutation { ${mutation}${args()} { __typename ... on ${success} { ${member} { __typename } } } }`;
    expect(await send(inner)).toMatchObject({
      [mutation]: { ...result, [member]: { __typename: expect.any(String) as string } },
    });
  });
});
