import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeMilliseconds } from '../../../src/rest/stage-durations.ts';

describe('wholeMilliseconds', () => {
  it('rounds each stage down', () => {
    const stages = { detection: 56.9, tokenize: 4, upstream: 728.001, rehydrate: 0.999 };
    expect(wholeMilliseconds(stages, 794)).toEqual({ detection: 56, tokenize: 4, upstream: 728, rehydrate: 0 });
  });

  it('shortens stages in proportion that are longer together than the whole', () => {
    const stages = { detection: 100, tokenize: 0, upstream: 300, rehydrate: 0 };
    expect(wholeMilliseconds(stages, 200)).toEqual({ detection: 50, tokenize: 0, upstream: 150, rehydrate: 0 });
  });

  it('keeps a stage that has not ended, and bounds nothing while the whole lasts', () => {
    expect(wholeMilliseconds({ detection: 7.5, upstream: null }, null)).toEqual({ detection: 7, upstream: null });
  });

  it('returns integers from 0 that fit into the whole, for any stages', () => {
    const stage = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(
        fc.record({ a: stage, b: stage, c: stage, d: stage }),
        fc.integer({ min: -5, max: 1e9 }),
        (stages, total) => {
          const whole = Object.values(wholeMilliseconds(stages, total));
          expect(whole.map((each) => each === null)).toEqual(Object.values(stages).map((each) => each === null));
          const known = whole.filter((each) => each !== null);
          expect(known.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
          expect(known.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(Math.max(0, total));
        },
      ),
    );
  });
});
