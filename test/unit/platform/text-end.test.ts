import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOf, withoutEnd } from '../../../src/platform/text-end.ts';

const spaces = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\u{1f600}', '\ud800') });

test('a text is cut at the longest end whose units match', () => {
  expect(endOf('call 415', /\d/)).toBe('415');
  expect(withoutEnd('https://a.example//', /\//)).toBe('https://a.example');
  expect([endOf('', /\S/), withoutEnd('', /\S/)]).toEqual(['', '']);
  fc.assert(
    fc.property(spaces, (text) => {
      expect(endOf(text, /\S/)).toBe(/\S*$/.exec(text)?.[0]);
      expect(withoutEnd(text, /\s/) + endOf(text, /\s/)).toBe(text);
      expect(withoutEnd(text, /\s/)).toBe(text.trimEnd());
    }),
  );
});

test('the end of a text with a run of a million units before it is found', () => {
  expect(endOf(`${'a'.repeat(1_000_000)} b`, /\S/)).toBe('b');
  expect(withoutEnd(`${' '.repeat(1_000_000)}b `, /\s/)).toHaveLength(1_000_001);
});
