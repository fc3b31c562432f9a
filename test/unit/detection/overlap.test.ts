import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { resolveOverlaps, uniteOverlaps } from '../../../src/detection/overlap.ts';
import type { Pass, Span } from '../../../src/detection/span.ts';

const PASSES: readonly Pass[] = ['regex', 'ner', 'known'];

function span(start: number, end: number, kind: EntityKind, more: Partial<Span> = {}): Span {
  return { start, end, kind, pass: 'regex', confidence: 0.8, validated: false, recogniser: 'test', ...more };
}

const blank = ' '.repeat(100);

describe('resolveOverlaps', () => {
  it('prefers the longer span', () => {
    const long = span(0, 10, 'URL', { confidence: 0.1 });
    expect(resolveOverlaps(blank, [span(2, 6, 'PHONE', { validated: true }), long], PASSES)).toEqual([long]);
  });

  it('of equal length, the validated one', () => {
    const valid = span(0, 9, 'LICENSE', { validated: true, confidence: 0.5 });
    expect(resolveOverlaps(blank, [span(0, 9, 'PHONE', { confidence: 0.9 }), valid], PASSES)).toEqual([valid]);
  });

  it('then the more confident', () => {
    const sure = span(0, 9, 'MRN', { confidence: 0.9 });
    expect(resolveOverlaps(blank, [span(0, 9, 'OTHER_ID'), sure], PASSES)).toEqual([sure]);
  });

  it('then the earlier pass of the policy', () => {
    const regex = span(0, 9, 'MRN');
    const ner = span(0, 9, 'OTHER_ID', { pass: 'ner' });
    expect(resolveOverlaps(blank, [ner, regex], ['regex', 'ner'])).toEqual([regex]);
    expect(resolveOverlaps(blank, [ner, regex], ['ner', 'regex'])).toEqual([ner]);
  });

  it('chooses among many as among few', () => {
    const made = fc
      .array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 20 }), fc.boolean()), { maxLength: 12 })
      .map((list) =>
        list.map(([start, length, validated], at) =>
          span(start, start + length, 'URL', { validated, recogniser: String(at) }),
        ),
      );
    // Far behind the others, and too many to be compared one by one.
    const far = Array.from({ length: 20 }, (_, at) => span(100 + at * 5, 103 + at * 5, 'MRN'));
    fc.assert(
      fc.property(made, (few) => {
        expect(resolveOverlaps(blank, [...few, ...far], PASSES)).toEqual([
          ...resolveOverlaps(blank, few, PASSES),
          ...far,
        ]);
      }),
    );
  });

  it('keeps neighbours that only touch', () => {
    const [a, b] = [span(0, 4, 'MRN'), span(4, 8, 'PHONE')];
    expect(resolveOverlaps(blank, [b, a], PASSES)).toEqual([a, b]);
  });

  it('makes one name of two names with a space between', () => {
    expect(
      resolveOverlaps(
        'John Smith',
        [span(0, 4, 'NAME', { confidence: 0.7 }), span(5, 10, 'NAME', { confidence: 0.9 })],
        PASSES,
      ),
    ).toEqual([span(0, 10, 'NAME', { confidence: 0.9 })]);
    expect(resolveOverlaps('John, Mary', [span(0, 4, 'NAME'), span(6, 10, 'NAME')], PASSES)).toHaveLength(2);
  });

  it('makes one address of its lines', () => {
    const text = '1 Elm St, Austin\nTX 78701';
    expect(
      resolveOverlaps(text, [span(0, 8, 'ADDRESS'), span(10, 16, 'ADDRESS'), span(17, 25, 'ADDRESS')], PASSES),
    ).toEqual([span(0, 25, 'ADDRESS')]);
  });

  it('merges neither other kinds nor different ones', () => {
    expect(resolveOverlaps('111 222', [span(0, 3, 'MRN'), span(4, 7, 'MRN')], PASSES)).toHaveLength(2);
    expect(resolveOverlaps('111 222', [span(0, 3, 'NAME'), span(4, 7, 'DATE')], PASSES)).toHaveLength(2);
  });

  const anySpan = fc
    .record({
      start: fc.nat({ max: 60 }),
      length: fc.integer({ min: 1, max: 30 }),
      kind: fc.constantFrom<EntityKind>('NAME', 'DATE', 'PHONE', 'ADDRESS'),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      validated: fc.boolean(),
    })
    .map(({ start, length, kind, confidence, validated }) =>
      span(start, start + length, kind, { confidence, validated }),
    );

  it('answers sorted and disjoint spans, whatever the order of its input, and covers the longest', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 20 }), (spans) => {
        const resolved = resolveOverlaps('x'.repeat(100), spans, PASSES);
        for (const [index, { start }] of resolved.entries())
          expect(start).toBeGreaterThanOrEqual(resolved[index - 1]?.end ?? 0);
        const longest = Math.max(0, ...spans.map(({ start, end }) => end - start));
        expect(Math.max(0, ...resolved.map(({ start, end }) => end - start))).toBe(longest);
        // Every span that was dropped meets one that was kept.
        for (const { start, end } of spans)
          expect(resolved.some((kept) => kept.start < end && start < kept.end)).toBe(true);
      }),
    );
  });
});

describe('uniteOverlaps', () => {
  it('leaves no part of a loser uncovered: the winner is widened over it', () => {
    expect(uniteOverlaps(blank, [span(0, 6, 'NAME'), span(4, 14, 'ADDRESS')], PASSES)).toEqual([
      span(0, 14, 'ADDRESS'),
    ]);
    expect(uniteOverlaps(blank, [span(0, 8, 'PHONE'), span(6, 12, 'SSN'), span(10, 20, 'EMAIL')], PASSES)).toEqual([
      span(0, 20, 'EMAIL'),
    ]);
  });

  it('gives a longer finding of a switched-off pass the kind that a trusted pass found too', () => {
    const switchedOff = span(2, 20, 'OTHER_ID', { pass: 'ner', foundAs: 'EMAIL' });
    const trusted = span(8, 20, 'EMAIL');
    expect(uniteOverlaps(blank, [switchedOff, trusted], PASSES)).toEqual([{ ...trusted, start: 2 }]);
    expect(uniteOverlaps(blank, [switchedOff, span(8, 20, 'URL')], PASSES)).toEqual([switchedOff]);
  });

  it('leaves what does not overlap as it is', () => {
    const apart = [span(0, 4, 'PHONE'), span(4, 8, 'SSN')];
    expect(uniteOverlaps(blank, apart, PASSES)).toEqual(apart);
  });

  it('covers every unit that any span covers, with disjoint spans in order', () => {
    const spans = fc.array(
      fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 12 }), fc.constantFrom<EntityKind>('NAME', 'PHONE', 'DATE')),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(spans, (drawn) => {
        const found = drawn.map(([start, length, kind]) => span(start, start + length, kind));
        const united = uniteOverlaps('x'.repeat(100), found, PASSES);
        for (const { start, end } of found)
          expect(united.some((whole) => whole.start <= start && end <= whole.end)).toBe(true);
        for (const [i, { start }] of united.entries()) expect(start).toBeGreaterThanOrEqual(united[i - 1]?.end ?? 0);
      }),
    );
  });
});
