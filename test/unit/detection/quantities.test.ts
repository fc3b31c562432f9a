import { describe, expect, it } from 'vitest';
import { isCounting, isList, isMeasured, isRangeOfYears, quantityEnd } from '../../../src/detection/quantities.ts';
import { isUnit } from '../../../src/detection/units.ts';
import { DIGIT_WORDS, TEEN_WORDS } from '../../../src/detection/spoken/numbers.ts';
import { scanWords, type Word } from '../../../src/detection/words.ts';

describe('quantityEnd', () => {
  it.each([
    ['98.6', 2],
    ['3.14159', 2],
    ['1,250', 2],
    ['1,250,000', 4],
    ['12,500 steps', 2],
  ])('%s', (text, last) => {
    expect(quantityEnd(scanWords(text), 0)).toBe(last);
  });

  it.each(['98', '98.', '98. 6', '1, 250', '1,25', '1234,567', '555.1234', '555.123.4567', '1.2.3', 'a.5'])(
    'finds none in %j',
    (text) => {
      expect(quantityEnd(scanWords(text), 0)).toBeNull();
    },
  );
});

describe('isMeasured', () => {
  it.each(['500 mg', '500mg', '20 %', '$ 300', '5 minutes'])('%s', (text) => {
    const words = scanWords(text);
    const at = words.findIndex((word) => word.type === 'digits');
    expect(isMeasured(words, at, at, 3)).toBe(true);
  });

  it('is no reason to let a long number through', () => {
    expect(isMeasured(scanWords('4155550132 minutes'), 0, 0, 10)).toBe(false);
  });
});

describe('isUnit', () => {
  it('takes short units only when they are glued to the number', () => {
    expect(isUnit('x', true)).toBe(true);
    expect(isUnit('x', false)).toBe(false);
    expect(isUnit('mg', false)).toBe(true);
    expect(isUnit('street', false)).toBe(false);
  });
});

describe('isRangeOfYears', () => {
  it.each([
    ['19901995', [4, 4], true],
    ['19911992', [2, 2, 2, 2], true],
    ['19901995', [8], false],
    ['18901995', [4, 4], false],
    ['19901995', [1, 1, 1, 1, 4], false],
  ])('%s in %j: %s', (digits, groups, expected) => {
    expect(isRangeOfYears(digits, groups)).toBe(expected);
  });
});

interface NumberPart {
  readonly chars: string;
  readonly next: number;
  readonly spoken: boolean;
}

/** The parts of a text in which each number is one. */
function partsOf(words: readonly Word[]): NumberPart[] {
  return words.flatMap(({ type, text, lower }, at): NumberPart[] => {
    const value = DIGIT_WORDS.get(lower) ?? TEEN_WORDS.get(lower);
    if (value !== undefined) return [{ chars: String(value), next: at + 1, spoken: true }];
    return type === 'digits' ? [{ chars: text, next: at + 1, spoken: false }] : [];
  });
}

describe('isList', () => {
  it.each([
    ['10, 20, 30', true],
    ['555, 123, 4567', false],
    ['eighteen, sixteen', true],
    ['five, five, five', false],
    ['10 20', false],
    ['9, 1, 9, 5', false],
    ['9 1 9, 5 5 5, 0 1 4 7', false],
    ['5 1 9, 4 4, 2 2 8 0', false],
    ['4539, 5787, 6362, 1486', false],
    ['120, 118, 130', true],
  ])('returns for %s: %s', (text, expected) => {
    const words = scanWords(text);
    expect(isList(words, partsOf(words))).toBe(expected);
  });
});

describe('isCounting', () => {
  it.each([
    ['1, 2, 3, 4', true],
    ['ten nine eight seven', true],
    ['2, 4, 6, 8, 10', true],
    ['one two three four five six seven', false],
    ['9, 1, 9, 5, 5, 5', false],
    ['pain was 7, 8, 6, 9, 7', true],
    ['my sugars were 7, 8, 6, 9, 7, 8', true],
    ['take this down 9, 1, 9, 5, 5, 5, 0, 1, 4, 7', false],
    ['1, 2, 3', false],
    ['ten, twelve, fourteen, sixteen', true],
    ['readings were ten, twelve, fifteen', true],
    ['numbers are ten, twelve, fifteen', false],
    ['six twelve eighteen hours', true],
    ['six twelve eighteen', false],
    ['one nineteen sixteen thirteen ten', true],
    ['eighteen twelve nineteen eleven', false],
  ])('returns for %s: %s', (text, expected) => {
    const words = scanWords(text);
    const parts = partsOf(words);
    expect(isCounting(words, (parts[0]?.next ?? 1) - 1, parts)).toBe(expected);
  });
});
