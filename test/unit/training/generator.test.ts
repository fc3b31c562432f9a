import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generate, readTemplates } from '../../../training/generator.ts';
import { readLists } from '../../../training/lexicon.ts';
import { People } from '../../../training/people.ts';
import { Random } from '../../../training/random.ts';
import { Values } from '../../../training/values.ts';

const training = new URL('../../../training/', import.meta.url);
const lists = readLists(new URL('lexicon/', training));
const files = readdirSync(new URL('templates/', training)).filter((name) => name.endsWith('.txt'));
const templates = files.flatMap((file) =>
  readTemplates(file, readFileSync(new URL(`templates/${file}`, training), 'utf8')),
);

/** Enough words for the form of texts; a generator of all of them takes long to make. */
const fewWords = { ...lists, words: lists.words.filter((_, at) => at % 100 === 0) };

function generatorOf(seed: number, from = lists): { readonly values: Values; readonly random: Random } {
  const random = new Random(seed);
  return { values: new Values(new People(from, random), random), random };
}

describe('the generator', () => {
  it('fills every template of the project', () => {
    const { values, random } = generatorOf(1);
    for (const template of templates) expect(generate(template, values, random).text).not.toMatch(/[{}]/);
  });

  it('labels stretches of the text, in order, apart, without white space around them', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...templates), (seed, template) => {
        const { values, random } = generatorOf(seed, fewWords);
        const { text, spans } = generate(template, values, random);
        let next = 0;
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(next);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          next = end;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('labels what a slot says, and nothing where no slot says so', () => {
    const { values, random } = generatorOf(3);
    const [phone, plain] = [
      readTemplates('t', 'call me at {PHONE} please'),
      readTemplates('t', 'take {DOSE} of {DRUG} on {WEEKDAY}'),
    ];
    for (let round = 0; round < 200; round++) {
      for (const template of phone)
        expect(generate(template, values, random).spans.map(({ type }) => type)).toEqual(['PHONE']);
      for (const template of plain) expect(generate(template, values, random).spans).toEqual([]);
    }
  });

  it('gives the same text for the same seed', () => {
    const text = (seed: number): string[] => {
      const { values, random } = generatorOf(seed);
      return templates.slice(0, 50).map((template) => generate(template, values, random).text);
    };
    expect(text(5)).toEqual(text(5));
    expect(text(5)).not.toEqual(text(6));
  });

  it('names the line of a brace that is no slot, and the file of a slot that is unknown', () => {
    expect(() => readTemplates('calls.txt', '# remark\nfine {NAME}\nnot {fine')).toThrow('calls.txt:3');
    const { values, random } = generatorOf(1);
    for (const template of readTemplates('calls.txt', 'my {NONSENSE}'))
      expect(() => generate(template, values, random)).toThrow('calls.txt: unknown slot {NONSENSE}');
  });
});
