/** Which dates in the JSON of a tool are on offer, and which are those of a person. */
import { describe, expect, it } from 'vitest';
import { personTimes, slotTimes } from '../../../../src/detection/calendar/slot-times.ts';
import { runAtOnce } from '../../../../src/platform/stretch.ts';

const offered = (json: unknown): string[] => [...slotTimes(JSON.stringify(json))];
const persons = (json: unknown): string[] => [...runAtOnce(personTimes(JSON.stringify(json)))];

describe('slotTimes', () => {
  it('returns days that are keys of times, also where each time is an object', () => {
    expect(offered({ '2026-12-03': [{ start: '09:00', end: '09:30' }], '2026-12-04': ['10:15'] })).toEqual([
      '2026-12-03',
      '2026-12-04',
    ]);
  });

  it('returns times in a list under a word for free times, but none beside a person', () => {
    expect(offered({ open: [{ start: '2026-12-07T09:00', end: '2026-12-07T09:30' }] })).toEqual([
      '2026-12-07T09:00',
      '2026-12-07T09:30',
    ]);
    expect(offered({ open: '2026-12-07', visits: [{ start: '2026-12-07' }] })).toEqual([]);
    expect(offered({ free: [{ patient: 'Joy Day', start: '2026-12-07' }] })).toEqual([]);
  });
});

describe('personTimes', () => {
  it('returns dates beside and below the name of a person', () => {
    expect(persons({ appointment: { patient: 'Joy Day', date: '2026-12-03' } })).toEqual(['2026-12-03']);
    expect(persons({ member_id: 'KT771', visits: [{ date: '2026-09-03' }] })).toEqual(['2026-09-03']);
  });

  it('leaves out times on offer, and dates without the name of a person beside them', () => {
    expect(persons({ patient_id: 'p-8812', slots: [{ date: '2026-12-03' }] })).toEqual([]);
    expect(persons({ holidays: [{ title: 'Christmas', date: '2026-12-25' }] })).toEqual([]);
  });

  it('returns nothing for a text that is no JSON', () => {
    expect([...runAtOnce(personTimes('patient: Joy Day, date: 2026-12-03'))]).toEqual([]);
  });
});
