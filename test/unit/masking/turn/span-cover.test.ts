import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAILBOX } from '../../../../src/detection/context/known-forms.ts';
import type { Span } from '../../../../src/detection/span.ts';
import { spanCover } from '../../../../src/masking/turn/span-cover.ts';

const span = (start: number, end: number, kind: Span['kind'] = 'NAME', recogniser = 'test'): Span => ({
  start,
  end,
  kind,
  pass: 'regex',
  confidence: 1,
  validated: false,
  recogniser,
});

describe('spanCover', () => {
  test.each([
    ['the same one', [span(2, 5)], span(2, 5), true],
    ['the same one as another kind', [span(2, 5, 'PHONE')], span(2, 5), false],
    ['the same one as both kinds', [span(2, 5, 'PHONE'), span(2, 5)], span(2, 5), true],
    ['a longer one that begins with it', [span(2, 9, 'PHONE')], span(2, 5), true],
    ['a longer one that ends with it', [span(0, 5, 'PHONE')], span(2, 5), true],
    ['a longer one around it, behind shorter ones', [span(0, 9), span(1, 2), span(2, 3)], span(2, 5), true],
    ['one that meets it', [span(0, 4)], span(2, 5), false],
    ['a shorter one', [span(2, 4), span(4, 5)], span(2, 5), false],
    ['one behind it', [span(6, 9)], span(2, 5), false],
    ['a name that is a mailbox too', [span(2, 5)], span(2, 5, 'EMAIL', MAILBOX), true],
    ['a number that is a mailbox too', [span(2, 5, 'PHONE')], span(2, 5, 'EMAIL', MAILBOX), false],
    ['nothing', [], span(2, 5), false],
  ])('answers for %s: %#', (_, found, asked, covered) => {
    expect(spanCover(found)(asked)).toBe(covered);
  });

  test('answers as a look at each span does', () => {
    const spans = fc
      .tuple(fc.nat(12), fc.integer({ min: 1, max: 6 }), fc.constantFrom('NAME' as const, 'PHONE' as const))
      .map(([start, length, kind]) => span(start, start + length, kind));
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 12 }), spans, (found, asked) => {
        const covered = found.some(({ start, end, kind }) => {
          const around = start <= asked.start && asked.end <= end;
          const same = start === asked.start && end === asked.end;
          return around && (!same || kind === asked.kind);
        });
        expect(spanCover(found)(asked)).toBe(covered);
      }),
      { numRuns: 2000 },
    );
  });
});
