import { describe, expect, it } from 'vitest';
import { isList, isMeasured, isRangeOfYears, quantityEnd } from '../../../src/detection/quantities.ts';
import { isUnit } from '../../../src/detection/units.ts';
import { scanWords } from '../../../src/detection/words.ts';

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

describe('isList', () => {
  it.each([
    ['10, 20, 30', [2, 2, 2], false, true],
    ['555, 123, 4567', [3, 3, 4], false, false],
    ['eighteen, sixteen', [2, 2], true, true],
    ['five, five, five', [1, 1, 1], true, false],
    ['10 20', [2, 2], false, false],
  ])('%s', (text, groups, spoken, expected) => {
    const words = scanWords(text);
    expect(isList(words, 0, words.length - 1, groups, spoken)).toBe(expected);
  });
});
