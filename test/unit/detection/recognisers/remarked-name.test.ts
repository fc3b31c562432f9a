import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('names that are words, by a remark on them', () => {
  it.each([
    '[NAME:day] is the last name',
    '[NAME:mcglinchey] is my maiden name',
    '[NAME:brown] with an e at the end',
    'look under [NAME:long]',
    "it's under [NAME:rivers]",
    '[NAME:grace] is my wife and she has the card',
    "[NAME:Grace], that's my granddaughter, has the card.",
    'me and [NAME:hope] live together',
    '[NAME:faith] and i went',
    "[NAME:art]'s not home right now",
    "[NAME:will]'s got the paperwork",
    'if [NAME:summer] calls tell her',
    'i talked with [NAME:dawn] this morning',
  ])('are found: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'what is my middle name on there',
    "it's under control",
    'look under the bed',
    "i'm under a doctor's care",
    'pain is my main problem',
    'me and my wife will come',
    'if summer comes i feel worse',
    "the star's not there on my keyboard",
    'vitamin d with a k',
  ])('are not read into other remarks: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
