import { expect, test } from 'vitest';
import { foreignShape, foreignValue } from '../../../../src/masking/rehydration/altered-foreign.ts';
import type { Place } from '../../../../src/masking/rehydration/place.ts';
import { FOREIGN, FOREIGN_SEALED, NAME } from './answers.ts';

const place = (text: string, more: Partial<Place> = {}): Place => ({
  text,
  at: 0,
  depth: 0,
  edge: 'clear',
  isBetweenStrings: false,
  final: true,
  ...more,
});
const LIKE = { token: NAME, kind: 'NAME', value: 'Maria' } as const;
const VALUE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

test.each([
  ['in lower case', FOREIGN.toLowerCase(), 'SSN'],
  ['with dashes', FOREIGN.replaceAll('.', '-'), 'SSN'],
  ['with markup', `**${FOREIGN.toLowerCase()}`.slice(2).replace('.', '**.**'), 'SSN'],
  ['with its value', FOREIGN_SEALED.replaceAll('.', '_'), 'MRN'],
  ['of a kind of two words', FOREIGN.replace('SSN', 'HEALTH_PLAN').replaceAll('_', '-'), 'HEALTH_PLAN'],
])('foreignShape refuses a foreign token %s', (_, text, kind) => {
  expect(foreignShape(place(`${text} x`))).toEqual({ is: 'refusable', end: text.length, kind });
});

test('foreignShape finds none in other words, inside a word, and where another token begins in the value', () => {
  for (const text of ['', 'MSK', 'mskv1', 'mskv1.', 'mskv1.quux.k.', 'mskv10.name.k.x', 'msk2.name.k', 'mskv1 name'])
    expect(foreignShape(place(text)), text).toEqual({ is: 'none' });
  expect(foreignShape(place(FOREIGN.toLowerCase(), { edge: 'inside' }))).toEqual({ is: 'none' });
  expect(foreignShape(place(`mskv1.ssn.k.${FOREIGN.toLowerCase()}`))).toEqual({ is: 'none' });
});

test('foreignShape is open while the shape may be finished', () => {
  for (const text of ['msk', 'mskv1', 'mskv1-', 'mskv1-na', 'mskv1-name-', 'mskv1-name-k-abc'])
    expect(foreignShape(place(text, { final: false })), text).toEqual({ is: 'open' });
  expect(foreignShape(place('mskv1-quux-', { final: false }))).toEqual({ is: 'none' });
});

test.each([
  ['all of it', VALUE, 26],
  ['more than all', `${VALUE}QQ`, 26],
  ['sixteen letters', VALUE.slice(0, 16), 16],
  ['letters one by one', Array.from(VALUE).join(' '), 51],
  ['eight letters one by one', Array.from(VALUE.slice(0, 8)).join('.'), 15],
])('foreignValue refuses %s', (_, value, end) => {
  expect(foreignValue(place(`${value}, hello`), 0, LIKE)).toEqual({ is: 'refusable', end, kind: 'NAME' });
});

test('foreignValue finds none in prose and in too few letters', () => {
  for (const text of ['', 'hello there you', VALUE.slice(0, 15), Array.from(VALUE.slice(0, 7)).join(' ')])
    expect(foreignValue(place(`${text}, ok`), 0, LIKE), text).toEqual({ is: 'none' });
});

test('foreignValue is open while the value may go on', () => {
  for (const text of ['', 'ABC', VALUE.slice(0, 20), 'A B C'])
    expect(foreignValue(place(text, { final: false }), 0, LIKE), text).toEqual({ is: 'open' });
  expect(foreignValue(place(VALUE, { final: false }), 0, LIKE).is).toBe('refusable');
});
