import fc from 'fast-check';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { momentOf, sessionConditions, sinceArgument } from '../../../src/graphql/session-filter.ts';

const NOW = Date.parse('2026-05-03T21:14:32.481Z');

describe('since', () => {
  test.each([
    ['1h', '2026-05-03T20:14:32.481Z'],
    ['24h', '2026-05-02T21:14:32.481Z'],
    ['7d', '2026-04-26T21:14:32.481Z'],
    ['30d', '2026-04-03T21:14:32.481Z'],
    ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
    ['2026-05-01T10:00:00.250+02:00', '2026-05-01T08:00:00.250Z'],
    ['2026-05-01', '2026-05-01T00:00:00.000Z'],
  ])('%s', (since, moment) => {
    expect(momentOf(since, NOW)).toBe(Date.parse(moment));
    expect(sinceArgument.safeParse(since).success).toBe(true);
  });

  test.each([
    '',
    '1',
    '2h',
    '1H',
    'yesterday',
    '2026-05-01T10:00:00',
    '2026-02-30',
    '2026-13-01T00:00:00Z',
    '-1h',
    'toString',
    '1714557600',
  ])('%j is none', (since) => {
    expect(momentOf(since, NOW)).toBeNull();
    expect(sinceArgument.safeParse(since).success).toBe(false);
  });
});

describe('conditions', () => {
  test('only what is given', () => {
    expect(sessionConditions({}, NOW)).toEqual([]);
    expect(sessionConditions({ since: null, status: null, minRedactions: null }, NOW)).toEqual([]);
    expect(sessionConditions({ status: 'error', minRedactions: 0 }, NOW)).toEqual([{ status: 'error' }]);
    expect(sessionConditions({ minRedactions: 3 }, NOW)).toEqual([
      { OR: [{ sealedRedactions: { gte: 3 } }, { sealedAt: null, redactionCount: { gte: 3 } }] },
    ]);
  });

  test('the bound on ids never shuts out a session that began in the window, with clocks half an hour apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.integer({ min: -1_800_000, max: 1_800_000 }),
        (age, skew) => {
          const [condition] = sessionConditions({ since: '24h' }, NOW);
          const bound = condition?.id;
          const id = `sess_${ulid(NOW - 86_400_000 + age + skew)}`;
          return typeof bound === 'object' && typeof bound.gte === 'string' && id >= bound.gte;
        },
      ),
    );
  });

  test('and shuts out what is older by hours', () => {
    const [condition] = sessionConditions({ since: '24h' }, NOW);
    const old = `sess_${ulid(NOW - 26 * 3_600_000)}`;
    expect(condition).toMatchObject({ startedAt: { gte: new Date(NOW - 86_400_000) } });
    expect(JSON.stringify(condition?.id) > JSON.stringify({ gte: old })).toBe(true);
  });
});
