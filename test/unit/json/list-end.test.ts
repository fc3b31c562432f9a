import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listEnd, listEndFrom } from '../../../src/json/list-end.ts';

const end = (text: string, key = 'messages'): ReturnType<typeof listEnd> => listEnd(Buffer.from(text, 'utf8'), key);

describe('listEnd', () => {
  test.each([
    ['a list', '{"messages":[1]}', 1, '{"messages":[1'],
    ['a list behind other fields', '{"a":{"messages":[1]},"b":["x"],"c":-1e3,"messages":[{}]}', 1, undefined],
    ['brackets and quotes in strings', '{"messages":["]","\\"}",{"a":"[{\\\\"}]}', 3, undefined],
    ['white space everywhere', ' {\n"messages" : [ 1 , "two" ,\t{ "a" : [ ] } ] , "b":1}', 3, undefined],
    ['text beyond ASCII', '{"ä":"é","messages":["ü"]}', 1, undefined],
    ['a field that ends like the key', '{"xmessages":[1],"messages":[1,2]}', 2, undefined],
  ])('finds the end of %s', (_, text, items, head) => {
    const found = end(text);
    expect(found?.items).toBe(items);
    const front = Buffer.from(text).subarray(0, found?.end).toString('utf8');
    if (head !== undefined) expect(front).toBe(head);
    const open = front.slice(front.indexOf('"messages"', front.lastIndexOf(',"messages"')));
    expect((JSON.parse(`${front}]}`) as { messages: unknown[] }).messages, open).toHaveLength(items);
  });

  test.each([
    ['an empty list', '{"messages":[]}'],
    ['another value', '{"messages":"[1]"}'],
    ['no such field', '{"a":[1]}'],
    ['a key that is written with escapes', '{"mess\\u0061ges":[1]}'],
    ['a list', '[1]'],
    ['nothing', ''],
  ])('returns null for %s', (_, text) => {
    expect(end(text)).toBeNull();
  });

  test('continues behind the end of an item as if it had read from the beginning', () => {
    const items = fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 6 });
    const written = fc.tuple(items, fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 4));
    fc.assert(
      fc.property(written, fc.nat(5), ([messages, others, indent], known) => {
        const { messages: _, ...rest } = others;
        const text = (count: number): Buffer =>
          Buffer.from(JSON.stringify({ model: 'm', messages: messages.slice(0, count), ...rest }, null, indent));
        const count = Math.min(known, messages.length - 1);
        const whole = listEnd(text(messages.length), 'messages');
        expect(whole?.items).toBe(messages.length);
        const before = count === 0 ? null : listEnd(text(count), 'messages');
        if (before === null) return;
        const behind = listEndFrom(text(messages.length), before.end);
        expect(behind).toEqual({ items: messages.length - count, end: whole?.end });
      }),
      { seed: 20_261_130 },
    );
  });
});

test('listEndFrom returns null where no item follows', () => {
  expect(listEndFrom(Buffer.from('{"messages":[1 ],"a":[2]}'), 14)).toBeNull();
});
