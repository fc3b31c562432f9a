/** Sessions that have gone quiet are sealed, by whichever node notices; one that has not is left alone. See docs/proxy.md, Sessions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/platform/ids.ts';
import { IdleSealing } from '../../src/sessions/idle-sealing.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import type { ForwardedTurn, TurnAgent } from '../../src/sessions/turn.ts';
import { callRecord, entriesOf, everyCall } from '../call-records.ts';
import { ENDING } from '../turn-ending.ts';
import { forward, keyed, saying, sessionsOnDatabase } from './sessions-fixture.ts';
import type { SessionsOnDatabase } from './sessions-fixture.ts';

const IDLE_SECONDS = 900;

let base: SessionsOnDatabase;
let agent: TurnAgent;
/** The time, for the sessions and for the sweep; it goes by when a test says so. */
let now = Date.UTC(2026, 4, 3, 21, 14);
const clock = { now: () => now };

beforeAll(async () => {
  base = await sessionsOnDatabase();
  agent = await base.createAgent();
});
afterAll(async () => {
  await base.close();
});

const node = (): Sessions => base.node({ clock });

const begin = (sessions: Sessions, key: string): Promise<ForwardedTurn> =>
  forward(sessions, agent, keyed(key), saying('call 415-555-0142'), { receivedAt: now });

async function turn(sessions: Sessions, key: string): Promise<SessionId> {
  const forwarded = await begin(sessions, key);
  await forwarded.complete(ENDING);
  return forwarded.sessionId;
}

/** One sweep of a node. `meanwhile` happens after it has looked, and before it seals what it saw. */
function sweep(
  sessions: Sessions,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<number | null> {
  const end: Sessions['end'] = async (...about) => {
    await meanwhile();
    return sessions.end(...about);
  };
  return new IdleSealing({ pool: base.pool, sessions: { end }, clock, idleSeconds: IDLE_SECONDS }).sweep();
}

function later(seconds: number): void {
  now += seconds * 1000;
}

test('a session is sealed once it has been quiet for long enough, and not a moment before', async () => {
  const sessions = node();
  const id = await turn(sessions, 'quiet');
  later(IDLE_SECONDS);
  expect(await sweep(sessions)).toBe(0);
  now += 1;
  expect(await sweep(sessions)).toBe(1);
  const { session, entries } = await callRecord(base.pool, id);
  expect(entries.at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'idle', status: 'ok' });
  // The call ended with its last turn; the seal is of now.
  expect(session.ended_at?.getTime()).toBe(now - IDLE_SECONDS * 1000 - 1);
  expect(session.sealed_at?.getTime()).toBe(now);
  expect(await sweep(sessions)).toBe(0);
});

describe('a turn between the look of a sweep and its seal keeps the session open', () => {
  test.each([
    ['on the node that sweeps', 'same', 'seen'],
    ['on another node, of a session that the sweeping one has in memory', 'other', 'seen'],
    ['on another node, of a session that the sweeping one has never seen', 'other', 'unseen'],
  ] as const)('%s', async (name, where, memory) => {
    const sweeping = node();
    const busy = where === 'same' ? sweeping : node();
    const id = await turn(memory === 'seen' ? sweeping : busy, name);
    later(IDLE_SECONDS + 1);
    expect(await sweep(sweeping, async () => turn(busy, name))).toBe(0);
    const { session, turns } = await callRecord(base.pool, id);
    expect(session.sealed_at).toBeNull();
    expect(turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    // And the call goes on in it, on either node.
    expect(await turn(sweeping, name)).toBe(id);
    later(IDLE_SECONDS + 1);
    expect(await sweep(sweeping)).toBe(1);
    expect((await callRecord(base.pool, id)).session).toMatchObject({ status: 'ok', turn_count: 3 });
  });

  test('although it has only begun', async () => {
    const [sweeping, busy] = [node(), node()];
    const id = await turn(sweeping, 'begun');
    later(IDLE_SECONDS + 1);
    let begun: ForwardedTurn | null = null;
    expect(await sweep(sweeping, async () => (begun = await begin(busy, 'begun')))).toBe(0);
    expect((await callRecord(base.pool, id)).session.sealed_at).toBeNull();
    await (begun as ForwardedTurn | null)?.complete(ENDING);
    expect((await callRecord(base.pool, id)).turns.map(({ status }) => status)).toEqual(['ok', 'ok']);
    later(IDLE_SECONDS + 1);
    expect(await sweep(busy)).toBe(1);
  });

  test('and so does the end of a long one', async () => {
    const [sweeping, busy] = [node(), node()];
    const long = await begin(busy, 'long');
    later(IDLE_SECONDS + 1);
    expect(await sweep(sweeping, async () => long.complete(ENDING))).toBe(0);
    const { session, turns } = await callRecord(base.pool, long.sessionId);
    expect(session).toMatchObject({ sealed_at: null, status: 'ok' });
    expect(turns.map(({ status }) => status)).toEqual(['ok']);
    later(IDLE_SECONDS + 1);
    expect(await sweep(sweeping)).toBe(1);
  });
});

test.each([
  ['the node that had the call', 0],
  ['a node that has never seen it', 1],
] as const)(
  'a session that %s has sealed: a late turn opens one that continues it, on every node',
  async (name, sealing) => {
    const nodes = [node(), node(), node()];
    const [first, , third] = nodes;
    const id = await turn(first ?? node(), name);
    // The third one has it in memory as open, and stays unaware of the seal.
    expect(await turn(third ?? node(), name)).toBe(id);
    later(IDLE_SECONDS + 1);
    expect(await sweep(nodes[sealing] ?? node())).toBe(1);
    const next = await turn(third ?? node(), name);
    expect(next).not.toBe(id);
    for (const each of nodes) expect(await turn(each, name)).toBe(next);
    const continued = await callRecord(base.pool, next);
    expect(continued.session).toMatchObject({ continues_id: id, turn_count: 4 });
    expect(continued.entries[0]).toMatchObject({ kind: 'session_started', continues: id });
    const sealed = await callRecord(base.pool, id);
    expect(sealed.turns).toHaveLength(2);
    expect(entriesOf(sealed, 'session_sealed')).toMatchObject([{ reason: 'idle', status: 'ok' }]);
    later(IDLE_SECONDS + 1);
    expect(await sweep(first ?? node())).toBe(1);
  },
);

test('a call that was announced and never had a turn is sealed too', async () => {
  const announced = await node().begin(agent, keyed('never spoken'), {
    platform: 'vapi',
    callerNumber: '+14155550142',
    model: 'stub',
    receivedAt: now,
  });
  later(IDLE_SECONDS + 1);
  expect(await sweep(node())).toBe(1);
  const { entries } = await callRecord(base.pool, announced);
  expect(entries.map(({ kind }) => kind)).toEqual(['session_started', 'call_started', 'session_sealed']);
});

test('two sweeps at once seal each session once, and one of them does nothing', async () => {
  const [a, b] = [node(), node()];
  const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => turn(n % 2 === 0 ? a : b, `both ${n}`)));
  later(IDLE_SECONDS + 1);
  let other: number | null = -1;
  expect(await sweep(a, async () => (other = await sweep(b)))).toBe(ids.length);
  // The lock is with the first: the second has not even looked.
  expect(other).toBeNull();
  for (const id of ids) expect((await callRecord(base.pool, id)).session.status).toBe('ok');
});

