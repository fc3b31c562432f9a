/** Usage and agents' figures from the rollup equal a scan, whenever the job runs, dies or runs late. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { expect, test, vi } from 'vitest';
import { agentStats } from '../../src/agents/agent-stats.ts';
import type { AgentStats } from '../../src/agents/agent-stats.ts';
import { createAgentService } from '../../src/agents/agents.ts';
import type { AccountId, AgentId } from '../../src/platform/ids.ts';
import { rollUpUsage } from '../../src/usage/rollup.ts';
import { createUsage } from '../../src/usage/usage.ts';
import type { UsageFigures } from '../../src/usage/usage.ts';
import { agentIdOf, failureOf, newViewer, NOW, serviceOptions, useDatabase } from './agents-fixture.ts';
import { readingOf, RecordingPool } from '../query-plans.ts';
import { Written } from './usage-fixture.ts';
import type { WrittenSession, WrittenTurn } from './usage-fixture.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;
const database = useDatabase();

// One clock for the file, as on a server.
const clock = { at: NOW, now: (): number => clock.at };

/** Runs the job until everything is counted. `diesAt`: its connection breaks at that statement of the first run. */
async function rollUp(diesAt = Infinity): Promise<void> {
  const { pool } = database().db;
  if (diesAt < Infinity) await rollUpUsage({ pool: breaking(pool, diesAt), clock }).catch(() => undefined);
  // A broken connection may hold the lock of the job for a moment.
  while ((await rollUpUsage({ pool, clock })) !== false);
}

/** The pool, whose connections break before the given statement. */
function breaking(pool: Pool, statement: number): Pick<Pool, 'connect'> {
  let statements = 0;
  return {
    connect: (async () => {
      const client = await pool.connect();
      return new Proxy(client, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (name !== 'query') return typeof member === 'function' ? (member.bind(target) as unknown) : member;
          return (text: string, values?: unknown[]) => {
            statements += 1;
            return statements >= statement
              ? Promise.reject(new Error('the connection broke'))
              : target.query(text, values);
          };
        },
      });
    }) as Pool['connect'],
  };
}

async function newAgents(): Promise<{ accountId: AccountId; agents: readonly AgentId[] }> {
  const { db } = database();
  const viewer = await newViewer(db);
  const service = createAgentService(serviceOptions(db));
  const agents: AgentId[] = [];
  for (const name of ['first', 'second']) {
    agents.push(agentIdOf((await service.create(viewer, { name, upstream: 'stub' })).agent.id));
  }
  return { accountId: viewer.accountId, agents };
}

/** Percentiles are at most 2 % off; everything else is exact. */
function expectFigures<Figures extends UsageFigures | AgentStats>(actual: Figures | undefined, exact: Figures): void {
  const { p50LatencyMs, p95LatencyMs, ...counts } = exact;
  expect(actual).toMatchObject(counts);
  for (const [name, value] of Object.entries({ p50LatencyMs, p95LatencyMs })) {
    const found = actual?.[name as 'p50LatencyMs' | 'p95LatencyMs'];
    if (value === null) expect(found).toBeNull();
    else expect(Math.abs((found ?? NaN) / value - 1), `${name}: ${found} for ${value}`).toBeLessThanOrEqual(0.02);
  }
}

async function expectScan(written: Written, accountId: AccountId, agents: readonly AgentId[]): Promise<void> {
  const { pool } = database().db;
  const usage = createUsage({ pool, clock });
  const since = clock.at - 30 * HOUR;
  for (const agentId of [null, ...agents]) {
    const read = await usage(accountId, { since, interval: 'hour', agentId });
    expectFigures(read.total, written.usage(read.since.getTime(), Infinity, agentId));
    expect(read.buckets).toHaveLength(31);
    for (const { start, ...figures } of read.buckets)
      expectFigures(figures, written.usage(start.getTime(), start.getTime() + HOUR, agentId));
    const days = await usage(accountId, { since: clock.at - 4 * DAY, interval: 'day', agentId });
    expectFigures(days.total, written.usage(days.since.getTime(), Infinity, agentId));
    expect(days.buckets).toHaveLength(5);
    for (const { start, ...figures } of days.buckets)
      expectFigures(figures, written.usage(start.getTime(), start.getTime() + DAY, agentId));
  }
  const stats = await agentStats(pool, accountId, agents, clock.at);
  for (const agentId of agents) expectFigures(stats.get(agentId), written.stats(agentId, clock.at));
}

