/** Whoever explores the schema reads what each type, field, argument and value is. */
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLField, GraphQLInputField } from 'graphql';
import { expect, test } from 'vitest';
import { DESCRIPTIONS } from '../../../src/graphql/descriptions.ts';
import { schema } from '../../../src/graphql/schema.ts';

/** Every coordinate of the schema with its description. */
function* described(): Generator<readonly [string, string]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    yield [type.name, type.description ?? ''];
    if (isEnumType(type))
      for (const { name, description } of type.getValues()) yield [`${type.name}.${name}`, description ?? ''];
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description ?? ''];
      for (const argument of 'args' in field ? field.args : [])
        yield [`${type.name}.${field.name}(${argument.name})`, argument.description ?? ''];
    }
  }
}

test('every type, field, argument and enum value of the schema has a description', () => {
  const missing = [...described()].filter(([, description]) => description === '').map(([coordinate]) => coordinate);
  expect(missing).toEqual([]);
});

test('every description that is kept apart is that of something in the schema', () => {
  const coordinates = new Map(described());
  const stale = Object.entries(DESCRIPTIONS).filter(([coordinate, text]) => coordinates.get(coordinate) !== text);
  expect(stale.map(([coordinate]) => coordinate)).toEqual([]);
});
