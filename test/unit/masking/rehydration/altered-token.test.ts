import { expect, test } from 'vitest';
import { matchAltered, noiseAt } from '../../../../src/masking/rehydration/altered-token.ts';
import type { Place } from '../../../../src/masking/rehydration/place.ts';
import { issued, NAME, PHONE } from './answers.ts';

const place = (text: string, more: Partial<Place> = {}): Place => ({
  text,
  at: 0,
  depth: 0,
  edge: 'clear',
  isBetweenStrings: false,
  final: true,
  ...more,
});

test.each([
  ['in lower case', NAME.toLowerCase()],
  ['in full width', NAME.replace(/[A-Z0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
  ['letter by letter', Array.from(NAME).join(' ')],
  ['with eight marks between two letters', `${NAME.slice(0, 30)}${'*'.repeat(8)}${NAME.slice(30)}`],
  ['with the dots said', NAME.replaceAll('.', ' dot ')],
  ['with coded marks', NAME.replaceAll('_', '&lowbar;').replaceAll('.', '%2E')],
])('matchAltered finds a token %s', (_, text) => {
  const match = matchAltered(issued, place(`${text} x`));
  expect(match).toMatchObject({ is: 'found', end: text.length, issued: [{ token: NAME }] });
});

test('matchAltered finds no token with nine marks between two letters, or another letter in it', () => {
  for (const text of [
    `${NAME.slice(0, 40)}${'*'.repeat(9)}${NAME.slice(40)}`,
    `${NAME.slice(0, 40)}9${NAME.slice(41)}`,
  ])
    expect(matchAltered(issued, place(text)), text).toMatchObject({ is: 'broken', like: { token: NAME } });
  for (const text of ['', 'my', 'x', NAME.slice(0, 10)])
    expect(matchAltered(issued, place(text)), text).toEqual({ is: 'none' });
});

test('matchAltered is open while the text may become a token', () => {
  for (const text of [
    '',
    'm',
    'MS K',
    NAME.toLowerCase().slice(0, -1),
    `${NAME.slice(0, 6)} `,
    `${NAME.slice(0, 5)} do`,
  ])
    expect(matchAltered(issued, place(text, { final: false })), text).toEqual({ is: 'open' });
});

test('matchAltered says where the value begins of a token that is broken there', () => {
  const head = PHONE.slice(0, PHONE.lastIndexOf('.') + 1).replaceAll('.', ' ');
  expect(matchAltered(issued, place(`${head}QQQQ`))).toMatchObject({ is: 'broken', valueAt: head.length });
});

test('matchAltered begins a scheme letter by letter only where no word goes on', () => {
  const text = Array.from(NAME).join(' ');
  expect(matchAltered(issued, place(text, { edge: 'joined' })).is).toBe('none');
  expect(matchAltered(issued, place(NAME.toLowerCase(), { edge: 'inside' })).is).toBe('none');
  expect(matchAltered(issued, place(NAME, { edge: 'inside' })).is).toBe('found');
});

test('noiseAt takes a quote for no mark of a token between the strings of JSON', () => {
  expect([noiseAt(place(''), 0x22), noiseAt(place('', { isBetweenStrings: true }), 0x22)]).toEqual(['soft', null]);
  expect(noiseAt(place('', { isBetweenStrings: true }), 0x20)).toBe('space');
});
