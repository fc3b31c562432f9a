import { describe, expect, it } from 'vitest';
import { readText } from '../../../../src/detection/reading.ts';

const chars = (text: string) => readText(text).codes.map((code) => code.chars);
const first = (text: string) => readText(text).codes[0];

describe('codes', () => {
  it.each([
    // digits as they are said
    ['five five five', ['555']],
    ['oh one double two', ['0122']],
    ['triple zero nine', ['0009']],
    ['double oh seven', ['007']],
    ['four fifteen fifty five', ['41555']],
    ['eight hundred five five five', ['800555']],
    ['three hundred twelve', ['312']],
    ['three hundred and five', ['305']],
    ['two thousand and four', ['2004']],
    ['five five uh five um one', ['5551']],
    ['five, five, five', ['555']],
    ['one dash two', ['12']],
    // letters as they are said
    ['b as in boy one two', ['B12']],
    ['x y z nine', ['XYZ9']],
    ['alpha bravo one', ['AB1']],
    ['m a double t', ['MATT']],
    ['k o w a', ['KOWA']],
    ['seven a b c', ['7ABC']],
    // as they are written
    ['555-123-4567', ['5551234567']],
    ['(212) 555 1234', ['2125551234']],
    ['+1 (212) 555-1234', ['12125551234']],
    ['555.123.4567', ['5551234567']],
    ['1EG4-TE5-MK73', ['1EG4TE5MK73']],
    ['4111 1111 1111 1111', ['4111111111111111']],
    ['212 555 1234 x 42', ['2125551234', 'X42']],
    ['CLM-2024-88123', ['CLM202488123']],
    ['219_09_7645', ['219097645']],
    ['219·09·7645', ['219097645']],
    ['219-09-\n7645', ['219097645']],
  ])('%s', (text, expected) => {
    expect(chars(text)).toEqual(expected);
  });

  it.each([
    ['the end of a sentence', 'I have 12. 34 came', ['12', '34']],
    ['a line break', '12\n34', ['12', '34']],
    ['a line break before a hyphen', '12\n-34', ['12', '34']],
    ['a hyphen by itself at the end of a line', '12 -\n34', ['12', '34']],
    ['a blank before an underscore', '12 _34', ['12', '34']],
    ['a word', 'twelve or 13', ['12', '13']],
    ['another long number', '4155550132 2125550133', ['4155550132', '2125550133']],
    ['a cue', 'four mrn five', ['4', '5']],
    ['a measure', '12 500mg 34', ['12', '34']],
  ])('end at %s', (_, text, expected) => {
    expect(chars(text)).toEqual(expected);
  });

  it.each(['500mg', '21st', 'oh no', 'a lot', 'i see', "it's", 'e.g.', 'the u.s.', 'mike called', 'double trouble'])(
    'are not in %j',
    (text) => {
      expect(readText(text).codes).toEqual([]);
    },
  );

  it.each([
    '98.6',
    '12,500',
    '$300',
    '45 percent',
    '20%',
    '500 milligrams',
    '1990-1995',
    '100, 200, 300, 400',
    'one hundred twenty thousand',
  ])('are quantities in %j', (text) => {
    expect(first(text)?.quantity).toBe(true);
  });

  it.each(['555-1234', '555, 123, 4567', '12 34', 'two thousand four', '10.20.30', '4155550132 minutes'])(
    'are no quantities in %j',
    (text) => {
      expect(first(text)?.quantity).toBe(false);
    },
  );

  it('tell how they were given', () => {
    expect(first('(212) 555-1234')).toMatchObject({ groups: [3, 3, 4], spoken: 0, letters: 0, slug: false });
    expect(first('five five a as in apple')).toMatchObject({ groups: [1, 1, 1], spoken: 3, letters: 1, digits: '55' });
    expect(first('order_ref-123456')).toBeDefined();
    expect(first('gpt4-turbo-123')).toMatchObject({ slug: true, digits: '4123' });
  });

  it('are cut after 64 parts, and go on', () => {
    expect(chars('1 '.repeat(100)).map((code) => code.length)).toEqual([64, 36]);
  });
});
