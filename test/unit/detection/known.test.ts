import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { findKnown } from '../../../src/detection/known.ts';
import { mark } from './marked.ts';

const values = (entries: readonly (readonly [string, EntityKind])[]) => new Map<string, EntityKind>(entries);
const marked = (text: string, entries: readonly (readonly [string, EntityKind])[]) => mark(text, findKnown(text, values(entries)));

describe('findKnown', () => {
  it('finds every whole word again, in any case', () => {
    expect(marked('Martha said that MARTHA, not Marthas, is martha.', [['martha', 'NAME']])).toBe('[NAME:Martha] said that [NAME:MARTHA], not Marthas, is [NAME:martha].');
  });

  it('prefers the longest form', () => {
    expect(marked('ask john smith or john', [['john', 'NAME'], ['john smith', 'NAME'], ['smith', 'NAME']])).toBe('ask [NAME:john smith] or [NAME:john]');
  });

  it('finds a shorter whole word that ends inside a longer value which is not there', () => {
    expect(marked('xlee lee ann', [['ann lee', 'NAME'], ['lee', 'NAME'], ['xylee', 'NAME']])).toBe('xlee [NAME:lee] ann');
  });

  it('finds a shorter value inside the beginning of a longer one', () => {
    expect(marked('ann lee jones', [['ann lee smith', 'NAME'], ['lee', 'NAME']])).toBe('ann [NAME:lee] jones');
  });

  it('finds values with marks at their ends, and digits as whole numbers', () => {
    expect(marked('at (415) 555-0132, not 15550132', [['(415) 555-0132', 'PHONE'], ['5550132', 'PHONE']])).toBe('at [PHONE:(415) 555-0132], not 15550132');
  });

  it('sees through other spellings of quotes and digits', () => {
    expect(marked('O’Brien, ４１５', [["o'brien", 'NAME'], ['415', 'MRN']])).toBe('[NAME:O’Brien], [MRN:４１５]');
  });

  it('ignores forms of fewer than three characters', () => {
    expect(findKnown('jo is 42', values([['jo', 'NAME'], ['42', 'MRN'], ['', 'NAME']]))).toEqual([]);
  });

  it('reports pass known, with confidence 1', () => {
    expect(findKnown('ann', values([['Ann', 'NAME']]))).toEqual([{ start: 0, end: 3, kind: 'NAME', pass: 'known', confidence: 1, validated: false, recogniser: 'known' }]);
  });

  it('finds what a search word by word finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'B'), minLength: 1, maxLength: 5 }), { maxLength: 20 }), (forms, words) => {
        const text = words.join(' ');
        const known = new Set(forms.map((form) => form.toLowerCase()));
        const expected = words.filter((spoken) => known.has(spoken.toLowerCase())).length;
        // Forms are single words here: adjacent names would be merged, so kinds are MRN.
        expect(findKnown(text, new Map(forms.map((form) => [form, 'MRN' as const])))).toHaveLength(expected);
      }),
    );
  });
});
