import { expect, test } from 'vitest';
import type { Place } from '../../../../src/masking/rehydration/place.ts';
import { IssuedTokens } from '../../../../src/masking/rehydration/issued-tokens.ts';
import { matchSurrogate } from '../../../../src/masking/rehydration/surrogate-match.ts';
import { NAME, PHONE } from './answers.ts';

const index = new IssuedTokens(
  new Map([
    [NAME, { kind: 'NAME', value: 'Maria Lopez', surrogate: 'Tamsin Oakworth' } as const],
    [PHONE, { kind: 'PHONE', value: '415-555-0142', surrogate: '628-555-0199' } as const],
  ]),
);
const at = (text: string, more: Partial<Place> = {}): Place => ({
  text,
  at: 0,
  depth: 0,
  edge: 'clear',
  isBetweenStrings: false,
  final: true,
  ...more,
});
const match = (text: string, more?: Partial<Place>): unknown[] => {
  const found = matchSurrogate(index, at(text, more));
  return found.is === 'found' ? [text.slice(0, found.end), found.issued[0]?.value, found.isAsSent] : [found.is];
};

test.each([
  ['Tamsin Oakworth', ['Tamsin Oakworth', 'Maria Lopez', true]],
  ['Tamsin Oakworth.', ['Tamsin Oakworth', 'Maria Lopez', true]],
  ['TAMSIN OAKWORTH!', ['TAMSIN OAKWORTH', 'Maria Lopez', false]],
  ['Tamsin, hello', ['Tamsin', 'Maria', false]],
  ['Oakworth', ['Oakworth', 'Lopez', false]],
  ['628-555-0199', ['628-555-0199', '415-555-0142', true]],
  ['6285550199', ['6285550199', '4155550142', false]],
  ['Tamsins', ['none']],
  ['Tamsin\u0301', ['none']],
  ['tamsin', ['none']],
  ['62855501990', ['none']],
  ['Tams', ['none']],
  ['', ['none']],
])('matchSurrogate of %j', (text, expected) => {
  expect(match(text)).toEqual(expected);
});

test('matchSurrogate is open while a key, or the word behind it, may go on', () => {
  for (const text of ['Tams', 'Tamsin', 'Tamsin ', 'Tamsin Oakworth', '628'])
    expect(match(text, { final: false }), text).toEqual(['open']);
  expect(match('Tamsin,', { final: false })).toEqual(['Tamsin', 'Maria', false]);
  expect(match('Tax', { final: false })).toEqual(['none']);
});

test('matchSurrogate finds nothing inside a word', () => {
  expect(match('Tamsin', { edge: 'inside' })).toEqual(['none']);
  expect(match('Tamsin', { edge: 'joined' })).toEqual(['Tamsin', 'Maria', false]);
});

test('matchSurrogate between strings of JSON finds whole numbers only', () => {
  const between = (text: string, edge: Place['edge'] = 'clear') => match(text, { isBetweenStrings: true, edge });
  expect(between('6285550199}')).toEqual(['6285550199', '4155550142', false]);
  for (const text of ['Tamsin', '6285550199.5', '6285550199e1', '628-555-0199'])
    expect(between(text), text).toEqual(['none']);
  expect(between('6285550199', 'joined')).toEqual(['none']);
});

test('matchSurrogate reads escapes in a string of JSON', () => {
  const found = matchSurrogate(index, at('Tamsin\\u0020Oakworth"', { depth: 1 }));
  expect(found).toMatchObject({ is: 'found', end: 20 });
});
