/** Subscriptions over server-sent events: who may, what comes, and going on by the ID of an event. See docs/events.md. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { FeedSequencer } from '../../src/events/feed-sequencer.ts';
import { schema } from '../../src/graphql/schema.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { newId } from '../../src/platform/ids.ts';
import { agentTail, forgetForeignPlaces } from '../../src/subscriptions/redaction-tail.ts';
import { as, listenGraphql, seedAgent, seedCall, seedMoreRedactions, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';
import { openPool } from '../database.ts';
import { openEvents } from '../event-source.ts';
import { PATIENCE } from '../patience.ts';
import type { OpenedEvents, ServerSentEvent } from '../event-source.ts';

const OF_SESSION =
  'subscription ($id: ID!, $after: String) { sessionEvents(sessionId: $id, after: $after) { id redaction { seq } } }';
const OF_AGENT =
  'subscription ($id: ID!, $after: String) { sessionEvents(agentId: $id, after: $after) { id sessionId } }';
const EVENTS = 'subscription ($after: String, $types: [String!]) { events(after: $after, types: $types) { id type } }';

let api: TestApi;
let viewer: Viewer;
let graphql: GraphqlEndpoint;
let agent: AgentId;
let opened: OpenedEvents[];

beforeAll(async () => {
  api = await startTestApi({ slots: { perAccount: 3, perNode: 100 } });
});
beforeEach(async () => {
  opened = [];
  viewer = await signUp(api.database);
  agent = await seedAgent(api.database, viewer.accountId, 'desk');
  graphql = await listenGraphql(api.graphqlOptions, viewer);
});
afterEach(async () => {
  for (const events of opened) events.close();
  await graphql.close();
});
afterAll(async () => {
  await api.close();
});

async function subscribe(query: string, variables: object = {}, headers = {}): Promise<OpenedEvents> {
  const events = await openEvents(graphql.url, { query, variables: { ...variables }, headers });
  opened.push(events);
  return events;
}

/** The code of the error that an event tells. */
function codeOf(event: ServerSentEvent | null | undefined): unknown {
  const { errors } = JSON.parse(event?.data ?? '{}') as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

async function seal(session: SessionId): Promise<void> {
  await api.database.prisma.session.update({ where: { id: session }, data: { sealedAt: new Date() } });
}

/** Puts events into the feed, as sealed sessions would. */
async function happen(count: number, kind = 'detector_degraded'): Promise<void> {
  const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 0 });
  const { pool } = api.database;
  const body = JSON.stringify({ ts: new Date().toISOString() });
  await pool.query(
    `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
     SELECT $1, 100 + n, $2, 1, $3, sha256('') FROM generate_series(1, $4::int) AS n`,
    [session, kind, body, count],
  );
  while ((await new FeedSequencer({ pool, clock: systemClock }).run()).more);
}

