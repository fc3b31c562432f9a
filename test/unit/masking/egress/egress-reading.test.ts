import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Mark,
  readCoded,
  readEscape,
  SYMBOLS,
  WIDE,
  wideSymbols,
} from '../../../../src/masking/egress/egress-reading.ts';

const symbolsOf = (character: string): readonly number[] => {
  const symbol = SYMBOLS[character.codePointAt(0) ?? 0] ?? WIDE;
  return symbol === WIDE ? wideSymbols(character.codePointAt(0) ?? 0) : [symbol];
};
const codes = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

describe('symbols', () => {
  test.each([
    ['a', codes('a')],
    ['Z', codes('z')],
    ['0', codes('0')],
    ['é', codes('e')],
    ['ﬁ', codes('fi')],
    ['Ｍ', codes('m')],
    ['\u{1d40c}', codes('m')],
    ['٢', codes('2')],
    [' ', [Mark.SPACE]],
    ['\u00a0', [Mark.SPACE]],
    ['\u3000', [Mark.SPACE]],
    ['-', [Mark.JOINT]],
    ['\u2013', [Mark.JOINT]],
    ['+', [Mark.JOINT]],
    [',', [Mark.PAUSE]],
    ['\u201c', [Mark.PAUSE]],
    ['\u{1f600}', [Mark.PAUSE]],
    ['\ud800', [Mark.PAUSE]],
    ['@', [Mark.AT]],
    ['\uff20', [Mark.AT]],
    ['"', [Mark.END]],
    ['{', [Mark.END]],
    ['%', [Mark.END]],
    ['\u0000', [Mark.END]],
    ['\\', [Mark.ESCAPE]],
    ['\u200b', []],
    ['\u0301', []],
    ['\u00ad', []],
  ])('of %j are %j', (character, symbols) => {
    expect(symbolsOf(character)).toEqual(symbols);
  });

  test('of a letter do not depend on its case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), (text) => {
        const lower = Array.from(text).flatMap(symbolsOf);
        const upper = Array.from(text.toUpperCase()).flatMap(symbolsOf);
        // "ß" and letters like it have two letters as capitals.
        if (upper.length === lower.length) expect(upper).toEqual(lower);
      }),
      { numRuns: 100 },
    );
  });
});

describe('readEscape', () => {
  test.each([
    ['\\n', 0x0a, 2, false],
    ['\\t', 0x09, 2, false],
    ['\\/', 0x2f, 2, false],
    ['\\"', 0x27, 2, false],
    ['\\u0041b', 0x41, 6, false],
    ['\\u00g1', 0x2c, 1, false],
    ['\\u004', 0x2c, 1, false],
    ['\\', 0x2c, 1, false],
    ['\\quack', 0x2c, 1, false],
    ['\\constructor', 0x2c, 1, false],
    ['\\ud83d\\ude00', 0x1f600, 12, false],
    ['\\ud83d', 0xd83d, 6, false],
    ['\\ud83dx', 0xd83d, 6, false],
    ['\\ud83d\\u0041', 0xd83d, 6, false],
    ['\\ud83d\\\\ude00', 0xd83d, 6, false],
    ['\\\\ud83d\\\\ude00', 0x1f600, 14, true],
    ['\\\\n', 0x0a, 3, true],
    ['\\\\\\"', 0x27, 4, true],
    ['\\\\', 0x2c, 2, false],
  ])('reads %j nested', (text, codePoint, length, isAmbiguous) => {
    expect(readEscape(text, 0, 'nested')).toEqual({ codePoint, length, isAmbiguous });
  });

  test.each([
    ['\\n', 0x0a, 2],
    ['\\\\n', 0x2c, 2],
    ['\\\\\\n', 0x2c, 2],
    ['\\\\\\\\', 0x2c, 4],
  ])('reads %j plain', (text, codePoint, length) => {
    expect(readEscape(text, 0, 'plain')).toEqual({ codePoint, length, isAmbiguous: false });
  });

  test('reads each character of a JSON string, whatever the string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 20 }), (text) => {
        const written = JSON.stringify(text).slice(1, -1);
        let read = 0;
        for (let at = 0; at < written.length; read += 1)
          at +=
            written[at] === '\\' && written[at + 1] !== '\\'
              ? readEscape(written, at, 'plain').length
              : written[at] === '\\'
                ? 2
                : 1;
        expect(read).toBe(text.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('readCoded', () => {
  test.each([
    ['%20', 0x20, 3],
    ['%2b1', 0x2b, 3],
    ['%C3%A9', 0xe9, 6],
    ['%e2%80%99s', 0x2019, 9],
    ['%F0%9F%98%80', 0x1f600, 12],
    ['%22', 0x27, 3],
    ['%5C', 0x2c, 3],
    ['&#64;', 0x40, 5],
    ['&#x40;', 0x40, 6],
    ['&#X1F600;', 0x1f600, 9],
    ['&#34;', 0x27, 5],
    ['&nbsp;', 0x20, 6],
    ['&commat;', 0x40, 8],
    ['&amp;', 0x26, 5],
    ['&amp;x', 0x26, 5],
    ['&amp;#64;', 0x40, 9],
    ['&amp;nbsp;', 0x20, 10],
    ['&ndash;', 0x2d, 7],
    ['&eacute;', 0x65, 8],
    ['&Ntilde;', 0x4e, 8],
    ['&shy;', 0xad, 5],
    ['%2520', 0x20, 5],
    ['%2540b', 0x40, 5],
    ['%2577', 0x25, 3],
  ])('reads %s', (text, codePoint, length) => {
    expect(readCoded(`x${text}`, 1)).toEqual({ codePoint, length });
  });

  test.each([
    '%',
    '%2',
    '%zz',
    '%80',
    '%C3',
    '%C3x',
    '%C0%80',
    '%ED%A0%80',
    '&',
    '&;',
    '&#;',
    '&#x;',
    '&#64',
    '&#9999999;',
    '&lt;',
    '&acute;',
    '%amp;',
    '&constructor;',
  ])('returns null for %s', (text) => {
    expect(readCoded(text, 0)).toBeNull();
  });

  test('reads what encodeURIComponent writes of any character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), (text) => {
        const [character = ''] = Array.from(text.toWellFormed());
        const written = encodeURIComponent(character);
        if (!written.startsWith('%') || '"\\'.includes(character)) return;
        expect(readCoded(written, 0)).toEqual({ codePoint: character.codePointAt(0), length: written.length });
      }),
      { numRuns: 200 },
    );
  });
});
