import { describe, expect, it } from 'vitest';
import { meaningsOf } from '../../../../src/detection/context/meaning.ts';
import { scanWords } from '../../../../src/detection/words.ts';

const says = (text: string): string =>
  meaningsOf(scanWords(text))
    .map(({ chars }) => chars)
    .join('');

describe('what words say', () => {
  it.each([
    ['(415) 555-0132', '4155550132'],
    ['four one five', '415'],
    ['oh one double two', '0122'],
    ['triple five', '555'],
    ['double l', 'll'],
    ['four fifteen', '415'],
    ['forty two', '42'],
    ['forty-two', '42'],
    ['forty', '40'],
    ['twenty twenty', '2020'],
    ['nineteen eighty two', '1982'],
    ['eight hundred five', '8005'],
    ['k o w', 'kow'],
    ['K-O-W', 'kow'],
    ['b as in boy o', 'bo'],
    ["O'Brien's", 'obrien'],
    ['José', 'jose'],
    ['o two', '02'],
    ['s m i t h o', 'smitho'],
    ['', ''],
  ])('%s: %s', (text, chars) => {
    expect(says(text)).toBe(chars);
  });

  it('of fillers and joints is passed over', () => {
    expect(meaningsOf(scanWords('uh dot smith')).map(({ skippable }) => skippable)).toEqual([true, true, false]);
  });

  it('of a code word is a letter, too, beside digits', () => {
    expect(meaningsOf(scanWords('whiskey four'))[0]).toMatchObject({ chars: 'whiskey', letter: 'w' });
    expect(meaningsOf(scanWords('whiskey sour'))[0]).toMatchObject({ letter: '' });
  });

  it('is given for every word', () => {
    for (const text of ['b as in boy as in', 'double', 'double double double', 'a as in', '😀 \ud800 é']) {
      const words = scanWords(text);
      expect(meaningsOf(words)).toHaveLength(words.length);
    }
  });
});
