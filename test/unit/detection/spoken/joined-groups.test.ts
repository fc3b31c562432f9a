/** Groups of a number in words that callers and speech engines join in other ways than with a comma. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownValues } from '../../../../src/detection/known.ts';
import { masked } from '../documents/masked.ts';

const GROUPS = ['four twelve', 'sixty eight', 'thirty three oh seven'] as const;
const SINGLE = ['four one two', 'six eight three', 'three oh seven one'] as const;

const isWhole = (text: string, value: string): boolean =>
  new RegExp(`<[A-Z_]+ ${value.replace(/[[\]().*+?^$|/]/g, '\\$&')}>`).test(masked(text));

describe('detect, for the groups of a spoken number', () => {
  it('masks them whole over pauses in brackets, semicolons and sentences, behind a cue', () => {
    const joints = fc.constantFrom(' (pause) ', ' [silence] ', '; ', '. ', ', ', ' (long pause) ');
    const cues = fc.constantFrom('my social is ', 'my social security number is ', 'ssn ');
    const ends = fc.constantFrom('', '.', ' thanks', ', yeah');
    fc.assert(
      fc.property(joints, cues, ends, (joint, cue, end) => {
        const value = GROUPS.join(joint);
        expect(isWhole(cue + value + end, value), cue + value + end).toBe(true);
      }),
      { seed: 20_261_130, numRuns: 60 },
    );
  });

  it.each([
    ['my number is ', SINGLE.join(', and ')],
    ['call me at ', 'four one two, and six-eight-three, and three oh seven one'],
    ['my member id is ', 'four twenty one, and six twenty five, and seven sixty four'],
    ['chart number ', '5 double seven and then nine-three-nine'],
  ])('masks groups that "and" joins: %s%s', (cue, value) => {
    expect(isWhole(cue + value, value)).toBe(true);
  });

  it.each([
    'my sugars were one forty two, and one thirty eight',
    'I slept six hours, and seven the night before',
    'it was two. Five days later it was gone',
    'we have two cats (pause) and three dogs',
  ])('keeps counts and readings: %s', (text) => {
    expect(masked(text)).toBe(text);
  });
});

describe('KnownValues, for a value that is read back', () => {
  it.each(['4 1 2, and then 6 8, and then 3 3 0 7', 'four one two and six eight and double three oh seven'])(
    'finds the whole value where "and" joins its groups: %s',
    (value) => {
      const known = new KnownValues();
      known.set('412-68-3307', 'SSN');
      const text = `So I have ${value}?`;
      expect(known.find(text).map(({ start, end }) => text.slice(start, end))).toEqual([value]);
    },
  );
});
