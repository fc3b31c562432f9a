import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('addresses', () => {
  it.each([
    'I live at [ADDRESS:123 Main Street, Apt 4B, Springfield, IL 62704]',
    '[ADDRESS:1600 Pennsylvania Ave NW, Washington, DC 20500]',
    '[ADDRESS:123 Main St].',
    'the office is at [ADDRESS:77 Massachusetts Avenue] in Cambridge',
    '[ADDRESS:120 W. Elm Street, Suite 300]',
    '[ADDRESS:9 Saint James Place]',
    '[ADDRESS:350 5th Ave]',
    '[ADDRESS:P.O. Box 1234, Austin, TX 78701]',
    '[ADDRESS:Boston, MA 02115]',
    'from [ADDRESS:Portland, Oregon]',
    '[ADDRESS:Denver, TX]',
    'CA [ADDRESS:90210]',
    'ZIP [ADDRESS:62704-1234]',
    'my zip is [ADDRESS:90210]',
    'at [ADDRESS:60614-2233] since',
    'I live in [ADDRESS:Springfield]',
    'He was born in [ADDRESS:Cheyenne, Wyoming]',
    'in [ADDRESS:Cook County] jail',
    'Address: [ADDRESS:86036 Rua Arenque 1634]',
    'send it to [ADDRESS:Apt. 595]',
  ])('written: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'i live at [ADDRESS:four twenty two west oak avenue apartment five b springfield illinois six two seven oh four]',
    "it's [ADDRESS:twelve thirty four elm street]",
    '[ADDRESS:350 fifth avenue new york new york]',
    "that's [ADDRESS:eighty eight north willow creek road]",
    'zip code is [ADDRESS:nine oh two one oh]',
    'zip plus four is [ADDRESS:six two seven oh four dash one two three four]',
    'i live in [ADDRESS:springfield illinois]',
    'my address is [ADDRESS:12 maple]',
    'write to [ADDRESS:po box one two three]',
    'on [ADDRESS:seventeen peachtree lane], thanks',
  ])('spoken: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    "i'm from texas",
    'I live in California',
    'I live in Canada',
    'i live in a house',
    'go to room 402 on the third floor',
    '30 minutes drive from here',
    'two feet square',
    '24 hour drive thru',
    'one way or another',
    'Hello, OK. Sure, OK',
    'Lungs, MD',
    '5 people in one place',
    'there are two ways',
    'your county',
    'in 1 easy way',
    'we moved to a new place',
    'take 2 tablets, walk 20 minutes and drive home',
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
