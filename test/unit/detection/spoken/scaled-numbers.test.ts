import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../../../src/detection/detection.ts';
import { readScaledNumber } from '../../../../src/detection/spoken/scaled-numbers.ts';
import { scanWords } from '../../../../src/detection/words.ts';
import { mark, RULES_ALONE } from '../marked.ts';

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES = ['', ' thousand', ' million', ' billion'];

interface Manner {
  readonly and: boolean;
  readonly hyphen: boolean;
  readonly comma: boolean;
  readonly digits: boolean;
}

function group(value: number, { and, hyphen, digits }: Manner): string {
  if (digits) return String(value);
  const below = value % 100;
  const tens = `${TENS[Math.floor(below / 10)] ?? ''}${below % 10 === 0 ? '' : `${hyphen ? '-' : ' '}${SMALL[below % 10] ?? ''}`}`;
  const rest = below === 0 ? '' : below < 20 ? (SMALL[below] ?? '') : tens;
  if (value < 100) return rest;
  return `${SMALL[Math.floor(value / 100)] ?? ''} hundred${rest === '' ? '' : `${and ? ' and' : ''} ${rest}`}`;
}

/** A number as number-word libraries write it. */
function inWords(value: number, manner: Manner): string {
  const groups: string[] = [];
  for (let rest = value, scale = 0; rest > 0; rest = Math.floor(rest / 1000), scale++)
    if (rest % 1000 > 0) groups.unshift(`${group(rest % 1000, manner)}${SCALES[scale] ?? ''}`);
  return groups.join(manner.comma ? ', ' : ' ');
}

describe('a number of another system, or an ordinal', () => {
  it.each([
    ['forty-four crore, twelve lakh, nine thousand and sixty-three', '441209063'],
    ['Nine Lakh Forty Four Thousand Two Hundred Eleven', '944211'],
    ['seven hundred eighty-eight thousand, four hundred fifth', '788405'],
    ['six million one hundred thirty-second', '6000132'],
    ['four trillion two hundred', '4000000000200'],
  ])('is read: %s', (said, digits) => {
    expect(readScaledNumber(scanWords(said), 0)?.digits).toBe(digits);
  });
});

const manners = fc.record({ and: fc.boolean(), hyphen: fc.boolean(), comma: fc.boolean(), digits: fc.boolean() });

describe('numbers in thousands, millions and billions', () => {
  it('are read as the digits that they stand for, in every spelling', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_001, max: 9_899_999_999 }), manners, (value, manner) => {
        const words = scanWords(inWords(value, manner));
        expect(readScaledNumber(words, 0), inWords(value, manner)).toEqual({
          digits: String(value),
          next: words.length,
        });
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('are covered whole beside a cue', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2_000_001, max: 9_899_999_999 }).filter((value) => value % 1000 > 0),
        manners,
        fc.constantFrom('my phone number is', 'call me at', 'my member id is', 'my account number is'),
        (value, manner, cue) => {
          const said = inWords(value, manner);
          const text = `${cue} ${said}`;
          expect(
            detect(text, RULES_ALONE).map(({ start, end }) => text.slice(start, end)),
            text,
          ).toEqual([said]);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  it.each([
    'call me at [PHONE:5,550,132]',
    'it is [PHONE:4,155,550,132]',
    'my member id is [HEALTH_PLAN:456,789,012]',
    'my zip is [ADDRESS:seventy-eight thousand six hundred sixty-four]',
    'the phone number is [PHONE:four hundred fifteen dash five hundred fifty five dash zero one three two]',
    'the population is four million one hundred thousand',
    'platelets were two hundred fifty thousand',
    'total is $4,155,550,132',
    'I took 10,432 steps',
    'the number of cases reached 1,234,567',
    'viral load was 234,567 copies',
    'I make one hundred and twenty-three thousand four hundred and fifty-six dollars',
  ])('are told from quantities: %s', (line) => {
    expect(mark(line.replace(/\[[A-Z_]+:([^\]]+)\]/g, '$1'))).toBe(line);
  });

  it.each(['five thousand five five five', 'eight hundred five five five one two one two', 'nineteen thousand five'])(
    'are none where digits are said one by one: %s',
    (text) => {
      expect(readScaledNumber(scanWords(text), 0)).toBeNull();
    },
  );
});
