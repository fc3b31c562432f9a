/** Dates whose parts are named, and dates of two ordinals. */
import { describe, expect, it } from 'vitest';
import { masked } from '../documents/masked.ts';

describe('detect, for dates whose parts are named', () => {
  it.each([
    'month five day eight year nineteen eighty one',
    'month 5, day 8, year 1981',
    'year is 1981, month is oh five, day is eight',
    'the eighth of the fifth, nineteen eighty one',
    'eighth of the fifth eighty one',
  ])('masks "%s" whole', (date) => {
    expect(masked(`date of birth ${date}`)).toMatch(
      /^date of birth <DOB (?:[^<>]+)>$|^date of birth the <DOB [^<>]+>$/,
    );
  });

  it('masks numbers of a day and a month before the year of a birth, and no others', () => {
    expect(masked('born nine four of eighty one')).toBe('born <DOB nine four of eighty one>');
    expect(masked('i took nine four of eighty one')).toBe('i took nine four of eighty one');
  });

  it.each(['month 5 of treatment, day 8', 'the first of the third group', 'day 3 and month 14 and year 2'])(
    'keeps "%s"',
    (text) => {
      expect(masked(text)).toBe(text);
    },
  );
});
