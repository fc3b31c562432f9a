import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('towns and streets whose names are words', () => {
  it.each([
    'i live in [ADDRESS:reading]',
    'we drove from [ADDRESS:weed] this morning',
    'moved here from [ADDRESS:big bear]',
    "i'm staying in [ADDRESS:orange] with my kids",
    'she lives over in [ADDRESS:Normal]',
    'i was born in [ADDRESS:guadalajara] mexico',
    'you can send it to [ADDRESS:po box nine nine two in globe]',
    'i live on [ADDRESS:pleasant]',
    "i'm right off [ADDRESS:main and third]",
    'my pharmacy is the one on [ADDRESS:chestnut and broad]',
    'over on [ADDRESS:washington] by the bank',
    'it happened on [ADDRESS:jefferson] near the park',
    "i'm staying with my sister in [ADDRESS:truth or consequences]",
    "it's the one on pelican way, number [ADDRESS:thirty one]",
  ])('are found where the sentence speaks of a place: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    "i'm calling from mobile",
    'i moved in early',
    'here in reading glasses',
    'i live on coffee',
    'i live on state disability',
    'on first and second dose',
    'i had a reaction on oak and maple',
    'the one on front and back',
    "it's on main campus",
    'i was born in mexico',
  ])('are not read into other words: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
