import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../../../src/detection/llm-detector/answer.ts';
import { ASKED_KINDS } from '../../../../src/detection/llm-detector/prompt.ts';

const answer = (...entities: unknown[]): string => JSON.stringify({ entities });
const maria = { kind: 'NAME', value: 'Maria Gonzalez' };

describe('an answer', () => {
  it('of the form asked for is taken as it is, each entity once', () => {
    expect(parseAnswer(answer())).toEqual({ entities: [], dropped: 0 });
    const phone = { kind: 'PHONE', value: '415-555-0142' };
    expect(parseAnswer(answer(maria, phone, maria))).toEqual({ entities: [maria, phone], dropped: 0 });
    expect(parseAnswer(` ${answer({ kind: 'NAME', value: ' Maria Gonzalez\n' })} `)).toEqual({
      entities: [maria],
      dropped: 0,
    });
  });

  it.each([
    ['no JSON', 'The caller is Maria Gonzalez.'],
    ['JSON in a fence', `\`\`\`json\n${answer(maria)}\n\`\`\``],
    ['JSON that is cut off', answer(maria).slice(0, -3)],
    ['JSON with a word behind it', `${answer(maria)} done`],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', JSON.stringify([maria])],
    ['a string', JSON.stringify(answer(maria))],
    ['an object without entities', '{}'],
    ['entities that are no list', JSON.stringify({ entities: maria })],
    ['another member beside them', JSON.stringify({ entities: [maria], note: 'ok' })],
    ['entities of its prototype', '{"__proto__":{"entities":[]}}'],
  ])('that is %s is none', (_, content) => {
    expect(parseAnswer(content)).toBeNull();
  });

  it.each([
    ['another member', { ...maria, confidence: 1 }],
    ['no kind', { value: 'Maria' }],
    ['an unknown kind', { kind: 'PERSON', value: 'Maria' }],
    ['a kind in another case', { kind: 'name', value: 'Maria' }],
    ['a kind that is not asked for', { kind: 'PHOTO', value: 'Maria' }],
    ['a kind from a prototype', { kind: 'constructor', value: 'Maria' }],
    ['a value that is no text', { kind: 'MRN', value: 88213 }],
    ['a value of one character', { kind: 'NAME', value: 'M' }],
    ['a value of white space', { kind: 'NAME', value: ' \n ' }],
    ['a value that is too long', { kind: 'NAME', value: 'M'.repeat(257) }],
    ['null', null],
    ['a text', 'Maria'],
    ['a list', ['NAME', 'Maria']],
  ])('loses and counts an entity with %s, and keeps the others', (_, entity) => {
    expect(parseAnswer(answer(entity, maria))).toEqual({ entities: [maria], dropped: 1 });
  });

  it('names at most 200 values', () => {
    const many = Array.from({ length: 250 }, (_, n) => ({ kind: 'OTHER_ID', value: `id ${n}` }));
    expect(parseAnswer(answer(...many))).toEqual({ entities: many.slice(0, 200), dropped: 50 });
  });

  it('may be anything: it never throws, and what it gives is sound and accounted for', () => {
    const member = fc.oneof(
      fc.json().map((text): unknown => JSON.parse(text)),
      fc.record({ kind: fc.constantFrom('NAME', 'SSN', 'X'), value: fc.string() }),
    );
    const contents = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(member).map((entities) => JSON.stringify({ entities })),
    );
    fc.assert(
      fc.property(contents, (content) => {
        const parsed = parseAnswer(content);
        if (parsed === null) return;
        const listed = (JSON.parse(content) as { entities: unknown[] }).entities;
        expect(parsed.entities.length + parsed.dropped).toBeLessThanOrEqual(listed.length);
        for (const { kind, value } of parsed.entities) {
          expect(ASKED_KINDS).toContain(kind);
          expect(value).toBe(value.trim());
          expect(value.length).toBeGreaterThanOrEqual(2);
        }
      }),
    );
  });
});
