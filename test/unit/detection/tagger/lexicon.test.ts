import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur } from '../../../../src/detection/tagger/hashing.ts';
import { Lexicon, packTraits, unpackTraits } from '../../../../src/detection/tagger/lexicon.ts';

const level = fc.integer({ min: 0, max: 7 });

describe('the lexicon', () => {
  it('packs the traits of a word and unpacks them', () => {
    fc.assert(
      fc.property(
        fc.record({ given: level, surname: level, place: level, ordinary: level, placePart: fc.boolean() }),
        (traits) => {
          expect(unpackTraits(packTraits(traits))).toEqual(traits);
          expect(packTraits(traits)).toBeLessThan(2 ** 13);
        },
      ),
    );
  });

  it('finds every word that it has, and no other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 12 }), { selector: murmur, minLength: 1, maxLength: 60 }),
        fc.string(),
        (words, other) => {
          const entries = words
            .map((word, at) => ({ hash: murmur(word) >>> 0, traits: at + 1 }))
            .sort((a, b) => a.hash - b.hash);
          const lexicon = new Lexicon(
            Uint32Array.from(entries, ({ hash }) => hash),
            Uint16Array.from(entries, ({ traits }) => traits),
          );
          words.forEach((word, at) => {
            expect(lexicon.traits(word)).toBe(at + 1);
          });
          if (!words.some((word) => murmur(word) === murmur(other))) expect(lexicon.traits(other)).toBe(0);
        },
      ),
    );
  });

  it('refuses hashes without traits', () => {
    expect(() => new Lexicon(new Uint32Array(2), new Uint16Array(1))).toThrow('as many traits');
  });
});
