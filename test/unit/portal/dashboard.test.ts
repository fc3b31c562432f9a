/** The dashboard's figures: bars to scale, and health that is never good when it is not known. */
import { describe, expect, test } from 'vitest';
import { barsOf, roundedTop } from '../../../src/portal/app/pages/dashboard/chart.ts';
import { agentFigure } from '../../../src/portal/app/pages/dashboard/open-agents.ts';
import { healthRows } from '../../../src/portal/app/parts/health.ts';

test.each([
  [0, 5],
  [5, 5],
  [6, 10],
  [10, 10],
  [11, 20],
  [288, 500],
  [501, 1000],
])('roundedTop of %d is %d', (highest, top) => {
  expect(roundedTop(highest)).toBe(top);
});

test('barsOf stacks the kinds of a family together, up to the share of the count', () => {
  const [bar] = barsOf([{ start: 't', redactions: 8, redactionsByKind: { PHONE: 2, NAME: 4, EMAIL: 2 } }], 10);
  expect(bar?.segments).toEqual([
    { family: 'person', from: 0, to: 0.4 },
    { family: 'contact', from: 0.4, to: 0.8 },
  ]);
});

describe('healthRows', () => {
  const components = { db: 'ok', vault: 'down', audit_log: 'degraded', upstream: 'ok', ner_model: 'ok' };
  const upstreams = {
    quiet: { state: 'ok', agents_refused: 0 },
    refusing: { state: 'ok', agents_refused: 2 },
    gone: { state: 'down', agents_refused: 1 },
  };
  const answer = { components, upstreams, checkpoint_sinks: { s3: 'ok', http: 'degraded' }, keys: { old_in_use: [] } };

  test('says of each part what the server says, and calls good only what it tried', () => {
    expect(healthRows(answer).map(({ name, tone }) => [name, tone])).toEqual([
      ['Database', 'good'],
      ['Vault', 'bad'],
      ['Journal', 'warn'],
      ['Model providers', 'unknown'],
      ['LLM detector', 'unknown'],
      ['Provider quiet', 'unknown'],
      ['Provider refusing', 'warn'],
      ['Provider gone', 'bad'],
      ['Checkpoints to s3', 'good'],
      ['Checkpoints to http', 'warn'],
      ['Keys', 'good'],
    ]);
  });

  test('names a time-stamping authority that fails, and none where there is none', () => {
    const named = (timestamps: string) =>
      healthRows({ ...answer, timestamps }).filter(({ name }) => name === 'Time stamps');
    expect(named('degraded')).toMatchObject([{ tone: 'warn' }]);
    expect(named('disabled')).toEqual([]);
  });

  test('names the agents that a provider answers with errors, and the keys that are too old', () => {
    const rows = healthRows({ ...answer, keys: { old_in_use: ['K_HEALTHCARE'] } });
    expect(rows).toContainEqual({ name: 'Provider refusing', words: 'Answers 2 agents with errors', tone: 'warn' });
    expect(rows).toContainEqual({ name: 'Keys', words: 'Old version of K_HEALTHCARE still in use', tone: 'warn' });
  });

  test.each([
    null,
    undefined,
    'ok',
    [],
    {},
    { components: 'ok' },
    {
      components: { db: 'fine' },
      upstreams: { a: 'ok' },
      checkpoint_sinks: { s3: 'new' },
      keys: { old_in_use: 'none' },
    },
  ])('says of %o nothing good', (answer) => {
    expect(healthRows(answer).filter(({ tone }) => tone !== 'unknown')).toEqual([]);
  });
});

describe('agentFigure', () => {
  const agents = (open: readonly boolean[], hasNextPage: boolean) => ({
    edges: open.map((openToAnyone) => ({ node: { openToAnyone } })),
    pageInfo: { hasNextPage },
  });

  test.each([
    [agents([], false), 'none yet', undefined],
    [agents([false, false], false), 'all ask callers for a proof', undefined],
    [agents([false, false], true), 'the newest 2 ask for a proof; others not counted', undefined],
    [agents([true, false], false), '1 open to anyone with the ID', 'warn'],
    [agents([true, false], true), 'at least 1 open to anyone with the ID', 'warn'],
  ] as const)('says no more than it counted: case %#', (counted, note, tone) => {
    expect(agentFigure(counted)).toMatchObject({ note, tone });
  });
});
