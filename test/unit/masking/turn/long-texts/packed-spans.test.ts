import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENTITY_KINDS } from '../../../../../src/detection/kinds.ts';
import type { Span } from '../../../../../src/detection/span.ts';
import { packedCount, packSpans, unpackSpans } from '../../../../../src/masking/turn/long-texts/packed-spans.ts';

const kind = fc.constantFrom(...ENTITY_KINDS);
const span: fc.Arbitrary<Span> = fc.record(
  {
    start: fc.nat(),
    end: fc.nat(),
    kind,
    pass: fc.constantFrom('regex', 'ner', 'known', 'gemma'),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    validated: fc.boolean(),
    recogniser: fc.constantFrom('phone.nanp', 'tagger', 'document.hl7'),
    foundAs: kind,
    meant: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['start', 'end', 'kind', 'pass', 'confidence', 'validated', 'recogniser'] },
);

it('packed spans are unpacked as they were, through a copy as threads make it', () => {
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const packed = structuredClone(packSpans(spans));
      expect(packedCount(packed)).toBe(spans.length);
      expect([...unpackSpans(packed)]).toStrictEqual(spans.map((one) => ({ ...one })));
    }),
  );
});
