/** The server as a whole: what it says of itself, its ids, and how it stops. See docs/operations.md, Health. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { answerWith, startUpstream } from '../upstream.ts';
import type { TestUpstream } from '../upstream.ts';

let db: TestDatabase;
let upstream: TestUpstream;
let masker: TestInstance;

beforeAll(async () => {
  db = await createTestDatabase();
  upstream = await startUpstream();
  masker = await startTestInstance(db.url, { MASKER_OPENAI_BASE_URL: upstream.url, MASKER_OPENAI_API_KEY: 'sk' });
});
afterAll(async () => {
  await masker.close();
  await upstream.close();
  await db.drop();
});

describe('the server', () => {
  test('says how it is', async () => {
    const response = await fetch(`${masker.url}/health`);
    expect(response.status).toBe(200);
    const health = (await response.json()) as { version: string; uptime_seconds: number };
    expect(health).toMatchObject({
      status: 'ok',
      components: { db: 'ok', vault: 'ok', audit_log: 'ok', upstream: 'ok', ner_model: 'disabled' },
    });
    expect(health.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(health.uptime_seconds).toBeGreaterThanOrEqual(0);
    for (const path of ['/livez', '/readyz']) expect((await fetch(`${masker.url}${path}`)).status).toBe(200);
  });

  test('publishes the keys that its seals are checked with', async () => {
    const { keys } = (await (await fetch(`${masker.url}/.well-known/masker-keys.json`)).json()) as {
      keys: { key_id: string; alg: string; public_key: string }[];
    };
    expect(keys).toHaveLength(1);
    expect(keys[0]?.key_id).toMatch(/^[0-9a-f]{8}$/);
    expect(keys[0]?.alg).toBe('Ed25519');
    expect(Buffer.from(keys[0]?.public_key ?? '', 'base64')).toHaveLength(32);
  });

  test('gives every answer an id of its own, which is on its log line', async () => {
    const seen = new Set<string>();
    for (const path of ['/health', '/graphql', '/api/v1/me', '/proxy/x', '/nowhere']) {
      const id = (await fetch(`${masker.url}${path}`)).headers.get('x-request-id') ?? '';
      expect(id, path).toMatch(/^req_[0-9A-Z]{26}$/);
      seen.add(id);
    }
    expect(seen.size).toBe(5);
    const logged = masker.logged.join('');
    for (const id of seen) expect(logged).toContain(id);
  });

  test('answers an unknown path in the envelope of all errors', async () => {
    const response = await fetch(`${masker.url}/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 'not_found', request_id: response.headers.get('x-request-id') },
    });
  });

  test('lets no wrong password decide between routes: nobody gets 401 everywhere', async () => {
    for (const path of ['/agents', '/sessions', '/me']) {
      const response = await fetch(`${masker.url}/api/v1${path}`, {
        headers: { authorization: 'Bearer msk_wrong_0123456789abcdefghijk' },
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'unauthenticated' } });
    }
  });
});

test('a server that stops is never ready again, closes its listener, and finishes the response under way', async () => {
  const stopping = await startTestInstance(db.url, {
    MASKER_OPENAI_BASE_URL: upstream.url,
    MASKER_OPENAI_API_KEY: 'sk',
  });
  const agent = await stopping.createAgent({ name: 'to the end' });
  let goOn = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    upstream.respond(async (request, response) => {
      resolve();
      await new Promise<void>((go) => {
        goOn = go;
      });
      answerWith('to the very end', request, response);
    });
  });
  const answer = stopping.chat(agent, { messages: [{ role: 'user', content: 'hello' }] });
  await arrived;
  const closed = stopping.close();
  const readiness = (): Promise<number | 'refused'> =>
    fetch(`${stopping.url}/readyz`).then(
      ({ status }) => status,
      () => 'refused',
    );
  // A request that arrives before the listener is closed gets 503.
  expect([503, 'refused']).toContain(await readiness());
  await expect.poll(readiness).toBe('refused');
  goOn();
  expect(await (await answer).text()).toContain('to the very end');
  await closed;
});
