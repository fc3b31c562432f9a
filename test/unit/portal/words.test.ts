/** Words, counts and filters of the portal. */
import { describe, expect, test } from 'vitest';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { filtersOf, isFiltered } from '../../../src/portal/app/pages/sessions/filters.ts';
import { ago, counted, duration, timeZone, wholeMoment } from '../../../src/portal/app/parts/format.ts';
import { kindCounts, kindWords } from '../../../src/portal/app/parts/kinds.ts';

test.each(ENTITY_KINDS)('kindWords knows the kind %s', (kind) => {
  expect(kindWords(kind)).not.toEqual({ label: kind, family: 'other' });
});

test('kindWords keeps the name of a kind that it does not know', () => {
  expect(kindWords('ACME_MEMBER')).toEqual({ label: 'ACME_MEMBER', family: 'other' });
});

test('kindCounts orders by count and leaves out what is no count', () => {
  expect(kindCounts({ NAME: 1, PHONE: 3, DATE: 0, ODD: 'x' })).toEqual([
    { kind: 'PHONE', count: 3 },
    { kind: 'NAME', count: 1 },
  ]);
  expect(kindCounts(null)).toEqual([]);
});

test('wholeMoment says the year and the time zone, which timeZone names', () => {
  expect(wholeMoment('2026-11-15T12:03:21.000Z')).toMatch(/November 2026 at \d\d:\d\d:\d\d \S+$/);
  expect(timeZone()).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test.each([
  [0.8412, '0.84 ms'],
  [12.34, '12.3 ms'],
  [340.4, '340 ms'],
  [4_210, '4.2 s'],
  [185_000, '3 min 05 s'],
])('duration writes %d ms as %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [3_000, 'just now'],
  [42_000, '42 s ago'],
  [185_000, '3 min ago'],
  [7_300_000, '2 h ago'],
  [200_000_000, '2 d ago'],
])('ago writes %d ms as %s', (ms, words) => {
  expect(ago(new Date(1e12 - ms).toISOString(), 1e12)).toBe(words);
});

test('counted uses the singular for one only', () => {
  expect([counted(0, 'session'), counted(1, 'session'), counted(1_204, 'entry', 'entries')]).toEqual([
    '0 sessions',
    '1 session',
    '1,204 entries',
  ]);
});

describe('filtersOf', () => {
  test('reads every filter of an address', () => {
    const agent = 'agt_01HYZ0000000000000000000AA';
    expect(filtersOf({ agent, since: '7d', status: 'partial', redactions: '3' })).toEqual({
      agentId: agent,
      since: '7d',
      status: 'partial',
      minRedactions: 3,
    });
  });

  test.each([
    { agent: 'x' },
    { since: '2y' },
    { status: 'fine' },
    { redactions: '-1' },
    { redactions: '1e9' },
    { redactions: '0' },
    {},
  ] as Record<string, string>[])('leaves out what is no filter: %o', (parameters) => {
    expect(isFiltered(filtersOf(parameters))).toBe(false);
  });
});