const KINDS = ['NAME', 'PHONE', 'MEMBER_ID'];
const latency = fc.integer({ min: 1, max: 60_000_000 });
const command = (latestMs: number) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('turn' as const),
        agent: fc.nat(1),
        isNewSession: fc.boolean(),
        lateMs: fc.integer({ min: 0, max: latestMs }),
        kinds: fc.array(fc.constantFrom(...KINDS), { maxLength: 3 }),
        isUninspected: fc.boolean(),
        outcome: fc.oneof(
          fc.constant('open' as const),
          fc.constant('refused' as const),
          latency.map((addedUs) => ({ addedUs })),
        ),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(), addedUs: latency }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), which: fc.nat() }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        ms: fc.oneof(
          fc.integer({ min: 1, max: 20 * MINUTE }),
          fc.integer({ min: 1, max: 6 * HOUR }),
          fc.integer({ min: 20 * HOUR, max: 30 * HOUR }),
        ),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('roll' as const), diesAt: fc.oneof(fc.nat(30), fc.constant(Infinity)) }),
    },
  );
type Command = ReturnType<typeof command> extends fc.Arbitrary<infer C> ? C : never;

async function carryOut(written: Written, agents: readonly AgentId[], next: Command): Promise<void> {
  const open = written.turns.filter(({ outcome }) => outcome === 'open');
  const chosen = (which: number): WrittenTurn | undefined => open[which % Math.max(1, open.length)];
  switch (next.kind) {
    case 'turn': {
      const [first = agentIdOf(''), second = first] = agents;
      const agentId = next.agent === 0 ? first : second;
      const at = clock.at - next.lateMs;
      const known = written.sessions.findLast((session) => session.agentId === agentId && session.startedAt <= at);
      const lost = written.turns.some(({ sessionId, outcome }) => sessionId === known?.id && outcome === 'lost');
      const session = known === undefined || next.isNewSession || lost ? await written.session(agentId, at) : known;
      await written.turn(session, at, next.kinds, next.outcome, next.isUninspected);
      return;
    }
    case 'end': {
      const turn = chosen(next.which);
      if (turn !== undefined) await written.end(turn, next.addedUs);
      return;
    }
    case 'lose': {
      const turn = chosen(next.which);
      const others = written.turns.filter(({ sessionId }) => sessionId === turn?.sessionId);
      // A session is sealed once, when nothing else of it is under way.
      if (turn !== undefined && others.every((other) => other === turn || other.outcome !== 'open'))
        await written.lose(turn);
      return;
    }
    case 'wait':
      clock.at += next.ms;
      return;
    case 'roll':
      await rollUp(next.diesAt);
  }
}

test('usage and figures equal a scan after each write, run of the job, and run that dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command(50_000), { minLength: 10, maxLength: 30 }), async (commands) => {
      const { accountId, agents } = await newAgents();
      const written = new Written(database().db, accountId);
      for (const next of commands) {
        await carryOut(written, agents, next);
        if (next.kind !== 'turn') await expectScan(written, accountId, agents);
      }
      await expectScan(written, accountId, agents);
      clock.at += HOUR;
    }),
    { seed: 14, numRuns: 5 },
  );
});

test('turns that are written up to an hour late are counted once their hour is settled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command(55 * MINUTE), { minLength: 10, maxLength: 30 }), async (commands) => {
      const { accountId, agents } = await newAgents();
      const written = new Written(database().db, accountId);
      for (const next of commands) await carryOut(written, agents, next);
      clock.at += 3 * HOUR;
      await rollUp();
      await expectScan(written, accountId, agents);
      const counted = await database().db.pool.query('SELECT count(*)::int AS n FROM usage_counts');
      await rollUp();
      expect((await database().db.pool.query('SELECT count(*)::int AS n FROM usage_counts')).rows).toEqual(
        counted.rows,
      );
    }),
    { seed: 7, numRuns: 3 },
  );
});

