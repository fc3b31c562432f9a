import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownValues } from '../../../../src/detection/known.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { ALONE } from '../../../../src/masking/turn/placed-text.ts';
import { WordIndex } from '../../../../src/masking/turn/word-index.ts';

type Value = readonly [string, EntityKind];

const found = (texts: readonly string[], ...values: Value[]): number[] => {
  const index = new WordIndex();
  for (const [number, text] of texts.entries()) index.add({ text, beside: ALONE }, number);
  return [...index.mayHold(values)].sort((a, b) => a - b);
};

describe('WordIndex', () => {
  test.each<[string, string, Value]>([
    ['the value as it is written', 'call 415-555-0132 now', ['415-555-0132', 'PHONE']],
    ['digits in words', 'four one five, double five five, oh one three two', ['4155550132', 'PHONE']],
    ['a spelled name', 'that is k o w a l c z y k', ['Kowalczyk', 'NAME']],
    ['a spelled name with fillers', 'a, n, um, n, a', ['Anna', 'NAME']],
    ['a code word that is cut', 'it begins with november oscar-', ['Okafor', 'NAME']],
    ['code words', 'kilo four seven nine nine one', ['K47991', 'MRN']],
    ['the letter o for a zero', 'W O 4 4 1 9 7', ['W044197', 'HEALTH_PLAN']],
    ['the beginning of a cut name', 'thank you, Mariso-', ['Marisol Quintero', 'NAME']],
    ['another form of a date', 'on 3/14/1962', ['March 14, 1962', 'DOB']],
    ['escapes', 'Maria%20Gonzalez', ['Maria Gonzalez', 'NAME']],
    ['a value that is escaped itself', 'I am Maria Gonzalez', ['Maria%20Gonzalez', 'NAME']],
  ])('finds a text with %s', (_, text, value) => {
    const values = new KnownValues();
    values.set(...value);
    expect(values.find(text)).not.toEqual([]);
    expect(found(['nothing to see', text], value)).toContain(1);
  });

  test('finds a part of a message, in which a value may go on from another part', () => {
    const index = new WordIndex();
    index.add({ text: 'tell K', beside: { before: '', after: 'owalczyk' } }, 0);
    index.add({ text: 'nothing to see', beside: ALONE }, 1);
    expect([...index.mayHold([['Kowalczyk', 'NAME']])]).toEqual([0]);
  });

  test('leaves out texts in which no word begins the value', () => {
    const texts = ['I am well, thank you.', 'It was a Monday.', 'Alan and I went there.', 'Anna said so.'];
    expect(found(texts, ['Anna Okafor', 'NAME'])).toEqual([3]);
    expect(found(['at 5 past 4', 'area 9 1 9'], ['919-555-0132', 'PHONE'])).toEqual([1]);
  });

  test('never leaves out a text in which a search finds the value', () => {
    const words = fc.constantFrom(
      ...'a i o an Anna ann alpha november oscar one four forty 4 1 5 415 555 0132 0 oh double - , . as in said march 14 14th 3 1962 Maria Gonz gonzalez dot at uh and \n % &amp;'.split(
        ' ',
      ),
    );
    const text = fc.array(words, { minLength: 1, maxLength: 14 }).map((each) => each.join(' '));
    const glued = fc.array(words, { minLength: 1, maxLength: 6 }).map((each) => each.join(''));
    const value = fc.oneof(
      fc.constantFrom<Value>(
        ['Anna Maria Gonzalez', 'NAME'],
        ['415-555-0132', 'PHONE'],
        ['March 14, 1962', 'DOB'],
        ['A4O155', 'MRN'],
        ['anna@gonzalez.example', 'EMAIL'],
        ['14 Oscar Road', 'ADDRESS'],
      ),
      fc
        .tuple(glued, fc.constantFrom<EntityKind>('NAME', 'OTHER_ID', 'ADDRESS', 'PHONE', 'DATE'))
        .map((each): Value => each),
    );
    let hits = 0;
    fc.assert(
      fc.property(fc.oneof(text, glued), value, (said, known) => {
        const values = new KnownValues();
        values.set(known[0], known[1]);
        if (values.find(said).length === 0) return;
        hits += 1;
        expect(found([said], known)).toEqual([0]);
      }),
      { seed: 20_261_130, numRuns: 3000 },
    );
    expect(hits).toBeGreaterThan(50);
  });

  test('counts what it takes of memory', () => {
    const index = new WordIndex();
    index.add({ text: 'one text', beside: ALONE }, 0);
    const { bytes } = index;
    index.add({ text: 'another text', beside: ALONE }, 1);
    expect(bytes).toBeGreaterThan(0);
    expect(index.bytes).toBeGreaterThan(bytes);
  });
});
