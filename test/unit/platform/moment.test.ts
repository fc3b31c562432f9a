import { describe, expect, test } from 'vitest';
import { isoMoment, momentWithOffset } from '../../../src/platform/moment.ts';

describe('a moment of a caller', () => {
  test.each([
    ['2026-12-01T01:00:00+01:00', Date.UTC(2026, 11, 1)],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ])('%s is read', (text, moment) => {
    expect([momentWithOffset(text), isoMoment(text)]).toEqual([moment, moment]);
  });

  test('of a day alone is its beginning in UTC, where days are taken', () => {
    expect([momentWithOffset('2026-12-01'), isoMoment('2026-12-01')]).toEqual([null, Date.UTC(2026, 11, 1)]);
  });

  test.each([
    '0000-01-01',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '2026-02-30T00:00:00Z',
    '2026-12-01T00:00:00',
    'now',
  ])('%s is refused: it is none that the database takes', (text) => {
    expect([momentWithOffset(text), isoMoment(text)]).toEqual([null, null]);
  });
});
