import { describe, expect, it } from 'vitest';
import { findSpellings } from '../../../../src/detection/context/spellings.ts';
import { scanWords } from '../../../../src/detection/words.ts';

const spelled = (text: string): string[] => findSpellings(scanWords(text)).map(({ chars }) => chars);

describe('letters said one by one', () => {
  it.each([
    ['k o w', ['KOW']],
    ['K-O-W', ['KOW']],
    ['k, o, uh, w', ['KOW']],
    ['b as in boy o b', ['BOB']],
    ['double l o', ['LLO']],
    ['d e l a c r o i x', ['DELACROIX']],
    ['o apostrophe b r', ['OBR']],
    ['b d and then some words d l', ['BD', 'DL']],
    ['a cat and i', []],
    ['no letters here', []],
  ])('%s', (text, expected) => {
    expect(spelled(text)).toEqual(expected);
  });
});
