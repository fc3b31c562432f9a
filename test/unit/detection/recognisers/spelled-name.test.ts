import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('names spelled letter by letter', () => {
  it.each([
    'my last name is [NAME:smith s m i t h]',
    'last name is spelled [NAME:o apostrophe b r i e n]',
    "that's [NAME:s m i t h hyphen j o n e s] for my last name",
    "it's spelled [NAME:capital m c capital d o n a l d]",
    'the last name is [NAME:g as in george o n z as in zebra a l e z]',
    'spell it for me? [NAME:k-o-w-a-l-s-k-i]',
    'surname [NAME:n as in nancy g u y e n]',
    'spelled [NAME:p double e t e r s]',
    'name is spelled [NAME:d e dash l a dash c r u z]',
    'last name [NAME:double u a r d]',
    'last name is [NAME:november golf uniform yankee echo november]',
    'first name [NAME:j o n]',
    'the last name is [NAME:v as in victor a s q u e z]',
    "that's [NAME:m a r i a] with one r",
    "my name's [NAME:kaitlyn] that's [NAME:k a i t l y n]",
    "[NAME:o'brien], that's [NAME:o apostrophe b r i e n]",
    'last name [NAME:smith-jones], [NAME:s m i t h dash j o n e s]',
    "it's spelled [NAME:b as in boy, r, o, w, n]",
    'last name [NAME:B-R-O-W-N]',
    'can you spell that? [NAME:g a r c i a]',
    "that's [NAME:m c g l i n c h e y] with a small c",
    'um [NAME:o k e e f e]',
  ])('spelled: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });

  it.each([
    'the medication is spelled m e t f o r m i n',
    'i take x y z',
    'a b c d e f g',
    'e k g and m r i',
    "that's h i p a a",
    "it's l o s a r t a n",
  ])('stays: %s', (text) => {
    expect(mark(text)).toBe(text);
  });
});
