/** Requests of many or large values that are made to hold the event loop, up to the limit of a body. */
import type { HostileKind } from './hostile-kind.ts';
import { list, many, name, phone, PHRASE, repeated } from './pieces.ts';

const json = (value: unknown): string => JSON.stringify(value);
const saying = (n: number): string => `I am ${name(n)}, my number is ${phone(n)}. `;
const person = (n: number): object => ({ name: name(n), phone: phone(n) });
const user = (content: unknown): object => ({ role: 'user', content });
const calling = (args: string): object => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: args } }],
});

const chat = (what: string, members: (size: number) => object): HostileKind => ({
  name: what,
  body: (size) => json({ model: 'gpt-4o-mini', ...members(size) }),
});
const responses = (what: string, members: (size: number) => object): HostileKind => ({
  name: `responses: ${what}`,
  door: 'responses',
  body: (size) => json({ model: 'gpt-4o-mini', store: false, ...members(size) }),
});
/** Bodies of little text. */
const wide = (kind: HostileKind): HostileKind => ({ ...kind, isWide: true });

const result = (content: string): object => ({
  messages: [user('hi'), calling('{}'), { role: 'tool', tool_call_id: 'call_1', content }],
});
const tool = (parameters: object): object => ({
  messages: [user('hi')],
  tools: [{ type: 'function', function: { name: 'look_up', parameters } }],
});
const fields = (size: number): object => Object.fromEntries(list((n) => n, size / 2).map((n) => [`k${n}`, n]));
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

export const WIDE_BODIES: readonly HostileKind[] = [
  chat('persons in a result', (size) => result(json(list(person, size * 0.85)))),
  chat('a text of many values in a result', (size) => result(many(saying, size))),
  chat('words of a transcript in a result', (size) =>
    result(json({ words: list((n) => (n % 5 < 2 ? phone(n) : `word${n % 7}`), size * 0.9) })),
  ),
  chat('persons in arguments', (size) => ({
    messages: [user('hi'), calling(json(list(person, size * 0.85)))],
  })),
  chat('properties of a tool', (size) =>
    tool({
      type: 'object',
      properties: Object.fromEntries(
        list((n) => n, size / 7).map((n) => [`p${n}`, { type: 'string', description: `Of ${n}` }]),
      ),
    }),
  ),
  wide(
    chat('words of an enum', (size) =>
      tool({ type: 'object', properties: { a: { enum: list((n) => `v${n}`, size) } } }),
    ),
  ),
  wide(chat('nested values', (size) => ({ messages: list(() => ({ ...user('hi'), extra: nested(50) }), size) }))),
  wide(chat('messages without text', (size) => ({ messages: list(() => user(''), size) }))),
  wide(chat('lists without items', (size) => ({ messages: [user('hi')], extra: list(() => [], size) }))),
  wide(chat('strings of an unknown field', (size) => ({ messages: [user('hi')], extra: list((n) => `a${n}`, size) }))),
  chat('unknown fields', (size) => ({ messages: [user('hi')], ...fields(size) })),
  chat('unknown fields of a message', (size) => ({ messages: [{ ...user('hi'), ...fields(size) }] })),
  chat('keys in a result', (size) => result(json(fields(size)))),
  wide(chat('many numbers', (size) => ({ messages: [user('hi')], extra: list((n) => n, size) }))),
  wide(
    responses('encrypted reasoning', (size) => ({
      input: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: repeated('aGVsbG8gd29ybGQ', size) }],
    })),
  ),
  responses('persons in a result', (size) => ({
    input: [
      { type: 'function_call', call_id: 'c1', name: 'look_up', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: json(list(person, size * 0.85)) },
    ],
  })),
  responses('one text of telephone numbers', (size) => ({ input: many((n) => `${phone(n)}, `, size) })),
  responses('tools', (size) => ({
    input: 'hi',
    tools: list(
      (n) => ({
        type: 'function',
        name: `tool_${n}`,
        description: PHRASE,
        parameters: { type: 'object', properties: { [`field_${n}`]: { type: 'string', description: PHRASE } } },
      }),
      size,
    ),
  })),
];
