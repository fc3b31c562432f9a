import { describe, expect, test } from 'vitest';
import { JsonPlace } from '../../../../src/detection/documents/json-place.ts';
import type { TextNeighbours } from '../../../../src/masking/request/text-neighbours.ts';
import type { TextPosition } from '../../../../src/masking/request/text-position.ts';
import { TextSlots } from '../../../../src/masking/request/text-slots.ts';

interface Asked {
  readonly text: string;
  readonly at: TextPosition;
  readonly beside: TextNeighbours | undefined;
}

function slots(masked: (text: string) => string = (text) => text): { texts: TextSlots; asked: Asked[] } {
  const asked: Asked[] = [];
  const texts = new TextSlots((text, at, beside) => {
    asked.push({ text, at, beside });
    return masked(text);
  });
  return { texts, asked };
}

describe('the text slots of a request', () => {
  test('ask for a text with its place and speaker, and never for an empty one', () => {
    const { texts, asked } = slots(() => 'TOKEN');
    texts.speaker = 'user';
    expect(texts.text('Ann', { pointer: '/a', key: 'name' })).toBe('TOKEN');
    expect(texts.text('', { pointer: '/b', key: null })).toBe('');
    expect(asked).toEqual([{ text: 'Ann', at: { pointer: '/a', key: 'name', speaker: 'user' }, beside: undefined }]);
  });

  test('say which times are on offer and which dates are of persons', () => {
    const { texts, asked } = slots();
    texts.offered = new Set(['9:00']);
    texts.persons = new Set(['May 3']);
    for (const text of ['9:00', 'May 3', '10:00']) texts.text(text, { pointer: '/a', key: null });
    expect(asked.map(({ at }) => [at.isSlot, at.isPersons])).toEqual([
      [true, undefined],
      [undefined, true],
      [undefined, undefined],
    ]);
  });

  test('ask for a number in full digits, and leave it a number where it is not masked', () => {
    const { texts, asked } = slots((text) => (text === '4155550142' ? 'TOKEN' : text));
    const at = { pointer: '/a', key: null };
    expect([texts.number(1e21, at), texts.number(4155550142, at), texts.number(1.5, at)]).toEqual([1e21, 'TOKEN', 1.5]);
    expect(asked.map(({ text }) => text)).toEqual(['1000000000000000000000', '4155550142', '1.5']);
  });

  test('ask for the keys that a caller pressed as one text, and write the token once', () => {
    const { texts } = slots((text) => (text.replace(/\D/g, '') === '4155550142' ? 'TOKEN' : text));
    const digits = Array.from('4155550142');
    const written = texts.pieces(JsonPlace.of(digits), { pointer: '/a', key: 'keys' });
    expect([...(written ?? new Map<string, string>()).values()]).toContain('TOKEN');
    expect(texts.pieces(JsonPlace.of(['a word', 'another']), { pointer: '/a', key: null })).toBeNull();
  });
});
