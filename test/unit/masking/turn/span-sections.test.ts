import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import { uniteOverlaps } from '../../../../src/detection/overlap.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { sectionsOf } from '../../../../src/masking/turn/span-sections.ts';

const KINDS: readonly EntityKind[] = ['NAME', 'PHONE', 'ADDRESS'];

const spans = (length: number): fc.Arbitrary<Span[]> =>
  fc
    .array(
      fc.record({
        start: fc.nat(length - 10),
        length: fc.integer({ min: 1, max: 9 }),
        kind: fc.constantFrom(...KINDS),
        confidence: fc.constantFrom(0.5, 1),
      }),
      { minLength: 600, maxLength: 900 },
    )
    .map((drawn) =>
      drawn
        .map(({ start, length: size, kind, confidence }): Span => {
          const end = start + size;
          return { start, end, kind, pass: 'regex', confidence, validated: false, recogniser: 'test' };
        })
        .sort((a, b) => a.start - b.start),
    );

describe('sections of span lists', () => {
  it('leave the united spans as they are without sections', () => {
    fc.assert(
      fc.property(spans(9000), spans(9000), fc.constantFrom(' ', ',', '.'), (one, other, between) => {
        // No value begins or ends with what may stand between two.
        const letters = Array.from<string>({ length: 9000 }).fill(between);
        for (const { start, end } of [...one, ...other]) letters.fill('x', start, end);
        const text = letters.join('');
        const sections = [...sectionsOf(text, [one, other])];
        expect(sections.length).toBeGreaterThan(1);
        expect(sections.flatMap((lists) => uniteOverlaps(text, lists.flat(), ['regex']))).toEqual(
          uniteOverlaps(text, [...one, ...other], ['regex']),
        );
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  it('are the same however the spans of a list came', () => {
    fc.assert(
      fc.property(spans(9000), fc.array(fc.nat(), { minLength: 900, maxLength: 900 }), (list, ranks) => {
        const text = ' '.repeat(9000);
        const shuffled = list.map((span, at) => ({ span, rank: ranks[at] ?? 0 })).sort((a, b) => a.rank - b.rank);
        const starts = (sections: Iterable<readonly (readonly Span[])[]>): number[] =>
          [...sections].flatMap((lists) => lists.flat().map(({ start }) => start));
        const expected = starts(sectionsOf(text, [list]));
        expect(starts(sectionsOf(text, [shuffled.map(({ span }) => span)]))).toEqual(expected);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it('are one where there are few spans, and hold each span once', () => {
    const few: Span[] = [
      { start: 2, end: 4, kind: 'NAME', pass: 'known', confidence: 1, validated: false, recogniser: 'known' },
    ];
    expect([...sectionsOf('abcdef', [few, []])]).toEqual([[few, []]]);
    const many = Array.from({ length: 5000 }, (_, n): Span => {
      return {
        start: n * 10,
        end: n * 10 + 5,
        kind: 'NAME',
        pass: 'ner',
        confidence: 1,
        validated: false,
        recogniser: 't',
      };
    });
    const sections = [...sectionsOf('x'.repeat(60_000), [many, [], many])];
    expect(sections.flatMap(([first = []]) => first)).toEqual(many);
    expect(sections.flatMap(([, , third = []]) => third)).toEqual(many);
    expect(Math.max(...sections.map((lists) => lists.flat().length))).toBeLessThan(600);
  });
});
