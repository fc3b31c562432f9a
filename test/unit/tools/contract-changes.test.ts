/** Whether a change of the API breaks clients: what the check of the contracts says of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ContractChange } from '../../../tools/contract-changes/change.ts';
import { lineOf } from '../../../tools/contract-changes/change.ts';
import { graphqlChanges } from '../../../tools/contract-changes/graphql-changes.ts';
import { JsonSchemaComparison } from '../../../tools/contract-changes/json-schema-changes.ts';
import type { Direction, JsonSchema } from '../../../tools/contract-changes/json-schema-changes.ts';
import { openApiChanges } from '../../../tools/contract-changes/openapi-changes.ts';
import { problemsOf } from '../../../tools/contract-changes/released.ts';

const DOCUMENT = readFileSync(new URL('../../../schema/openapi.json', import.meta.url), 'utf8');

const itself = (schema: JsonSchema): JsonSchema => schema;
function lines(direction: Direction, before: JsonSchema, after: JsonSchema): string[] {
  const comparison = new JsonSchemaComparison(direction, { before: itself, after: itself });
  return comparison.changes('it', before, after).map(lineOf);
}

describe('a schema', () => {
  const open = { type: 'object', properties: { a: { type: 'string' } } } as const;
  const closed = { ...open, additionalProperties: false } as const;
  const needing = { ...closed, required: ['a'] } as const;
  const empty = { type: 'object', properties: {}, additionalProperties: false } as const;
  const both = { ...closed, properties: { ...closed.properties, b: { type: 'string' } } } as const;

  test.each<[string, JsonSchema, JsonSchema, string[], string[]]>([
    ['that is the same', needing, { ...needing }, [], []],
    ['with a field more', closed, both, [], []],
    ['with a field less', both, closed, ['breaking: it.b is gone'], ['breaking: it.b is gone']],
    ['whose field is required now', closed, needing, ['breaking: it.a is required now'], []],
    ['whose field may be absent now', needing, closed, [], ['breaking: it.a may be absent now']],
    ['that takes no further fields', open, closed, ['breaking: it takes no further fields now'], []],
    ['without a field, and open', open, { type: 'object' }, [], ['breaking: it.a is gone']],
    ['without any field', needing, empty, ['breaking: it.a is gone'], ['breaking: it.a is gone']],
  ])('%s', (_what, before, after, request, response) => {
    expect(lines('request', before, after)).toEqual(request);
    expect(lines('response', before, after)).toEqual(response);
  });

  test.each<[string, JsonSchema, JsonSchema, string[], string[]]>([
    ['string to integer', { type: 'string' }, { type: 'integer' }, ['breaking'], ['breaking']],
    ['string to string or null', { type: 'string' }, { type: ['string', 'null'] }, [], ['breaking']],
    ['string or null to string', { type: ['null', 'string'] }, { type: 'string' }, ['breaking'], []],
    ['anything to string', {}, { type: 'string' }, ['breaking'], []],
    ['a value more', { enum: ['a'] }, { enum: ['a', 'b'] }, [], ['dangerous']],
    ['a value less', { enum: ['a', 'b'] }, { enum: ['a'] }, ['breaking'], []],
    ['another value', { const: 1 }, { const: 2 }, ['breaking'], ['dangerous']],
    ['values to any', { enum: ['a'] }, {}, [], ['dangerous']],
    ['a lower maximum', { maximum: 9 }, { maximum: 8 }, ['breaking'], []],
    ['a higher maximum', { maximum: 9 }, { maximum: 10 }, [], ['dangerous']],
    ['a first minimum', {}, { minLength: 1 }, ['breaking'], []],
    ['items', { items: { type: 'string' } }, { items: { type: 'integer' } }, ['breaking'], ['breaking']],
    [
      'a choice less',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { anyOf: [{ type: 'null' }] },
      ['breaking'],
      [],
    ],
    [
      'a choice more',
      { anyOf: [{ type: 'null' }] },
      { anyOf: [{ type: 'null' }, { type: 'string' }] },
      [],
      ['breaking'],
    ],
    ['a description', { type: 'string' }, { type: 'string', description: 'x' }, [], []],
  ])('that changed from %s', (_what, before, after, request, response) => {
    const severities = (direction: Direction): string[] =>
      lines(direction, before, after).map((line) => line.split(':')[0] ?? '');
    expect(severities('request')).toEqual(request);
    expect(severities('response')).toEqual(response);
  });
});

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: {
    required?: boolean;
    content: Record<string, { schema: { required?: string[]; properties?: object } }>;
  };
  responses: Record<string, unknown>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** The changes where one operation after the other is changed, if it can be. */
