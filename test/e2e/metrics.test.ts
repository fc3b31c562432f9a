/** The metrics of an instance at MASKER_METRICS_ADDR: they count what the journal says, and hold nothing that was said. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { STAGES } from '../../src/metrics/turn-metrics.ts';
import { startTestInstance } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { parseExposition } from '../metrics.ts';
import type { Exposition } from '../metrics.ts';
import { PATIENCE } from '../patience.ts';
import { echo } from '../upstream.ts';
import type { Respond } from '../upstream.ts';
import { disguises } from './everything.ts';
import { saying, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

/** Values that stand nowhere else in the world of this test. */
const SAID =
  'My name is Zebulon Quackenbush, call me on (212) 555-0187 or mail zebulon@example.org, my SSN is 219-09-7645.';
const NEEDLES = ['Zebulon', 'Quackenbush', '(212) 555-0187', '2125550187', 'zebulon@example.org', '219-09-7645'];
/** Of the configuration of the test. */
const NAMES = ['front-desk-of-doctor-kumquat', 'gpt-4o-mini', 'a-call-of-the-caller', 'healthcare-default'];

/** The upstream breaks off, so that the caller gets the first words only. */
const breakOff: Respond = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: {"choices":[{"index":0,"delta":{"content":"hel"}}]}\n\n', () => response.destroy());
};
const unavailable: Respond = (_, response) => {
  response.writeHead(503);
  response.end('{}');
};
const hangUp: Respond = (_, response) => {
  response.destroy();
};

let calls: Calls;
let desk: CreatedAgent;
let lab: CreatedAgent;
let guarded: CreatedAgent;
beforeAll(async () => {
  calls = await startCalls({ MASKER_METRICS_ADDR: '127.0.0.1:0' });
  desk = await calls.masker.createAgent({ name: NAMES[0] ?? '' });
  lab = await calls.masker.createAgent();
  guarded = await calls.masker.createAgent({
    caller_auth: { shared_secret: { secret: 'a-secret-of-sixteen-letters' } },
  });
});
afterAll(async () => {
  await calls.close();
});

const metricsUrl = (): string => calls.masker.metricsUrl ?? '';

async function scrape(): Promise<Exposition> {
  const response = await fetch(metricsUrl());
  expect(response.status).toBe(200);
  return parseExposition(await response.text());
}

async function turn(agent: CreatedAgent, respond: Respond, body: object, callId?: string): Promise<number> {
  calls.upstream.respond(respond);
  const response = await calls.masker.chat(agent, body, callId === undefined ? {} : { 'x-call-id': callId });
  await response.text().catch(() => '');
  return response.status;
}

