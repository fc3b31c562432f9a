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

  it('returns nothing for arguments that are cut or no JSON', () => {
    expect([...askedTimes('get_slots', '{"date":"2026-12-03"')]).toEqual([]);
    expect([...askedTimes('get_slots', 'December 3')]).toEqual([]);
  });
});
