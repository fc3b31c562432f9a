import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeatureList } from '../../../../src/detection/tagger/features.ts';
import { finish, mix, murmur, scramble } from '../../../../src/detection/tagger/hashing.ts';

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
});
