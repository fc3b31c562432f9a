import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

describe('digits and letters of other shapes', () => {
  it.each([
    'my ssn is [SSN:46О-89-9847]',
    'call [PHONE:４１５–５５５–０１３２] now',
    'call [PHONE:4l5-555-O132] today',
    'ssn [SSN:l23-45-6789]',
    'ssn [SSN:𝟏𝟐𝟑-𝟒𝟓-𝟔𝟕𝟖𝟗]',
    'mail [EMAIL:jоhn@example.com]',
    'card [CREDIT_CARD:4111 1111 llll 1111]',
    'call [PHONE:4​1​5​-555-0132]',
    'it is [PHONE:٤١٥-٥٥٥-٠١٣٢]',
  ])('folded: %s', (line) => {
    expect(mark(readMarked(line).text)).toBe(line);
  });
});
