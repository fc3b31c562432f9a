import { expect, test } from 'vitest';
import type { Span } from '../../../../src/detection/span.ts';
import { findPastedTokens, isPastedToken, struckOut } from '../../../../src/masking/turn/pasted-tokens.ts';

const pastedTokensOf = (text: string): Span[] => [...findPastedTokens(text)].flatMap((span) => span ?? []);

const TOKEN = `MSKV1.NAME.K_OTHER.${'A'.repeat(26)}`;

test('what looks like a token is a value of its own, and detection reads marks in its place', () => {
  const text = `for ${TOKEN}, or ${TOKEN} 7734219`;
  const found = pastedTokensOf(text);
  expect(found.map(({ start, end, kind }) => [text.slice(start, end), kind])).toEqual([
    [TOKEN, 'OTHER_ID'],
    [TOKEN, 'OTHER_ID'],
  ]);
  expect(found.every(isPastedToken)).toBe(true);
  expect(struckOut(text, found)).toBe(`for ${'|'.repeat(TOKEN.length)}, or ${'|'.repeat(TOKEN.length)} 7734219`);
});

test('a text without any stays as it is', () => {
  expect([pastedTokensOf('MSK is no token'), struckOut('MSK is no token', [])]).toEqual([[], 'MSK is no token']);
  expect(
    isPastedToken({
      start: 0,
      end: 3,
      kind: 'OTHER_ID',
      pass: 'regex',
      confidence: 1,
      validated: true,
      recogniser: 'other',
    }),
  ).toBe(false);
});
