import { describe, expect, test } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { ENTITY_KINDS } from '../../../src/detection/kinds.ts';
import { LONGEST_CODE, normalise } from '../../../src/tokens/normalise.ts';

/** Ways of writing or saying one value. */
const SAME: readonly (readonly [EntityKind, readonly string[]])[] = [
  [
    'PHONE',
    [
      '(415) 555-0142',
      '415.555.0142',
      '+1 415 555 0142',
      '４１５ ５５５ ０１４２',
      'four one five, five five five, oh one four two',
    ],
  ],
  ['SSN', ['123-45-6789', '123 45 6789', 'one two three, four five, six seven eight nine']],
  ['CREDIT_CARD', ['4111 1111 1111 1111', '4111-1111-1111-1111']],
  ['EMAIL', ['J.Smith@Example.com', 'j.smith@example.com', 'j dot smith at example dot com']],
  ['NAME', ['Maria  Gonzalez', 'maria gonzalez', 'MARIA\u200b GONZALEZ']],
  ['NAME', ['Quint', 'Q-U-I-N-T', 'q u i n t']],
  ['EMAIL', ['jsmith42@example.com', 'j s m i t h four two at example dot com']],
  ['DOB', ['1982-03-14', 'march fourteenth nineteen eighty two', '3/14/1982']],
  ['DOB', ['03/14/1982', '3-14-1982', '1982-03-14', 'March 14, 1982', 'march 14th 1982', '14 Mar 1982']],
  ['MRN', ['MRN-00482913'.slice(4), '00482913', 'zero zero four eight two nine one three']],
];

/** Values that look alike and are not the same. */
const APART: readonly (readonly [EntityKind, string, string])[] = [
  ['PHONE', '415-555-0142', '415-555-0143'],
  ['DOB', '03/14/1982', '03/14/1983'],
  ['DATE', 'march 14', 'march 14 1982'],
  ['NAME', 'Maria Gonzalez', 'Mario Gonzalez'],
  ['EMAIL', 'j.smith@example.com', 'jsmith@example.com'],
  ['MRN', 'A482913', 'B482913'],
  // A part that is no code counts as well.
  ['OTHER_ID', 'smith.77', 'jones.77'],
  ['ACCOUNT', 'XK-ABCDE 1', 'XK-ABCDF 1'],
  ['PHONE', '1-800-FLOWERS', '1-800-CONTACTS'],
  // Pasted texts that look like tokens are told apart by every letter, and by its case.
  ['OTHER_ID', `MSKV1.PHONE.K.${'A'.repeat(26)}`, `MSKV1.PHONE.K.${'B'.repeat(26)}`],
  ['OTHER_ID', 'MSK1.NAME.K.2', 'MSK1.DATE.K.2'],
  ['OTHER_ID', 'MSK1.NAME.K.abc', 'MSK1.NAME.K.ABC'],
];

describe('one value', () => {
  test.each(SAME)('of kind %s has one form in each way of writing', (kind, ways) => {
    expect(new Set(ways.map((way) => normalise(kind, way)))).toHaveLength(1);
  });
});

describe('two values', () => {
  test.each(APART)('of kind %s stay apart: %s, %s', (kind, a, b) => {
    expect(normalise(kind, a)).not.toBe(normalise(kind, b));
  });

  test.each(['', '-', '—', '\u200b'])(
    'never get an empty form by accident: a value without any character of its kind keeps its text',
    (odd) => {
      expect(normalise('PHONE', `${odd}x`)).not.toBe('');
    },
  );
});

describe('a value longer than any code', () => {
  const CODES = ['MRN', 'HEALTH_PLAN', 'ACCOUNT', 'LICENSE', 'VEHICLE', 'DEVICE', 'OTHER_ID'] as const;

  test.each(CODES)('of kind %s is not read as one: its form is its text', (kind) => {
    const numbers = '12 345 6789 '.repeat(1000);
    expect(normalise(kind, numbers)).toBe(numbers.trim());
  });

  test.each(['PHONE', 'FAX', 'SSN', 'CREDIT_CARD'] as const)(
    'of kind %s has the digits that it is written with',
    (kind) => {
      expect(normalise(kind, '12 345-6789 '.repeat(1000))).toBe('123456789'.repeat(1000));
    },
  );

  test.each(ENTITY_KINDS)('of kind %s and over 16,384 units has itself as its form', (kind) => {
    const long = 'Five  Oh '.repeat(2000);
    expect(normalise(kind, long)).toBe(long);
  });

  test('begins one character behind the longest code', () => {
    expect(normalise('MRN', '1 '.repeat(LONGEST_CODE / 2))).toBe('1'.repeat(LONGEST_CODE / 2));
    expect(normalise('MRN', `${'1 '.repeat(LONGEST_CODE / 2)}1`)).toBe(`${'1 '.repeat(LONGEST_CODE / 2)}1`);
  });
});
