import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('dates', () => {
  it.each([
    'seen on [DATE:3/14/2022]',
    'seen on [DATE:03-14-22]',
    'seen on [DATE:14.03.2022]',
    'Date: [DATE:1985-11-18 22:50:23]',
    'at [DATE:2024-03-15T10:00:00Z]',
    'since [DATE:2024/3/5]',
    'on [DATE:3 / 14 / 2022] we met',
    'valid from [DATE:03/2022]',
    'on [DATE:12/25] at noon',
    'exp [DATE:08/27]',
    '[DATE:March 14, 2022]',
    '[DATE:14 March 2022]',
    '[DATE:14-Mar-2022]',
    '[DATE:Sept. 17th 2010]',
    '[DATE:Mar 14 2022]',
    'in [DATE:October 2019]',
    'by [DATE:January 5th]',
    'take it on [DATE:the 1st] and [DATE:the 15th]',
  ])('written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    '[DATE:march fourteenth nineteen eighty two]',
    'on [DATE:june fourteenth two thousand and seventeen] i think',
    'we saw you on [DATE:the twenty second of january]',
    '[DATE:the twenty first of march two thousand and seventeen]',
    'add [DATE:may two] to the calendar',
    'a notification for [DATE:sixth march] please',
    'set it for [DATE:ten march]',
    'in [DATE:march of twenty twenty one]',
    'in [DATE:December of two thousand and three].',
    '[DATE:three slash fourteen slash eighty two]',
    'see you on [DATE:the fifteenth]',
    '[DATE:February nineteen of two thousand seven].',
    'from [DATE:January nineteenth of ninety four].',
    '[DATE:march fourth oh five]',
    'expires [DATE:oh eight twenty seven]',
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'DOB: [DOB:03/14/1982]',
    'born on [DOB:March 14, 1982]',
    'date of birth [DOB:march fourteenth nineteen eighty two]',
    'my birthday is [DOB:the third of june nineteen ninety]',
    'dob [DOB:three fourteen eighty two]',
    'date of birth [DOB:03141982]',
    'my date of birth is [DOB:oh four twenty two nineteen sixty eight]',
    "Agent: What's your date of birth? Caller: It's [DOB:March 4, 1975].",
    '{"date_of_birth": "[DOB:1982-03-14]"}',
    'd o b is [DOB:march four nineteen seventy]',
    '[DOB:3/14/1982] (DOB)',
    'she was born in [ADDRESS:Chicago] on [DOB:June 5th 1960]',
    'dob [DOB:4/5/67], seen on [DATE:3/14/2020]',
  ])('of birth: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'back in 1998 i had surgery',
    'that was in nineteen ninety eight',
    'twenty twenty four was a hard year',
    'between 1990 and 1995',
    'from 2019-2023',
    'in march we moved',
    'you may take two',
    'I may 5',
    'march 5 miles',
    'at 3 30 pm',
    'the appointment is at 3:30 pm',
    'for the first time in 3 years',
    'on the first floor',
    'this on the first or the second finger',
    'i skipped it on the first and eighth days',
    'the second one',
    'on monday',
    '13/45/2020 is no day',
    'version 10.5.12',
    '1/2 cup',
    'born in nineteen forty two',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