function changesOfEach(change: (operation: Operation, item: Record<string, Operation>, method: string) => boolean): {
  readonly place: string;
  readonly changes: readonly ContractChange[];
}[] {
  const { paths } = JSON.parse(DOCUMENT) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).flatMap((method) => {
      const document = JSON.parse(DOCUMENT) as Document;
      const item = document.paths[path] ?? {};
      const operation = item[method];
      if (operation === undefined || !change(operation, item, method)) return [];
      return [{ place: `${method} ${path}`, changes: openApiChanges(DOCUMENT, JSON.stringify(document)) }];
    }),
  );
}

describe('the OpenAPI document', () => {
  test('has no changes to itself', () => {
    expect(openApiChanges(DOCUMENT, DOCUMENT)).toEqual([]);
  });

  test.each<[string, Parameters<typeof changesOfEach>[0]]>([
    ['is gone', (_operation, item, method) => Reflect.deleteProperty(item, method)],
    [
      'has no success any more',
      ({ responses }) => {
        const status = Object.keys(responses).find((each) => Number(each) < 400);
        return status !== undefined && Reflect.deleteProperty(responses, status);
      },
    ],
    [
      'asks for a parameter more',
      (operation) => {
        operation.parameters = [...(operation.parameters ?? []), { name: 'more', in: 'query', required: true }];
        return true;
      },
    ],
    [
      'asks for a field more',
      ({ requestBody }) => {
        const schema = Object.values(requestBody?.content ?? {})[0]?.schema;
        if (schema?.properties === undefined) return false;
        schema.required = [...(schema.required ?? []), 'more'];
        return true;
      },
    ],
  ])('breaks clients wherever an operation %s', (_what, change) => {
    const all = changesOfEach(change);
    expect(all.length).toBeGreaterThan(10);
    for (const { place, changes } of all)
      expect(
        changes.map(({ severity }) => severity),
        place,
      ).toContain('breaking');
  });

  test('says of a failure that is new that it is one', () => {
    const document = JSON.parse(DOCUMENT) as Document;
    const responses = document.paths['/api/v1/me']?.['get']?.responses ?? {};
    responses['418'] = {};
    expect(openApiChanges(DOCUMENT, JSON.stringify(document)).map(lineOf)).toEqual([
      'dangerous: REST: GET /api/v1/me 418 is new',
    ]);
  });
});

describe('the GraphQL schema', () => {
  test('breaks clients by a field that is gone, and may surprise them by a value that is new', () => {
    const before = 'enum E { a } type Query { e: E, f: String }';
    expect(graphqlChanges(before, 'enum E { a b } type Query { e: E }').map(lineOf)).toEqual([
      'breaking: GraphQL: Query.f was removed.',
      'dangerous: GraphQL: b was added to enum type E.',
    ]);
  });
});

describe('the check', () => {
  const changes: readonly ContractChange[] = [
    { severity: 'breaking', text: 'one' },
    { severity: 'dangerous', text: 'two' },
  ];
  test('refuses a breaking change that is not accepted, and an accepted one that there is not', () => {
    expect(problemsOf(changes, [])).toEqual(['breaking: one (not in tools/released/accepted.txt)']);
    expect(problemsOf(changes, ['breaking: one'])).toEqual([]);
    expect(problemsOf([], ['breaking: one'])).toEqual(['no such change is left: breaking: one']);
  });
});
