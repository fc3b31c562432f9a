/**
 * Each alert of deploy/prometheus is fired by a scripted failure of a real node. Where promtool is installed (Debian's package
 * prometheus), it evaluates the rules over the node's own series; the figure that the rule compares is read in any case.
 */
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertRules, fires } from '../alert-rules.ts';
import type { Rule, Scrape } from '../alert-rules.ts';
import { createMetrics } from '../../src/cli/wiring/metrics.ts';
import { createLogger } from '../../src/platform/log.ts';
import { holdJournal } from '../held-journal.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { parseExposition } from '../metrics.ts';
import type { Exposition } from '../metrics.ts';
import { isInstalled } from '../programs.ts';
import { saying, startCalls, waitingForLocks } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

const METRICS = { MASKER_METRICS_ADDR: '127.0.0.1:0' };

let calls: Calls;
let rules: readonly Rule[];
const isEvaluated = isInstalled('promtool');
const shown = new Set<string>();

beforeAll(async () => {
  calls = await startCalls(METRICS);
  rules = await alertRules();
});
afterAll(() => calls.close());

async function scrape(url: string | null = calls.masker.metricsUrl): Promise<Exposition> {
  return parseExposition(await (await fetch(url ?? '')).text());
}

async function say(agent: CreatedAgent, body: object = saying('hello')): Promise<void> {
  await (await calls.masker.chat(agent, body)).text();
}

/** The number that the rule's expression ends with. */
function threshold(alert: string): number {
  const found = rules.find((rule) => rule.alert === alert);
  return Number(/([\d.]+)$/.exec(found?.expr ?? '')?.[1]);
}

/** The alert is silent over `before` as it stays, and fires over what changed from `before` to `now`. */
async function expectFired(alert: string, before: Scrape, now: Scrape): Promise<void> {
  expect(rules.map((rule) => rule.alert)).toContain(alert);
  shown.add(alert);
  if (!isEvaluated) return;
  expect([alert, await fires(alert, before, before)]).toEqual([alert, false]);
  expect([alert, await fires(alert, before, now)]).toEqual([alert, true]);
}

