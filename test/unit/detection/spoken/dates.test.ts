import { describe, expect, it } from 'vitest';
import { readMonthDate } from '../../../../src/detection/spoken/dates.ts';
import { scanWords } from '../../../../src/detection/words.ts';

/** The first date of the text, as the words it covers. */
function read(text: string): string | null {
  const words = scanWords(text);
  for (let at = 0; at < words.length; at++) {
    const date = readMonthDate(words, at);
    if (date) return text.slice(words[date.first]?.start, words[date.last]?.end);
  }
  return null;
}

describe('readMonthDate', () => {
  it.each([
    ['on March 14, 1982, he', 'March 14, 1982'],
    ['on march fourteenth nineteen eighty two he', 'march fourteenth nineteen eighty two'],
    ['march fourteen nineteen eighty two', 'march fourteen nineteen eighty two'],
    ['march nineteen eighty two', 'march nineteen eighty two'],
    ['march nineteenth eighty two', 'march nineteenth eighty two'],
    ['june 3rd of 1990', 'june 3rd of 1990'],
    ['the thirty first of october', 'the thirty first of october'],
    ['14 Mar 1982', '14 Mar 1982'],
    ["Mar. 14 '82", "Mar. 14 '82"],
    ['14-Mar-82', '14-Mar-82'],
    ['14/Mar/1982', '14/Mar/1982'],
    ['may the fourth', 'may the fourth'],
    ['may fourth oh five', 'may fourth oh five'],
    ['december of two thousand and three', 'december of two thousand and three'],
    ['september 9th 30 people', 'september 9th'],
    ['april third twenty minutes late', 'april third'],
    ['july 4 10 am', 'july 4'],
  ])('%s', (text, date) => {
    expect(read(text)).toBe(date);
  });

  it.each(['in march', 'you may two', 'she may 5', 'march 5 miles', 'march 32', 'march 0', 'june', 'may 10:30'])(
    'reads no date in %j',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );

  it('does not read over the end of a line', () => {
    expect(read('in March\n14 people')).toBeNull();
    expect(read('March 14\n1982')).toBe('March 14');
  });
});
