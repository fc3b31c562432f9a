import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detect } from '../../../../../src/detection/detection.ts';
import { DEFAULT_RULES } from '../../../../../src/detection/rules.ts';
import type { Span } from '../../../../../src/detection/span.ts';
import { joinSegments, segmentsOf } from '../../../../../src/masking/turn/long-texts/segments.ts';
import type { Cutting } from '../../../../../src/masking/turn/long-texts/segments.ts';

const SMALL: Cutting = { size: 400, overlap: 120 };
const RULES = { ...DEFAULT_RULES, passes: ['known', 'regex'] as const };

/** Searched in segments, as the pool does it. */
function searched(text: string, cutting: Cutting, search: (part: string) => readonly Span[]): Span[] {
  const segments = segmentsOf(text, cutting);
  return joinSegments(
    text,
    segments,
    segments.map(({ readFrom, readTo }) => search(text.slice(readFrom, readTo))),
    ['regex'],
  );
}

/** Runs of x, as one value each, wherever they stand. */
function findRuns(part: string): Span[] {
  return [...part.matchAll(/x+/g)].map(({ index, 0: { length } }) => ({ ...RUN, start: index, end: index + length }));
}

const RUN: Omit<Span, 'start' | 'end'> = {
  kind: 'OTHER_ID',
  pass: 'regex',
  confidence: 1,
  validated: false,
  recogniser: 'test',
};

const places = (spans: readonly Span[]): [number, number][] => spans.map(({ start, end }) => [start, end]);

describe('the segments of a text', () => {
  test('are one, where it is short', () => {
    expect(segmentsOf('a short text', SMALL)).toEqual([{ from: 0, to: 12, readFrom: 0, readTo: 12 }]);
    expect(segmentsOf('', SMALL)).toEqual([]);
  });

  test('are adjacent, cover it, are no longer than they may be, and are read with what stands around them', () => {
    const unit = fc.constantFrom('word ', 'line\n', 'x'.repeat(150), '😀', 'é ', '\ud800', '1600 Main Street ');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 120 }), (parts) => {
        const text = parts.join('');
        const segments = segmentsOf(text, SMALL);
        let at = 0;
        for (const { from, to, readFrom, readTo } of segments) {
          expect(from).toBe(at);
          expect(to).toBeGreaterThan(from);
          expect(to - from).toBeLessThanOrEqual(SMALL.size);
          expect(readFrom).toBeLessThanOrEqual(Math.max(0, from - SMALL.overlap));
          expect(readTo).toBeGreaterThanOrEqual(Math.min(text.length, to + SMALL.overlap / 2));
          expect(readTo - readFrom).toBeLessThanOrEqual(SMALL.size + 2 * SMALL.overlap + 64);
          at = to;
        }
        expect(at).toBe(text.length);
      }),
    );
  });

  test('begin with a word, better with a line, and cut no character in two where there is neither', () => {
    const words = 'some words '.repeat(100);
    for (const { from, readFrom, readTo } of segmentsOf(words, SMALL)) {
      for (const at of [from, readFrom, readTo])
        expect(at === 0 || at === words.length || words.charAt(at - 1) === ' ').toBe(true);
    }
    const lines = `${'some words '.repeat(9)}\n`.repeat(20);
    for (const { from } of segmentsOf(lines, SMALL)) expect(from === 0 || lines.charAt(from - 1) === '\n').toBe(true);
    const faces = '😀'.repeat(999);
    for (const { from, readFrom, readTo } of segmentsOf(`x${faces}`, SMALL))
      for (const at of [from, readFrom, readTo]) expect(at === 0 || at % 2 === 1).toBe(true);
  });

  test('are cut in linear time where there is no word', () => {
    expect(segmentsOf('x'.repeat(2_000_000), SMALL)).toHaveLength(5000);
  });
});

describe('what is found in segments', () => {
  test('stands where it stands in the text, once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 900 })), { maxLength: 12 }),
        (pieces) => {
          const text = pieces.map(([gap, run]) => `${'. '.repeat(gap)}${'x'.repeat(run)}`).join('');
          expect(places(searched(text, SMALL, findRuns))).toEqual(places(findRuns(text)));
        },
      ),
    );
  });

  test('is left to the neighbour where that sees it whole', () => {
    const text = `${'. '.repeat(240)}xxxx${'. '.repeat(240)}`;
    const segments = segmentsOf(text, SMALL);
    const cut = segments.map(({ from, to }) =>
      from <= 480 && 484 <= to ? [{ start: 480, end: 484 }] : [{ start: 481, end: 484 }],
    );
    const found = segments.map(({ readFrom }, n) =>
      (cut[n] ?? []).map(({ start, end }) => ({ ...RUN, start: start - readFrom, end: end - readFrom })),
    );
    expect(places(joinSegments(text, segments, found, ['regex']))).toEqual([[480, 484]]);
  });

  // Moved over more than a segment, each value stands at a cut, before it and behind it once.
  test.each([
    '415-555-0142',
    'maria.gonzalez@example.com',
    'my name is Maria Gonzalez',
    'MRN 00482913',
    'born March 14, 1982',
    'four one five five five five oh one four two',
  ])('is what detection finds, wherever the text is cut: %s', (value) => {
    for (let before = 330; before < 560; before += 1) {
      const text = `${'so it is '.repeat(80).slice(0, before)} ${value} ${'and so it is '.repeat(40)}`;
      const whole = places(detect(text, RULES));
      expect(whole).not.toEqual([]);
      expect([before, places(searched(text, SMALL, (part) => detect(part, RULES)))]).toEqual([before, whole]);
    }
  });
});
