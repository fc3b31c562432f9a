import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IssuedTokens, TurnTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import type { Place } from '../../../../src/masking/rehydration/place.ts';
import { matchAt } from '../../../../src/masking/rehydration/token-match.ts';
import { answer, FOREIGN, FOREIGN_SEALED, issued, NAME, PHONE, SEALED, SEALED_LONGER } from './answers.ts';

const place = (text: string, final = true): Place => ({
  text,
  at: 0,
  depth: 0,
  edge: 'clear',
  isBetweenStrings: false,
  final,
});
const match = (text: string, final = true, index = issued) => matchAt(index, place(text, final));

test.each([
  ['as issued', NAME, true],
  ['in lower case', NAME.toLowerCase(), false],
  ['with spaces for its dots', NAME.replaceAll('.', ' '), false],
])('matchAt finds a token of the turn %s', (_, text, isExact) => {
  expect(match(`${text}, hello`)).toMatchObject({ is: 'issued', end: text.length, issued: { token: NAME }, isExact });
});

test('matchAt holds back a beginning, and takes the longer of two tokens', () => {
  for (const text of [NAME.slice(0, 1), NAME.slice(0, -1), SEALED, 'msk', FOREIGN.slice(0, 30)])
    expect(match(text, false).is, text).toBe('held');
  expect(match(SEALED)).toMatchObject({ is: 'issued', issued: { token: SEALED } });
  expect(match(SEALED_LONGER)).toMatchObject({ is: 'issued', issued: { token: SEALED_LONGER } });
});

test.each([
  ['unknown', FOREIGN, 'SSN', 'unknown'],
  ['unknown, with its value', FOREIGN_SEALED, 'MRN', 'unknown'],
  ['of no kind', FOREIGN.replace('SSN', 'QUUX'), 'UNKNOWN', 'unknown'],
  ['too short', FOREIGN.slice(0, -3), 'SSN', 'malformed'],
  ['spelled another way', FOREIGN.toLowerCase(), 'SSN', 'malformed'],
])('matchAt refuses a token that is %s', (_, text, kind, reason) => {
  expect(match(`${text}, hello`)).toEqual({ is: 'refused', end: text.length, kind, reason });
});

test('matchAt refuses a token of the session that did not stand in the turn', () => {
  const turn = new TurnTokens(issued, new Set([PHONE]));
  expect(matchAt(turn, place(NAME))).toEqual({ is: 'refused', end: NAME.length, kind: 'NAME', reason: 'outside_turn' });
  expect(matchAt(turn, place(PHONE)).is).toBe('issued');
});

test('matchAt refuses a surrogate that stands for two values, and restores one that stands for the same', () => {
  const of = (first: string, second: string) =>
    new IssuedTokens(
      new Map([
        [NAME, { kind: 'NAME', value: first, surrogate: 'Tamsin Oakworth' } as const],
        [PHONE, { kind: 'NAME', value: second, surrogate: 'Tamsin Quill' } as const],
      ]),
    );
  expect(match('Tamsin!', true, of('Maria Lopez', 'Ana Diaz'))).toMatchObject({ is: 'refused', reason: 'ambiguous' });
  expect(match('Tamsin!', true, of('Maria Lopez', 'MARIA Diaz'))).toMatchObject({ is: 'issued', isExact: false });
});

test('matchAt never changes what it decided of a text that goes on, and decides every final one', () => {
  fc.assert(
    fc.property(answer, answer, (text, more) => {
      const decided = match(text, false);
      expect(match(text).is).not.toBe('held');
      if (decided.is !== 'held') expect(match(text + more, false)).toEqual(decided);
    }),
    { numRuns: 200 },
  );
});
