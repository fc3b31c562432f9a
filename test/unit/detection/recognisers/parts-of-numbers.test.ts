import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { mark, readMarked, RULES_ALONE } from '../marked.ts';

const DIGITS = 'zero one two three four five six seven eight nine'.split(' ');
const spell = (digits: string): string => Array.from(digits, (digit) => DIGITS[Number(digit)] ?? '').join(' ');

describe('numbers that are said in parts', () => {
  it.each([
    'first three are [OTHER_ID:four one two], middle [OTHER_ID:two six eight], last [OTHER_ID:four nine three oh seven]',
    'it starts with [OTHER_ID:H Q and then nine zero zero four]',
  ])('are masked where each part has its place: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'my first two are seven and nine',
    'i take the first two at nine and the last two at ten',
    'the first three doses made me sick, the last two did not',
    'it starts with a headache and then two hours later it stops',
    'took five milligrams, no wait, ten milligrams',
    'at nine, sorry, at ten',
  ])('are not read into other numbers: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it('are masked whole where a part is taken back before the number is said again', () => {
    const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[2-9]{${length}}$`));
    const takesBack = fc.constantFrom('? No, sorry, ', ', not ', '. Wait, no, ', ', oops, i mean ');
    fc.assert(
      fc.property(digits(3), takesBack, digits(3), digits(4), (wrong, correction, first, last) => {
        const said = `${spell(wrong)}${correction}${spell(first)}, five five five, ${spell(last)}`;
        const spans = detect(said, RULES_ALONE);
        const isMasked = (at: number): boolean => spans.some(({ start, end }) => start <= at && at < end);
        for (const word of said.matchAll(/\b(?:two|three|four|five|six|seven|eight|nine)\b/g))
          expect(isMasked(word.index), said).toBe(true);
      }),
    );
  });
});

describe('readings of three digits', () => {
  it.each([
    'it was one eighteen, then one twenty two, then one oh nine',
    'one forty two, one fifty, and one thirty six',
  ])('stay: %s', (text) => {
    expect(mark(text)).toBe(text);
  });

  it.each([
    '[PHONE:two twelve, five fifty five, oh one four two]',
    'call me at [PHONE:two twelve, five fifty five, oh one four two]',
  ])('are no telephone number: %s', (line) => {
    const { text } = readMarked(line);
    expect(detect(text, RULES_ALONE)).not.toEqual([]);
  });
});
