import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../../src/detection/linear-regex.ts';
import type { LinearRegex } from '../../../src/detection/linear-regex.ts';

function compile(source: string): LinearRegex {
  const compiled = compileRegex(source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex;
}

function found(source: string, text: string): string[] {
  return compile(source)
    .find(text)
    .map(({ start, end }) => text.slice(start, end));
}

/** Each unit of the text that some match covers. */
function covered(source: string, text: string): string {
  const units = Array.from({ length: text.length }, () => '.');
  for (const { start, end } of compile(source).find(text)) units.fill('#', start, end);
  return units.join('');
}

describe('an expression', () => {
  it.each([
    ['\\d{3}', 'a 123 b 4567', ['123', '456']],
    ['(?i)ab+', 'xABBx ab', ['ABB', 'ab']],
    ['\\p{Greek}+', 'αβγ abc δ', ['αβγ', 'δ']],
    ['[[:upper:]]{2}', 'AB cd EF', ['AB', 'EF']],
    ['x(?P<value>\\d+)y', 'x12y x3y', ['12', '3']],
    ['^ab', 'ab ab', ['ab']],
    ['ab$', 'ab ab', ['ab']],
    ['(?m)^ab$', 'ab\nab', ['ab', 'ab']],
    ['a.c', 'a\nc abc', ['abc']],
    ['(?s)a.c', 'a\nc', ['a\nc']],
    ['😀+', 'x😀😀y', ['😀😀']],
    ['a|ab', 'ab', ['a']],
    ['a{2}?', 'aaaa', ['aa', 'aa']],
  ])('%s finds in %j %j', (source, text, expected) => {
    expect(found(source, text)).toEqual(expected);
  });

  it('is held against a whole text, too', () => {
    expect(compile('AC\\d{2}').matchesWhole('AC12')).toBe(true);
    expect(compile('AC\\d{2}').matchesWhole('xAC12')).toBe(false);
    expect(compile('AC\\d{2}').matchesWhole('AC123')).toBe(false);
  });

  it.each(['a*', 'a?', '(|a)', '^', '$', '\\b', '\\B', '(?m)^', '(?:\\b|a)', '\\bx?\\b', '(?:^|-)x*', '(?m)(?:$)'])(
    'that matches nothing at all is refused: %s',
    (source) => {
      expect(compileRegex(source)).toEqual({ ok: false, message: 'must not match the empty text' });
    },
  );

  it.each(['\\ba', '^a$', 'a+', '(?m)^\\w{4}$', '\\b\\d+\\b'])('that always takes a character is not: %s', (source) => {
    expect(compileRegex(source).ok).toBe(true);
  });

  it('never throws, whatever is written', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '{1000}',
      '{2,',
      '*',
      '+',
      '?',
      '|',
      '^',
      '$',
      '\\',
      '\\b',
      '\\Q',
      '\\E',
      '\\p{',
      '(?P<value>',
      '(?i)',
      '.',
      'a',
      '-',
      '😀',
      '\ud800',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const compiled = compileRegex(pieces.join(''));
        if (compiled.ok)
          for (const { start, end } of compiled.regex.find('a-😀 \\b')) expect(end).toBeGreaterThan(start);
        else expect(compiled.message).not.toContain('😀');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a long text', () => {
  it('has the matches that a backtracking engine finds in it, wherever they stand', () => {
    const piece = fc.constantFrom(
      ...['AC123456', ' ', 'x', '\n', '7', 'AC', '12', 'b'.repeat(61), ' '.repeat(120), 'é'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        expect(found('\\bAC\\d{6}\\b', text)).toEqual([...text.matchAll(/\bAC\d{6}\b/g)].map(([match]) => match));
        expect(found('(?m)^AC', text)).toEqual([...text.matchAll(/^AC/gm)].map(([match]) => match));
      }),
    );
  });

  it('may have matches of any length: they are covered whole', () => {
    for (const before of [0, 1, 63, 64, 65, 126, 188, 189, 190, 191, 255, 256, 300]) {
      for (const length of [1, 63, 64, 65, 66, 120, 189, 190, 191, 256, 257, 1000]) {
        const text = `${'.'.repeat(before)}${'7'.repeat(length)}${'.'.repeat(70)}`;
        expect(covered('\\d+', text)).toBe(text.replaceAll('7', '#'));
        expect(covered('\\b\\d+\\b', text)).toBe(text.replaceAll('7', '#'));
      }
    }
  });

  it('that no window cut makes a match of is none', () => {
    for (let before = 150; before < 300; before++) {
      expect(found('\\b\\d{7}\\b', `${'.'.repeat(before)}12345678`)).toEqual([]);
      expect(found('^7', `${'.'.repeat(before)}7`)).toEqual([]);
      expect(found('7$', `7${'.'.repeat(before)}`)).toEqual([]);
    }
  });
});
