/** Webhooks over REST, and on whole instances: made, tested, rotated, deleted, and served by another node when one is killed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { WEBHOOK, WEBHOOK_ATTEMPT } from '../../src/rest/webhook-routes.ts';
import { MAX_WEBHOOKS } from '../../src/webhooks/webhooks.ts';
import { as, matching, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { createTestDatabase, temporaryFolder } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { BOOTSTRAP_TOKEN, startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';
import { startServer } from '../server-process.ts';
import { isAuthentic, startWebhookReceiver } from '../webhook-receiver.ts';
import type { WebhookReceiver } from '../webhook-receiver.ts';

const WITH_SECRET = z.strictObject({ webhook: WEBHOOK, secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{43}=$/) });
const FEED = z.object({ data: z.array(z.object({ id: z.string(), object: z.object({ id: z.string() }) })) });
const ATTEMPTS = z.strictObject({ data: z.array(WEBHOOK_ATTEMPT), next_cursor: z.string().nullable() });

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(async () => {
  await receiver.down();
});

describe('over REST', () => {
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

  async function make(input: object = {}): Promise<z.output<typeof WITH_SECRET>> {
    const answer = await send('POST', '/webhooks', { url: receiver.url, ...input });
    expect(answer.status).toBe(201);
    return WITH_SECRET.parse(answer.body);
  }

  test('a webhook is made with its secret, which is shown this once, then read, changed and deleted', async () => {
    const { webhook, secret } = await make({ event_types: ['leak.suspected'] });
    expect(webhook).toEqual({
      id: matching(/^whk_/),
      url: receiver.url,
      event_types: ['leak.suspected'],
      paused: false,
      created_at: matching(/Z$/),
      updated_at: webhook.created_at,
      failures: 0,
      retry_at: null,
    });
    expect((await send('GET', `/webhooks/${webhook.id}`)).body).toEqual({ webhook });
    const changed = await send('PATCH', `/webhooks/${webhook.id}`, { paused: true, event_types: [] });
    expect(changed).toMatchObject({ status: 200, body: { webhook: { paused: true, event_types: [] } } });
    const list = await send('GET', '/webhooks');
    expect(list.body).toEqual({ data: [(changed.body as { webhook: object }).webhook], next_cursor: null });
    expect(JSON.stringify(list.body)).not.toContain(secret);
    expect((await send('DELETE', `/webhooks/${webhook.id}`)).status).toBe(204);
    expectFailure(await send('GET', `/webhooks/${webhook.id}`), 404, 'not_found');
    expectFailure(await send('GET', `/webhooks/${webhook.id}/attempts`), 404, 'not_found');
    expectFailure(await send('DELETE', `/webhooks/${webhook.id}`), 404, 'not_found');
    expect(await api.database.prisma.webhookSecret.count({ where: { webhookId: webhook.id } })).toBe(0);
  });

  test('each act on a webhook is recorded, without the path of its address', async () => {
    const { webhook } = await make({ url: `${receiver.url}/path-of-a-receiver` });
    await send('PATCH', `/webhooks/${webhook.id}`, { paused: true });
    await send('POST', `/webhooks/${webhook.id}/rotate-secret`);
    await send('DELETE', `/webhooks/${webhook.id}`);
    const acts = await api.database.prisma.accountEvent.findMany({
      where: { accountId: viewer.accountId },
      orderBy: { id: 'asc' },
    });
    expect(acts.map(({ kind }) => kind)).toEqual([
      'webhook_created',
      'webhook_updated',
      'webhook_secret_rotated',
      'webhook_deleted',
    ]);
    expect(acts.every(({ body }) => body.includes(webhook.id))).toBe(true);
    expect(JSON.stringify(acts)).not.toMatch(/path-of-a-receiver|whsec_/);
  });

  test('a test event is sent at once, signed, and its attempt is answered and kept', async () => {
    const { webhook, secret } = await make({ paused: true });
    const answer = await send('POST', `/webhooks/${webhook.id}/test`);
    expect(answer.status).toBe(200);
    const { attempt } = z.strictObject({ attempt: WEBHOOK_ATTEMPT }).parse(answer.body);
    expect(attempt).toMatchObject({ event_type: 'webhook.test', number: 1, status: 204, error: null });
    const [message] = receiver.received;
    expect(message?.event).toMatchObject({ type: 'webhook.test', object: { type: 'webhook', id: webhook.id } });
    expect(message?.id).toBe(attempt.event_id);
    expect(message !== undefined && isAuthentic(message, secret, Date.now())).toBe(true);
    const page = await send('GET', `/webhooks/${webhook.id}/attempts`);
    expect(ATTEMPTS.parse(page.body)).toEqual({ data: [attempt], next_cursor: null });
  });

  test('attempts are paged, the newest first', async () => {
    const { webhook } = await make();
    for (const status of [200, 500, 404]) {
      receiver.reply = () => status;
      await send('POST', `/webhooks/${webhook.id}/test`);
    }
    const first = ATTEMPTS.parse((await send('GET', `/webhooks/${webhook.id}/attempts?limit=2`)).body);
    expect(first.data.map(({ status }) => status)).toEqual([404, 500]);
    const rest = await send('GET', `/webhooks/${webhook.id}/attempts?limit=2&cursor=${first.next_cursor ?? ''}`);
    expect(ATTEMPTS.parse(rest.body)).toMatchObject({ data: [{ status: 200 }], next_cursor: null });
  });

  test('a rotation answers another secret, a replay the number of events', async () => {
    const { webhook, secret } = await make();
    const answer = await send('POST', `/webhooks/${webhook.id}/rotate-secret`);
    expect(answer.status).toBe(200);
    expect(WITH_SECRET.parse(answer.body).secret).not.toBe(secret);
    const replay = await send('POST', `/webhooks/${webhook.id}/replay`, { since: '2026-01-01T00:00:00Z' });
    expect(replay).toMatchObject({ status: 200, body: { event_count: 0 } });
    const faulty = { since: 'yesterday', until: 'today' };
    expectFailure(await send('POST', `/webhooks/${webhook.id}/replay`, faulty), 422, 'validation_failed', [
      'since',
      'until',
    ]);
  });

  test('faulty settings are refused, all of them named', async () => {
    const answer = await send('POST', '/webhooks', { url: 'http://hooks.example:99999/', event_types: ['other'] });
    expectFailure(answer, 422, 'validation_failed', ['event_types', 'url']);
    const { webhook } = await make();
    expectFailure(
      await send('PATCH', `/webhooks/${webhook.id}`, { url: 'https://169.254.169.254/' }),
      422,
      'validation_failed',
      ['url'],
    );
  });

  test(`an account has at most ${MAX_WEBHOOKS} webhooks`, async () => {
    for (let made = 0; made < MAX_WEBHOOKS; made += 1) await make();
    expectFailure(await send('POST', '/webhooks', { url: receiver.url }), 422, 'validation_failed');
  });

  test('auditors, and tokens without agents:write, are refused', async () => {
    const { webhook } = await make();
    for (const who of [as(viewer, 'auditor'), { ...viewer, permissions: new Set(['sessions:read'] as const) }]) {
      expectFailure(await send('GET', '/webhooks', undefined, who), 403, 'forbidden');
      expectFailure(await send('GET', `/webhooks/${webhook.id}`, undefined, who), 403, 'forbidden');
      expectFailure(await send('POST', `/webhooks/${webhook.id}/test`, undefined, who), 403, 'forbidden');
    }
    expect(receiver.received).toEqual([]);
  });
});

describe('on an instance', () => {
  let database: TestDatabase;
  let masker: TestInstance;
  const others: WebhookReceiver[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    masker = await startTestInstance(database.url);
  });
  afterAll(async () => {
    await Promise.all(others.map((other) => other.down()));
    await masker.close();
    await database.drop();
  });

  async function another(): Promise<WebhookReceiver> {
    const started = await startWebhookReceiver();
    others.push(started);
    return started;
  }

  /** Makes a webhook to the receiver. Returns its address. */
  async function webhookTo({ url }: WebhookReceiver): Promise<string> {
    const response = await masker.api('POST', '/webhooks', { url });
    return `/webhooks/${WITH_SECRET.parse(await response.json()).webhook.id}`;
  }

  /** IDs of events by object, each in the order of the list. */
  function byObject(events: readonly { readonly id: string; readonly object: { readonly id: string } }[]): unknown {
    return Object.fromEntries(
      [...new Set(events.map(({ object }) => object.id))]
        .sort()
        .map((object) => [object, events.filter((event) => event.object.id === object).map(({ id }) => id)]),
    );
  }

  test('a receiver that was down gets every event in the order of its object, and a silent one delays no other', async () => {
    const [silent, late] = [await another(), await another()];
    silent.reply = () => 'silence';
    await late.down();
    await webhookTo(silent);
    const lateWebhook = await webhookTo(late);
    await webhookTo(receiver);
    const agents = [await masker.createAgent({ upstream: 'stub' }), await masker.createAgent({ upstream: 'stub' })];
    for (let round = 1; round <= 3; round += 1)
      for (const [n, { id }] of agents.entries()) await masker.api('PATCH', `/agents/${id}`, { name: `${n} ${round}` });
    await receiver.took(8);
    const feed = FEED.parse(await (await masker.api('GET', '/events?limit=100')).json()).data;
    expect(feed).toHaveLength(8);
    expect(byObject(receiver.taken.map(({ event }) => event))).toEqual(byObject(feed));
    await silent.arrived(1);
    expect(silent.taken).toEqual([]);
    // It was tried in vain, and is left alone for some seconds.
    const failures = async (): Promise<number> => {
      const { webhook } = z.object({ webhook: WEBHOOK }).parse(await (await masker.api('GET', lateWebhook)).json());
      return webhook.failures;
    };
    await expect.poll(failures).toBeGreaterThan(0);
    // The first event is refused once more: what is behind it waits, and nothing else does.
    late.reply = ({ id }) => (id === feed[0]?.id && late.received.length === 0 ? 500 : 204);
    await late.up();
    await late.took(8);
    expect(byObject(late.taken.map(({ event }) => event))).toEqual(byObject(feed));
    expect(receiver.taken).toHaveLength(8);
  });
});

