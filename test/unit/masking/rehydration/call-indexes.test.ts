import { describe, expect, it } from 'vitest';
import { CallIndexes } from '../../../../src/masking/rehydration/call-indexes.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';

const choice = (...calls: JsonValue[]): JsonValue => ({ index: 0, delta: { tool_calls: calls } });
const piece = (text: string, more: object = {}): JsonValue => ({ function: { arguments: text }, ...more });

describe('CallIndexes', () => {
  it('gives a call without an index, and its pieces, one index', () => {
    const indexes = new CallIndexes();
    expect(indexes.complete(choice(piece('', { id: 'call_1' })))).toEqual(
      choice(piece('', { id: 'call_1', index: 0 })),
    );
    expect(indexes.complete(choice(piece('{"a":')))).toEqual(choice(piece('{"a":', { index: 0 })));
    expect(indexes.complete(choice(piece('1}')))).toEqual(choice(piece('1}', { index: 0 })));
  });

  it('gives each call that begins the next index', () => {
    const indexes = new CallIndexes();
    indexes.complete(choice(piece('', { id: 'call_1' })));
    expect(indexes.complete(choice(piece('', { id: 'call_2' })))).toEqual(
      choice(piece('', { id: 'call_2', index: 1 })),
    );
    expect(indexes.complete(choice(piece('x')))).toEqual(choice(piece('x', { index: 1 })));
  });

  it('keeps the choices apart', () => {
    const indexes = new CallIndexes();
    indexes.complete(choice(piece('', { id: 'call_1' })));
    const other = { index: 1, delta: { tool_calls: [piece('', { id: 'call_9' })] } };
    expect(indexes.complete(other)).toEqual({
      index: 1,
      delta: { tool_calls: [piece('', { id: 'call_9', index: 0 })] },
    });
  });

  it('returns the very same choice where nothing is missing', () => {
    const indexes = new CallIndexes();
    for (const given of [choice(piece('x', { index: 0 })), { index: 0, delta: { content: 'x' } }, null, 'x']) {
      expect(indexes.complete(given)).toBe(given);
    }
  });
});
