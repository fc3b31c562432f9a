import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCapitalised, scanWords } from '../../../src/detection/words.ts';

const texts = (text: string) => scanWords(text).map((word) => word.text);
const types = (text: string) => scanWords(text).map((word) => word.type);

describe('scanWords', () => {
  it.each([
    ['call me at 415-555', ['call', 'me', 'at', '415', '-', '555']],
    ["it's o'brien's", ['it', "'s", "o'brien", "'s"]],
    ["i'm we'll", ["i'm", "we'll"]],
    ["dogs' 'quoted'", ['dogs', "'", "'", 'quoted', "'"]],
    ['the 21st and 3RD, 4thing', ['the', '21st', 'and', '3RD', ',', '4', 'thing']],
    ['AB12cd', ['AB', '12', 'cd']],
    ['Erzsébet tér', ['Erzsébet', 'tér']],
    ['שלום 😀!', ['שלום', '😀', '!']],
    ['', []],
    [' \t\n', []],
  ])('cuts %j', (text, words) => {
    expect(texts(text)).toEqual(words);
  });

  it('tells letters, digits, ordinals and marks apart', () => {
    expect(types('a 1 2nd @ é')).toEqual(['letters', 'digits', 'ordinal', 'mark', 'letters']);
  });

  it('says where white space and line breaks stand', () => {
    const words = scanWords('a-b c\nd');
    expect(words.map((word) => word.glued)).toEqual([true, true, true, false, false]);
    expect(words.map((word) => word.newLine)).toEqual([true, false, false, false, true]);
  });

  it('lower-cases letters', () => {
    expect(scanWords('MRN Élan').map((word) => word.lower)).toEqual(['mrn', 'élan']);
    expect(scanWords('Élan mrn 12').map(isCapitalised)).toEqual([true, false, false]);
  });

  it('covers all but white space, in order, without overlap', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let at = 0;
        for (const word of scanWords(text)) {
          expect(text.slice(at, word.start).trim()).toBe('');
          expect(text.slice(word.start, word.end)).toBe(word.text);
          expect(word.end).toBeGreaterThan(word.start);
          at = word.end;
        }
        expect(text.slice(at).trim()).toBe('');
      }),
    );
  });
});
