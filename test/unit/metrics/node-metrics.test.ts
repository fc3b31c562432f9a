/** The state of a node at a scrape. */
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { registerNodeMetrics } from '../../../src/metrics/node-metrics.ts';
import type { NodeSources } from '../../../src/metrics/node-metrics.ts';
import { parseExposition } from '../../metrics.ts';

const SOURCES: NodeSources = {
  queues: { journal: () => 3, sequencer: () => Promise.resolve(7), pdf: () => 0, search: () => 1 },
  upstreams: () => ({
    openai: { state: 'down', agents_refused: 0 },
    azure: { state: 'degraded', agents_refused: 2 },
    local: { state: 'ok', agents_refused: 0 },
  }),
  timestamps: () => ({ taken: 5, failed: 2 }),
  vaultBytes: () => Promise.resolve(8192),
};

describe('metrics of a node', () => {
  test('shows queues, breakers and the size of the vault', async () => {
    const registry = new Registry();
    registerNodeMetrics(registry, SOURCES);
    const { types, value } = parseExposition(await registry.metrics());
    expect(new Set(types.values())).toEqual(new Set(['gauge', 'counter']));
    expect(['journal', 'sequencer', 'pdf', 'search'].map((queue) => value('masker_queue_depth', { queue }))).toEqual([
      3, 7, 0, 1,
    ]);
    const state = (upstream: string): number | null => value('masker_upstream_breaker_state', { upstream });
    expect([state('local'), state('azure'), state('openai')]).toEqual([0, 1, 2]);
    expect(value('masker_upstream_refused_agents', { upstream: 'azure' })).toBe(2);
    expect(value('masker_vault_size_bytes')).toBe(8192);
  });

  test('counts checkpoints that were time-stamped, and attempts that failed, once each', async () => {
    const registry = new Registry();
    registerNodeMetrics(registry, SOURCES);
    await registry.metrics();
    const { value } = parseExposition(await registry.metrics());
    const count = (result: string): number | null => value('masker_checkpoint_timestamps_total', { result });
    expect([count('taken'), count('failed')]).toEqual([5, 2]);
  });

  test('leaves out what is not known now, and shows it again when it is', async () => {
    const registry = new Registry();
    let figure: number | null = 10;
    registerNodeMetrics(registry, {
      ...SOURCES,
      queues: { ...SOURCES.queues, sequencer: () => figure },
      vaultBytes: () => Promise.resolve(figure),
    });
    const shown = async (): Promise<(number | null)[]> => {
      const { value } = parseExposition(await registry.metrics());
      return [value('masker_vault_size_bytes'), value('masker_queue_depth', { queue: 'sequencer' })];
    };
    expect(await shown()).toEqual([10, 10]);
    figure = null;
    expect(await shown()).toEqual([null, null]);
    figure = 12;
    expect(await shown()).toEqual([12, 12]);
  });
});
