import { describe, expect, it } from 'vitest';
import { mark, only, readMarked } from '../marked.ts';

describe('social security numbers', () => {
  it.each([
    'my ssn is [SSN:123-45-6789]',
    'SSN: [SSN:123456789]',
    '[SSN:123-45-6789]',
    '[SSN:123 45 6789]',
    'SSN: [SSN:***-**-6789]',
    'on file: [SSN:xxx-xx-6789]',
    'the last 4 of your SSN: [SSN:6789]',
    'the number is [SSN:123.45.6789]',
    '{"ssn":"[SSN:123-45-6789]"}',
    'social_security_number=[SSN:123456789]',
    'her social security card, which her daughter brought in, ends in [SSN:0051]',
    'social security card ending in [SSN:0051]',
    'his social security number is on file and ends in [SSN:0051]',
  ])('written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'social security number [SSN:one two three four five six seven eight nine]',
    'my social is [SSN:one twenty three forty five sixty seven eighty nine]',
    'last four of my social are [SSN:six seven eight nine]',
    'my social security number ends in [SSN:four three two one]',
    "what's your social? it's [SSN:one two three, uh, four five, six seven eight nine]",
    's s n [SSN:one two three four five six seven eight nine]',
    "yes it's [SSN:one two three four five six seven eight nine]",
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it('checks the allocation rules', () => {
    expect(only('my ssn is 123-45-6789', 'SSN')).toMatchObject({ validated: true, confidence: 0.97 });
    expect(only('my ssn is 900-45-6789', 'SSN')).toMatchObject({ validated: false, confidence: 0.7 });
  });

  it.each(['000-45-6789', '666-45-6789', '912-45-6789', '123-00-6789', '123-45-0000'])(
    'never un-redacts %s, which was not allocated',
    (digits) => {
      expect(mark(`my ssn is ${digits}`)).toBe(`my ssn is [SSN:${digits}]`);
      expect(mark(digits)).toBe(`[OTHER_ID:${digits}]`);
    },
  );

  it('masks what follows the cue even when digits are missing', () => {
    expect(mark('my ssn is 12345678')).toBe('my ssn is [SSN:12345678]');
  });

  it.each([
    'my social life is fine',
    'social history: 2 drinks a week',
    'the social worker comes at 9',
    'social security is late. the year ends in 2024',
    'it ends in 0051',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
