import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ENTITY_KINDS, type EntityKind } from '../../../../src/detection/kinds.ts';
import { allFormsOf, patternsOf, type ValuePatterns } from '../../../../src/masking/egress/egress-patterns.ts';
import { FIRST_SEED, nextFirst, nextSecond, SECOND_SEED } from '../../../../src/masking/egress/word-hashes.ts';

const NONE: ValuePatterns = { runs: [], words: [], isProse: false };
const phrases = ({ words }: ValuePatterns): string[] => words.map((phrase) => phrase.map(({ text }) => text).join(' '));

test.each<[string, EntityKind, readonly string[]]>([
  ['(212) 555-0187', 'PHONE', ['2125550187', '12125550187']],
  ['+1 212 555 0187', 'FAX', ['12125550187', '2125550187']],
  ['2 212 555 0187', 'PHONE', ['22125550187']],
  ['(212) 555-0187', 'MRN', ['2125550187']],
  ['1234567', 'ACCOUNT', ['1234567']],
  ['123456', 'ACCOUNT', []],
  ['7'.repeat(64), 'ACCOUNT', ['7'.repeat(64)]],
  ['7'.repeat(65), 'ACCOUNT', []],
  ['AB-123 456', 'MRN', ['ab123456']],
  ['AB-12 456', 'MRN', []],
  ['ABQZXKF-12', 'MRN', []],
  ['Flat 123, 45 Elm', 'ADDRESS', []],
  ['٢١٢٥٥٥٠', 'ACCOUNT', ['2125550']],
])('patternsOf returns the runs of %s (%s)', (value, kind, runs) => {
  expect(patternsOf(value, kind).runs).toEqual(runs);
});

test.each<[string, EntityKind]>([
  ['92 years old', 'AGE'],
  ['Christopher', 'NAME'],
  ['North Carolina', 'ADDRESS'],
  ['Whitfie', 'NAME'],
  ['a@b.c', 'EMAIL'],
  ['March 14', 'DATE'],
  ['max tokens', 'OTHER_ID'],
  ['the second appointment', 'OTHER_ID'],
  ['', 'NAME'],
  ['\ud800', 'NAME'],
])('patternsOf returns nothing for %j (%s), which may be something else', (value, kind) => {
  expect(patternsOf(value, kind)).toEqual(NONE);
});

test.each<[string, EntityKind, string]>([
  ['Whitfiel', 'NAME', 'whitfiel'],
  ['zq@b.io', 'EMAIL', 'zq @ b io'],
  ['March 14, 1962', 'DATE', 'march 14 1962'],
  ['march fourteenth nineteen sixty two', 'DOB', 'march fourteenth nineteen sixty two'],
  ['the second appointment of the day', 'OTHER_ID', 'the second appointment of the day'],
  ['appointment 123', 'OTHER_ID', 'appointment 123'],
  ['José Núñez', 'NAME', 'jose nunez'],
])('patternsOf returns the words of %s (%s)', (value, kind, words) => {
  expect(phrases(patternsOf(value, kind))).toEqual([words]);
});

test('patternsOf counts a place or an organisation as prose only, unless it has a digit', () => {
  expect(patternsOf('Los Angeles', 'ADDRESS').isProse).toBe(true);
  expect(patternsOf('Kumquat Partners', 'ORG').isProse).toBe(true);
  expect(patternsOf('4242 Kumquat Lane', 'ADDRESS').isProse).toBe(false);
  expect(patternsOf('Kumquat Partners', 'NAME').isProse).toBe(false);
});

test('patternsOf searches a long text by its first 16 words', () => {
  const words = Array.from({ length: 40 }, (_, n) => `qzx${n}`);
  expect(phrases(patternsOf(words.join(' '), 'OTHER_ID'))).toEqual([words.slice(0, 16).join(' ')]);
});

test('patternsOf tells words of over 4096 letters apart by hashes of all their letters', () => {
  const [one, other] = ['a', 'b'].map((end) => patternsOf('qzx7'.repeat(2000) + end, 'MRN').words[0]?.[0]);
  expect([one?.text.length, other?.text]).toEqual([4096, one?.text]);
  expect([other?.first === one?.first, other?.second === one?.second]).toEqual([false, false]);
});

test('patternsOf hashes letters beyond the 4096th as it hashes the others, in any script', () => {
  for (const letter of ['q', 'п', '\u{1d40c}', 'é']) {
    const word = patternsOf(letter.repeat(5000), 'NAME').words[0]?.[0];
    const symbol = word?.text.codePointAt(0) ?? 0;
    let [first, second] = [FIRST_SEED, SECOND_SEED];
    for (let n = 0; n < 5000; n += 1) [first, second] = [nextFirst(first, symbol), nextSecond(second, symbol)];
    expect([word?.first, word?.second], letter).toEqual([first, second]);
  }
});

test('allFormsOf returns the words of any text, and its run unless it is too long or an address', () => {
  expect(allFormsOf('')).toEqual(NONE);
  expect(allFormsOf('Ann')).toMatchObject({ runs: ['ann'], isProse: false });
  expect(allFormsOf('a@b').runs).toEqual([]);
  expect(allFormsOf('ab '.repeat(32)).runs).toHaveLength(1);
  expect(allFormsOf('ab '.repeat(33)).runs).toEqual([]);
  expect(allFormsOf('ab '.repeat(300)).words[0]).toHaveLength(100);
});

test('patternsOf and allFormsOf read a value in the same way in another case, width and composition', () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'Q', 'é', 'Ж', '7', ' ', '-', '@', '\u200b', '\u{1f600}') });
  fc.assert(
    fc.property(value, fc.constantFrom(...ENTITY_KINDS), (text, kind) => {
      for (const other of [text.toUpperCase(), text.normalize('NFD'), text.replaceAll('7', '\uff17')]) {
        expect(patternsOf(other, kind)).toEqual(patternsOf(text, kind));
        expect(allFormsOf(other)).toEqual(allFormsOf(text));
      }
    }),
    { numRuns: 60 },
  );
});
