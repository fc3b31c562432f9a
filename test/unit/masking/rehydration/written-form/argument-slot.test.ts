import { expect, test } from 'vitest';
import { compileRegex } from '../../../../../src/detection/linear-regex.ts';
import {
  constrains,
  fits,
  type ArgumentSlot,
} from '../../../../../src/masking/rehydration/written-form/argument-slot.ts';

const slot = (more: Partial<ArgumentSlot> = {}): ArgumentSlot => ({
  isNumber: false,
  format: null,
  pattern: null,
  enum: null,
  maxLength: null,
  minLength: null,
  hints: '',
  ...more,
});
function regex(pattern: string) {
  const compiled = compileRegex(pattern);
  return compiled.ok ? compiled.regex : null;
}

test('constrains is true for a slot with a format, a pattern or a length', () => {
  expect(constrains(slot({ hints: 'MM/DD', enum: ['a'], isNumber: true }))).toBe(false);
  const each = [{ format: 'x' }, { pattern: regex('a') }, { maxLength: 0 }, { minLength: 0 }];
  expect(each.map((more) => constrains(slot(more)))).toEqual([true, true, true, true]);
});

test.each([
  ['date', '1962-03-14', true],
  ['date', '1962-3-14', false],
  ['date', 'x1962-03-14', false],
  ['date-time', '1962-03-14T10:00:00Z', true],
  ['date-time', '1962-03-14t10:00+01:00', true],
  ['date-time', '1962-03-14T10:00', false],
  ['time', '10:00', true],
  ['time', '10', false],
  ['email', 'a@b.co', true],
  ['email', 'a@b', false],
  ['email', 'a @b.co', false],
  ['phone', '+12125550187', true],
  ['phone', '212-555-0187', false],
  ['constructor', 'anything', true],
  ['uuid', 'anything', true],
])('fits of the format %s and %s is %s', (format, text, fit) => {
  expect(fits(text, slot({ format }))).toBe(fit);
});

test('fits counts the characters of a text, ends included', () => {
  const five = slot({ minLength: 5, maxLength: 5 });
  expect(['1234', '12345', '123456'].map((text) => fits(text, five))).toEqual([false, true, false]);
});

test('fits wants the pattern anywhere in the text, and format and lengths as well', () => {
  expect(fits('x123', slot({ pattern: regex('\\d{3}') }))).toBe(true);
  expect(fits('x123', slot({ pattern: regex('^\\d{3}') }))).toBe(false);
  expect(fits('123', slot({ pattern: regex('^\\d{3}'), format: 'date' }))).toBe(false);
});
