import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../../src/detection/folding.ts';

describe('foldText', () => {
  it('returns plain ASCII as it is', () => {
    const text = 'call 415-555-0132\r\n\t(now)\0';
    const folded = foldText(text);
    expect(folded.text).toBe(text);
    expect(folded.toOriginal(5, 17)).toEqual({ start: 5, end: 17 });
  });

  it.each([
    ['４１５－５５５', '415-555', 'full width'],
    ['٤١٥', '415', 'Arabic-Indic digits'],
    ['४१५', '415', 'Devanagari digits'],
    ['𝟒𝟏𝟓', '415', 'mathematical digits'],
    ['𞥐𞥙', '09', 'Adlam digits, beyond the basic plane'],
    ['①②', '12', 'circled digits'],
    ['a\u200bb\u00adc\u202ed\ufeffe\u2066f', 'abcdef', 'invisible characters'],
    ['o\u2019brien \u201cx\u201d', 'o\'brien "x"', 'quotes'],
    ['1\u20102\u20113\u20134\u20145\u22126', '1-2-3-4-5-6', 'dashes'],
    ['e\u0301', 'é', 'combining marks'],
    ['ﬁle', 'file', 'ligatures'],
    ['a\u00a0b\u2003c', 'a b c', 'spaces'],
    ['a\u2028b', 'a\nb', 'line separators'],
    ['½', '1/2', 'fractions'],
    ['😀x', '😀x', 'emoji'],
    ['4\ufe0f\u20e31\ufe0f\u20e3', '41', 'keycap emoji'],
  ])('folds %s to %s (%s)', (text, folded) => {
    expect(foldText(text).text).toBe(folded);
  });

  it('leads back over expansions and removals', () => {
    const folded = foldText('x ﬁ\u200b２ y');
    expect(folded.text).toBe('x fi2 y');
    expect(folded.toOriginal(2, 4)).toEqual({ start: 2, end: 3 });
    expect(folded.toOriginal(3, 4)).toEqual({ start: 2, end: 3 });
    expect(folded.toOriginal(4, 5)).toEqual({ start: 4, end: 5 });
  });

  it('keeps lone surrogates', () => {
    expect(foldText('a\ud83d b\ude00').text).toBe('a\ud83d b\ude00');
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('a', '1', '\u0301', '\u200b', '😀', '\ud800', 'ﷺ', '５', '\ufe0f') }),
  );

  it('loses no offset: every folded unit comes from a stretch of the text, in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldText(text);
        let before = 0;
        for (let unit = 0; unit < folded.text.length; unit++) {
          const { start, end } = folded.toOriginal(unit, unit + 1);
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          before = start;
        }
      }),
    );
  });

  it('leads to stretches that split no surrogate pair', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = foldText(text);
        for (let unit = 0; unit < folded.text.length; unit++) {
          const { start, end } = folded.toOriginal(unit, unit + 1);
          expect(splitsPair(text, start)).toBe(false);
          expect(splitsPair(text, end)).toBe(false);
        }
      }),
    );
  });

  it('leaves nothing to fold in text without combining sequences', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '５', '٣', '\u200b', '—', '’', '😀') }), (text) => {
        const once = foldText(text).text;
        expect(foldText(once).text).toBe(once);
      }),
    );
  });
});

function splitsPair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
}
