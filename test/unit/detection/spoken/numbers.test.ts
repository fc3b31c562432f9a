import { describe, expect, it } from 'vitest';
import {
  readBelowHundred,
  readCardinal,
  readOrdinal,
  readYear,
  type ReadNumber,
} from '../../../../src/detection/spoken/numbers.ts';
import { scanWords, type Word } from '../../../../src/detection/words.ts';

/** Reads at the first word; answers the value and what is left over. */
function read(
  reader: (words: readonly Word[], at: number) => ReadNumber | null,
  text: string,
): { value: number; rest: string } | null {
  const words = scanWords(text);
  const number = reader(words, 0);
  return (
    number && {
      value: number.value,
      rest: words
        .slice(number.next)
        .map((word) => word.text)
        .join(' '),
    }
  );
}

describe('readBelowHundred', () => {
  it.each([
    ['oh five', 0, 'five'],
    ['seventeen', 17, ''],
    ['forty', 40, ''],
    ['forty two', 42, ''],
    ['forty-two', 42, ''],
    ['forty oh', 40, 'oh'],
    ['forty ten', 40, 'ten'],
    ['niner', 9, ''],
  ])('%s', (text, value, rest) => {
    expect(read(readBelowHundred, text)).toEqual({ value, rest });
  });

  it.each(['hundred', 'first', '42', 'forth', ''])('reads no number in %j', (text) => {
    expect(read(readBelowHundred, text)).toBeNull();
  });
});

describe('readCardinal', () => {
  it.each([
    ['ninety four years', 94, 'years'],
    ['one hundred', 100, ''],
    ['a hundred and two', 102, ''],
    ['one hundred three', 103, ''],
    ['nine hundred and ninety nine', 999, ''],
    ['two thousand and four', 2004, ''],
    ['two thousand seventeen', 2017, ''],
    ['two thousand three hundred five', 2305, ''],
    ['a thousand', 1000, ''],
    ['one hundred and counting', 100, 'and counting'],
  ])('%s', (text, value, rest) => {
    expect(read(readCardinal, text)).toEqual({ value, rest });
  });

  it.each(['a lot', 'and two', 'hundred'])('reads no number in %j', (text) => {
    expect(read(readCardinal, text)).toBeNull();
  });
});

describe('readOrdinal', () => {
  it.each([
    ['first', 1],
    ['twelfth', 12],
    ['twentieth', 20],
    ['twenty first', 21],
    ['twenty-second', 22],
    ['thirty first', 31],
    ['forty first', 41],
    ['ninetieth', 90],
    ['nineth', 9],
    ['21st', 21],
    ['3RD', 3],
  ])('%s', (text, value) => {
    expect(read(readOrdinal, text)).toEqual({ value, rest: '' });
  });

  it.each(['twenty', 'twenty tenth', 'forty', 'one', '21'])('reads no ordinal in %j', (text) => {
    expect(read(readOrdinal, text)).toBeNull();
  });
});

describe('readYear', () => {
  it.each([
    ['1982', 1982],
    ['nineteen eighty two', 1982],
    ['nineteen-eighty-two', 1982],
    ['nineteen oh five', 1905],
    ['nineteen hundred', 1900],
    ['twenty ten', 2010],
    ['twenty twenty four', 2024],
    ['two thousand', 2000],
    ['two thousand and four', 2004],
    ['two thousand seventeen', 2017],
  ])('%s', (text, value) => {
    expect(read(readYear, text)).toEqual({ value, rest: '' });
  });

  it.each([
    'nineteen',
    'nineteen five',
    'twenty',
    'twenty two',
    '82',
    '1782',
    '19820',
    'two hundred',
    'two thousand three hundred',
  ])('reads no year in %j', (text) => {
    expect(read(readYear, text)).toBeNull();
  });
});
