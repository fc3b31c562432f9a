import { describe, expect, test } from 'vitest';
import { afterKey, JsonTextWalk } from '../../../../src/masking/request/json-text-walk.ts';
import { TextSlots } from '../../../../src/masking/request/text-slots.ts';
import { runAtOnce } from '../../../../src/platform/steps.ts';

function walking(masked: (text: string) => string): { walk: JsonTextWalk; asked: string[]; texts: TextSlots } {
  const asked: string[] = [];
  const texts = new TextSlots((text, { key }) => {
    asked.push(`${key ?? ''}=${text}`);
    return masked(text);
  });
  return { walk: new JsonTextWalk(texts), asked, texts };
}
const AT = { pointer: '/a', key: null };
const canary = (text: string) => text.replace('Maria', 'TOKEN');

describe('the walk over JSON in a string', () => {
  test('masks strings and keys in place, and keeps white space and number forms', () => {
    const { walk } = walking(canary);
    const text = '{ "Maria": [1.0, "is Maria"],\n "b": 1e3 }';
    expect(runAtOnce(walk.text(text, AT))).toBe('{ "TOKEN": [1.0, "is TOKEN"],\n "b": 1e3 }');
  });

  test('reads a plain text as JSON only where an escape may hide a value, or JSON begins', () => {
    const { walk, asked } = walking(canary);
    expect(runAtOnce(walk.plain('Maria: 1', AT))).toBe('TOKEN: 1');
    expect(runAtOnce(walk.plain('{"a":"Mar\\u0069a"}', AT))).toBe('{"a":"TOKEN"}');
    expect(asked).toContain('a=Maria');
  });

  test('masks JSON in strings of JSON down to a depth, and below it as plain text', () => {
    const { walk, asked } = walking(canary);
    let text = JSON.stringify('Maria');
    for (let depth = 0; depth < 9; depth++) text = JSON.stringify([text]);
    expect(runAtOnce(walk.text(text, AT))).not.toContain('Maria');
    expect(asked).toHaveLength(1);
  });

  test('keeps keywords of schemas and empty keys', () => {
    const { walk, asked } = walking(() => 'TOKEN');
    expect(runAtOnce(walk.key('type', '/a', () => null))).toBe('type');
    expect(runAtOnce(walk.key('', '/a', () => null))).toBe('');
    expect(asked).toEqual([]);
  });

  test('offers the times of a tool’s result only while that is walked', () => {
    const { walk, texts } = walking((text) => text);
    texts.speaker = 'tool';
    runAtOnce(walk.text('{"slots":["2026-05-03T09:00:00Z"]}', AT));
    expect([texts.offered.size, texts.persons.size]).toEqual([0, 0]);
  });
});

test('afterKey reads a value together with a key that is more than a name, or was masked', () => {
  expect(afterKey('name', 'name')).toBeUndefined();
  expect(afterKey('name', 'TOKEN')?.before).toBe('name');
  expect(afterKey('My name is Ann', 'My name is Ann')?.before).toBe('My name is Ann');
});
