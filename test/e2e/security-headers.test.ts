/** What every answer says to browsers, whichever door gives it; and a WebSocket that no door takes. */
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';

let instance: TestInstance;
let agent: CreatedAgent;
let dropDatabase: () => Promise<void>;

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  dropDatabase = drop;
  instance = await startTestInstance(url, { MASKER_INTROSPECTION: '1' });
  agent = await instance.createAgent({ upstream: 'stub' });
});
afterAll(async () => {
  await instance.close();
  await dropDatabase();
});

const ANSWERS: readonly (readonly [number, string, string])[] = [
  [200, 'GET', '/'],
  [200, 'GET', '/portal'],
  [200, 'GET', '/readme'],
  [200, 'GET', '/graphql'],
  [200, 'GET', '/graphiql/boot.js'],
  [404, 'GET', '/graphiql/nothing.js'],
  [200, 'GET', '/health'],
  [200, 'GET', '/livez'],
  [200, 'GET', '/readyz'],
  [200, 'GET', '/.well-known/masker-keys.json'],
  [200, 'GET', '/api/v1/openapi.json'],
  [200, 'GET', '/api/v1/me'],
  [404, 'GET', '/api/v1/nothing'],
  [404, 'GET', '/api/v1/auth/github'],
  [405, 'PUT', '/api/v1/agents'],
  [415, 'POST', '/api/v1/agents'],
  [404, 'GET', '/nothing'],
  [200, 'GET', '/proxy/AGENT/v1/models'],
  [404, 'GET', '/proxy/AGENT/v1/embeddings'],
  [405, 'GET', '/proxy/AGENT/v1/chat/completions'],
  [404, 'POST', '/vapi/webhook/nobody'],
  [404, 'POST', '/bolna/webhook/nobody'],
  [404, 'POST', '/retell/webhook/nobody'],
  [404, 'POST', '/elevenlabs/webhook/nobody'],
];

/** Checks the headers that keep an answer from being run, framed or read as another type. */
function expectProtected(header: (name: string) => string | null): void {
  expect(header('x-content-type-options')).toBe('nosniff');
  const policy = header('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
}

test.each(ANSWERS)('%i %s %s has a policy, nosniff and stands in no frame', async (status, method, path) => {
  // The agents of an instance may ask for a key: the path of theirs is answered whatever it is.
  const response = await fetch(instance.url + path.replace('AGENT', agent.id), {
    method,
    headers: { accept: 'text/html', authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
  });
  expect([status, 401]).toContain(response.status);
  expectProtected((name) => response.headers.get(name));
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
});

test('the refusal of a WebSocket has them, too', async () => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const socket = new WebSocket(`${instance.url.replace('http', 'ws')}/retell/nobody/call-1`);
    socket.on('unexpected-response', (_request, response) => {
      resolve(response);
    });
    socket.on('error', reject);
  });
  expect(answer.statusCode).toBe(404);
  expectProtected((name) => answer.headers[name]?.toString() ?? null);
});

describe('a WebSocket', () => {
  test.each(['responses', 'chat/completions'])('for /v1/%s is refused by name, in OpenAI’s form', async (endpoint) => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(`${agent.baseUrl}/${endpoint}`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
        },
      });
      asked.on('response', resolve).on('error', reject).end();
    });
    let body = '';
    for await (const chunk of answer) body += String(chunk);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      error: { type: 'invalid_request_error', code: 'websocket_not_supported', param: null },
    });
    expect(body).toContain('HTTP POST');
  });
});
