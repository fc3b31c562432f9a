/** What the workers of a machine say of their health, as one answer. */
import { describe, expect, test } from 'vitest';
import type { Health } from '../../../src/http/health.ts';
import { joinHealth } from '../../../src/http/joined-health.ts';

const WELL: Health = {
  status: 'ok',
  version: '1.0.0',
  uptime_seconds: 10,
  components: { db: 'ok', vault: 'ok', audit_log: 'ok', upstream: 'ok', ner_model: 'disabled' },
  checkpoint_sinks: { folder: 'ok' },
  timestamps: 'disabled',
  upstreams: { openai: { state: 'ok', agents_refused: 0 } },
  keys: { old_in_use: [] },
  agents: { open_to_anyone: 1 },
  build: { node: 'v20.0.0' },
};

describe('joinHealth', () => {
  test('is ok where all workers run and are well', () => {
    expect(joinHealth(WELL, [WELL, { ...WELL, uptime_seconds: 20 }], 2)).toEqual({
      ...WELL,
      uptime_seconds: 20,
      workers: { configured: 2, running: 2 },
    });
  });

  test('is degraded where a worker does not answer', () => {
    expect(joinHealth(WELL, [WELL], 2)).toMatchObject({ status: 'degraded', workers: { configured: 2, running: 1 } });
  });

  test('takes the worst state of each part', () => {
    const ill: Health = {
      ...WELL,
      status: 'degraded',
      components: { ...WELL.components, upstream: 'degraded', ner_model: 'degraded' },
      checkpoint_sinks: { folder: 'down' },
      timestamps: 'down',
      upstreams: { openai: { state: 'degraded', agents_refused: 3 } },
      keys: { old_in_use: ['K_A'] },
    };
    expect(joinHealth(WELL, [WELL, ill], 2)).toEqual({ ...ill, workers: { configured: 2, running: 2 } });
    expect(joinHealth(ill, [WELL, ill], 2)).toEqual({ ...ill, workers: { configured: 2, running: 2 } });
  });
});
