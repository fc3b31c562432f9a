import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInTagger } from '../../../../src/detection/tagger/built-in.ts';
import { scanWords } from '../../../../src/detection/words.ts';

function tagged(text: string, sensitivity = 0): string[] {
  const words = scanWords(text);
  return builtInTagger()
    .tag(words, sensitivity)
    .map(({ first, last, type }) => `${type} ${text.slice(words[first]?.start, words[last]?.end)}`);
}

describe('the built-in tagger', () => {
  it('finds names and places that no cue tells, written and as a speech engine writes', () => {
    expect(tagged('okay martha let me pull that up for you')).toEqual(['NAME martha']);
    expect(tagged('Andrew is a 59-year-old male with a history of asthma.')).toEqual(['NAME Andrew']);
    expect(tagged('we drove down from san antonio last week')).toContain('ADDRESS san antonio');
  });

  it('leaves words alone that are names elsewhere', () => {
    expect(tagged('can you mark that as done, i hope it will be fine')).toEqual([]);
    expect(tagged("she was diagnosed with Crohn's disease and Parkinson's")).toEqual([]);
    expect(tagged('take metformin five hundred milligrams twice a day')).toEqual([]);
  });

  it('answers the same whatever was tagged before', () => {
    const first = tagged('this is kowalczyk calling about my mother');
    for (let at = 0; at < 50; at++) tagged(`noise number ${at} between ${at * 7919}`);
    expect(tagged('this is kowalczyk calling about my mother')).toEqual(first);
  });

  it('gives spans in order, apart, and inside the text, with a confidence from 0 to 1', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'maria',
        'smith',
        'one',
        'five',
        '555',
        '-',
        '.',
        'oak',
        'street',
        'march',
        'is',
        'Doctor',
        '@',
        'é',
        '中',
        'my',
        "'s",
        'a',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(pieces, fc.double({ min: 0, max: 1, noNaN: true }), (chosen, sensitivity) => {
        const words = scanWords(chosen.join(' '));
        let next = 0;
        for (const { first, last, confidence } of builtInTagger().tag(words, sensitivity)) {
          expect(first).toBeGreaterThanOrEqual(next);
          expect(last).toBeGreaterThanOrEqual(first);
          expect(last).toBeLessThan(words.length);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          next = last + 1;
        }
      }),
    );
  });

  it('finds no less when it is told to be more sensitive', () => {
    const covered = (text: string, sensitivity: number): number => tagged(text, sensitivity).join('').length;
    for (const text of ['i think grace was there', 'is that bill', 'over by maple grove', 'ask for drew or pat']) {
      expect(covered(text, 1)).toBeGreaterThanOrEqual(covered(text, 0));
    }
  });

  it('tags nothing in an empty text', () => {
    expect(tagged('')).toEqual([]);
  });
});
