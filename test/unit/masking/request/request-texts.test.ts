import { describe, expect, test } from 'vitest';
import { JsonPlace } from '../../../../src/detection/documents/json-place.ts';
import type { TextNeighbours } from '../../../../src/masking/request/text-neighbours.ts';
import type { TextPosition } from '../../../../src/masking/request/text-position.ts';
import { RequestTexts } from '../../../../src/masking/request/request-texts.ts';

interface Asked {
  readonly text: string;
  readonly at: TextPosition;
  readonly beside: TextNeighbours | undefined;
}

function requestTexts(masked: (text: string) => string = (text) => text): { texts: RequestTexts; asked: Asked[] } {
  const asked: Asked[] = [];
  const texts = new RequestTexts((text, at, beside) => {
    asked.push({ text, at, beside });
    return masked(text);
  });
  return { texts, asked };
}

describe('RequestTexts', () => {
  test('passes a text to the masker with its place and speaker, and no empty text', () => {
    const { texts, asked } = requestTexts(() => 'TOKEN');
    texts.speaker = 'user';
    expect(texts.text('Ann', { pointer: '/a', key: 'name' })).toBe('TOKEN');
    expect(texts.text('', { pointer: '/b', key: null })).toBe('');
    expect(asked).toEqual([{ text: 'Ann', at: { pointer: '/a', key: 'name', speaker: 'user' }, beside: undefined }]);
  });

  test('marks a time that is offered as a free slot, and a date of a person', () => {
    const { texts, asked } = requestTexts();
    texts.offered = new Set(['9:00']);
    texts.persons = new Set(['May 3']);
    for (const text of ['9:00', 'May 3', '10:00']) texts.text(text, { pointer: '/a', key: null });
    expect(asked.map(({ at }) => [at.isSlot, at.isPersons])).toEqual([
      [true, undefined],
      [undefined, true],
      [undefined, undefined],
    ]);
  });

  test('passes a number to the masker in full digits, and returns a number if it is not masked', () => {
    const { texts, asked } = requestTexts((text) => (text === '4155550142' ? 'TOKEN' : text));
    const at = { pointer: '/a', key: null };
    expect([texts.number(1e21, at), texts.number(4155550142, at), texts.number(1.5, at)]).toEqual([1e21, 'TOKEN', 1.5]);
    expect(asked.map(({ text }) => text)).toEqual(['1000000000000000000000', '4155550142', '1.5']);
  });

  test('passes a list of pressed keys to the masker as one text, and a list of words not at all', () => {
    const { texts } = requestTexts((text) => (text.replace(/\D/g, '') === '4155550142' ? 'TOKEN' : text));
    const digits = Array.from('4155550142');
    const written = texts.pieces(JsonPlace.of(digits), { pointer: '/a', key: 'keys' });
    expect([...(written ?? new Map<string, string>()).values()]).toContain('TOKEN');
    expect(texts.pieces(JsonPlace.of(['a word', 'another']), { pointer: '/a', key: null })).toBeNull();
  });
});
