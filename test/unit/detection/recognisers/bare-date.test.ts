import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('month and day without a year', () => {
  it.each([
    'ok [DATE:9/18] for the cough',
    '[DATE:4/30]: doing well',
    'refill due by [DATE:10/6]',
    'back [DATE:4/30] and [DATE:5/2]',
    'out [DATE:4/30]-[DATE:5/2]',
    'seen [DATE:3/4], again [DATE:3/9]',
    'between [DATE:3/4] and [DATE:3/9]',
    'dated [DATE:6/7]',
    'appointment [DATE:10/6]',
    'since [DATE:1/2]',
    'on [DATE:8/10] at noon',
    'dob [DOB:4/5/67], seen on [DATE:3/14]',
    'pain since [DATE:9/18], worse on [DATE:3/9]',
    'by [DATE:10/6], till [DATE:11/9]',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    '3/4 cup',
    '8/10 pain',
    '5/5 strength',
    'strength 5/5 in both arms',
    '20/20',
    'take 1/2',
    '120/80',
    '2/6 murmur',
    'a 2/6 systolic murmur',
    'pain 8/10 today',
    'pain went from 8/10 to 4/10',
    'reduced by 1/2',
    'MoCA 12/30',
    'GCS 12/15',
    'amlodipine 5/20 mg',
    'PHQ-9 was 9/27',
    'rated 7/10',
    '13/13',
    'vision 10/20 left',
    'refill 10/6',
    '9/18th',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});

describe('a day of the month alone', () => {
  it.each([
    'on [DATE:the 12th]',
    'monday [DATE:the 22nd]',
    'fri [DATE:the 9th] at noon',
    'as of [DATE:the 3rd]',
    '[DATE:the 4th], 21:40',
    'until [DATE:the 29th]',
    'she came in [DATE:the 22nd].',
    'it was [DATE:the twenty second].',
    'through [DATE:the 3rd] she was fine',
    'starting [DATE:the fifteenth] please',
    'how about [DATE:the 12th]?',
  ])('%s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'the 3rd attempt',
    'the 2nd floor',
    'the 5th metatarsal',
    'the 4th one',
    'on the 2nd floor',
    'by the 3rd dose',
    'the 3rd, 4th and 5th toes',
    'on the 4th one',
    'the second, i think',
    'the third.',
    'after the 2nd dose',
    'the 75th percentile',
    'in the 90th.',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
