import { describe, expect, test } from 'vitest';
import { purposeArgument, purposeOf } from '../../../src/graphql/purpose.ts';
import { Failure } from '../../../src/platform/failure.ts';

/** A header as node gives it: a character for each byte. */
const onTheWire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function refusal(header: string): Failure {
  try {
    purposeOf(header);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('the purpose was taken');
}

const IDENTIFIERS = [
  ['a telephone number', 'call back 415-555-0142', '415-555-0142', '(PHONE)'],
  ['a social security number', 'SSN 536-22-8714', '536-22-8714', '(SSN)'],
  ['an e-mail address', 'for maria@example.org', 'maria@example.org', '(EMAIL)'],
  ['a day', 'visit of 03/14/2026', '03/14', '(DATE)'],
  ['a name', 'complaint of Mrs. Maria Gonzalez', 'Gonzalez', '(NAME)'],
] as const;

describe('a purpose', () => {
  test.each([
    'audit',
    'complaint 17',
    'quarterly review of the clinic',
    'x'.repeat(200),
    'ticket INC-48812',
    'matter 2026-CV-1180',
    'HIPAA audit Q3 2026',
    'breach review November 2026',
  ])('%s is taken', (text) => {
    expect(purposeOf(text)).toBe(text);
  });

  test.each(IDENTIFIERS)(
    'with %s is refused by field and kind, and nothing of it is repeated',
    (_, text, value, kind) => {
      const { code, message, details } = refusal(text);
      expect(code).toBe('validation_failed');
      expect(details).toMatchObject([{ path: 'masker-purpose', message: expect.stringContaining(kind) as string }]);
      expect(JSON.stringify([message, details])).not.toContain(value);
      const read = purposeArgument.safeParse(text);
      expect(read.error?.issues).toMatchObject([{ message: expect.stringContaining(kind) as string }]);
      expect(JSON.stringify(read.error?.issues)).not.toContain(value);
    },
  );

  test('in UTF-8 is decoded, and an identifier in it is found', () => {
    for (const text of ['Überprüfung Nr. 17', 'revisión anual ✓']) expect(purposeOf(onTheWire(text))).toBe(text);
    expect(refusal(onTheWire('complaint of Mrs. María González')).details).toHaveLength(1);
  });

  test('that is not UTF-8, or has a character that is no byte, is refused', () => {
    for (const header of ['Pr\u00fcfung', 'audit \u2713'])
      expect(refusal(header).details).toMatchObject([{ path: 'masker-purpose', code: 'invalid_encoding' }]);
  });

  test.each(['x'.repeat(201), 'two\tcolumns', '   '])('that is no line of 1 to 200 characters is refused', (header) => {
    expect(refusal(header)).toMatchObject({ code: 'validation_failed', details: [{ path: 'masker-purpose' }] });
  });

  test('that is empty or left out is none', () => {
    expect([purposeOf(''), purposeOf(null), purposeOf(undefined)]).toEqual([null, null, null]);
  });
});
