/** What is counted of turns, under which names and labels. */
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { createTurnMetrics, LABELLED_AGENTS, STAGES } from '../../../src/metrics/turn-metrics.ts';
import { newId } from '../../../src/platform/ids.ts';
import type { EndedTurn, TurnObserver } from '../../../src/sessions/turn-observer.ts';
import { parseExposition } from '../../metrics.ts';
import type { Exposition } from '../../metrics.ts';

const AGENT = newId('agent');
const ended = (more: Partial<EndedTurn> = {}): EndedTurn => ({
  agentId: AGENT,
  sessionId: newId('session'),
  number: 1,
  startedAt: 0,
  redactions: 0,
  status: 'ok',
  detectionUs: 2000,
  tokenizeUs: 400,
  upstreamUs: 300_000,
  rehydrateUs: 100,
  addedUs: 4000,
  ...more,
});

interface Counted {
  readonly observer: TurnObserver;
  readonly read: () => Promise<Exposition>;
}

function counted(labelledAgents?: number): Counted {
  const registry = new Registry();
  const observer = createTurnMetrics(registry, labelledAgents);
  return { observer, read: async () => parseExposition(await registry.metrics()) };
}

describe('metrics of turns', () => {
  test('names follow Prometheus: a counter ends in _total, a time in _seconds, and each has its type', async () => {
    const { types } = await counted().read();
    expect(Object.fromEntries(types)).toEqual({
      masker_requests_total: 'counter',
      masker_request_duration_seconds: 'histogram',
      masker_overhead_seconds: 'histogram',
      masker_redactions_total: 'counter',
    });
  });

  test('counts an ended turn by agent and status, and each stage in seconds', async () => {
    const { observer, read } = counted();
    observer.onTurnEnded(ended());
    observer.onTurnEnded(ended());
    observer.onTurnEnded(ended({ status: 'partial' }));
    observer.onTurnRefused(AGENT);
    const now = await read();
    const requests = (status: string): number | null => now.value('masker_requests_total', { agent: AGENT, status });
    expect([requests('ok'), requests('partial'), requests('refused'), requests('error')]).toEqual([2, 1, 1, null]);
    const sums = STAGES.map((stage) => now.value('masker_request_duration_seconds_sum', { stage }));
    expect(sums).toEqual([0.006, expect.closeTo(0.0012), expect.closeTo(0.9), expect.closeTo(0.0003)]);
    expect(now.value('masker_overhead_seconds_count')).toBe(3);
    expect(now.value('masker_overhead_seconds_sum')).toBeCloseTo(0.012);
    expect(now.value('masker_overhead_seconds_bucket', { le: '0.005' })).toBe(3);
    expect(now.value('masker_overhead_seconds_bucket', { le: '0.003' })).toBe(0);
  });

  test('the stages are there before the first turn, so that their rates are known from it on', async () => {
    const now = await counted().read();
    for (const stage of STAGES) expect(now.value('masker_request_duration_seconds_count', { stage })).toBe(0);
    expect(now.value('masker_overhead_seconds_count')).toBe(0);
  });

  test('counts redactions by kind and pass; a second scrape shows the same counts', async () => {
    const { observer, read } = counted();
    observer.onTurnForwarded([
      { entity_kind: 'NAME', pass: 'ner' },
      { entity_kind: 'NAME', pass: 'known' },
      { entity_kind: 'NAME', pass: 'ner' },
    ]);
    observer.onTurnForwarded([{ entity_kind: 'PHONE', pass: 'regex' }]);
    await read();
    const { samples } = await read();
    const redactions = samples.filter(({ name }) => name === 'masker_redactions_total');
    expect(redactions.map(({ labels, value }) => [labels['kind'], labels['pass'], value]).sort()).toEqual([
      ['NAME', 'known', 1],
      ['NAME', 'ner', 2],
      ['PHONE', 'regex', 1],
    ]);
  });

  test('agents beyond the bound share the label other, and known ones keep theirs', async () => {
    const { observer, read } = counted(2);
    const agents = [AGENT, newId('agent'), newId('agent'), newId('agent'), AGENT];
    for (const agentId of agents) observer.onTurnEnded(ended({ agentId }));
    const now = await read();
    expect(now.value('masker_requests_total', { agent: AGENT })).toBe(2);
    expect(now.value('masker_requests_total', { agent: 'other' })).toBe(2);
    expect(now.samples.filter(({ name }) => name === 'masker_requests_total')).toHaveLength(3);
    expect(LABELLED_AGENTS).toBe(1000);
  });
});