test('what the job has counted is read from the rollup alone: no turn or session of a whole hour is read again', async () => {
  const { db } = database();
  const { accountId, agents } = await newAgents();
  const [agentId = agentIdOf('')] = agents;
  const written = new Written(db, accountId);
  const session = await written.session(agentId, clock.at);
  await written.turn(session, clock.at, ['NAME'], { addedUs: 5000 });
  clock.at += 4 * HOUR;
  await rollUp();
  // If anything were counted from the rows, the figures would fall.
  const exact = written.usage(clock.at - 10 * HOUR, clock.at);
  await db.prisma.turn.updateMany({ where: { sessionId: session.id }, data: { redactionCount: 0, addedUs: 1 } });
  const { total } = await createUsage({ pool: db.pool, clock })(accountId, {
    since: clock.at - 10 * HOUR,
    interval: 'day',
    agentId: null,
  });
  expect(total).toEqual(exact);
  expect((await agentStats(db.pool, accountId, agents, clock.at)).get(agentId)).toEqual({
    sessionCount24h: 1,
    sessionCount7d: 1,
    redactionCount24h: 1,
    p50LatencyMs: 5,
    p95LatencyMs: 5,
  });
});

/** The migrations that bring uninspected turns into the usage figures, in their order. */
const UNINSPECTED = ['20261201040000_uninspected_turns', '20261201053500_missing_summaries'] as const;

/** The statements of a migration. */
function migration(name: string): string {
  return readFileSync(new URL(`../../prisma/migrations/${name}/migration.sql`, import.meta.url), 'utf8');
}

/** An account with two turns in each of so many hours, of three kinds and two latencies, all of it counted. */
async function countedHours(hours: number): Promise<{ accountId: AccountId; agentId: AgentId; written: Written }> {
  const { db } = database();
  const { accountId, agents } = await newAgents();
  const [agentId = agentIdOf('')] = agents;
  const written = new Written(db, accountId);
  const session = await written.session(agentId, clock.at);
  for (let hour = 0; hour < hours; hour += 1) {
    for (const addedUs of [100, 10_000]) await written.turn(session, clock.at, KINDS, { addedUs });
    clock.at += HOUR;
  }
  clock.at += 4 * HOUR;
  await rollUp();
  return { accountId, agentId, written };
}

test('usage by hour reads a row for each past hour, and by day for each past day and hour of today', async () => {
  const { pool } = database().db;
  const { accountId, agentId } = await countedHours(50);
  const recording = new RecordingPool(pool.options);
  try {
    const usage = createUsage({ pool: recording, clock });
    for (const [interval, days, most] of [
      ['hour', 4, 50],
      ['day', 30, 3 + 23],
    ] as const) {
      for (const agent of [null, agentId]) {
        recording.sent.length = 0;
        const { total } = await usage(accountId, { since: clock.at - days * DAY, interval, agentId: agent });
        expect(total.turns).toBe(2 * 50);
        const statement = recording.sent.at(-1);
        const { rows } = await readingOf(pool, statement ?? { text: '', values: [] });
        // Nothing began in the last four hours, and all before is summarised.
        expect([interval, rows['usage_counts'] ?? 0]).toEqual([interval, 0]);
        expect([interval, rows['usage_summaries']]).toEqual([
          interval,
          expect.toSatisfy((count: number) => count > 0 && count <= most),
        ]);
      }
    }
  } finally {
    await recording.end();
  }
});

test('a turn that ends after its day was summarised is added to its hour and its day', async () => {
  const { pool } = database().db;
  const { accountId, agentId, written } = await countedHours(3);
  const session = await written.session(agentId, clock.at);
  const open = await written.turn(session, clock.at, ['NAME'], 'open');
  const hour = Math.floor(clock.at / HOUR) * HOUR;
  const summarisedTo = async (): Promise<number> => {
    const { rows } = await pool.query<{ at: Date }>('SELECT summarised_to AS at FROM usage_progress');
    return rows[0]?.at.getTime() ?? NaN;
  };
  clock.at += 50 * HOUR;
  await rollUp();
  const before = await summarisedTo();
  expect(before).toBeGreaterThan(hour + 24 * HOUR);
  await expectScan(written, accountId, [agentId]);
  await written.end(open, 7000);
  await rollUp();
  expect(await summarisedTo()).toBe(before);
  await expectScan(written, accountId, [agentId]);
});

