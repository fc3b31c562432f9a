/** The event feed: what becomes an event, how it is read, and that no reader misses one. See docs/events.md. */
import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventText } from '../../src/events/event.ts';
import { createFeed } from '../../src/events/feed.ts';
import { FeedSequencer } from '../../src/events/feed-sequencer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { AccountId } from '../../src/platform/ids.ts';
import { isId, newId } from '../../src/platform/ids.ts';
import { FEED_EVENT } from '../../src/rest/objects.ts';
import { as, listenGraphql, signUp, startTestApi } from '../api.ts';
import { createTestDatabase, openPool } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import { PATIENCE } from '../patience.ts';
import type { TestInstance } from '../instance.ts';
import { expectFailure, send } from '../rest.ts';
import { logOnDatabase } from './log-fixture.ts';
import type { LogOnDatabase } from './log-fixture.ts';

const PAGE = z.strictObject({ data: z.array(FEED_EVENT), next_cursor: z.string().nullable() });
type Event = z.output<typeof FEED_EVENT>;

describe('what becomes an event', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let masker: TestInstance;
  beforeAll(async () => {
    database = await createTestDatabase();
    masker = await startTestInstance(database.url);
    for (let agent = 0; agent < 3; agent += 1) await masker.createAgent({ upstream: 'stub' });
  });
  afterAll(async () => {
    await masker.close();
    await database.drop();
  });

  const page = async (query = ''): Promise<z.output<typeof PAGE>> => {
    const response = await masker.api('GET', `/events${query}`);
    return PAGE.parse(await response.json());
  };

  /** The events of the objects, once all that was recorded has its place. */
  async function eventsOf(...ids: readonly string[]): Promise<Event[]> {
    // Another run of the instance's own may be at the account: what it places is there when all queues are empty.
    const pool = openPool(database.url);
    try {
      await expect
        .poll(async () => {
          await masker.sequenceLogs();
          await masker.sequenceEvents();
          const { rows } = await pool.query('SELECT FROM log_queue UNION ALL SELECT FROM feed_queue');
          return rows.length;
        }, PATIENCE)
        .toBe(0);
    } finally {
      await pool.end();
    }
    const { data } = await page('?limit=100');
    return data.filter(({ object }) => ids.includes(object.id));
  }

  test('each change of an agent, a sealed session and a report are events, oldest first', async () => {
    const agent = await masker.createAgent({ upstream: 'stub' });
    await masker.api('PATCH', `/agents/${agent.id}`, { name: 'renamed' });
    const response = await masker.chat(agent, { model: 'stub', messages: [{ role: 'user', content: 'hello' }] });
    await response.text();
    const { sessions } = await masker.graphql<{ sessions: { edges: { node: { id: string } }[] } }>(
      `{ sessions(agentId: "${agent.id}") { edges { node { id } } } }`,
    );
    const session = sessions.edges[0]?.node.id ?? '';
    await masker.graphql(`mutation { endSession(id: "${session}") { __typename } }`);
    const { report } = (await (await masker.api('GET', `/sessions/${session}/report`)).json()) as {
      report: { id: string };
    };
    await masker.api('DELETE', `/agents/${agent.id}`);
    const events = await eventsOf(agent.id, session, report.id);
    expect(events.map(({ type, object }) => [type, object])).toEqual([
      ['agent.changed', { type: 'agent', id: agent.id }],
      ['agent.changed', { type: 'agent', id: agent.id }],
      ['session.sealed', { type: 'session', id: session }],
      ['report.ready', { type: 'report', id: report.id }],
      ['agent.changed', { type: 'agent', id: agent.id }],
    ]);
    expect(events.every(({ id }) => isId('feedEvent', id))).toBe(true);
    const times = events.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort());
  });

  test('a request that was refused as a leak is an event, without a word of what was said', async () => {
    const agent = await masker.createAgent({ upstream: 'stub' });
    const response = await masker.chat(agent, {
      model: 'stub',
      messages: [{ role: 'user', content: 'my number is 415-555-0142' }],
      temperature: 415555.0142,
    });
    expect(response.status).toBe(422);
    await response.text();
    const { sessions } = await masker.graphql<{ sessions: { edges: { node: { id: string } }[] } }>(
      `{ sessions(agentId: "${agent.id}") { edges { node { id } } } }`,
    );
    const session = sessions.edges[0]?.node.id ?? '';
    const events = await eventsOf(session);
    expect(events[0]).toMatchObject({ type: 'leak.suspected', object: { type: 'session', id: session } });
    expect(JSON.stringify(events)).not.toMatch(/4155550142|415-555|PHONE/);
  });

  test('a page holds the bytes that webhooks are sent, and its last event can be read on from', async () => {
    await eventsOf();
    const response = await masker.api('GET', '/events?limit=2');
    const text = await response.text();
    const { data, next_cursor: cursor } = PAGE.parse(JSON.parse(text));
    expect(text).toContain(
      data
        .map(({ created_at, ...event }) =>
          eventText({ ...event, id: event.id as `evn_${string}`, createdAt: new Date(created_at) }),
        )
        .join(','),
    );
    const rest = await page(`?limit=100&cursor=${cursor ?? ''}`);
    expect(await page(`?limit=100&cursor=${data[1]?.id ?? ''}`)).toEqual(rest);
    expect(rest.next_cursor).toBeNull();
    expect((await page(`?cursor=${rest.data.at(-1)?.id ?? ''}`)).data).toEqual([]);
  });

  test('types narrow the feed, and pages of them join without a gap', async () => {
    await eventsOf();
    const all = (await page('?limit=100')).data;
    const wanted = all.filter(({ type }) => type === 'agent.changed' || type === 'report.ready');
    const read: Event[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: z.output<typeof PAGE> = await page(
        `?types=report.ready,agent.changed&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      read.push(...more.data);
      cursor = more.next_cursor;
    }
    expect(read).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(2);
  });
});

describe('who may read', () => {
  test('members and auditors read the feed, others’ events and unknown arguments are refused', async () => {
    const api = await startTestApi();
    try {
      const [owner, stranger] = [await signUp(api.database), await signUp(api.database)];
      const id = newId('feedEvent');
      await api.database.pool.query(
        `INSERT INTO feed_events (account_id, seq, id, type, created_at, object_type, object_id)
         VALUES ($1, 1, $2, 'session.sealed', now(), 'session', 'sess_1')`,
        [owner.accountId, id],
      );
      for (const role of ['admin', 'member', 'auditor'] as const) {
        expect(await send(api.rest, as(owner, role), 'GET', '/events')).toMatchObject({
          status: 200,
          body: { data: [{ id }], next_cursor: null },
        });
      }
      expect((await send(api.rest, stranger, 'GET', '/events')).body).toEqual({ data: [], next_cursor: null });
      expectFailure(await send(api.rest, stranger, 'GET', `/events?cursor=${id}`), 422, 'validation_failed', [
        'cursor',
      ]);
      expectFailure(await send(api.rest, owner, 'GET', '/events?types=session'), 422, 'validation_failed', ['types.0']);
      expectFailure(
        await send(api.rest, { ...owner, permissions: new Set(['agents:read']) }, 'GET', '/events'),
        403,
        'forbidden',
      );
      const graphql = await listenGraphql(api.graphqlOptions, owner);
      const node = `{ node(id: "${id}") { id ... on Event { type object { type id } } } }`;
      expect((await graphql.ask(node)).body).toEqual({
        data: { node: { id, type: 'session.sealed', object: { type: 'session', id: 'sess_1' } } },
      });
      graphql.viewer = stranger;
      expect((await graphql.ask(node)).body).toEqual({ data: { node: null } });
      await graphql.close();
    } finally {
      await api.close();
    }
  });
});

describe('the feed', () => {
  let log: LogOnDatabase;
  let account: AccountId;
  let session: string;
  let seq = 0;
  beforeAll(async () => {
    log = await logOnDatabase();
  });
  afterAll(async () => {
    await log.close();
  });
  beforeEach(async () => {
    await start();
  });

  async function start(): Promise<void> {
    account = await log.createAccount();
    [session = ''] = await log.seal(account);
    await log.node().run();
    await sequencer().run();
  }

  const sequencer = (): FeedSequencer => new FeedSequencer({ pool: log.pool, clock: systemClock });

  /** Records an entry as the journal does. Returns its place, by which its event is told from others. */
  async function record(db: Pick<PoolClient, 'query'>, kind = 'leak_suspected'): Promise<number> {
    const place = (seq += 1);
    await db.query(
      `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash) VALUES ($1, $2, $3, 1, $4, $5)`,
      [session, place, kind, JSON.stringify({ kind, ts: new Date(place).toISOString() }), Buffer.alloc(32)],
    );
    return place;
  }

  /** A reader who pages to the end, and later goes on where it was. Events are told by their time, which is the place. */
  class Reader {
    readonly seen: number[] = [];
    #after: number | null = null;

    async read(): Promise<void> {
      for (;;) {
        const query = { types: null, after: this.#after, before: null, order: 'asc', limit: 3 } as const;
        const events = await createFeed(log.pool).read(account, query);
        if (events.length === 0) return;
        this.#after = events.at(-1)?.seq ?? null;
        this.seen.push(...events.filter(({ type }) => type !== 'session.sealed').map(({ createdAt }) => +createdAt));
      }
    }
  }

  const STEP = fc.record({
    do: fc.constantFrom('record', 'record', 'commit', 'rollback', 'sequence', 'read'),
    writer: fc.nat(3),
  });

  test('shows a reader every event once, in whatever order writers commit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 10, maxLength: 40 }), async (steps) => {
        await start();
        const writers = await Promise.all(Array.from({ length: 4 }, () => log.pool.connect()));
        const open: number[][] = writers.map(() => []);
        const committed: number[] = [];
        const reader = new Reader();
        const end = async (writer: number, how: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
          await writers[writer]?.query(how);
          if (how === 'COMMIT') committed.push(...(open[writer] ?? []));
          open[writer] = [];
        };
        try {
          for (const writer of writers) await writer.query('BEGIN');
          for (const step of steps) {
            if (step.do === 'sequence') await sequencer().run();
            else if (step.do === 'read') await reader.read();
            else if (step.do === 'record') open[step.writer]?.push(await record(writers[step.writer] ?? log.pool));
            else {
              await end(step.writer, step.do === 'commit' ? 'COMMIT' : 'ROLLBACK');
              await writers[step.writer]?.query('BEGIN');
            }
          }
          for (const index of writers.keys()) await end(index, 'COMMIT');
          await sequencer().run();
          await reader.read();
        } finally {
          for (const writer of writers) writer.release();
        }
        expect([...reader.seen].sort((a, b) => a - b)).toEqual([...committed].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  test('has each event once and no gap where several nodes place them at once', async () => {
    const writing = Array.from({ length: 4 }, async () => {
      const places: number[] = [];
      for (let n = 0; n < 40; n += 1) places.push(await record(log.pool));
      return places;
    });
    const reader = new Reader();
    const written = Promise.all(writing);
    const stopping = new AbortController();
    const node = async (): Promise<void> => {
      while (!stopping.signal.aborted) await sequencer().run();
    };
    const nodes = Promise.all([node(), node(), node()]);
    const reading = (async () => {
      while (!stopping.signal.aborted) await reader.read();
    })();
    const places = (await written).flat();
    stopping.abort();
    await Promise.all([nodes, reading]);
    await sequencer().run();
    await reader.read();
    expect([...reader.seen].sort((a, b) => a - b)).toEqual(places.sort((a, b) => a - b));
    const { rows } = await log.pool.query<{ seq: string }>(
      'SELECT seq FROM feed_events WHERE account_id = $1 ORDER BY seq',
      [account],
    );
    expect(rows.map((row) => Number(row.seq))).toEqual(rows.map((_, index) => index + 1));
  });

  test('has what happened in a session before its seal', async () => {
    const [other = ''] = await log.seal(account);
    session = other;
    await record(log.pool);
    await record(log.pool, 'detector_degraded');
    await log.node().run();
    await sequencer().run();
    const query = { types: null, after: 1, before: null, order: 'asc', limit: 10 } as const;
    const events = await createFeed(log.pool).read(account, query);
    expect(events.map(({ type }) => type)).toEqual(['leak.suspected', 'detector.degraded', 'session.sealed']);
    expect(new Set(events.map(({ object }) => object.id))).toEqual(new Set([other]));
  });

  test('goes on behind a record that is no record of ours, and tells when more waits', async () => {
    await log.pool.query(
      `INSERT INTO entries (session_id, seq, kind, turn, body, leaf_hash)
       SELECT $1, 10000 + g, 'leak_suspected', 1, CASE WHEN g = 2 THEN 'garbled' ELSE '{"ts":"2026-01-01T00:00:00.000Z"}' END, $2
       FROM generate_series(1, 4100) g`,
      [session, Buffer.alloc(32)],
    );
    expect(await sequencer().run()).toEqual({ events: 3999, more: true });
    expect(await sequencer().run()).toEqual({ events: 100, more: false });
    expect(await sequencer().run()).toEqual({ events: 0, more: false });
  });

  test('is not changed and not cut', async () => {
    await expect(log.pool.query('DELETE FROM feed_events')).rejects.toThrow('append-only');
    await expect(log.pool.query(`UPDATE feed_events SET type = 'x'`)).rejects.toThrow('append-only');
  });
});
