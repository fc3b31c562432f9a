import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restoreDigits, restoreLatin } from '../../../src/detection/confusables.ts';

describe('restoreDigits', () => {
  it.each([
    ['4l5-555-O132', '415-555-0132'],
    ['46O-O9-9847', '460-09-9847'],
    ['l23-45-6789', '123-45-6789'],
    ['46\u041e-89-9847', '460-89-9847'],
    ['4\u04c05', '415'],
    ['4111 1111 llll 1111', '4111 1111 1111 1111'],
    ['55\u0417', '553'],
  ])('reads %s as %s', (text, digits) => {
    expect(restoreDigits(text)).toBe(digits);
  });

  it.each([
    'O2 is 95',
    'L4 and l5',
    'gpt-4o-2024',
    'O1234567',
    'I12345678',
    '5 oo 5',
    'ill in 2020',
    '1o',
    'Olli',
    '20 Ill',
    'abcO12',
    '0x1O',
    'l_1l2',
  ])('leaves %s', (text) => {
    expect(restoreDigits(text)).toBe(text);
  });
});

describe('restoreLatin', () => {
  it.each([
    ['j\u043ehn', 'john'],
    ['\u0455ocial', 'social'],
    ['\u0420aul', 'Paul'],
    ['s\u0441\u043ett at 5', 'scott at 5'],
    ['\u0391lice', 'Alice'],
  ])('reads %s as %s', (text, latin) => {
    expect(restoreLatin(text)).toBe(latin);
  });

  it.each(['Привет мир', 'μg', '5 μg of it', 'αβγ', 'john', 'xж'])('leaves %s', (text) => {
    expect(restoreLatin(text)).toBe(text);
  });
});

describe('both', () => {
  const unit = fc.constantFrom(
    'O',
    'o',
    'l',
    'I',
    '1',
    '0',
    '7',
    '-',
    ' ',
    '.',
    'a',
    '\u043e',
    '\u041e',
    '\u0406',
    '\u04cf',
    '\u0417',
    'ж',
    '😀',
    '_',
  );

  it('keep the length, and change a letter to a digit or a Latin letter at most', () => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const restored = restoreDigits(restoreLatin(text));
        expect(restored.length).toBe(text.length);
        for (let at = 0; at < text.length; at++) {
          if (restored.charAt(at) !== text.charAt(at)) expect(restored.charAt(at)).toMatch(/[0-9A-Za-z]/);
        }
      }),
    );
  });

  it('leave what was restored', () => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const once = restoreLatin(text);
        expect(restoreLatin(once)).toBe(once);
      }),
    );
  });
});
