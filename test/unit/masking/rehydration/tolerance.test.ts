import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  foldCode,
  foldText,
  foldToken,
  isMarkup,
  noiseOf,
  schemeState,
} from '../../../../src/masking/rehydration/tolerance.ts';
import { NAME, PHONE } from './answers.ts';

test.each([
  ['a', 'A'],
  ['Z', 'Z'],
  ['0', '0'],
  ['9', '9'],
  ['\uff21', 'A'],
  ['\uff5a', 'Z'],
  ['\uff11', '1'],
  ['@', ''],
  ['[', ''],
  ['`', ''],
  ['{', ''],
  ['/', ''],
  [':', ''],
  ['\uff0e', ''],
  ['\uff20', ''],
  ['\uff5b', ''],
  ['é', ''],
  ['\u212a', ''],
])('foldCode of %j is %j', (character, folded) => {
  const code = foldCode(character.charCodeAt(0));
  expect(code === 0 ? '' : String.fromCharCode(code)).toBe(folded);
});

test('foldText has the letters and digits of a text, in any case and width', () => {
  expect(foldText('ms\u200bk-\uff36 1\u{1f600}\0x')).toBe('MSKV1X');
  fc.assert(
    fc.property(fc.constantFrom(NAME, PHONE), fc.constantFrom('.', ' ', '**', '\u{1f600}'), (token, mark) => {
      expect(foldText(token.toLowerCase().split('.').join(mark))).toBe(foldToken(token));
      expect(foldText(token.replace(/[A-Z0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)))).toBe(
        foldToken(token),
      );
    }),
    { numRuns: 10 },
  );
});

test('schemeState is whole from the end of a scheme on, and open for each of its beginnings', () => {
  const states = ['', 'M', 'MS', 'MSK', 'MSKV', 'MSKV1', 'MSK1', 'MSK1NAME', 'MSKV2', 'MSK2', 'X'].map(schemeState);
  expect(states).toEqual([
    ...Array<string>(5).fill('open'),
    ...Array<string>(3).fill('whole'),
    ...Array<string>(3).fill('none'),
  ]);
});

test('noiseOf tells separators, marks and spaces from what a token may not have in it', () => {
  const kinds = (text: string): (string | null)[] => Array.from(text, (character) => noiseOf(character.charCodeAt(0)));
  expect(new Set(kinds('._-\u2013\u3002'))).toEqual(new Set(['separator']));
  expect(new Set(kinds('*`"\u200b[(|,'))).toEqual(new Set(['soft']));
  expect(new Set(kinds(' \t\r\n\u00a0'))).toEqual(new Set(['space']));
  expect(new Set(kinds('!?;:/@#%&+=^$é\0'))).toEqual(new Set([null]));
});

test('isMarkup is true for marks that end no word, all of which are soft', () => {
  const marks = Array.from({ length: 0x10000 }, (_, code) => code).filter(isMarkup);
  expect(marks.map((code) => String.fromCharCode(code)).join('')).toBe('*\\`~\u00ad\u200b\u200c\u200d\u2060\ufeff');
  expect(marks.every((code) => noiseOf(code) === 'soft')).toBe(true);
});