/** Holds a table, so that writes to it wait; returns the function that lets them pass, after `seconds` of the database. */
async function holdTable(name: string): Promise<(seconds?: number) => Promise<void>> {
  const client = await calls.pool.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${name} IN EXCLUSIVE MODE`);
  return async (seconds = 0) => {
    await client.query('SELECT pg_sleep($1)', [seconds]);
    await client.query('COMMIT');
    client.release();
  };
}

// The last test asks which rules the others fired.
describe('alerts', { shuffle: false }, () => {
  test('MaskerDown fires where a node serves no metrics any more', async () => {
    const node = await startTestInstance(calls.db.url, METRICS);
    const before = await scrape(node.metricsUrl);
    await node.close();
    const now = await scrape(node.metricsUrl).catch(() => null);
    expect(now).toBeNull();
    await expectFired('MaskerDown', before, now);
  });

  test('MaskerUpstreamRefusesAgents fires where a provider refuses the key of an agent', async () => {
    const agent = await calls.masker.createAgent();
    const before = await scrape();
    calls.upstream.respond((_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    });
    await expect
      .poll(async () => {
        await say(agent);
        return (await scrape()).value('masker_upstream_refused_agents', { upstream: 'openai' });
      })
      .toBeGreaterThan(threshold('MaskerUpstreamRefusesAgents'));
    await expectFired('MaskerUpstreamRefusesAgents', before, await scrape());
  });

  test('MaskerUpstreamDown, MaskerTurnsFail and MaskerTurnsRefused fire where a provider breaks off and bodies are no requests', async () => {
    const agent = await calls.masker.createAgent();
    const before = await scrape();
    calls.upstream.respond((_request, response) => {
      response.destroy();
    });
    for (let failure = 0; failure < 5; failure += 1) await say(agent);
    await say(agent, { messages: 'no list' });
    // The end of a turn is counted when it is on record.
    const share = (now: Exposition, status: RegExp): number => {
      const turns = now.samples.filter(
        ({ name, labels }) => name === 'masker_requests_total' && labels['agent'] === agent.id,
      );
      const sum = (some: typeof turns): number => some.reduce((total, { value }) => total + value, 0);
      return sum(turns.filter(({ labels }) => status.test(labels['status'] ?? ''))) / sum(turns);
    };
    await expect
      .poll(async () => share(await scrape(), /^(?:error|partial)$/))
      .toBeGreaterThan(threshold('MaskerTurnsFail'));
    const now = await scrape();
    expect(share(now, /^refused$/)).toBeGreaterThan(threshold('MaskerTurnsRefused'));
    expect(now.value('masker_upstream_breaker_state', { upstream: 'openai' })).toBe(threshold('MaskerUpstreamDown'));
    await expectFired('MaskerUpstreamDown', before, now);
    await expectFired('MaskerTurnsFail', before, now);
    await expectFired('MaskerTurnsRefused', before, now);
  });

  test('MaskerSlow fires where the database takes longer than the limit for a write', async () => {
    const agent = await calls.masker.createAgent({ upstream: 'stub' });
    const before = await scrape();
    const pass = await holdTable('turns');
    const turn = say(agent);
    await waitingForLocks(calls.pool, 1);
    await pass(2 * threshold('MaskerSlow'));
    await turn;
    const count = (of: Exposition): number => of.value('masker_overhead_seconds_count') ?? 0;
    const total = (of: Exposition): number => of.value('masker_overhead_seconds_sum') ?? 0;
    await expect.poll(async () => count(await scrape())).toBe(count(before) + 1);
    const now = await scrape();
    expect(total(now) - total(before)).toBeGreaterThan(threshold('MaskerSlow'));
    await expectFired('MaskerSlow', before, now);
  });

  test('MaskerEventLoopDelayed fires where something blocks the event loop', async () => {
    // Each scrape begins a new reading.
    await scrape();
    const before = await scrape();
    const limitMs = 1000 * threshold('MaskerEventLoopDelayed');
    const still = new Int32Array(new SharedArrayBuffer(4));
    for (let block = 0; block < 4; block += 1) {
      Atomics.wait(still, 0, 0, 2 * limitMs);
      await setImmediate();
    }
    const now = await scrape();
    expect(now.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(threshold('MaskerEventLoopDelayed'));
    const sound = before.value('nodejs_eventloop_lag_p99_seconds') ?? 0;
    // On a machine that is busy with something else the state before may be late as well.
    if (sound < threshold('MaskerEventLoopDelayed')) await expectFired('MaskerEventLoopDelayed', before, now);
    else if (isEvaluated) expect(await fires('MaskerEventLoopDelayed', null, now)).toBe(true);
    shown.add('MaskerEventLoopDelayed');
  });

  test('MaskerJournalQueued fires where writes wait for the database', async () => {
    const held = await holdJournal(calls.db.url);
    const log = createLogger({ level: 'silent', format: 'json' });
    const metrics = createMetrics({ metricsListen: { host: '127.0.0.1', port: 0 } }, log);
    const idle = { underWay: 0 };
    const { journal } = held;
    const measured = {
      pool: calls.pool,
      journal,
      pdfs: idle,
      searcher: idle,
      upstreams: { each: () => ({}) },
      timestamper: { counts: () => ({ taken: 0, failed: 0 }) },
    };
    const url = await metrics.listen(measured);
    const before = await scrape(url);
    held.append(threshold('MaskerJournalQueued') + 1);
    const now = await scrape(url);
    await held.release();
    await metrics.close();
    expect(before.value('masker_queue_depth', { queue: 'journal' })).toBe(0);
    expect(now.value('masker_queue_depth', { queue: 'journal' })).toBeGreaterThan(threshold('MaskerJournalQueued'));
    await expectFired('MaskerJournalQueued', before, now);
  });

  test('MaskerAccountLogQueued fires where the log of an account is not continued', async () => {
    const before = await scrape();
    const client = await calls.pool.connect();
    // Another node that has the account's log and does nothing with it: the class of these locks is "mlog".
    const account = 'acc_0000000000000000000000QUEU';
    await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [0x6d6c6f67, account]);
    await client.query(
      `INSERT INTO log_queue (account_id, source, ref) SELECT $1, 'event', 'evt_' || n FROM generate_series(0, $2::int) n`,
      [account, threshold('MaskerAccountLogQueued')],
    );
    // A node reads the length of the queue at most every ten seconds, and a new one at its first scrape.
    const node = await startTestInstance(calls.db.url, METRICS);
    const now = await scrape(node.metricsUrl);
    await node.close();
    await client.query('DELETE FROM log_queue WHERE account_id = $1', [account]);
    await client.query('SELECT pg_advisory_unlock_all()');
    client.release();
    expect(now.value('masker_queue_depth', { queue: 'sequencer' })).toBeGreaterThan(
      threshold('MaskerAccountLogQueued'),
    );
    await expectFired('MaskerAccountLogQueued', before, now);
  });

  test('every rule was fired, and Prometheus can read them', async () => {
    expect([...shown].sort()).toEqual(rules.map(({ alert }) => alert).sort());
    if (!isEvaluated) return;
    await expect(fires('MaskerDown', null, null)).resolves.toBe(true);
  });
});
