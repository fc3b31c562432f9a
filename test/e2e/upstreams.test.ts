/** Providers by configuration, and the breaker before them. See docs/proxy.md, Upstreams. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CONSECUTIVE_FAILURES } from '../../src/proxy/upstream/breaker.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';
import { echo, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';
import { answerOf, onNode, saying, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

let calls: Calls;
let azure: TestUpstream;

beforeAll(async () => {
  azure = await startUpstream();
  calls = await startCalls({
    MASKER_UPSTREAM_AZURE_BASE_URL: `${azure.url}/openai/deployments/gpt-4o`,
    MASKER_UPSTREAM_AZURE_API_KEY: 'key-of-the-clinic',
    MASKER_UPSTREAM_AZURE_API_KEY_HEADER: 'api-key',
    MASKER_UPSTREAM_AZURE_QUERY: 'api-version=2024-10-21',
    MASKER_UPSTREAM_AZURE_MODELS: 'gpt-4o',
  });
});
afterAll(async () => {
  await calls.close();
  await azure.close();
});

describe('a named provider', () => {
  test('is called as it was configured, and with nothing of the caller but the masked body', async () => {
    const agent = await calls.masker.createAgent({ upstream: 'azure:gpt-4o' });
    const sentElsewhere = calls.upstream.received.length;
    const response = await fetch(`${agent.proxy_url}?call=415-555-0142`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-caller', 'x-patient': 'Maria' },
      body: JSON.stringify({ ...saying('call 415-555-0142'), model: 'gpt-4o' }),
    });
    expect(await answerOf(response)).toBe('call 415-555-0142');
    expect(azure.received.at(-1)).toMatchObject({
      url: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': 'key-of-the-clinic' },
    });
    expect(azure.everything()).not.toMatch(/415-555-0142|of-the-caller|maria/i);
    expect(calls.upstream.received).toHaveLength(sentElsewhere);
  });

  test('is offered with its models, and no others', async () => {
    expect((await calls.masker.api('POST', '/agents', { name: 'x', upstream: 'azure:gpt-5' })).status).toBe(422);
    const refused = await calls.masker.api('POST', '/agents', { name: 'x', upstream: 'groq:llama' });
    expect(JSON.stringify(await refused.json())).toContain('stub, openai:gpt-4o-mini, openai:gpt-4o, azure:gpt-4o');
  });
});

describe('an upstream that fails', () => {
  let node: TestInstance;
  let failing: CreatedAgent;
  beforeEach(async () => {
    // A node of its own: what a breaker learned is nobody else's.
    node = await calls.anotherNode();
    failing = onNode(node, await calls.masker.createAgent());
    calls.upstream.respond((_, response) => {
      response.socket?.destroy();
    });
    for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1)
      expect((await node.chat(failing, saying('hello'))).status).toBe(502);
  });
  afterEach(() => {
    calls.upstream.respond(echo);
  });
  const turns = async (): Promise<number> =>
    (await calls.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM turns')).rows[0]?.n ?? 0;

  test('is left alone: 502 at once with Retry-After, nothing sent and nothing on record', async () => {
    const [sent, recorded] = [calls.upstream.received.length, await turns()];
    for (const stream of [false, true]) {
      const response = await node.chat(failing, { ...saying('my phone is 415-555-0142'), stream });
      expect(response.status).toBe(502);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(await response.json()).toMatchObject({ error: { code: 'upstream_error', type: 'api_error' } });
    }
    expect(calls.upstream.received).toHaveLength(sent);
    expect(await turns()).toBe(recorded);
  });

  test('shows in /health, for all providers together, and in the log', async () => {
    // Of two providers one is down.
    const health = await fetch(`${node.url}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      503,
      { status: 'degraded', components: { upstream: 'degraded' } },
    ]);
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
    expect(node.logged.filter((line) => line.includes('"upstream":"openai"') && line.includes('fails'))).toHaveLength(
      1,
    );
    // The other provider's calls, and another node, go on as before.
    const other = onNode(node, await calls.masker.createAgent({ upstream: 'azure:gpt-4o' }));
    expect((await node.chat(other, { messages: [{ role: 'user', content: 'hello' }] })).status).toBe(200);
    expect((await fetch(`${calls.masker.url}/health`)).status).toBe(200);
  });

  test('is used again once it answers', async () => {
    calls.upstream.respond(echo);
    await expect.poll(async () => (await node.chat(failing, saying('hello'))).status, { interval: 200 }).toBe(200);
    expect(await (await fetch(`${node.url}/health`)).json()).toMatchObject({ components: { upstream: 'ok' } });
    expect((await node.chat(failing, saying('hello'))).status).toBe(200);
  });
});

test('an agent whose turns a provider answers with errors takes it from no other agent, and /health counts it', async () => {
  const node = await calls.anotherNode();
  const [ailing, healthy] = [
    onNode(node, await calls.masker.createAgent()),
    onNode(node, await calls.masker.createAgent()),
  ];
  calls.upstream.respond(async (request, response) => {
    if (!request.body.includes('bad prompt')) return echo(request, response);
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"broken"}}');
  });
  try {
    for (let n = 0; n < 15; n += 1) {
      await node.chat(ailing, saying('bad prompt'));
      expect((await node.chat(healthy, saying('hello'))).status).toBe(200);
    }
    const refused = await node.chat(ailing, saying('bad prompt'));
    expect([refused.status, refused.headers.has('retry-after')]).toEqual([502, true]);
    expect(await (await fetch(`${node.url}/health`)).json()).toMatchObject({
      status: 'ok',
      components: { upstream: 'ok' },
      upstreams: { openai: { state: 'ok', agents_refused: 1 } },
    });
  } finally {
    calls.upstream.respond(echo);
  }
});

test('an instance whose only provider is down says so', async () => {
  const node = await calls.anotherNode({
    MASKER_UPSTREAM_AZURE_BASE_URL: '',
    MASKER_UPSTREAM_AZURE_API_KEY: '',
    MASKER_UPSTREAM_AZURE_API_KEY_HEADER: '',
    MASKER_UPSTREAM_AZURE_QUERY: '',
    MASKER_UPSTREAM_AZURE_MODELS: '',
    MASKER_OPENAI_BASE_URL: 'http://127.0.0.1:9',
  });
  const agent = onNode(node, await calls.masker.createAgent());
  for (let n = 0; n < CONSECUTIVE_FAILURES; n += 1) expect((await node.chat(agent, saying('hello'))).status).toBe(502);
  const health = await fetch(`${node.url}/health`);
  expect([health.status, await health.json()]).toMatchObject([
    503,
    { status: 'degraded', components: { db: 'ok', upstream: 'down' } },
  ]);
  // No other node would do better: nobody is taken out of service for it.
  expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
});
