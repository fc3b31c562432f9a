import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCalendarDate } from '../../../src/detection/spoken/calendar-date.ts';

const NAMES = 'January February March April May June July August September October November December'.split(' ');
const TEENS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const below = (n: number): string =>
  TEENS[n] ?? [TENS[Math.floor(n / 10)], n % 10 === 0 ? '' : TEENS[n % 10]].join(' ').trim();

describe('readCalendarDate', () => {
  it.each([
    ['march fourteenth nineteen eighty two', '1982-3-14'],
    ['March 14, 1982', '1982-3-14'],
    ['the fourteenth of march, nineteen eighty two', '1982-3-14'],
    ['3/14/1982', '1982-3-14'],
    ['14/03/1982', '1982-3-14'],
    ['1982-03-14', '1982-3-14'],
    ['14-Mar-82', '1982-3-14'],
    ['three fourteen eighty two', '1982-3-14'],
    ['oh three fourteen nineteen eighty two', '1982-3-14'],
    ['0, 3, 1, 4, 1, 9, 8, 2', '1982-3-14'],
    ['zero three one four nineteen eighty two', '1982-3-14'],
    ['may first two thousand and five', '2005-5-1'],
  ])('reads %j', (text, date) => {
    const read = readCalendarDate(text);
    expect(read === null ? null : `${read.year}-${read.month}-${read.day}`).toBe(date);
  });

  it.each([
    'march fourteenth',
    'nineteen eighty two',
    'march fourteenth, no wait, fifteenth, nineteen eighty two',
    'february thirtieth nineteen eighty two',
    '3/14/12',
    'ten eleven twelve',
    '13/13/1982',
    'next tuesday',
    '10 march 14',
    '',
    '1 '.repeat(40),
  ])('returns null for %j, which names no day or more than one', (text) => {
    expect(readCalendarDate(text)).toBeNull();
  });

  it('reads every day of a century the same, written and spoken', () => {
    const days = fc.date({ min: new Date('1905-01-01'), max: new Date('1999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()];
        const rest = year % 100;
        const spokenYear = `nineteen ${rest < 10 ? `oh ${TEENS[rest] ?? ''}` : below(rest)}`;
        const texts = [
          `${NAMES[month - 1] ?? ''} ${date}, ${year}`,
          `${year}-${month}-${date}`,
          `${(NAMES[month - 1] ?? '').toLowerCase()} ${below(date)} ${spokenYear}`,
        ];
        for (const text of texts) expect(readCalendarDate(text), text).toEqual({ year, month, day: date });
      }),
      { seed: 1982, numRuns: 300 },
    );
  });
});
