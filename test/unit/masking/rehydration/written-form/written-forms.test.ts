import { expect, test } from 'vitest';
import { ENTITY_KINDS, type EntityKind } from '../../../../../src/detection/kinds.ts';
import { writtenForms } from '../../../../../src/masking/rehydration/written-form/written-forms.ts';

test.each<[EntityKind, string, string, boolean]>([
  ['DOB', 'march fourth nineteen sixty two', '1962-03-04', true],
  ['DATE', 'March 4, 1962', '1962-03-04', false],
  ['PHONE', 'two one two five five five oh one eight seven', '2125550187', true],
  ['FAX', '+1 (212) 555-0187', '2125550187', false],
  ['PHONE', '5550187', '5550187', false],
  ['SSN', 'two one nine oh nine seven six four five', '219-09-7645', true],
  ['SSN', '7645', '7645', false],
  ['EMAIL', 'zq at example dot org', 'zq@example.org', true],
  ['EMAIL', 'zq@example.org', 'zq@example.org', false],
  ['NAME', 'Q-U-I-N-T-A', 'Quinta', true],
  ['NAME', 'Ana Quinta Q-U-I-N-T-A', 'Ana Quinta', true],
  ['NAME', 'José J O S E', 'José', true],
  ['NAME', 'Ana De Shawn D E S H A W N', 'Ana De Shawn', true],
  ['NAME', 'van der berg v a n space d e r space b e r g', 'Van Der Berg', true],
  ['NAME', 'Ann Smith hyphen Jones S M I T H hyphen J O N E S', 'Ann Smith-Jones', true],
  ['NAME', 'An Nguyen N G U Y E N', 'An Nguyen', true],
  ['EMAIL', 'sign up at example dot org', 'signup@example.org', true],
  ['EMAIL', 'zq at sign example dot org', 'zq@example.org', true],
  ['EMAIL', 'team a for life at example dot org', 'teamaforlife@example.org', true],
  ['EMAIL', 'z for zulu q as in quick at example dot org', 'zq@example.org', true],
  ['EMAIL', 'capital z q double seven at example dot org', 'zq77@example.org', true],
  ['EMAIL', 'allen a double l e n at example dot org', 'allen@example.org', true],
  ['PHONE', '+44 (0)20 7946 0958', '+442079460958', false],
  ['PHONE', '011 44 20 7946 0958', '+442079460958', false],
  ['PHONE', '0044 20 7946 0958', '+442079460958', false],
  ['PHONE', '011 1 212 555 0187', '2125550187', false],
  ['AGE', 'ninety-four years old', '94', true],
  ['MRN', 'a b one two three four', 'AB1234', true],
  ['CREDIT_CARD', '4111 1111 1111 1111', '4111111111111111', false],
])('writtenForms of %s "%s" is %s first', (kind, value, first, spoken) => {
  const { forms, spoken: isSpoken } = writtenForms(kind, value, '');
  expect([forms[0], isSpoken]).toEqual([first, spoken]);
});

test.each<[EntityKind, string]>([
  ['DOB', 'the day after'],
  ['PHONE', '555-HELP'],
  ['PHONE', '123456'],
  ['PHONE', '1'.repeat(16)],
  ['SSN', '123'],
  ['EMAIL', 'somewhere'],
  ['PHONE', '+1 555 0187'],
  ['EMAIL', 'mike two thousand at example dot org'],
  ['EMAIL', 'double oh seven at example dot org'],
  ['EMAIL', 'zq underscore underscore at example dot org'],
  ['EMAIL', 'dot zq at example dot org'],
  ['NAME', 'Maria Lopez'],
  ['NAME', 'John Smith S M Y T H'],
  ['NAME', 'Lopez with a Z L O P E Z'],
  ['NAME', 'John J O H N Smith S M I T H'],
  ['ADDRESS', '4242 Kumquat Lane'],
  ['AGE', 'old'],
  ['MRN', 'number one hundred and something'],
  ['URL', 'x dot example'],
])('writtenForms of %s "%s" has none', (kind, value) => {
  expect(writtenForms(kind, value, '').forms).toEqual([]);
});

test('writtenForms returns the form that the hints ask for', () => {
  expect(writtenForms('DOB', 'March 4, 1962', 'as DD.MM.YYYY').asked).toBe('04.03.1962');
  expect(writtenForms('PHONE', '2125550187', 'XXX-XXX-XXXX').asked).toBe('212-555-0187');
  expect(writtenForms('PHONE', '2125550187', 'E.164').asked).toBe('+12125550187');
  expect(writtenForms('PHONE', '2125550187', 'number').asked).toBeNull();
});

test('writtenForms of a number with a zero in front has none with a plus', () => {
  expect(writtenForms('PHONE', '044 20 7946 0958', '').forms).toEqual(['0442079460958']);
});

test('writtenForms of any kind takes empty, huge and broken values', () => {
  for (const kind of ENTITY_KINDS)
    for (const value of ['', ' ', '\ud800', '\u0000', '1'.repeat(2000), 'a-'.repeat(500)])
      for (const form of writtenForms(kind, value, value).forms) expect(form).not.toBe('');
});
