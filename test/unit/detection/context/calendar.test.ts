import { describe, expect, it } from 'vitest';
import { dayNamed } from '../../../../src/detection/context/calendar.ts';
import { scanWords } from '../../../../src/detection/words.ts';

const day = (text: string): string | null => dayNamed(scanWords(text));

describe('the day that a date names', () => {
  it.each([
    '03/14/1982',
    '3-14-82',
    '1982-03-14',
    '14.03.1982',
    'March 14, 1982',
    '14 March 1982',
    'the fourteenth of march nineteen eighty two',
    'march fourteenth eighty two',
    "Mar 14th '82",
  ])('%s', (text) => {
    expect(day(text)).toBe('03-14-82');
  });

  it.each([
    ['january first two thousand five', '01-01-05'],
    ['june third nineteen oh nine', '06-03-09'],
    ['december thirty first nineteen ninety nine', '12-31-99'],
  ])('%s: %s', (text, expected) => {
    expect(day(text)).toBe(expected);
  });

  it.each(['march fourteenth', 'march 1982', '1982', '13/32/1982', '3/14', 'fourteen', 'march one two three four', ''])(
    '%s names none',
    (text) => {
      expect(day(text)).toBeNull();
    },
  );
});