/** Turns that the journal has the end of, by agent and status. */
async function journal(): Promise<Record<string, number>> {
  const { rows } = await calls.pool.query<{ key: string; turns: number }>(
    `SELECT s.agent_id || ' ' || (e.body::json->>'status') AS key, count(*)::int AS turns
     FROM entries e JOIN sessions s ON s.id = e.session_id WHERE e.kind = 'turn_completed' GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ key, turns }) => [key, turns]));
}

function requests({ samples }: Exposition): Record<string, number> {
  const counted = samples.filter(({ name }) => name === 'masker_requests_total');
  return Object.fromEntries(counted.map(({ labels: { agent, status }, value }) => [`${agent} ${status}`, value]));
}

// A story: the first test counts from zero, and the last ones open the breaker.
describe('metrics', { shuffle: false }, () => {
  test('count turns, times and redactions as the journal does, and hold no PHI', { timeout: 120_000 }, async () => {
    expect(await turn(desk, echo, saying(SAID), NAMES[2])).toBe(200);
    expect(
      await turn(desk, echo, { ...saying('And again, this is Zebulon Quackenbush.'), stream: true }, NAMES[2]),
    ).toBe(200);
    expect(await turn(desk, unavailable, saying(SAID))).toBe(502);
    expect(await turn(desk, breakOff, { ...saying(SAID), stream: true })).toBe(200);
    expect(await turn(lab, echo, saying(SAID))).toBe(200);
    // Nothing of these is sent, and nothing is on record.
    expect(await turn(lab, echo, { ...saying(SAID), model: 'another-model' })).toBe(422);
    expect(await turn(lab, echo, { messages: SAID })).toBe(422);
    expect(await turn(guarded, echo, saying(SAID))).toBe(401);
    const expected = {
      [`${desk.id} ok`]: 2,
      [`${desk.id} error`]: 1,
      [`${desk.id} partial`]: 1,
      [`${lab.id} ok`]: 1,
    };
    await vi.waitFor(async () => {
      expect(await journal()).toEqual(expected);
    }, PATIENCE);

    const now = await scrape();
    expect(requests(now)).toEqual({ ...expected, [`${lab.id} refused`]: 2, [`${guarded.id} refused`]: 1 });

    const { rows: times } = await calls.pool.query<Record<string, string>>(
      `SELECT sum(detection_us) AS detection, sum(tokenize_us) AS tokenize, sum(upstream_us) AS upstream,
              sum(rehydrate_us) AS rehydrate, sum(added_us) AS overhead FROM turns`,
    );
    const seconds = (column: string): number => Number(times[0]?.[column]) / 1_000_000;
    for (const stage of STAGES) {
      expect(now.value('masker_request_duration_seconds_count', { stage })).toBe(5);
      expect(now.value('masker_request_duration_seconds_sum', { stage })).toBeCloseTo(seconds(stage), 6);
    }
    expect(now.value('masker_overhead_seconds_count')).toBe(5);
    expect(now.value('masker_overhead_seconds_sum')).toBeCloseTo(seconds('overhead'), 6);

    const { rows: redactions } = await calls.pool.query<{ kind: string; pass: string; count: number }>(
      `SELECT body::json->>'entity_kind' AS kind, body::json->>'pass' AS pass, count(*)::int AS count
       FROM entries WHERE kind = 'redaction' AND body::json->>'action' <> 'passthrough' GROUP BY 1, 2`,
    );
    expect(redactions.length).toBeGreaterThanOrEqual(4);
    const counted = now.samples.filter(({ name }) => name === 'masker_redactions_total');
    expect(counted).toHaveLength(redactions.length);
    for (const { kind, pass, count } of redactions)
      expect(now.value('masker_redactions_total', { kind, pass }), `${kind} ${pass}`).toBe(count);

    const text = await (await fetch(metricsUrl())).text();
    for (const needle of [...NEEDLES, ...NAMES, 'MSK1.', 'MSKV1.'].flatMap(disguises))
      expect(text).not.toContain(needle);
  });

  test('show the vault, the queues, the event loop and the process', async () => {
    const { value, types } = await scrape();
    expect(value('masker_vault_size_bytes')).toBeGreaterThan(0);
    for (const queue of ['journal', 'sequencer', 'pdf', 'search'])
      expect(value('masker_queue_depth', { queue }), queue).toBeGreaterThanOrEqual(0);
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
    ])
      expect(value(name), name).not.toBeNull();
    expect([...types.keys()].filter((name) => !/^(?:masker|nodejs|process)_/.test(name))).toEqual([]);
  });

  test('show the breaker of an upstream that is gone, and the turns that it refuses', async () => {
    const breaker = async (): Promise<number | null> =>
      (await scrape()).value('masker_upstream_breaker_state', { upstream: 'openai' });
    const before = (await scrape()).value('masker_requests_total', { agent: lab.id, status: 'refused' }) ?? 0;
    expect(await breaker()).toBe(0);
    for (let failure = 0; failure < 5; failure += 1) expect(await turn(lab, hangUp, saying('hello'))).toBe(502);
    expect(await breaker()).toBe(2);
    expect(await turn(lab, hangUp, saying('hello'))).toBe(502);
    expect((await scrape()).value('masker_requests_total', { agent: lab.id, status: 'refused' })).toBe(before + 1);
  });

  test('are not served at the public address, and stop with the instance', async () => {
    const node = await startTestInstance(calls.db.url, { MASKER_METRICS_ADDR: '127.0.0.1:0' });
    const own = node.metricsUrl ?? '';
    expect((await fetch(own)).status).toBe(200);
    expect(new URL(own).port).not.toBe(new URL(node.url).port);
    expect((await fetch(`${node.url}/metrics`)).status).toBe(404);
    await node.close();
    await expect(fetch(own)).rejects.toThrow();
  });

  test('are not served where no address is set', async () => {
    const silent = await calls.anotherNode({ MASKER_METRICS_ADDR: '' });
    expect(silent.metricsUrl).toBeNull();
  });
});
