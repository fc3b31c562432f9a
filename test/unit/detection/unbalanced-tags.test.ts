/** A value never swallows one tag of a pair. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/detection/span.ts';
import { outsideUnbalancedTags } from '../../../src/detection/unbalanced-tags.ts';
import { expectMarked } from './documents/marked-document.ts';

describe('a value across tags', () => {
  it.each([
    'I live at [[12 Oak Street]]{{</span>}}, [[Mobile]]',
    'My name is [[Hope Okafor]]{{</p></div>}} and I live at [[12 Oak Street]]{{</span>}}',
    '[[Jane]]{{</b>}} [[Okafor]]{{</i>}} called',
    '<say-as interpret-as="digits">[[415]]</say-as>[[555]]{{</prosody>}}[[0132]]{{</speak>}}',
    '<Say>my number is [[415-555]]</Say><Say>[[0132]]</Say>{{</Response>}}',
    '<li>DOB [[02/29/1980]]{{</li></ul><li>}}SSN [[519-44-2280]]',
    'my number is <[[five> <one> <nine> <five> <five> <five> <zero> <one> <four> <seven]]>',
    '{{<address>}}[[12 Oak Street]]<br>[[Springfield, IL 62704]]{{</address></section>}}',
  ])('leaves the tags that do not come out even: %s', (marked) => {
    expectMarked(marked);
  });

  it('keeps pairs, and loses no letter, whatever the tags', () => {
    const part = fc.constantFrom('<b>', '</b>', '<i>', '</i>', '<br>', '<x a="1"/>', '12 Oak', ' ', 'St', ',');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const span: Span = {
          start: 0,
          end: text.length,
          kind: 'ADDRESS',
          pass: 'regex',
          confidence: 1,
          validated: false,
          recogniser: 'test',
        };
        const pieces = outsideUnbalancedTags(text, [span]);
        const outside = Array.from(text, (char, at) =>
          pieces.some(({ start, end }) => start <= at && at < end) ? '' : char,
        ).join('');
        expect(outside.replace(/<[^<>]*>/g, '')).not.toMatch(/[\p{L}\p{N}]/u);
        for (const { start, end } of pieces) {
          const inside = text.slice(start, end);
          for (const name of ['b', 'i'])
            expect(inside.split(`<${name}>`).length).toBe(inside.split(`</${name}>`).length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
