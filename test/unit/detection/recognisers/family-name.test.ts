import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mark, readMarked } from '../marked.ts';

const FAMILIES = ['Okafor', 'Nakamura', 'Pelt', 'Szczepanski', 'Castellano', 'Thorvaldsen', 'Quintanilla', 'Adeyemi'];
const FRAMES = [
  'the {} moved out',
  'tell the {} their order came',
  "the appointment's for the {}, both of them",
  'please call the {}.',
  'the {} asked for a refill',
];

describe('families', () => {
  it('are found by their name in the plural, whatever is said of them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAMILIES), fc.constantFrom(...FRAMES), (family, frame) => {
        const line = frame.replace('{}', `[NAME:${family}s]`);
        expect(mark(readMarked(line).text)).toBe(line);
      }),
      { seed: 20_261_201, numRuns: 60 },
    );
  });

  it.each([
    'the Medicaids said no',
    'I love the Brewers and the Cowboys',
    'I am rooting for the Brewers.',
    'the Samsungs are on sale',
    'the Vitals were normal',
    'the Pediatrics desk called',
    'the Hondurans moved out',
  ])('are no teams, products or departments: %s', (text) => {
    expect(mark(text)).not.toContain('[NAME:');
  });
});

describe('initials', () => {
  it.each(['[NAME:PJ] said he would call', 'okay, and [NAME:TJ] picked it up'])(
    'are found where a person acts: %s',
    (line) => {
      expect(mark(readMarked(line).text)).toBe(line);
    },
  );

  it.each(['PT said I can walk', 'the ER called me', 'the CT said nothing', 'MD told me so'])(
    'are no abbreviations of medicine: %s',
    (text) => {
      expect(mark(text)).not.toContain('[NAME:');
    },
  );
});
