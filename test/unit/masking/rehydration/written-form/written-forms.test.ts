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
  ['NAME', 'Maria Lopez'],
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

test('writtenForms of any kind takes empty, huge and broken values', () => {
  for (const kind of ENTITY_KINDS)
    for (const value of ['', ' ', '\ud800', '\u0000', '1'.repeat(2000), 'a-'.repeat(500)])
      for (const form of writtenForms(kind, value, value).forms) expect(form).not.toBe('');
});
