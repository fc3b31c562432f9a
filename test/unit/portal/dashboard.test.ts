/** The dashboard's figures: bars to scale, and health that is never good when it is not known. */
import { describe, expect, test } from 'vitest';
import { barsOf, roundedTop } from '../../../src/portal/app/pages/dashboard/chart.ts';
import { healthRows } from '../../../src/portal/app/pages/dashboard/health.ts';

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
  test('says what the server says, provider by provider', () => {
    const components = { db: 'ok', vault: 'down', audit_log: 'degraded', upstream: 'ok', ner_model: 'disabled' };
    const rows = healthRows({ components, upstreams: { openai: { state: 'down', agents_refused: 0 } } });
    expect(rows.map(({ name, tone }) => [name, tone])).toEqual([
      ['Database', 'good'],
      ['Vault', 'bad'],
      ['Journal', 'warn'],
      ['Model providers', 'good'],
      ['LLM detector', 'unknown'],
      ['Provider openai', 'bad'],
    ]);
  });

  test.each([
    null,
    undefined,
    'ok',
    [],
    {},
    { components: 'ok' },
    { components: { db: 'fine' }, upstreams: { a: 'ok' } },
  ])('says of %o nothing good', (answer) => {
    expect(healthRows(answer).filter(({ tone }) => tone !== 'unknown')).toEqual([]);
  });
});
