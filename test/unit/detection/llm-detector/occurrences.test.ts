import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LLM_CONFIDENCE, locate } from '../../../../src/detection/llm-detector/occurrences.ts';
import { packRequests } from '../../../../src/detection/llm-detector/pieces.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';

const NAME: EntityKind = 'NAME';

/** The text with what was located in brackets. */
function marked(text: string, ...values: string[]): string {
  const { spans } = locate(
    packRequests([text]).flat(),
    values.map((value) => ({ kind: NAME, value })),
  );
  const inOrder = [...(spans.get(text) ?? [])].sort((a, b) => b.start - a.start);
  return inOrder.reduce(
    (out, { start, end }) => `${out.slice(0, start)}[${out.slice(start, end)}]${out.slice(end)}`,
    text,
  );
}

describe('a value', () => {
  it.each([
    ['maria called, and maria hung up: Maria', 'maria', '[maria] called, and [maria] hung up: Maria'],
    ['annual visit of ann', 'ann', 'annual visit of [ann]'],
    ['ann-marie, (ann) "ann" ann', 'ann', '[ann]-marie, ([ann]) "[ann]" [ann]'],
    ['room 12, 123 and 3123', '12', 'room [12], 123 and 3123'],
    ['xbora bora bora', 'bora bora', 'xbora [bora bora]'],
    ['call 415-555-0142', '555-0142', 'call 415-[555-0142]'],
    ['我叫王伟。', '王伟', '我叫[王伟]。'],
    ['ผมชื่อสมชายครับ', 'สมชาย', 'ผมชื่อ[สมชาย]ครับ'],
    ['สมชายที่ดี', 'สมชายท', 'สมชายที่ดี'],
    ['Jose\u0301 and Jose', 'Jose', 'Jose\u0301 and [Jose]'],
    ['𝐀𝐧𝐧 Ann', 'Ann', '𝐀𝐧𝐧 [Ann]'],
    ['Ann𝐀 Ann', 'Ann', 'Ann𝐀 [Ann]'],
  ])('in %j is found wherever it is whole', (text, value, expected) => {
    expect(marked(text, value)).toBe(expected);
  });

  it('is never found at half of a surrogate pair', () => {
    expect(marked('a 😀 b', '\ude00 b')).toBe('a 😀 b');
    expect(marked('a 😀 b', 'a \ud83d')).toBe('a 😀 b');
  });

  it('that stands nowhere is invented: other words, other case, other spelling', () => {
    const pieces = packRequests(['this is Maria Gonzalez, annual visit']).flat();
    const values = ['John Smith', 'maria gonzalez', 'Maria  Gonzalez', 'ann', 'Maria Gonzalez, annual visit.'];
    expect(
      locate(
        pieces,
        values.map((value) => ({ kind: NAME, value })),
      ),
    ).toEqual({ spans: new Map(), invented: 5 });
  });

  it('is a span of the pass, in every text that has it', () => {
    const texts = ['I am Maria', 'Maria?', 'no'];
    const { spans, invented } = locate(packRequests(texts).flat(), [{ kind: NAME, value: 'Maria' }]);
    const span = { kind: 'NAME', pass: 'gemma', confidence: LLM_CONFIDENCE, validated: false, recogniser: 'gemma' };
    expect([...spans]).toEqual([
      ['I am Maria', [{ ...span, start: 5, end: 10 }]],
      ['Maria?', [{ ...span, start: 0, end: 5 }]],
    ]);
    expect(invented).toBe(0);
  });

  it('is looked for only where the model was shown the text', () => {
    const text = 'word '.repeat(2000);
    const [first] = packRequests([text]);
    expect(first?.[0]?.end).toBeLessThan(text.length);
    const { spans } = locate(first ?? [], [{ kind: NAME, value: 'word' }]);
    expect(spans.get(text)).toHaveLength((first?.[0]?.end ?? 0) / 5);
  });
});

it('spans are verbatim, inside the text, and split no pair, whatever the values are', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const word = fc.oneof(
    fc.array(unit, { maxLength: 8 }).map((units) => units.join('')),
    fc.constantFrom('ann', '😀', 'é', 'e\u0301', '王', ' '),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.array(word, { maxLength: 4 }), (words, values) => {
      const text = words.join('');
      const entities = values.filter((value) => value !== '').map((value) => ({ kind: NAME, value }));
      const { spans, invented } = locate(packRequests([text]).flat(), entities);
      const found = spans.get(text) ?? [];
      for (const { start, end } of found) {
        expect(entities.map(({ value }) => value)).toContain(text.slice(start, end));
        const inside = [start, end].filter((at) => at > 0 && at < text.length);
        for (const at of inside)
          expect(/^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1))).toBe(false);
      }
      expect(invented).toBe(
        entities.filter(({ value }) => !found.some(({ start, end }) => text.slice(start, end) === value)).length,
      );
    }),
  );
});
