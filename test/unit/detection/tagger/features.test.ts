import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPlaced,
  FeatureList,
  isPlain,
  PLAIN_PLACE,
  placeOf,
  readSentence,
} from '../../../../src/detection/tagger/features.ts';
import { finish, mix, murmur, scramble } from '../../../../src/detection/tagger/hashing.ts';
import { lexemeOf, PADDING } from '../../../../src/detection/tagger/lexeme.ts';
import { Lexicon } from '../../../../src/detection/tagger/lexicon.ts';
import { scanWords } from '../../../../src/detection/words.ts';

/** Where the templates of joint features begin, see `features.ts`. */
const JOINT = 512;

describe('features', () => {
  it('are the same hashes whether their values were scrambled before or not', () => {
    const value = fc.integer();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 }), value, value, value, (template, a, b, c) => {
        const joined = new FeatureList();
        const two = mix(mix(JOINT + template, a), b);
        joined.join2(template, scramble(a), scramble(b));
        joined.join3(template, scramble(a), scramble(b), scramble(c));
        expect([...joined.hashes.slice(0, joined.count)]).toEqual([finish(two), finish(mix(two, c))]);
      }),
    );
  });

  it('hash a part of a word as they hash the part alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), fc.nat(20), (text, from, to) => {
        const end = Math.min(to, text.length);
        const start = Math.min(from, end);
        expect(murmur(text, start, end)).toBe(murmur(text.slice(start, end)));
      }),
    );
  });

  it('of a word and its place are those of a plain place in most places, and never elsewhere', () => {
    const lexicon = new Lexicon(new Uint32Array(0), new Uint16Array(0));
    const word = fc.constantFrom('well', 'my', 'number', 'is', 'five', 'A', '4', '415', 'name', 'the', 'to', ',');
    let plain = 0;
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (text) => {
        const words = scanWords(text.join(' '));
        const lexemes = words.map((each) => lexemeOf(each, lexicon));
        const sentence = readSentence(words, lexemes, () => false);
        const hashesOf = (at: number, place: typeof PLAIN_PLACE): number[] => {
          const features = new FeatureList();
          addPlaced(features, lexemes[at] ?? PADDING, sentence.capitals, place);
          return [...features.hashes.slice(0, features.count)];
        };
        words.forEach((_, at) => {
          const isSame = hashesOf(at, placeOf(sentence, at)).join() === hashesOf(at, PLAIN_PLACE).join();
          expect(isPlain(sentence, at)).toBe(isSame);
          if (isSame) plain++;
        });
      }),
      { seed: 1 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});
