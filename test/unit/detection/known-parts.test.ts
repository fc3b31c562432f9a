import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { KnownValues } from '../../../src/detection/known.ts';
import { mark } from './marked.ts';

const ADDRESS = '2207 Cedar Hollow Lane, Round Rock, Texas 78664';

function known(value: string, kind: EntityKind): KnownValues {
  const values = new KnownValues();
  values.set(value, kind);
  return values;
}

describe('parts of a known value, as an interruption leaves them', () => {
  it.each<[string, EntityKind, string]>([
    ['919-555-0147', 'PHONE', 'Before we go on, I have [PHONE:9 1 9, 5 5 5, 0 1]'],
    ['919-555-0147', 'PHONE', 'I have [PHONE:9, 1, 9, 5, 5, 5, 0, 1, 4],'],
    ['919-555-0147', 'PHONE', 'I have [PHONE:nine one nine]'],
    ['919-555-0147', 'PHONE', 'that is [PHONE:5 5 5, 0 1]'],
    ['519-44-2280', 'SSN', 'I heard [SSN:five one nine, forty]'],
    ['519-44-2280', 'SSN', 'ends in [SSN:two two eight]'],
    ['4539 5787 6362 1486', 'CREDIT_CARD', 'I have [CREDIT_CARD:4 5 3 9, 5 7 8 7, 6 3]'],
    ['WQX4471092', 'HEALTH_PLAN', 'I have [HEALTH_PLAN:W Q X 4 4]'],
    [ADDRESS, 'ADDRESS', '[ADDRESS:Twenty two oh seven Cedar]'],
    [ADDRESS, 'ADDRESS', 'on [ADDRESS:Cedar Hollow Lane] you said'],
    ['Marisol Quintanilla', 'NAME', 'Thank you [NAME:Mariso]-'],
    ['Marisol Quintanilla', 'NAME', 'Is that [NAME:Marisol Quintan]...'],
    ['919-555-0147', 'PHONE', 'at [PHONE:nine hundred nineteen, five fif]'],
    ['719-555-0147', 'PHONE', 'at [PHONE:seven hundred and nineteen, five]'],
    ['703-555-0147', 'PHONE', 'at [PHONE:seven hundred three, five five]'],
    ['919-555-0147', 'PHONE', 'I have plus 1 [PHONE:9 1 9 5]'],
    ['519-44-2280', 'SSN', 'the last four being [SSN:two two ei]'],
    ['q u i n t a n i l l a', 'NAME', '[NAME:Quintanil]'],
    ['Odalys Brightwater', 'NAME', "and that's [NAME:Bright]"],
    ['Odalys Brightwater', 'NAME', 'the light is bright'],
    ['marisol.q@larkmail.org', 'EMAIL', '[EMAIL:M, A, R, I, S]'],
    ['919-555-0147', 'PHONE', 'a hundred and nineteen of them'],
    ['919-555-0147', 'PHONE', 'room 919 is open'],
    ['919-555-0147', 'PHONE', 'the desk is 919-555-0199'],
    ['Marisol Quintanilla', 'NAME', 'the sol is bright'],
    ['Will Price', 'NAME', 'you will be fine, I will pri'],
    [ADDRESS, 'ADDRESS', 'a cedar tree'],
  ])('of %s (%s) are found in %s', (value, kind, line) => {
    const text = line.replace(/\[[A-Z_]+:([^\]]+)\]/g, '$1');
    expect(mark(text, known(value, kind).find(text))).toBe(line);
  });

  it.each<[string, EntityKind, string, boolean | null]>([
    ['919-555-0147', 'PHONE', '9 1 9, 5 5 5, 0 1', true],
    ['919-555-0147', 'PHONE', '5 5 5, 0 1 4 7', false],
    ['519-44-2280', 'SSN', '2280', false],
    ['Marisol Quintanilla', 'NAME', 'Mariso', true],
    ['Marisol Quintanilla', 'NAME', 'Marisol', false],
    ['919-555-0147', 'PHONE', '919-555-0147', null],
    ['919-555-0147', 'PHONE', '919-555-0199', null],
  ])('of %s (%s): %s begins it, %s', (value, kind, part, begins) => {
    expect(known(value, kind).partOf(part, kind)?.begins ?? null).toBe(begins);
  });

  it('tell of no value where several begin alike', () => {
    const values = known('919-555-0147', 'PHONE');
    values.set('919-555-0166', 'PHONE');
    expect(values.partOf('919-555', 'PHONE')).toBeNull();
    expect(values.find('I have 919-555')).toHaveLength(1);
  });

  const DIGITS = 'zero one two three four five six seven eight nine'.split(' ');
  const LETTERS: Readonly<Record<string, string>> = { W: 'whiskey', Q: 'queen', X: 'x-ray', H: 'hotel', B: 'bravo' };
  const value = fc.tuple(
    fc.constantFrom<[EntityKind, string]>(
      ['PHONE', '602555'],
      ['SSN', '41268'],
      ['CREDIT_CARD', '453957876362'],
      ['HEALTH_PLAN', 'WQX447'],
      ['HEALTH_PLAN', 'HB3208'],
    ),
    fc.integer({ min: 2100, max: 9899 }),
  );
  const frame = fc.constantFrom(
    'I have ',
    'You said ',
    'Let me read that back: ',
    'Thank you. ',
    "Alright, so that's ",
    'Before we go on, it was ',
  );
  const manner = fc.constantFrom<(char: string) => string>(
    (char) => char,
    (char) => DIGITS[Number(char)] ?? char,
    (char) => (/\d/.test(char) ? char : `${char} as in ${LETTERS[char] ?? char}`),
  );
  const between = fc.constantFrom(', ', ' ', '... ', '. ');
  const end = fc.constantFrom('', '\u2014', '...', '-', '.');

  it('are found from their beginning or any later digit on, in any framing', () => {
    const cut = fc.record({ from: fc.nat(), length: fc.integer({ min: 4, max: 16 }), begins: fc.boolean() });
    fc.assert(
      fc.property(value, frame, manner, between, end, cut, ([kind, last], start, say, by, tail, { begins, ...at }) => {
        const [name, number] = [kind[0], `${kind[1]}${last}`];
        const letters = number.search(/\d/);
        const from = begins ? 0 : letters + (at.from % (number.length - letters - 4));
        const part = number.slice(from, from + at.length);
        // "one, nine": what may be a year needs a word before it that points to a number.
        fc.pre(/\d/.test(part) && !/^(?:19|20)/.test(part));
        const said = Array.from(part, say).join(by);
        const spans = known(number, name).find(start + said + tail);
        const open = Array.from(said.matchAll(/[A-Za-z0-9]/g), ({ index }) => start.length + index).filter(
          (unit) => !spans.some((span) => span.start <= unit && unit < span.end),
        );
        expect({ text: start + said + tail, open: open.length }).toEqual({ text: start + said + tail, open: 0 });
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });
});
