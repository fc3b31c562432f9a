import { expect, it } from 'vitest';
import { maskChatRequest, type MaskText } from '../../../../src/masking/request/chat-request.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';

type Asked = readonly [pointer: string, text: string, before: string | undefined, after: string | undefined];

/** What masking is asked for in the contents of the messages. */
function asked(...messages: JsonValue[]): Asked[] {
  const all: Asked[] = [];
  const spy: MaskText = (text, { pointer }, beside) => {
    all.push([pointer, text, beside?.before, beside?.after]);
    return text;
  };
  maskChatRequest({ messages }, spy, { binaryContent: 'block' });
  return all.filter(([pointer]) => pointer.includes('content'));
}

const parts = (...texts: string[]): JsonValue => texts.map((text) => ({ type: 'text', text }));

it('each text part is given with what stands right before and after it', () => {
  expect(asked({ role: 'user', content: parts('one', '', 'two', 'three') })).toEqual([
    ['/messages/0/content/0/text', 'one', '', 'twothree'],
    ['/messages/0/content/2/text', 'two', 'one', 'three'],
    ['/messages/0/content/3/text', 'three', 'onetwo', ''],
  ]);
});

it('no more of the neighbours than whole words of two hundred characters', () => {
  const long = 'word '.repeat(100);
  const [first, , last] = asked({ role: 'user', content: parts(long, 'x', long) });
  expect(first?.[3]).toBe(`x${long}`.slice(0, 200).replace(/\S+$/, ''));
  expect(last?.[2]).toBe(`${long}x`.slice(-200).replace(/^\S+/, ''));
});

it('a text that is no part of several stands alone', () => {
  expect(asked({ role: 'user', content: parts('alone') }, { role: 'user', content: 'said' })).toEqual([
    ['/messages/0/content/0/text', 'alone', undefined, undefined],
    ['/messages/1/content', 'said', undefined, undefined],
  ]);
});

it('parts that are plain strings are parts as well', () => {
  expect(asked({ role: 'user', content: ['one', 'two'] })).toEqual([
    ['/messages/0/content/0', 'one', '', 'two'],
    ['/messages/0/content/1', 'two', 'one', ''],
  ]);
});

it('a refusal is a part like any other', () => {
  expect(
    asked({
      role: 'assistant',
      content: [
        { type: 'text', text: 'one' },
        { type: 'refusal', refusal: 'two' },
      ],
    }),
  ).toEqual([
    ['/messages/0/content/0/text', 'one', '', 'two'],
    ['/messages/0/content/1/refusal', 'two', 'one', ''],
  ]);
});

it.each(['tool', 'function'])(
  'what a %s says in several parts is one text as well, be it JSON that was cut, but not where one of them is JSON',
  (role) => {
    for (const cut of [
      ['one', 'two'],
      ['{"a":"one', 'two"}'],
    ] as const) {
      expect(asked({ role, content: parts(...cut) })).toEqual([
        ['/messages/0/content/0/text', cut[0], '', cut[1]],
        ['/messages/0/content/1/text', cut[1], cut[0], ''],
      ]);
    }
    expect(
      asked({ role, content: parts('{"a":"one"}', 'two') }).map(([, text, ...beside]) => [text, ...beside]),
    ).toEqual([
      ['a', undefined, undefined],
      ['one', undefined, undefined],
      ['two', undefined, undefined],
    ]);
  },
);

it('a key that is more than a name and the value under it are given with each other', () => {
  const args = '{"219-09": "7645", "list 2": ["x"], "ssn": "1", "line_1": {"a b": 5, "10 Elm": null}}';
  const all: Asked[] = [];
  maskChatRequest(
    { messages: [{ role: 'tool', content: args }], later: { 'mail me': 'at x', id: 'y' } },
    (text, { pointer }, beside) => {
      all.push([pointer, text, beside?.before, beside?.after]);
      return text;
    },
    { binaryContent: 'block' },
  );
  expect(all).toEqual([
    ['', 'later', undefined, undefined],
    ['/messages/0/content', '219-09', '', '7645'],
    ['/messages/0/content', '7645', '219-09', ''],
    ['/messages/0/content', 'list 2', undefined, undefined],
    ['/messages/0/content', 'x', undefined, undefined],
    ['/messages/0/content', 'ssn', undefined, undefined],
    ['/messages/0/content', '1', undefined, undefined],
    ['/messages/0/content', 'line_1', undefined, undefined],
    ['/messages/0/content', 'a b', '', '5'],
    ['/messages/0/content', '5', 'a b', ''],
    ['/messages/0/content', '10 Elm', undefined, undefined],
    ['/later', 'mail me', '', 'at x'],
    ['/later', 'id', undefined, undefined],
    ['/later/mail me', 'at x', 'mail me', ''],
    ['/later/id', 'y', undefined, undefined],
  ]);
});

it('a value under a key that masking changed is given with what the key was', () => {
  const seen: unknown[] = [];
  const mask: MaskText = (text, _, beside) => {
    seen.push([text, beside]);
    return text.replace('maria', 'TOKEN');
  };
  maskChatRequest({ messages: [{ role: 'tool', content: '{"maria":"gonzalez"}' }] }, mask, { binaryContent: 'block' });
  expect(seen).toEqual([
    ['maria', undefined],
    ['gonzalez', { before: 'maria', after: '' }],
  ]);
});
