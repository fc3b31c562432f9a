/** What the workers of a machine measured, as one text. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { JoinedMetrics } from '../../../src/metrics/joined-metrics.ts';
import type { Measurement } from '../../../src/metrics/joined-metrics.ts';
import { parseExposition } from '../../metrics.ts';
import type { Exposition } from '../../metrics.ts';

/** What a worker measured that had so many turns. */
async function measured(worker: number, turns: number): Promise<Measurement> {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'masker_requests_total', help: 'h', labelNames: ['status'], registers }).inc(
    { status: 'ok' },
    turns,
  );
  const overhead = new Histogram({ name: 'masker_overhead_seconds', help: 'h', buckets: [1, 2], registers });
  for (let turn = 0; turn < turns; turn += 1) overhead.observe(0.5);
  const depth = new Gauge({ name: 'masker_queue_depth', help: 'h', labelNames: ['queue'], registers });
  depth.set({ queue: 'journal' }, turns);
  depth.set({ queue: 'sequencer' }, 7);
  new Gauge({ name: 'masker_vault_size_bytes', help: 'h', registers }).set(8192);
  new Gauge({ name: 'masker_upstream_breaker_state', help: 'h', registers }).set(worker);
  new Gauge({ name: 'nodejs_heap_size_used_bytes', help: 'h', registers }).set(worker * 100);
  return { worker, metrics: await registry.getMetricsAsJSON() };
}

const textOf = async (joined: JoinedMetrics, ...all: Measurement[]): Promise<Exposition> =>
  parseExposition(await joined.text(all));

describe('JoinedMetrics', () => {
  test('sums counters, histograms and queues', async () => {
    const { value, types } = await textOf(new JoinedMetrics(), await measured(1, 3), await measured(2, 4));
    expect(value('masker_requests_total', { status: 'ok' })).toBe(7);
    expect(value('masker_overhead_seconds_count')).toBe(7);
    expect(value('masker_overhead_seconds_bucket', { le: '1' })).toBe(7);
    expect(value('masker_overhead_seconds_sum')).toBe(3.5);
    expect(value('masker_queue_depth', { queue: 'journal' })).toBe(7);
    expect(types.get('masker_overhead_seconds')).toBe('histogram');
  });

  test('takes once what every worker reads of the database, and the worst state', async () => {
    const { value } = await textOf(new JoinedMetrics(), await measured(1, 3), await measured(2, 4));
    expect(value('masker_queue_depth', { queue: 'sequencer' })).toBe(7);
    expect(value('masker_vault_size_bytes')).toBe(8192);
    expect(value('masker_upstream_breaker_state')).toBe(2);
  });

  test('keeps the figures of each process under its worker', async () => {
    const { value } = await textOf(new JoinedMetrics(), await measured(1, 3), await measured(2, 4));
    expect(value('nodejs_heap_size_used_bytes', { worker: '1' })).toBe(100);
    expect(value('nodejs_heap_size_used_bytes', { worker: '2' })).toBe(200);
  });

  test('never lets a sum fall: neither for a silent worker, nor for one that ended and began anew', async () => {
    const joined = new JoinedMetrics();
    const count = async (...all: Measurement[]): Promise<number | null> =>
      (await textOf(joined, ...all)).value('masker_requests_total', { status: 'ok' });
    const first = await measured(1, 3);
    expect(await count(first, await measured(2, 4))).toBe(7);
    expect(await count(first)).toBe(7);
    await joined.end(2);
    expect(await count(first)).toBe(7);
    expect(await count(first, await measured(2, 1))).toBe(8);
    await joined.end(2);
    expect(await count(first)).toBe(8);
  });

  test('leaves out the gauges of a worker that ended', async () => {
    const joined = new JoinedMetrics();
    const first = await measured(1, 3);
    await textOf(joined, first, await measured(2, 4));
    await joined.end(2);
    const { value } = await textOf(joined, first);
    expect(value('masker_queue_depth', { queue: 'journal' })).toBe(3);
    expect(value('nodejs_heap_size_used_bytes', { worker: '2' })).toBeNull();
  });
});