test('a session that cannot be read does not keep the others from being sealed', async () => {
  const sessions = node();
  const broken = await turn(sessions, 'broken');
  const sound = await turn(sessions, 'sound');
  const { rows } = await base.pool.query<{ wrapped: Buffer }>('SELECT wrapped FROM vault_keys WHERE session_id = $1', [
    broken,
  ]);
  await base.pool.query('UPDATE vault_keys SET wrapped = $2 WHERE session_id = $1', [broken, Buffer.alloc(60)]);
  later(IDLE_SECONDS + 1);
  const other = node();
  await expect(sweep(other)).rejects.toThrow('1 idle sessions could not be sealed');
  expect((await callRecord(base.pool, sound)).session.sealed_at).not.toBeNull();
  await base.pool.query('UPDATE vault_keys SET wrapped = $2 WHERE session_id = $1', [broken, rows[0]?.wrapped]);
  expect(await sweep(other)).toBe(1);
});

describe('a session whose last turn lies ahead, written by a node whose clock was an hour fast', () => {
  /** A turn at a node whose clock is fast. */
  const turnAhead = async (sessions: Sessions, key: string): Promise<SessionId> => {
    later(3600);
    const id = await turn(sessions, key);
    later(-3600);
    return id;
  };
  const idleSealing = (sessions: Sessions): IdleSealing =>
    new IdleSealing({ pool: base.pool, sessions, clock, idleSeconds: IDLE_SECONDS });

  test('is sealed once sweeps have seen no turn for the idle time, not when that hour has come', async () => {
    const sessions = node();
    const id = await turnAhead(node(), 'ahead');
    const idle = idleSealing(sessions);
    expect(await idle.sweep()).toBe(0);
    later(IDLE_SECONDS);
    expect(await idle.sweep()).toBe(0);
    now += 1;
    expect(await idle.sweep()).toBe(1);
    const { entries } = await callRecord(base.pool, id);
    expect(entries.at(-1)).toMatchObject({ kind: 'session_sealed', reason: 'idle', status: 'ok' });
  });

  test('stays open while it has further turns', async () => {
    const busy = node();
    const id = await turnAhead(busy, 'ahead and busy');
    const idle = idleSealing(node());
    for (let n = 0; n < 3; n += 1) {
      expect(await idle.sweep()).toBe(0);
      later(IDLE_SECONDS);
      expect(await turnAhead(busy, 'ahead and busy')).toBe(id);
    }
    later(IDLE_SECONDS);
    expect(await idle.sweep()).toBe(0);
    later(IDLE_SECONDS + 1);
    expect(await idle.sweep()).toBe(1);
  });
});

test('a sweep goes on until nothing quiet is left, however much there is', async () => {
  const sessions = node();
  const MANY = 210;
  for (let n = 0; n < MANY; n += 1) await turn(sessions, `many ${n}`);
  later(IDLE_SECONDS + 1);
  expect(await sweep(node())).toBe(MANY);
  expect(await sweep(node())).toBe(0);
});

// Hooks run last to first: before the database goes, and after the tests in whatever order they ran.
afterAll(async function everySessionIsSound() {
  for (const { session } of await everyCall(base.pool)) expect(session.sealed_at).not.toBeNull();
  expect(base.lostEndings).toEqual([]);
});