describe('the redactions of a session', () => {
  test('come from the first one on, as they are recorded, and end when the session is sealed', async () => {
    const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 2 });
    const events = await subscribe(OF_SESSION, { id: session });
    expect(events.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const first = await events.take(2);
    expect(first.map(({ id }) => id)).toEqual([`${session}.1`, `${session}.2`]);
    expect(JSON.parse(first[0]?.data ?? '')).toEqual({
      data: { sessionEvents: { id: `${session}.1`, redaction: { seq: 1 } } },
    });
    await seedMoreRedactions(api.database, session, agent, 1);
    expect((await events.take(1)).map(({ id }) => id)).toEqual([`${session}.4`]);
    await seal(session);
    expect((await events.rest()).map(({ type }) => type)).toEqual(['complete']);
  });

  test('go on behind the event of Last-Event-ID, which counts before the argument', async () => {
    const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 5 });
    await seal(session);
    const resumed = await subscribe(OF_SESSION, { id: session, after: `${session}.1` });
    expect((await resumed.rest()).map(({ id }) => id)).toEqual(
      [2, 3, 4, 5]
        .map((seq) => `${session}.${seq}`)
        .concat(['null'])
        .map((id) => (id === 'null' ? null : id)),
    );
    const again = await subscribe(
      OF_SESSION,
      { id: session, after: `${session}.1` },
      { 'last-event-id': `${session}.4` },
    );
    expect((await again.rest()).map(({ id }) => id)).toEqual([`${session}.5`, null]);
  });

  test('are refused with 406 where the caller does not accept server-sent events', async () => {
    const session = await seedCall(api.database, viewer.accountId, agent);
    const events = await subscribe(OF_SESSION, { id: session }, { accept: 'application/json' });
    expect(events.response.status).toBe(406);
  });

  test('come over GET, as a browser asks for them', async () => {
    const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
    await seal(session);
    const query = `subscription { sessionEvents(sessionId: "${session}") { id } }`;
    const response = await fetch(`${graphql.url}?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(await response.text()).toContain(`id: ${session}.1\ndata: {"data":`);
  });
});

describe('the redactions of an agent', () => {
  test('come from now on, and on resume from behind the last one, over all its sessions', async () => {
    await seedCall(api.database, viewer.accountId, agent, { redactions: 3 });
    const events = await subscribe(OF_AGENT, { id: agent });
    // The position was read when the answer began.
    const one = await seedCall(api.database, viewer.accountId, agent, { redactions: 2 });
    const other = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
    const ids = (await events.take(3)).map(({ id }) => id);
    expect(ids).toEqual([`${one}.1`, `${one}.2`, `${other}.1`]);
    const resumed = await subscribe(OF_AGENT, { id: agent, after: `${one}.1` });
    expect((await resumed.take(2)).map(({ id }) => id)).toEqual([`${one}.2`, `${other}.1`]);
  });

  test('of a turn that is committed after a later one are not missed', async () => {
    const { pool } = api.database;
    const events = await subscribe(OF_AGENT, { id: agent });
    const early = await pool.connect();
    try {
      await early.query('BEGIN');
      const slow = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
      expect((await events.take(1)).map(({ id }) => id)).toEqual([`${slow}.1`]);
      // The turn gets its place now, and is not visible before the commit.
      await early.query(
        `INSERT INTO turns (id, session_id, agent_id, number, started_at, model, streamed, redaction_count, detection_us, tokenize_us)
         VALUES ($1, $2, $3, 7, now(), 'm', false, 1, 0, 0)`,
        [newId('turn', Date.now()), slow, agent],
      );
      await early.query(
        `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
         SELECT session_id, 50, kind, 7, body, leaf_hash FROM entries WHERE session_id = $1 AND seq = 1`,
        [slow],
      );
      const fast = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
      await early.query('COMMIT');
      expect((await events.take(2)).map(({ id }) => id)).toEqual([`${slow}.50`, `${fast}.1`]);
    } finally {
      early.release();
    }
  });

  test('are read on at once behind a turn, and behind a hundred turns without any', async () => {
    const { pool } = api.database;
    const one = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
    const next = agentTail(pool, agent, { turn: { xid: '0', sessionId: '', number: 0 }, seq: null, seenIn: null });
    await pool.query(
      `INSERT INTO turns (id, session_id, agent_id, number, started_at, model, streamed, redaction_count, detection_us, tokenize_us)
       SELECT 'turn_' || lpad(n::text, 26, '0'), $1, $2, 100 + n, now(), 'm', false, 0, 0, 0 FROM generate_series(1, 250) n`,
      [one, agent],
    );
    const other = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
    expect(await next()).toMatchObject({ entries: [{ sessionId: one }], isHeld: false });
    expect(await next()).toMatchObject({ entries: [{ sessionId: other }], isHeld: false });
    expect(await next()).toEqual({ entries: [], isComplete: false, isHeld: false });
  });

  test('have no place from a database that was restored into this one', async () => {
    const { pool, prisma } = api.database;
    const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 1 });
    await pool.query('UPDATE turns SET recorded_xid = 1::bigint << 60 WHERE session_id = $1', [session]);
    await forgetForeignPlaces(pool);
    const rows = await prisma.turn.findMany({ where: { sessionId: session }, select: { recordedXid: true } });
    expect(rows).toEqual([{ recordedXid: null }]);
    const next = agentTail(pool, agent, { turn: { xid: '0', sessionId: '', number: 0 }, seq: null, seenIn: null });
    expect(await next()).toMatchObject({ entries: [] });
  });
});

describe('the events of the account', () => {
  test('come as they happen, behind the last one on resume, and of the chosen types alone', async () => {
    await happen(1);
    const events = await subscribe(EVENTS);
    await happen(2);
    const [first, second] = await events.take(2);
    expect(first?.id).toMatch(/^evn_/);
    await happen(1, 'leak_suspected');
    const resumed = await subscribe(EVENTS, { types: ['leak.suspected'] }, { 'last-event-id': first?.id });
    expect(JSON.parse((await resumed.take(1))[0]?.data ?? '')).toMatchObject({
      data: { events: { type: 'leak.suspected' } },
    });
    expect(second?.id).not.toBe(first?.id);
  });

  test('of sealed sessions bring the session along', async () => {
    const events = await subscribe('subscription { sessionCompleted { id sessionId session { id sealedAt } } }');
    const session = await seedCall(api.database, viewer.accountId, agent);
    await seal(session);
    await api.database.pool.query(
      `INSERT INTO feed_events (account_id, seq, id, type, created_at, object_type, object_id)
       VALUES ($1, 1, $2, 'session.sealed', now(), 'session', $3)`,
      [viewer.accountId, newId('feedEvent', Date.now()), session],
    );
    const [event] = await events.take(1);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      data: {
        sessionCompleted: { sessionId: session, session: { id: session, sealedAt: expect.any(String) as string } },
      },
    });
  });
});

describe('who may subscribe', () => {
  test.each([
    ['a session', OF_SESSION, 'session_not_found'],
    ['an agent', OF_AGENT, 'agent_not_found'],
  ])('another account learns nothing of %s', async (_what, query, code) => {
    const session = await seedCall(api.database, viewer.accountId, agent);
    graphql.viewer = await signUp(api.database);
    const events = await subscribe(query, { id: query === OF_SESSION ? session : agent });
    const all = await events.rest();
    expect(all.map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(codeOf(all[0])).toBe(code);
  });

  test('every subscription of the schema is among those that strangers ask for', () => {
    const fields = schema.getSubscriptionType()?.getFields() ?? {};
    const asked = STRANGERS.map(([, query]) => /\{ (\w+)/.exec(query)?.[1]);
    expect(Object.keys(fields).sort()).toEqual([...new Set(asked)].sort());
  });

  const STRANGERS = [
    ['of a session', OF_SESSION],
    ['of an agent', OF_AGENT],
    ['of the feed', EVENTS],
    ['of sealed sessions', 'subscription { sessionCompleted { id } }'],
  ] as const;
  test.each(STRANGERS)('a stranger gets no events %s', async (_what, query) => {
    graphql.viewer = null;
    const [first] = await (await subscribe(query, { id: agent })).rest();
    expect(codeOf(first)).toBe('unauthenticated');
  });

  test('a viewer without sessions:read is refused', async () => {
    graphql.viewer = { ...viewer, permissions: new Set(['agents:read']) };
    const [first] = await (await subscribe(EVENTS)).rest();
    expect(codeOf(first)).toBe('forbidden');
  });

  test('an ID of another account, or of another kind, is no place to go on from', async () => {
    const stranger = await signUp(api.database);
    const foreignAgent = await seedAgent(api.database, stranger.accountId, 'theirs');
    const foreign = await seedCall(api.database, stranger.accountId, foreignAgent);
    for (const after of [`${foreign}.1`, 'sess_1.1', 'evn_01J3Z8Q4V9Y6R2M7T5W0X1C8KD', 'x\0y']) {
      const [first] = await (await subscribe(OF_AGENT, { id: agent, after })).rest();
      expect(codeOf(first)).toBe('validation_failed');
      const [event] = await (await subscribe(EVENTS, { after })).rest();
      expect(codeOf(event)).toBe('validation_failed');
    }
  });

  test('an access token that is revoked ends its subscription, and says why', async () => {
    const { prisma } = api.database;
    const accessTokenId = newId('accessToken');
    const { userId } = viewer;
    const token = {
      id: accessTokenId,
      userId,
      name: 'watch',
      permissions: ['sessions:read'],
      hash: Buffer.from(userId),
    };
    await prisma.accessToken.create({ data: token });
    graphql.viewer = { ...viewer, via: 'access_token', accessTokenId };
    const events = await subscribe(EVENTS);
    await happen(1);
    await events.take(1);
    await prisma.accessToken.delete({ where: { id: accessTokenId } });
    const rest = await events.rest();
    expect(rest.map(({ type }) => type)).toEqual(['next', 'complete']);
    expect(codeOf(rest[0])).toBe('forbidden');
  });

  test('an access token that expires ends its subscription', async () => {
    const { prisma } = api.database;
    const accessTokenId = newId('accessToken');
    const { userId } = viewer;
    const token = {
      id: accessTokenId,
      userId,
      name: 'watch',
      permissions: ['sessions:read'],
      hash: Buffer.from(userId),
    };
    await prisma.accessToken.create({ data: token });
    graphql.viewer = { ...viewer, via: 'access_token', accessTokenId };
    const events = await subscribe(EVENTS);
    await prisma.accessToken.update({ where: { id: accessTokenId }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(codeOf((await events.rest())[0])).toBe('forbidden');
  });

  test('a role that reads no sessions any more ends the subscription', async () => {
    const events = await subscribe(EVENTS);
    await api.database.prisma.user.delete({ where: { id: viewer.userId } });
    expect(codeOf((await events.rest())[0])).toBe('forbidden');
    expect(as(viewer, 'auditor').permissions.has('sessions:read')).toBe(true);
  });

  test('an account has a bounded number of subscriptions, and another account has its own', async () => {
    const three = [await subscribe(EVENTS), await subscribe(EVENTS), await subscribe(EVENTS)];
    expect(codeOf((await (await subscribe(EVENTS)).rest())[0])).toBe('rate_limited');
    graphql.viewer = await signUp(api.database);
    expect((await subscribe(EVENTS)).response.status).toBe(200);
    graphql.viewer = viewer;
    three[0]?.close();
    await expect
      .poll(async () => {
        const events = await subscribe(EVENTS);
        await happen(1);
        return codeOf(await events.next()) ?? 'events';
      })
      .toBe('events');
  });
});

describe('a caller who reads slowly', () => {
  test('is not read ahead for, and loses nothing', async () => {
    const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 900 });
    await seal(session);
    const events = await subscribe(OF_SESSION, { id: session });
    const [first] = await events.take(1);
    expect(first?.id).toBe(`${session}.1`);
    const rest = await events.rest();
    expect(rest.map(({ id }) => id)).toEqual([...Array.from({ length: 899 }, (_, n) => `${session}.${n + 2}`), null]);
  });
});

describe('a database that goes away', () => {
  test('keeps the subscription waiting, and no event is lost or doubled', async () => {
    const session = await seedCall(api.database, viewer.accountId, agent, { redactions: 300 });
    const events = await subscribe(OF_SESSION, { id: session });
    const seen = (await events.take(150)).map(({ id }) => id);
    const admin = openPool(api.database.url);
    try {
      await admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    } finally {
      await admin.end();
    }
    seen.push(...(await events.take(150)).map(({ id }) => id));
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => `${session}.${n + 1}`));
    // No other test gets a connection that ended: so many statements at once use every connection of the pool.
    const together = (): Promise<boolean> =>
      Promise.all(Array.from({ length: 16 }, () => api.database.prisma.$queryRaw`SELECT 1`)).then(
        () => true,
        () => false,
      );
    await vi.waitUntil(together, PATIENCE);
  });
});
