import { describe, expect, test } from 'vitest';
import { afterKey, JsonTextWalk } from '../../../../src/masking/request/json-text-walk.ts';
import { RequestTexts } from '../../../../src/masking/request/request-texts.ts';
import type { Walking } from '../../../../src/masking/request/text-slot.ts';
import { maskedBy } from './mask-request.ts';

function walking(masked: (text: string) => string): {
  walk: JsonTextWalk;
  asked: string[];
  run: (walk: Walking<string>) => string;
} {
  const asked: string[] = [];
  const run = (walk: Walking<string>): string =>
    maskedBy(walk, (text, { key }) => {
      asked.push(`${key ?? ''}=${text}`);
      return masked(text);
    });
  return { walk: new JsonTextWalk(new RequestTexts()), asked, run };
}
const AT = { pointer: '/a', key: null };
const canary = (text: string) => text.replace('Maria', 'TOKEN');

describe('JsonTextWalk', () => {
  test('masks strings and keys of JSON in a string, and keeps white space and number forms', () => {
    const { walk, run } = walking(canary);
    const text = '{ "Maria": [1.0, "is Maria"],\n "b": 1e3 }';
    expect(run(walk.text(text, AT))).toBe('{ "TOKEN": [1.0, "is TOKEN"],\n "b": 1e3 }');
  });

  test('reads a plain text as JSON only where an escape may hide a value, or JSON begins', () => {
    const { walk, asked, run } = walking(canary);
    expect(run(walk.plain('Maria: 1', AT))).toBe('TOKEN: 1');
    expect(run(walk.plain('{"a":"Mar\\u0069a"}', AT))).toBe('{"a":"TOKEN"}');
    expect(asked).toContain('a=Maria');
  });

  test.each([
    [8, '=Maria'],
    [9, '="Maria"'],
    [10, '=["\\"Maria\\""]'],
  ])('masks a value below %i strings of JSON as the text %s', (levels, text) => {
    const { walk, asked, run } = walking(canary);
    let json = 'Maria';
    for (let level = 0; level < levels; level++) json = JSON.stringify(level === 0 ? json : [json]);
    expect(run(walk.text(json, AT))).not.toContain('Maria');
    expect(asked).toEqual([text]);
  });

  test('keeps keys that are empty or keywords of JSON Schema', () => {
    const { walk, asked, run } = walking(() => 'TOKEN');
    expect(run(walk.key('type', '/a', () => null))).toBe('type');
    expect(run(walk.key('', '/a', () => null))).toBe('');
    expect(asked).toEqual([]);
  });

  test('marks free times in the result of a tool, and none in the text that follows', () => {
    const time = '2026-05-03T09:00:00Z';
    const marked: [string, boolean][] = [];
    const texts = new RequestTexts();
    const walk = new JsonTextWalk(texts);
    const run = (walked: Walking<string>): string =>
      maskedBy(walked, (text, { isSlot }) => {
        marked.push([text, isSlot === true]);
        return text;
      });
    texts.speaker = 'tool';
    run(walk.text(JSON.stringify({ slots: [time] }), AT));
    run(walk.plain(time, AT));
    expect(marked.filter(([text]) => text === time)).toEqual([
      [time, true],
      [time, false],
    ]);
    expect(texts.persons.size).toBe(0);
  });
});

test('afterKey returns the key as text if it was masked or is more than a field name, and else undefined', () => {
  expect(afterKey('name', 'name')).toBeUndefined();
  expect(afterKey('name', 'TOKEN')?.before).toBe('name');
  expect(afterKey('My name is Ann', 'My name is Ann')?.before).toBe('My name is Ann');
});
