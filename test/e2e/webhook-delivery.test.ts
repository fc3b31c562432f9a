/** Deliveries of webhooks: signed, at least once, in order for each object, and whatever receivers do. See docs/events.md. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { eventText } from '../../src/events/event.ts';
import { createFeed } from '../../src/events/feed.ts';
import { isAuthentic, startWebhookReceiver } from '../webhook-receiver.ts';
import type { Received, WebhookReceiver } from '../webhook-receiver.ts';
import { OUTSTANDING } from '../../src/webhooks/deliveries.ts';
import { START, webhooksOnDatabase } from './webhooks-fixture.ts';
import type { WebhooksOnDatabase } from './webhooks-fixture.ts';

let masker: WebhooksOnDatabase;
let viewer: Viewer;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  masker = await webhooksOnDatabase();
});
beforeEach(async () => {
  masker.now = START;
  masker.failures.length = 0;
  viewer = await masker.signUp();
});
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.down()));
  await masker.api.database.prisma.webhook.deleteMany();
  expect(masker.failures).toEqual([]);
});
afterAll(async () => {
  await masker.close();
});

async function receiver(): Promise<WebhookReceiver> {
  const started = await startWebhookReceiver();
  receivers.push(started);
  return started;
}

interface Made {
  readonly id: string;
  readonly secret: string;
}

async function webhookTo({ url }: WebhookReceiver, eventTypes: string[] = []): Promise<Made> {
  const { webhook, secret } = await masker.webhooks.create(viewer, { url, eventTypes });
  return { id: webhook.id, secret: secret.reveal() };
}

const idsOf = (messages: readonly Received[]): string[] => messages.map(({ id }) => id);
const MINUTE = 60_000;
const DAY = 86_400_000;

test('a message is the event as the feed has it, with a signature that its receiver can verify', async () => {
  const to = await receiver();
  const { secret } = await webhookTo(to);
  await masker.happen(viewer.accountId, ['sess_1']);
  await masker.deliver();
  const [message] = to.received;
  if (message === undefined) throw new Error('nothing arrived');
  const query = { types: null, after: null, before: null, order: 'asc', limit: 10 } as const;
  const [event] = await createFeed(masker.api.database.pool).read(viewer.accountId, query);
  expect(message.body).toBe(event === undefined ? '' : eventText(event));
  expect(message.headers['content-type']).toBe('application/json');
  expect(message.headers['webhook-id']).toBe(event?.id);
  expect(isAuthentic(message, secret, masker.now)).toBe(true);
  expect(isAuthentic(message, `whsec_${Buffer.alloc(32).toString('base64')}`, masker.now)).toBe(false);
  expect(isAuthentic({ ...message, body: `${message.body} ` }, secret, masker.now)).toBe(false);
  expect(isAuthentic(message, secret, masker.now + 6 * MINUTE)).toBe(false);
});

test('a webhook is sent what happens from its making on, and only the types that it asks for', async () => {
  await masker.happen(viewer.accountId, ['sess_before']);
  const to = await receiver();
  const { id } = await webhookTo(to, ['leak.suspected']);
  await masker.happen(viewer.accountId, ['sess_1', 'sess_2']);
  const leaks = await masker.happen(viewer.accountId, ['sess_1'], 'leak.suspected');
  await masker.happen((await masker.signUp()).accountId, ['sess_foreign'], 'leak.suspected');
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual(leaks);
  expect(await masker.outstanding(id)).toBe(0);
});

test('a receiver that is down for a while is left alone for longer and longer, and then gets all in order', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  await to.down();
  const events = await masker.happen(viewer.accountId, ['sess_1', 'sess_2', 'sess_1', 'sess_2', 'sess_1']);
  const pauses: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    await masker.deliver();
    const row = await masker.api.database.prisma.webhook.findUniqueOrThrow({ where: { id } });
    expect(row.failures).toBe(round + 1);
    pauses.push((row.retryAt?.getTime() ?? 0) - masker.now);
    masker.now = (row.retryAt?.getTime() ?? 0) - 1;
    expect(await masker.node().look(new AbortController().signal)).toBe(0);
    masker.now += 1;
  }
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000]);
  events.push(...(await masker.happen(viewer.accountId, ['sess_2'])));
  await to.up();
  await masker.deliver();
  expect(to.taken[0]?.id).toBe(events[0]);
  for (const object of ['sess_1', 'sess_2']) {
    const sent = to.taken.filter(({ event }) => event.object.id === object);
    expect(idsOf(sent)).toEqual(events.filter((event) => idsOf(sent).includes(event)));
  }
  expect(idsOf(to.taken).sort()).toEqual([...events].sort());
});

test('an answer that refuses an event holds up the events of its object alone', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  const events = await masker.happen(viewer.accountId, ['sess_1', 'sess_1', 'sess_2', 'sess_2']);
  to.reply = ({ event }) => (event.object.id === 'sess_1' ? 500 : 200);
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual(events.slice(2));
  expect(idsOf(to.received).filter((event) => event === events[0])).toHaveLength(1);
  expect(idsOf(to.received)).not.toContain(events[1]);
  to.reply = () => 204;
  await masker.deliver();
  expect(await masker.outstanding(id)).toBe(2);
  masker.now += 5_000;
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual([...events.slice(2), ...events.slice(0, 2)]);
});

test('more refused events than may be outstanding keep none of other objects out', async () => {
  const to = await receiver();
  await webhookTo(to);
  to.reply = ({ event }) => (event.object.id === 'sess_fine' ? 204 : 400);
  await masker.happen(
    viewer.accountId,
    Array.from({ length: OUTSTANDING + 1 }, (_, index) => `sess_${index}`),
  );
  await masker.deliver();
  const [fine] = await masker.happen(viewer.accountId, ['sess_fine']);
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual([fine]);
});

test('another address is tried at once with what was left, whatever becomes of an attempt at the one before', async () => {
  const [silent, good] = [await receiver(), await receiver()];
  const { id } = await webhookTo(silent);
  silent.reply = () => 'silence';
  const events = await masker.happen(viewer.accountId, ['sess_1', 'sess_1']);
  const node = masker.node();
  const stopping = new AbortController();
  await node.look(stopping.signal);
  while (silent.received.length === 0) await new Promise(setImmediate);
  // The attempt at the first address is under way, and fails afterwards.
  await masker.webhooks.update(viewer, id, { url: good.url });
  await silent.down();
  await node.settled();
  await masker.deliver();
  expect(idsOf(good.taken)).toEqual(events);
});

test.each([[429], [503], ['reset' as const]])('%s leaves the receiver alone, others are sent on', async (reply) => {
  const [to, other] = [await receiver(), await receiver()];
  await webhookTo(to);
  await webhookTo(other);
  to.reply = () => reply;
  const events = await masker.happen(viewer.accountId, ['sess_1', 'sess_2']);
  await masker.deliver();
  await masker.deliver();
  expect(idsOf(to.received).sort()).toEqual([...events].sort());
  expect(idsOf(other.taken).sort()).toEqual([...events].sort());
  to.reply = () => 200;
  masker.now += 5_000;
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual(events);
});

test('a receiver that does not answer delays no other', async () => {
  const [silent, other] = [await receiver(), await receiver()];
  await webhookTo(silent);
  await webhookTo(other);
  silent.reply = () => 'silence';
  const node = masker.node();
  const stopping = new AbortController();
  for (let round = 1; round <= 3; round += 1) {
    await masker.happen(viewer.accountId, ['sess_1', 'sess_2']);
    // A worker of the other receiver may be about to end: it is looked for until all is there.
    while (other.taken.length < round * 2) {
      await node.look(stopping.signal);
      await Promise.race([other.took(round * 2), new Promise(setImmediate)]);
    }
  }
  expect(silent.received.length).toBeLessThan(6);
  stopping.abort();
  await node.settled();
});

test('what a node breaks off is sent by the next one, under the same ID', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  to.reply = () => 'silence';
  const events = await masker.happen(viewer.accountId, ['sess_1', 'sess_1']);
  const node = masker.node();
  const stopping = new AbortController();
  await node.look(stopping.signal);
  await to.arrived(1);
  stopping.abort();
  await node.settled();
  expect(await masker.outstanding(id)).toBe(2);
  expect(await masker.api.database.prisma.webhookAttempt.count({ where: { webhookId: id } })).toBe(0);
  to.reply = () => 200;
  await masker.deliver(masker.node());
  expect(idsOf(to.received)).toEqual([events[0], ...events]);
  expect(idsOf(to.taken)).toEqual(events);
});

test('a paused webhook is sent nothing, and all that waited when it goes on', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  await masker.webhooks.update(viewer, id, { paused: true });
  const events = await masker.happen(viewer.accountId, ['sess_1', 'sess_1']);
  await masker.deliver();
  expect(to.received).toEqual([]);
  await masker.webhooks.update(viewer, id, { paused: false });
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual(events);
});

test('after a rotation both secrets sign for a day, and then the new one alone', async () => {
  const to = await receiver();
  const { id, secret: first } = await webhookTo(to);
  const rotate = async (): Promise<string> => (await masker.webhooks.rotateSecret(viewer, id)).secret.reveal();
  const sent = async (): Promise<Received> => {
    await masker.happen(viewer.accountId, ['sess_1']);
    await masker.deliver();
    const message = to.taken.at(-1);
    if (message === undefined) throw new Error('nothing arrived');
    return message;
  };
  const second = await rotate();
  masker.now += DAY - 1;
  const both = await sent();
  expect([first, second].map((secret) => isAuthentic(both, secret, masker.now))).toEqual([true, true]);
  masker.now += 1;
  const one = await sent();
  expect([first, second].map((secret) => isAuthentic(one, secret, masker.now))).toEqual([false, true]);
  const [third, fourth] = [await rotate(), await rotate()];
  const newest = await sent();
  expect([second, third, fourth].map((secret) => isAuthentic(newest, secret, masker.now))).toEqual([false, true, true]);
  const { rows } = await masker.api.database.pool.query<{ sealed: Buffer }>('SELECT sealed FROM webhook_secrets');
  for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toContain('whsec_');
});

test('a replay sends the events of a window once more, under their IDs, and those that come meanwhile', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  const events: string[] = [];
  for (let minute = 0; minute < 4; minute += 1) {
    events.push(...(await masker.happen(viewer.accountId, ['sess_1'])));
    masker.now += MINUTE;
  }
  await masker.deliver();
  to.taken.length = 0;
  const window = [START + MINUTE, START + 3 * MINUTE].map((time) => new Date(time).toISOString());
  expect(await masker.webhooks.replay(viewer, id, window[0] ?? '', window[1] ?? null)).toBe(2);
  const [later] = await masker.happen(viewer.accountId, ['sess_1']);
  await masker.deliver();
  expect(idsOf(to.taken)).toEqual([events[1], events[2], later]);
  await masker.deliver();
  expect(to.taken).toHaveLength(3);
  expect(await masker.webhooks.replay(viewer, id, '2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z')).toBe(0);
  expect(await masker.webhooks.replay(viewer, id, '0001-01-01T00:00:00Z', '0001-01-02T00:00:00Z')).toBe(0);
  expect(await masker.webhooks.replay(viewer, id, '9999-12-30T00:00:00Z', '9999-12-31T23:59:59Z')).toBe(0);
});

test('a slow webhook delays none of another account with a receiver of the same origin', async () => {
  const slow = await receiver();
  slow.reply = ({ event }) => (event.object.id === 'sess_quick' ? 204 : 'silence');
  for (let made = 0; made < 3; made += 1) await webhookTo(slow);
  await masker.happen(
    viewer.accountId,
    Array.from({ length: 12 }, (_, index) => `sess_${index}`),
  );
  const node = masker.node();
  const stopping = new AbortController();
  await node.look(stopping.signal);
  while (slow.received.length < 24) await new Promise(setImmediate);
  viewer = await masker.signUp();
  await webhookTo(slow);
  const [quick] = await masker.happen(viewer.accountId, ['sess_quick']);
  await masker.deliver();
  expect(idsOf(slow.taken)).toEqual([quick]);
  stopping.abort();
  await node.settled();
});

test('creations at once make no more webhooks than an account may have', async () => {
  const to = await receiver();
  const made = await Promise.allSettled(Array.from({ length: 40 }, () => webhookTo(to)));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
});

test('a backlog beyond what may be outstanding is sent whole, and a replay of it too', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  const objects = Array.from({ length: 620 }, (_, index) => `sess_${index % 40}`);
  const events = await masker.happen(viewer.accountId, objects);
  await masker.deliver();
  expect(new Set(idsOf(to.taken))).toEqual(new Set(events));
  expect(to.taken).toHaveLength(events.length);
  expect(await masker.webhooks.replay(viewer, id, '2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z')).toBe(620);
  await masker.deliver();
  expect(to.taken).toHaveLength(2 * events.length);
});

test('attempts are on record with status, duration and class of error, and nothing of the answer', async () => {
  const to = await receiver();
  const { id } = await webhookTo(to);
  const [event] = await masker.happen(viewer.accountId, ['sess_1']);
  to.reply = () => 500;
  await masker.deliver();
  await to.down();
  masker.now += 5_000;
  await masker.deliver();
  await to.up();
  to.reply = () => 204;
  masker.now += DAY;
  await masker.deliver();
  const attempts = await masker.api.database.prisma.webhookAttempt.findMany({
    where: { webhookId: id },
    orderBy: { id: 'asc' },
  });
  expect(attempts).toMatchObject([
    { eventId: event, eventType: 'session.sealed', number: 1, status: 500, error: 'status' },
    { eventId: event, number: 2, status: null, error: 'connection' },
    { eventId: event, number: 3, status: 204, error: null },
  ]);
  expect(JSON.stringify(attempts)).not.toContain('nobody keeps');
});

test('no address beyond the allowed networks is called, and no redirect is followed', async () => {
  const to = await receiver();
  const event = { id: 'evn_x' as const, type: 't', createdAt: new Date(0), object: { type: 'x', id: 'x' } };
  const send = async (url: string): Promise<unknown> =>
    masker.receivers.send({ url, secrets: ['whsec_AAAA'], event, at: 0 }, new AbortController().signal);
  const forbidden = { status: null, error: 'forbidden_address' };
  expect(await send('http://169.254.169.254/latest')).toEqual(forbidden);
  expect(await send('https://10.0.0.1/')).toEqual(forbidden);
  expect(await send('http://8.8.8.8/')).toEqual(forbidden);
  expect(await send(to.url.replace('127.0.0.1', '[::1]'))).toEqual(forbidden);
  to.reply = () => 302;
  expect(await send(to.url)).toEqual({ status: 302, error: 'status' });
  expect(to.received).toHaveLength(1);
});

test('whatever a receiver replies, every event is taken, and those of one object in order', async () => {
  const replies = fc.array(fc.constantFrom<200 | 204 | 500 | 404 | 503 | 'reset'>(200, 204, 500, 404, 503, 'reset'), {
    maxLength: 40,
  });
  const objects = fc.array(
    fc.nat(3).map((index) => `sess_${index}`),
    { minLength: 1, maxLength: 15 },
  );
  const to = await receiver();
  await fc.assert(
    fc.asyncProperty(objects, replies, async (happened, script) => {
      viewer = await masker.signUp();
      const { id } = await webhookTo(to);
      to.taken.length = 0;
      const rest = [...script];
      to.reply = () => rest.shift() ?? 200;
      const events = await masker.happen(viewer.accountId, happened);
      for (let round = 0; round === 0 || (await masker.outstanding(id)) > 0; round += 1) {
        if (round > 100) throw new Error('it does not end');
        await masker.deliver(masker.node());
        masker.now += DAY;
      }
      for (const object of new Set(happened)) {
        const sent = to.taken.filter(({ event }) => event.object.id === object);
        expect(idsOf(sent)).toEqual(events.filter((_, index) => happened[index] === object));
      }
      await masker.webhooks.remove(viewer, id);
    }),
    { numRuns: 25 },
  );
});
