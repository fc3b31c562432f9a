/** Which times in the arguments of a tool are only looked for. */
import { describe, expect, it } from 'vitest';
import { askedTimes } from '../../../../src/detection/calendar/asked-times.ts';

const asked = (tool: string, args: unknown): string[] => [...askedTimes(tool, JSON.stringify(args))];

describe('askedTimes', () => {
  it.each(['get_slots', 'check_availability', 'findOpenSlots', 'list-available-appointments', 'freeBusy', 'calendar'])(
    'returns the days that %s is asked for',
    (tool) => {
      expect(asked(tool, { start: '2026-12-01', range: { end: 'December 7' }, days: ['2026-12-03'] })).toEqual([
        '2026-12-01',
        'December 7',
        '2026-12-03',
      ]);
    },
  );

  it.each(['book_slot', 'create_calendar_event', 'confirmAvailability', 'get_patient', 'get_appointments', 'slotted'])(
    'returns nothing for %s, which does not look for free times',
    (tool) => {
      expect(asked(tool, { date: '2026-12-03' })).toEqual([]);
    },
  );

  it('leaves out a day under a key of a person, also where it is asked for beside it', () => {
    expect(asked('get_slots', { date: '2026-12-03', date_of_birth: '1961-08-02' })).toEqual(['2026-12-03']);
    expect(asked('get_slots', { date: '1961-08-02', patient: { dob: '1961-08-02' } })).toEqual([]);
  });

  it.each(['2026-12-04T09:00:00Z', 'Tuesday, December 4th after 3 pm', 'Sept 4 in the morning', '12/04/2026 9:00 AM'])(
    'returns %s, which is a time alone',
    (time) => {
      expect(asked('get_slots', { when: time })).toEqual([time]);
    },
  );

  it.each(['Maria Kowalczyk 12/04/2026', 'Mar Vela 12-4', 'Marchetti 12-4', '04/17/1951', 'April 17, 1951'])(
    'leaves out %s, which says more than a time or is of the last century',
    (text) => {
      expect(asked('get_slots', { q: text })).toEqual([]);
    },
  );

  it('leaves out the value of a pair that is called by a key of a person', () => {
    expect(asked('get_slots', { fields: [{ name: 'dob', value: '2019-04-17' }] })).toEqual([]);
    expect(asked('get_slots', { fields: [{ name: 'day', value: '2026-12-04' }] })).toEqual(['2026-12-04']);
  });

  it('returns nothing for arguments that are cut or no JSON', () => {
    expect([...askedTimes('get_slots', '{"date":"2026-12-03"')]).toEqual([]);
    expect([...askedTimes('get_slots', 'December 3')]).toEqual([]);
  });
});
