/** Subscriptions over two nodes of one database: a node that stops, and the other one that goes on. See docs/events.md. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import { openEvents } from '../event-source.ts';
import type { OpenedEvents } from '../event-source.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';

const HEADERS = { authorization: `Bearer ${BOOTSTRAP_TOKEN}` };
const OF_AGENT = 'subscription ($id: ID!) { sessionEvents(agentId: $id) { id redaction { entityKind } } }';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let first: TestInstance;
let second: TestInstance;

beforeAll(async () => {
  database = await createTestDatabase();
  first = await startTestInstance(database.url);
  second = await startTestInstance(database.url);
});
afterAll(async () => {
  await second.close();
  await database.drop();
});

const watch = (node: TestInstance, agent: CreatedAgent, lastId: string | null = null): Promise<OpenedEvents> =>
  openEvents(`${node.url}/graphql`, {
    query: OF_AGENT,
    variables: { id: agent.id },
    headers: { ...HEADERS, ...(lastId === null ? {} : { 'last-event-id': lastId }) },
  });

/** One call of one turn, in which so many telephone numbers are said. */
async function call(node: TestInstance, agent: CreatedAgent, numbers: number): Promise<void> {
  const said = Array.from({ length: numbers }, (_, n) => `call 415-555-${String(1000 + n)}`).join(', ');
  const baseUrl = `${node.url}/proxy/${agent.id}/v1`;
  const response = await node.chat(
    { ...agent, proxy_url: `${baseUrl}/chat/completions` },
    { model: 'stub', messages: [{ role: 'user', content: said }] },
  );
  expect(response.status).toBe(200);
  await response.text();
}

test('a client that loses its node resumes at another one, and misses no event of any node', async () => {
  const agent = await first.createAgent({ upstream: 'stub' });
  const before = await watch(first, agent);
  await call(first, agent, 20);
  await call(second, agent, 20);
  const seen = (await before.take(25)).map(({ id }) => id);
  await first.close();
  const rest = await before.rest();
  seen.push(...rest.map(({ id }) => id));
  // A node that stops leaves the subscription unfinished: `complete` would tell the client to stay away.
  expect(rest.every(({ type }) => type === 'next')).toBe(true);
  await call(second, agent, 20);
  const after = await watch(second, agent, seen.at(-1) ?? null);
  seen.push(...(await after.take(60 - seen.length)).map(({ id }) => id));
  after.close();
  expect(new Set(seen).size).toBe(60);
  const places = seen.map((id) => /^(sess_\w+)\.(\d+)$/.exec(id ?? '')?.[1]);
  expect([...new Set(places)].map((session) => places.filter((each) => each === session).length)).toEqual([20, 20, 20]);
});
