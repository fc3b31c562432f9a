import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('days by name', () => {
  it.each([
    'he fell on [DATE:thanksgiving]',
    'we saw you the day after [DATE:labor day]',
    'the accident was [DATE:Memorial Day] weekend',
    "surgery was [DATE:new year's eve 2023]",
    'the baby came on [DATE:halloween]',
    'born on [DATE:cinco de mayo, sixty three]',
    'it was [DATE:thanksgiving], forty people came',
    'scan [DATE:Oct-90], last seen [DATE:Feb-98]',
    'the last infusion was [DATE:Q3 2024]',
    'We are closed on Thanksgiving and Christmas Day.',
    'Holiday hours: open until noon on christmas eve',
    'happy halloween to you',
    'Q3 2024 revenue was up',
    'strength 4/5',
  ])('are masked where something happened to somebody: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});

describe('ages over 89 in other forms', () => {
  it.each([
    'my uncle is in his [AGE:90s] and lives alone',
    'she is [AGE:a hundred-and-one-year-old] woman',
    '[AGE:one-hundred-one years old]',
    'age: [AGE:90 years 1 day]',
    'age [AGE:P93Y]',
    'PatientAge: [AGE:093Y]',
    'age: [AGE:89 years 365 days]',
    'age: 89 years 3 months',
    'in the 90s we moved',
    'age P45Y and 045Y',
  ])('are masked: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});

describe('addresses with an underscore, extensions', () => {
  it.each([
    'my email is [EMAIL:jane.okafor@clinic_a.example.com]',
    '<tel:[PHONE:+1-415-555-0132;ext=42]>',
    'call [PHONE:415-555-0132 -x11] please',
  ])('are covered whole: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