test('the migration that adds uninspected turns counts those of hours that were counted and summarised before', async () => {
  const { pool } = database().db;
  const { accountId, agentId, written } = await countedHours(3);
  const session = await written.session(agentId, clock.at);
  for (const minutes of [0, 1]) await written.turn(session, clock.at + minutes * MINUTE, [], { addedUs: 7000 }, true);
  clock.at += 50 * HOUR;
  await rollUp();
  await pool.query("DELETE FROM usage_counts WHERE measure = 'uninspected'");
  await pool.query(`UPDATE usage_summaries SET counts = (
    SELECT jsonb_agg(each) FROM jsonb_array_elements(counts) each WHERE each ->> 0 <> 'uninspected')`);
  await pool.query('DROP INDEX entries_uninspected');
  for (const name of UNINSPECTED) await pool.query(migration(name));
  await rollUp();
  await expectScan(written, accountId, [agentId]);
});

test.each(['before it counts', 'after it has counted'])(
  'hours that a version without summaries counted keep their figures through the migrations, %s',
  async (when) => {
    const { pool } = database().db;
    // Turns of other tests began before the hours of this one.
    await pool.query(`ALTER TABLE entries DISABLE TRIGGER USER;
      DELETE FROM entries WHERE kind = 'uninspectable_allowed';
      ALTER TABLE entries ENABLE TRIGGER USER`);
    const { accountId, agentId, written } = await countedHours(3);
    const session = await written.session(agentId, clock.at);
    await written.turn(session, clock.at, [], { addedUs: 7000 }, true);
    clock.at += 15 * HOUR;
    await rollUp();
    await pool.query("DELETE FROM usage_counts WHERE measure = 'uninspected'");
    await pool.query('TRUNCATE usage_summaries');
    await pool.query('UPDATE usage_progress SET summarised_to = NULL');
    await pool.query('DROP INDEX entries_uninspected');
    const [first, second] = UNINSPECTED;
    await pool.query(migration(first));
    if (when === 'after it has counted') await rollUp();
    await pool.query(migration(second));
    await expectScan(written, accountId, [agentId]);
    await rollUp();
    await expectScan(written, accountId, [agentId]);
  },
);

test('usage is of the account alone, refuses foreign agents and windows that are too long', async () => {
  const { db } = database();
  const [own, foreign] = [await newAgents(), await newAgents()];
  const [agentId = agentIdOf('')] = foreign.agents;
  const written = new Written(db, foreign.accountId);
  await written.turn(await written.session(agentId, clock.at), clock.at, ['NAME'], { addedUs: 5 });
  const usage = createUsage({ pool: db.pool, clock });
  const request = { since: clock.at - HOUR, interval: 'hour', agentId: null } as const;
  expect((await usage(own.accountId, request)).total).toMatchObject({ turns: 0, sessions: 0, redactions: 0 });
  expect((await failureOf(usage(own.accountId, { ...request, agentId }))).code).toBe('agent_not_found');
  for (const since of [clock.at - 32 * 24 * HOUR, clock.at + 2 * HOUR]) {
    const { code, details } = await failureOf(usage(own.accountId, { ...request, since }));
    expect([code, details.map(({ path }) => path)]).toEqual(['validation_failed', ['since']]);
  }
  const days = await usage(own.accountId, { ...request, interval: 'day', since: clock.at - 365 * 24 * HOUR });
  expect(days.buckets).toHaveLength(366);
});

test('figures of 100 agents take one statement, and usage one', async () => {
  const { db } = database();
  const { accountId, agents } = await newAgents();
  const [agentId = agentIdOf('')] = agents;
  await db.prisma.agent.createMany({
    data: Array.from({ length: 98 }, (_, index) => ({
      id: `agt_${String(index).padStart(26, '0')}`,
      accountId,
      name: `many ${index}`,
      upstream: 'stub',
      tokenization: 'vault-deterministic',
      policyName: 'healthcare-default',
      policyVersion: 1,
    })),
  });
  const written = new Written(db, accountId);
  await written.turn(await written.session(agentId, clock.at), clock.at, ['NAME'], { addedUs: 5000 });
  const ids = (await db.prisma.agent.findMany({ where: { accountId } })).map(({ id }) => agentIdOf(id));
  const query = vi.spyOn(db.pool, 'query');
  try {
    const stats = await agentStats(db.pool, accountId, ids, clock.at);
    expect([stats.size, stats.get(agentId)?.redactionCount24h]).toEqual([100, 1]);
    expect(query).toHaveBeenCalledTimes(1);
    await createUsage({ pool: db.pool, clock })(accountId, { since: clock.at, interval: 'hour', agentId: null });
    expect(query).toHaveBeenCalledTimes(2);
  } finally {
    query.mockRestore();
  }
});