test('when the node that delivers is killed in the middle, another takes over and nothing is lost', async () => {
  const database = await createTestDatabase();
  const folder = await temporaryFolder();
  const env = { MASKER_DATABASE_URL: database.url, MASKER_CALLBACK_PRIVATE_NETWORKS: '127.0.0.0/8' };
  const killed = await startServer(folder, env);
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${killed.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const { secret } = WITH_SECRET.parse(await post('/webhooks', { url: receiver.url, event_types: ['agent.changed'] }));
  receiver.reply = () => 'silence';
  for (const name of ['one', 'two', 'three']) await post('/agents', { name, upstream: 'stub' });
  await receiver.arrived(1);
  const other = await startTestInstance(database.url);
  await killed.end('SIGKILL');
  receiver.reply = () => 204;
  await receiver.took(3);
  const [begun, ...rest] = receiver.received;
  expect(rest.map(({ id }) => id)).toContain(begun?.id);
  expect(new Set(receiver.taken.map(({ event }) => event.object.id)).size).toBe(3);
  expect(receiver.taken.every((message) => isAuthentic(message, secret, Date.now()))).toBe(true);
  // A node that stops breaks off what is on its way, and waits for no receiver.
  receiver.reply = () => 'silence';
  const before = receiver.received.length;
  await other.createAgent({ upstream: 'stub' });
  await receiver.arrived(before + 1);
  await other.close();
  expect(other.logged.filter((line) => line.includes('webhook'))).toEqual([]);
  await database.drop();
});
