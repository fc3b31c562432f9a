import { expect, it } from 'vitest';
import { maskChatRequest, type MaskText } from './mask-request.ts';
import type { JsonValue } from '../../../../src/json/json-text.ts';

/** Of a text in a group `together` has the parts, and marks the one that the text is. */
type Asked = readonly [
  pointer: string,
  text: string,
  before: string | undefined,
  after: string | undefined,
  together?: string,
];

/** What masking is asked for in the contents of the messages. */
function asked(...messages: JsonValue[]): Asked[] {
  const all: Asked[] = [];
  const spy: MaskText = (text, { pointer }, beside) => {
    const group = beside?.group;
    const together = group?.parts.map((part, at) => (at === group.index ? `[${part}]` : part)).join('|');
    const near = [pointer, text, beside?.before, beside?.after] as const;
    all.push(together === undefined ? near : [...near, together]);
    return text;
  };
  maskChatRequest({ messages }, spy, { binaryContent: 'block' });
  return all.filter(([pointer]) => pointer.includes('content'));
}

const parts = (...texts: string[]): JsonValue => texts.map((text) => ({ type: 'text', text }));

it('short text parts are given with each other', () => {
  expect(asked({ role: 'user', content: parts('one', '', 'two', 'three') })).toEqual([
    ['/messages/0/content/0/text', 'one', '', '', '[one]|two|three'],
    ['/messages/0/content/2/text', 'two', '', '', 'one|[two]|three'],
    ['/messages/0/content/3/text', 'three', '', '', 'one|two|[three]'],
  ]);
});

it('a long part is given with what stands right before and after it, and with no more than whole words of 200 characters', () => {
  const long = 'word '.repeat(100);
  const all = asked({ role: 'user', content: parts(long, 'x', 'y', long) });
  expect(all.map(([, , ...beside]) => beside)).toEqual([
    ['', `xy${long}`.slice(0, 200).replace(/\S+$/, '')],
    [long.slice(-200).replace(/^\S+/, ''), long.slice(0, 200).replace(/\S+$/, ''), '[x]|y'],
    [long.slice(-200).replace(/^\S+/, ''), long.slice(0, 200).replace(/\S+$/, ''), 'x|[y]'],
    [`${long}xy`.slice(-200).replace(/^\S+/, ''), ''],
  ]);
});

it('a group has parts of 400 characters, and up to 199 more', () => {
  const said = (length: number): string => 'a'.repeat(length);
  const sizes = (...lengths: number[]): number[][] =>
    [
      ...new Set(
        asked({ role: 'user', content: parts(...lengths.map(said)) }).map(([, , , , together]) =>
          JSON.stringify(
            together === undefined ? [0] : together.split('|').map((part) => part.replace(/\W/g, '').length),
          ),
        ),
      ),
    ].map((each) => JSON.parse(each) as number[]);
  expect(sizes(199, 199, 1, 199, 5)).toEqual([[199, 199, 1, 199], [0]]);
  expect(sizes(199, 199, 2, 5, 6)).toEqual([
    [199, 199, 2],
    [5, 6],
  ]);
  expect(sizes(200, 1, 200, 2, 3)).toEqual([[0], [2, 3]]);
});

it('a text that is no part of several stands alone', () => {
  expect(asked({ role: 'user', content: parts('alone') }, { role: 'user', content: 'said' })).toEqual([
    ['/messages/0/content/0/text', 'alone', undefined, undefined],
    ['/messages/1/content', 'said', undefined, undefined],
  ]);
});

it('parts that are plain strings are parts as well', () => {
  expect(asked({ role: 'user', content: ['one', 'two'] })).toEqual([
    ['/messages/0/content/0', 'one', '', '', '[one]|two'],
    ['/messages/0/content/1', 'two', '', '', 'one|[two]'],
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
    ['/messages/0/content/0/text', 'one', '', '', '[one]|two'],
    ['/messages/0/content/1/refusal', 'two', '', '', 'one|[two]'],
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
        ['/messages/0/content/0/text', cut[0], '', '', `[${cut[0]}]|${cut[1]}`],
        ['/messages/0/content/1/text', cut[1], '', '', `${cut[0]}|[${cut[1]}]`],
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
