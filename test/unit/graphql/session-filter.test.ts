import fc from 'fast-check';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { momentOf, sessionConditions, sinceArgument } from '../../../src/graphql/session-filter.ts';
import { LONGEST_STEP_BACK_MS, newId } from '../../../src/platform/ids.ts';

const NOW = Date.parse('2026-05-03T21:14:32.481Z');
const DAY_MS = 86_400_000;

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
    '0000-01-01T00:00:00Z',
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
      {
        OR: [{ sealedRedactions: { gte: 3 } }, { sealedAt: null, redactionCount: { gte: 3 } }],
      },
    ]);
  });

  test('the bound on ids takes in each session that began in the window, whatever ids were made before it', () => {
    const times = fc.array(fc.integer({ min: -LONGEST_STEP_BACK_MS, max: DAY_MS }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, (ages) => {
        const [condition] = sessionConditions({ since: '24h' }, NOW);
        const bound = condition?.id;
        if (typeof bound !== 'object' || typeof bound.gte !== 'string') return false;
        const { gte } = bound;
        return ages.every((age) => newId('session', NOW - DAY_MS + age) >= gte || age < 0);
      }),
    );
  });

  test('the bound on ids leaves out the id of the last moment before the window', () => {
    const [condition] = sessionConditions({ since: '24h' }, NOW);
    const before = `sess_${ulid(NOW - DAY_MS - 1)}`;
    expect(condition).toMatchObject({ startedAt: { gte: new Date(NOW - DAY_MS) } });
    expect(JSON.stringify(condition?.id) > JSON.stringify({ gte: before })).toBe(true);
  });
});
