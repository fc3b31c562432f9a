import { describe, expect, test } from 'vitest';
import { JsonPlace } from '../../../../src/detection/documents/json-place.ts';
import type { TextNeighbours } from '../../../../src/masking/request/text-neighbours.ts';
import type { TextPosition, Walking } from '../../../../src/masking/request/text-slot.ts';
import { RequestTexts } from '../../../../src/masking/request/request-texts.ts';
import { maskedBy } from './mask-request.ts';

interface Asked {
  readonly text: string;
  readonly at: TextPosition;
  readonly beside: TextNeighbours | undefined;
}

function requestTexts(masked: (text: string) => string = (text) => text): {
  texts: RequestTexts;
  asked: Asked[];
  run: <T>(walk: Walking<T>) => T;
} {
  const asked: Asked[] = [];
  const run = <T>(walk: Walking<T>): T =>
    maskedBy(walk, (text, at, beside) => {
      asked.push({ text, at, beside });
      return masked(text);
    });
  return { texts: new RequestTexts(), asked, run };
}

describe('RequestTexts', () => {
  test('gives out a text with its place and speaker, and no empty text', () => {
    const { texts, asked, run } = requestTexts(() => 'TOKEN');
    texts.speaker = 'user';
    expect(run(texts.text('Ann', { pointer: '/a', key: 'name' }))).toBe('TOKEN');
    expect(run(texts.text('', { pointer: '/b', key: null }))).toBe('');
    expect(asked).toEqual([{ text: 'Ann', at: { pointer: '/a', key: 'name', speaker: 'user' }, beside: undefined }]);
  });

  test('marks a time that is offered as a free slot, and a date of a person', () => {
    const { texts, asked, run } = requestTexts();
    texts.offered = new Set(['9:00']);
    texts.persons = new Set(['May 3']);
    for (const text of ['9:00', 'May 3', '10:00']) run(texts.text(text, { pointer: '/a', key: null }));
    expect(asked.map(({ at }) => [at.isSlot, at.isPersons])).toEqual([
      [true, undefined],
      [undefined, true],
      [undefined, undefined],
    ]);
  });

  test('gives out a number in full digits, and returns a number if it is not masked', () => {
    const { texts, asked, run } = requestTexts((text) => (text === '4155550142' ? 'TOKEN' : text));
    const at = { pointer: '/a', key: null };
    expect([run(texts.number(1e21, at)), run(texts.number(4155550142, at)), run(texts.number(1.5, at))]).toEqual([
      1e21,
      'TOKEN',
      1.5,
    ]);
    expect(asked.map(({ text }) => text)).toEqual(['1000000000000000000000', '4155550142', '1.5']);
  });

  test('gives out a list of pressed keys as one text, and a list of words not at all', () => {
    const { texts, run } = requestTexts((text) => (text.replace(/\D/g, '') === '4155550142' ? 'TOKEN' : text));
    const digits = Array.from('4155550142');
    const written = run(texts.pieces(JsonPlace.of(digits), { pointer: '/a', key: 'keys' }));
    expect([...(written ?? new Map<string, string>()).values()]).toContain('TOKEN');
    expect(run(texts.pieces(JsonPlace.of(['a word', 'another']), { pointer: '/a', key: null }))).toBeNull();
  });
});
