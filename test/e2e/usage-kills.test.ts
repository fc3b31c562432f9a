/** The node whose job counts usage is killed in the middle of a step: the next run counts all of it, and nothing twice. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { createAgentService } from '../../src/agents/agents.ts';
import type { AccountId, AgentId } from '../../src/platform/ids.ts';
import { rollUpUsage } from '../../src/usage/rollup.ts';
import { createUsage } from '../../src/usage/usage.ts';
import { PATIENCE } from '../patience.ts';
import { agentIdOf, newViewer, NOW, serviceOptions, useDatabase } from './agents-fixture.ts';
import { Written } from './usage-fixture.ts';

const HOUR = 3_600_000;
const HOURS = 5;
const NODE = path.join(import.meta.dirname, 'fixtures/usage-job.ts');
const database = useDatabase();
const clock = { now: (): number => NOW + (HOURS + 3) * HOUR };

/** Runs the job in a process of its own until it waits for the row that `insert` has not committed, and kills it there. */
async function killAt(insert: string, values: readonly unknown[]): Promise<void> {
  const { db, url } = database();
  const holder = await db.pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(insert, [...values]);
    const node = spawn(process.execPath, ['--import', 'tsx', NODE, url, String(clock.now())], { stdio: 'ignore' });
    const ended = once(node, 'exit');
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await db.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    };
    await vi.waitUntil(isWaiting, PATIENCE);
    node.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

/** Counts what is not counted. The lock of a node that was killed may be held for a moment. */
async function rollUp(): Promise<void> {
  while ((await rollUpUsage({ pool: database().db.pool, clock })) !== false);
}

const countsOf = async (): Promise<unknown[]> =>
  (
    await database().db.pool.query<object>(
      'SELECT * FROM usage_counts ORDER BY account_id, agent_id, measure, hour, key',
    )
  ).rows;

async function countedCalls(): Promise<{ accountId: AccountId; agentId: AgentId; written: Written }> {
  const { db } = database();
  const viewer = await newViewer(db);
  const { agent } = await createAgentService(serviceOptions(db)).create(viewer, { name: 'desk', upstream: 'stub' });
  const agentId = agentIdOf(agent.id);
  const written = new Written(db, viewer.accountId);
  for (let hour = 0; hour < HOURS; hour += 1) {
    const session = await written.session(agentId, NOW + hour * HOUR);
    for (const addedUs of [100, 10_000])
      await written.turn(session, NOW + hour * HOUR + 60_000, ['NAME', 'PHONE'], { addedUs });
    await written.turn(session, NOW + hour * HOUR + 120_000, [], 'refused');
  }
  return { accountId: viewer.accountId, agentId, written };
}

test('usage equals a scan after the node of the job is killed with counts written and not committed', async () => {
  const { accountId, agentId, written } = await countedCalls();
  // The counts of a step are written; how far they go is not, for a trigger waits for the lock.
  const { pool } = database().db;
  await pool.query(`CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF EXISTS (SELECT FROM usage_counts) THEN PERFORM pg_advisory_xact_lock(14); END IF; RETURN NEW; END $$`);
  await pool.query(`CREATE TRIGGER hold BEFORE INSERT ON usage_progress FOR EACH ROW EXECUTE FUNCTION hold()`);
  await killAt('SELECT pg_advisory_xact_lock(14)', []);
  expect(await countsOf()).toEqual([]);
  await pool.query('DROP TRIGGER hold ON usage_progress');
  // Steps of earlier hours are committed, and some of the counts of this hour are written.
  const hour = new Date(Math.floor((NOW + 2 * HOUR) / HOUR) * HOUR);
  await killAt(
    `INSERT INTO usage_counts (account_id, agent_id, measure, hour, key, count, sum) VALUES ($1, '', 'turns', $2, '', 0, 0)`,
    [accountId, hour],
  );
  await rollUp();

  const read = createUsage({ pool: database().db.pool, clock });
  for (const agent of [null, agentId]) {
    const { total, buckets } = await read(accountId, { since: NOW - HOUR, interval: 'hour', agentId: agent });
    const { p50LatencyMs: _p50, p95LatencyMs: _p95, ...exact } = written.usage(NOW - HOUR, Infinity, agent);
    expect(total).toMatchObject(exact);
    for (const { start, turns } of buckets)
      expect(turns).toBe(written.usage(start.getTime(), start.getTime() + HOUR, agent).turns);
  }
  // The same as of a job that was never killed, latencies too.
  const counts = await countsOf();
  await database().db.pool.query('TRUNCATE usage_counts, usage_progress, usage_open_turns, usage_summaries');
  await rollUp();
  expect(counts).toEqual(await countsOf());
});
