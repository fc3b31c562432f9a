import { expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/json/json-text.ts';
import { argumentSlots } from '../../../../../src/masking/rehydration/written-form/tool-schemas.ts';

const chat = (parameters: JsonValue, name: JsonValue = 'book'): JsonObject => ({
  tools: [{ type: 'function', function: { name, parameters } }],
});
const slot = (parameters: JsonValue, ...path: string[]) => argumentSlots(chat(parameters)).slot('book', path);
const properties = (members: JsonObject): JsonObject => ({ type: 'object', properties: members });

test('argumentSlots reads the tools of both APIs, and the functions of old', () => {
  const parameters = properties({ a: { type: 'string', maxLength: 3 } });
  for (const request of [
    chat(parameters),
    { tools: [{ type: 'function', name: 'book', parameters }] },
    { functions: [{ name: 'book', parameters }] },
  ])
    expect(argumentSlots(request).slot('book', ['a'])?.maxLength).toBe(3);
});

test('argumentSlots knows nothing of other tools, and nothing where a request is malformed', () => {
  const slots = argumentSlots(chat(properties({ a: {} })));
  expect([
    slots.slot(null, ['a']),
    slots.slot('pay', ['a']),
    slots.slot('__proto__', ['a']),
    slots.slot('book', ['toString']),
  ]).toEqual([null, null, null, null]);
  for (const tools of [
    null,
    'x',
    [null, 'x', [], { function: null }, { function: { name: 1 } }, { name: 'book', parameters: [] }],
  ])
    expect(argumentSlots({ tools }).slot('book', ['a'])).toBeNull();
});

test('argumentSlots reads what the schema says of an argument, and nothing of the wrong type', () => {
  expect(
    slot(
      properties({
        a: {
          type: 'string',
          format: 'date',
          enum: ['x', 1],
          maxLength: 9,
          minLength: 0,
          title: 'T',
          description: 'D',
          examples: ['E', 2],
        },
      }),
      'a',
    ),
  ).toEqual({
    isNumber: false,
    format: 'date',
    pattern: null,
    enum: ['x'],
    maxLength: 9,
    minLength: 0,
    hints: 'a\nT\nD\nE',
  });
  expect(
    slot(
      properties({ a: { format: 1, pattern: '(', enum: 'x', maxLength: -1, minLength: 1.5, description: {} } }),
      'a',
    ),
  ).toEqual({
    isNumber: false,
    format: null,
    pattern: null,
    enum: null,
    maxLength: null,
    minLength: null,
    hints: 'a',
  });
  expect(slot(properties({ a: { pattern: '^a$' } }), 'a')?.pattern?.find('a')).toHaveLength(1);
  expect(slot(properties({ a: { description: 'x'.repeat(9000) } }), 'a')?.hints).toHaveLength(2000);
});

test.each<[JsonValue, boolean | null]>([
  ['number', true],
  ['integer', true],
  [['number', 'null'], true],
  [['number', 'string'], false],
  ['string', false],
  ['boolean', null],
  ['object', null],
])('argumentSlots takes an argument of type %j for a number: %s', (type, isNumber) => {
  expect(slot(properties({ a: { type } }), 'a')?.isNumber ?? null).toBe(isNumber);
});

test('argumentSlots follows objects, lists, references and combinations', () => {
  const date = { type: 'string', format: 'date' };
  const root = {
    ...properties({
      list: { items: properties({ day: { $ref: '#/$defs/a~1b' } }) },
      any: { anyOf: [{ type: 'null' }, date] },
      map: { additionalProperties: date },
    }),
    $defs: { 'a/b': date },
  };
  const formats = [['list', '*', 'day'], ['any'], ['map', 'x']].map((path) => slot(root, ...path)?.format);
  expect(formats).toEqual(['date', 'date', 'date']);
  expect([slot(root, 'list', 'day'), slot(root, 'list', '*', 'x'), slot(root, 'none')]).toEqual([null, null, null]);
});

test('argumentSlots prefers what is nearest over what is referred to', () => {
  const root = {
    ...properties({ a: { description: 'near', allOf: [{ $ref: '#/$defs/a' }] } }),
    $defs: { a: { description: 'far', format: 'date' } },
  };
  expect(slot(root, 'a')).toMatchObject({ hints: 'a\nnear', format: 'date' });
});

test('argumentSlots ends in schemas that refer in circles, and says nothing of foreign references', () => {
  const circle = {
    $ref: '#/$defs/a',
    $defs: { a: { anyOf: [{ $ref: '#' }, { $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } },
  };
  expect(slot(circle, 'a', 'b', '*')).toBeNull();
  expect(slot(properties({ a: { $ref: 'https://x.example/schema' } }), 'a')).toBeNull();
});
