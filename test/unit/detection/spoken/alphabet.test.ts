import { describe, expect, it } from 'vitest';
import { isLetterWord, isPhonetic, readLetter } from '../../../../src/detection/spoken/alphabet.ts';
import { scanWords } from '../../../../src/detection/words.ts';

describe('readLetter', () => {
  it.each([
    ['b', 'B', 1],
    ['b as in boy', 'B', 4],
    ['b for bravo', 'B', 3],
    ['m like mary', 'M', 3],
    ['m for you', 'M', 1],
    ['b as usual', 'B', 1],
    ['Q 1', 'Q', 1],
  ])('%s', (text, letter, next) => {
    expect(readLetter(scanWords(text), 0)).toEqual({ letter, next });
  });

  it.each(['boy', '1', 'é', '.'])('reads no letter in %j', (text) => {
    expect(readLetter(scanWords(text), 0)).toBeNull();
  });

  it('takes no part of an abbreviation for a letter', () => {
    const words = scanWords('e.g. the U.S. or x');
    expect(words.map((_, at) => isLetterWord(words, at)).filter(Boolean)).toHaveLength(1);
  });

  it('knows the NATO alphabet', () => {
    expect(['alpha', 'juliet', 'zulu', 'boy'].map(isPhonetic)).toEqual([true, true, true, false]);
  });
});
