import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignRedacted } from '../../eval/redacted-alignment.ts';

const MARKS = ['PERSON_NAME', 'DIGITS', 'PHONE_NUMBER'];
const found = (original: string, redacted: string): string[] | null =>
  alignRedacted(original, redacted, MARKS)?.map(
    ({ start, end, placeholder }) => `${placeholder} ${original.slice(start, end)}`,
  ) ?? null;

describe('what stands where a placeholder stands', () => {
  test.each([
    ['hi, this is Bob Smith.', 'hi, this is PERSON_NAME.', ['PERSON_NAME Bob Smith']],
    ['1234', 'DIGITS', ['DIGITS 1234']],
    ['Bob and Ann, 1234', 'PERSON_NAME and PERSON_NAME, DIGITS', ['PERSON_NAME Bob', 'PERSON_NAME Ann', 'DIGITS 1234']],
    ['nothing here', 'nothing here', []],
    ['', '', []],
  ])('%j as %j', (original, redacted, expected) => {
    expect(found(original, redacted)).toEqual(expected);
  });

  test('is found although the text between also stands inside of a value', () => {
    expect(found('a b a c end', 'PERSON_NAME a c end')).toEqual(['PERSON_NAME a b']);
  });

  test('reaches up to the next one where nothing stands between', () => {
    expect(found('Bob1234.', 'PERSON_NAMEDIGITS.')).toEqual(['PERSON_NAME B', 'DIGITS ob1234']);
  });

  test('is nothing where the rest is not the same text', () => {
    expect(found('hi Bob', 'ho PERSON_NAME')).toBeNull();
    expect(found('hi Bob', 'hi PERSON_NAME!')).toBeNull();
    expect(found('hi ', 'hi PERSON_NAME')).toBeNull();
  });

  test('always puts the redacted text together again', () => {
    const part = fc.tuple(fc.constantFrom('', ' ', 'a', 'ab ', 'b a'), fc.constantFrom('x', 'a b', 'ab', '12'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('', 'a', ' b'), (parts, end) => {
        const original = parts.map(([text, value]) => text + value).join('') + end;
        const redacted = parts.map(([text]) => `${text}DIGITS`).join('') + end;
        const aligned = alignRedacted(original, redacted, MARKS) ?? [];
        let rebuilt = '';
        let at = 0;
        for (const span of aligned) {
          rebuilt += original.slice(at, span.start) + span.placeholder;
          at = span.end;
        }
        expect(rebuilt + original.slice(at)).toBe(redacted);
      }),
    );
  });
});