test('a clock that was a day ahead loses nothing once it is right again', async () => {
  const { accountId, agents } = await newAgents();
  const written = new Written(database().db, accountId);
  const [agentId = agentIdOf('')] = agents;
  const turn = async (): Promise<void> => {
    await written.turn(await written.session(agentId, clock.at), clock.at, ['NAME'], { addedUs: 5000 });
  };
  await turn();
  await rollUp();
  clock.at += 24 * HOUR;
  await rollUp();
  clock.at -= 24 * HOUR;
  // Before the job has run again, and after it, and a day later, when it has counted for good.
  await turn();
  for (const ms of [0, MINUTE, 3 * HOUR, 22 * HOUR]) {
    clock.at += ms;
    await rollUp();
    await turn();
    await expectScan(written, accountId, agents);
  }
});

/** Erases a session as retention does, whose metadata are kept for less time than its journal. */
async function erase({ id, startedAt }: WrittenSession): Promise<void> {
  const { prisma } = database().db;
  await prisma.session.update({
    where: { id },
    data: { sealedAt: new Date(startedAt), expiredAt: new Date(clock.at) },
  });
  await prisma.turn.deleteMany({ where: { sessionId: id } });
}

test('a clock that was ahead takes nothing away of what retention has erased since, and hides no later turn', async () => {
  const { accountId, agents } = await newAgents();
  const written = new Written(database().db, accountId);
  const [agentId = agentIdOf('')] = agents;
  const call = async (): Promise<WrittenSession> => {
    const session = await written.session(agentId, clock.at);
    await written.turn(session, clock.at, ['NAME'], { addedUs: 5000 });
    return session;
  };
  const first = await call();
  clock.at += 2 * DAY;
  await call();
  await rollUp();
  await erase(first);
  clock.at += DAY;
  await rollUp();
  clock.at -= DAY;
  // A clock that is ahead passes over what is written here.
  clock.at += 3 * HOUR;
  await call();
  clock.at += 3 * HOUR;
  await rollUp();
  const usage = createUsage({ pool: database().db.pool, clock });
  for (const interval of ['hour', 'day'] as const) {
    const { total } = await usage(accountId, { since: first.startedAt, interval, agentId });
    expectFigures(total, written.usage(0, Infinity));
  }
});

test.each(['turns', 'sessions'] as const)(
  'an hour whose %s are erased before it is settled keeps its counts',
  async (what) => {
    const { accountId, agents } = await newAgents();
    const [agentId = agentIdOf('')] = agents;
    const { db } = database();
    const written = new Written(db, accountId);
    const session = await written.session(agentId, clock.at);
    if (what === 'turns') await written.turn(session, clock.at, ['NAME'], { addedUs: 5000 });
    const other = await newAgents();
    const others = new Written(db, other.accountId);
    const kept = await others.session(other.agents[0] ?? agentId, clock.at);
    clock.at += 2 * MINUTE;
    await rollUp();
    // It is written late, and the hour of its account is counted again.
    await others.turn(kept, clock.at - 2 * MINUTE, ['PHONE'], { addedUs: 7000 });
    if (what === 'turns') await erase(session);
    else await db.prisma.session.delete({ where: { id: session.id } });
    clock.at += 2 * DAY;
    await rollUp();
    const usage = createUsage({ pool: db.pool, clock });
    for (const [id, all] of [
      [accountId, written],
      [other.accountId, others],
    ] as const) {
      const { total } = await usage(id, { since: session.startedAt, interval: 'hour', agentId: null });
      expectFigures(total, all.usage(0, Infinity));
    }
  },
);
