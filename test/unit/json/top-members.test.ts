import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topMembers } from '../../../src/json/top-members.ts';

const NAMES = new Set(['call', 'user', 'metadata']);
const read = (text: string): unknown => topMembers(Buffer.from(text, 'utf8'), NAMES);

describe('topMembers', () => {
  test.each([
    [
      'a member behind a long list',
      '{"messages":[{"role":"user","content":"]}\\""}],"call":{"id":"x"}}',
      { call: { id: 'x' } },
    ],
    ['white space everywhere', ' {\n"user" : "a" , "call"\t: { "id" : 1 } } ', { user: 'a', call: { id: 1 } }],
    ['text beyond ASCII', '{"ä":"é","user":"Ünal 🙂"}', { user: 'Ünal 🙂' }],
    ['the last of equal names', '{"user":"a","user":"b"}', { user: 'b' }],
    ['no member of an inner object', '{"body":{"user":"a"}}', {}],
    ['members before the text breaks off', '{"user":"a","call":{"id":', { user: 'a' }],
    ['nothing of a list', '["user","a"]', {}],
    ['nothing of an empty text', '', {}],
    ['nothing of an empty object', '{}', {}],
    ['numbers and literals', '{"a":-1e3,"user":null,"call":true}', { user: null, call: true }],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test('leaves out a value that is too long for a name', () => {
    expect(read(`{"user":"${'a'.repeat(70_000)}","call":1}`)).toEqual({ call: 1 });
  });

  test('looks at the first mebibyte only', () => {
    expect(read(`{"messages":"${'a'.repeat(1_100_000)}","call":1}`)).toEqual({});
  });

  test('reads the members of any object as a parser does', () => {
    fc.assert(
      fc.property(
        fc.record({ a: fc.jsonValue(), call: fc.jsonValue(), b: fc.jsonValue(), user: fc.jsonValue() }),
        fc.nat(3),
        ({ a, call, b, user }, space) => {
          const text = JSON.stringify({ a, call, b, user }, null, space);
          const { call: ownCall, user: ownUser } = JSON.parse(text) as Record<string, unknown>;
          expect(read(text)).toEqual({ call: ownCall, user: ownUser });
        },
      ),
    );
  });

  test('ends for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'call', '1', ' ') }),
        (text) => {
          expect(read(text)).toBeTypeOf('object');
        },
      ),
    );
  });
});
