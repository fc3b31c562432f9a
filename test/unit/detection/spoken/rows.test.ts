/** Digits said one by one with anything between them, in any framing: what repeats between them is what makes a row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import { mark, RULES_ALONE } from '../marked.ts';

const one = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const SOUNDS: Readonly<Record<string, readonly string[]>> = {
  '1': ['won'],
  '2': ['to', 'too'],
  '4': ['for', 'fore'],
  '8': ['ate'],
  '0': ['oh', 'o'],
};
const BETWEEN = [
  ' [pause] ',
  ' [inaudible] ',
  ' yes ',
  ' # ',
  '" "',
  ' ~ ',
  '\\n',
  ' = ',
  '+',
  ' & ',
  ' \u2192 ',
  '\u3001',
  ', digit ',
  ' next ',
  '\u00b0',
  ' :: ',
];
/** Ten digits of a telephone number, each as a digit, as its word or as a word that sounds like it. */
const said = fc
  .tuple(
    one('602', '919', '480'),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 }),
    fc.array(one('digit', 'word', 'sound'), { minLength: 10, maxLength: 10 }),
  )
  .map(([area, last, forms]) =>
    Array.from(`${area}555${last.join('')}`, (digit, at) => {
      const sounds = SOUNDS[digit] ?? [];
      if (forms[at] === 'digit') return digit;
      return (forms[at] === 'sound' ? sounds[at % sounds.length] : undefined) ?? WORDS[Number(digit)] ?? '';
    }),
  );

/** Letters and digits of the parts that no span covers. */
function open(start: string, parts: readonly string[], by: string): string {
  const text = start + parts.join(by);
  const spans = detect(text, DEFAULT_RULES);
  let left = '';
  let at = start.length;
  for (const part of parts) {
    for (let unit = at; unit < at + part.length; unit++)
      if (!spans.some(({ start: from, end }) => from <= unit && unit < end)) left += text.charAt(unit);
    at += part.length + by.length;
  }
  return left;
}

describe('digits and letters of a row', () => {
  it('are masked whatever repeats between them, as digits, words and words that sound like them', () => {
    fc.assert(
      fc.property(one('my number is ', 'reach me at ', ''), said, one(...BETWEEN), (start, parts, by) => {
        expect({ text: start + parts.join(by), open: open(start, parts, by) }).toMatchObject({ open: '' });
      }),
      { seed: 20_261_130, numRuns: 150 },
    );
  });

  it.each([
    'reach me at [PHONE:6/0/2, 5/5/5, 0/1/8/3] today',
    'my number is [PHONE:5-5-5 yes 0-1-6-9]',
    'the member ID is [HEALTH_PLAN:H, 7, 7, dash, 2, 0, 1, dash, K, 9]',
    'my social is [SSN:fore [pause] won [pause] two [pause] six [pause] ate [pause] three [pause] three [pause] oh [pause] seven]',
    'my number is [PHONE:6, 0, 2\u20115, 5, 5\u20110, 1, 8, 3]',
    '[OTHER_ID:4 as in four, 8 as in eight, 0, 1, 9, 2, 2]',
    'the last four is "[OTHER_ID:7" "6" "6" "5]"',
  ])('are one value: %s', (line) => {
    const text = line.replace(/\[[A-Z_]+:((?:\[pause\]|[^\]])+)\]/g, '$1');
    expect(mark(text)).toBe(line);
  });

  it.each([
    'strength 5/5, 4/5, 5/5, 3/5',
    'take 1/2, 3/4, 5/8 of it',
    '1. 5, 2. 7, 3. 9, 4. 2',
    'day 1: 5, day 2: 6, day 3: 4, day 4: 7',
    'for two to three days, for four to six weeks',
    'rate it a 5, a 6, a 4, a 7',
    'one yes, two no, three yes, four yes',
    '5 or 6 or 7 or 8 or 2 or 3',
    '2 mg 4 mg 2 mg 6 mg 3 mg 1 mg 5 mg',
  ])('are no value where they count, measure or choose: %s', (text) => {
    expect(mark(text, detect(text, RULES_ALONE))).toBe(text);
  });
});
