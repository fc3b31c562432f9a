import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { shapeFault } from '../../../src/graphql/variable-shape.ts';

const SCHEMA = buildSchema(`
  scalar JSON
  enum Role { admin member }
  input Inner { id: ID! tags: [String!] }
  input Outer { name: String! size: Int = 1 inner: Inner inners: [Inner!] any: JSON role: Role }
  type Query { ask(outer: Outer, inners: [[Inner]], name: String, any: JSON): String }`);

const DOCUMENT = parse(`
  query One($outer: Outer!, $inners: [[Inner]], $name: String, $any: JSON) {
    ask(outer: $outer, inners: $inners, name: $name, any: $any) }
  query Two($name: Inner) { ask }`);

const faultIn = (variables: Readonly<Record<string, unknown>>, name: string | null = 'One'): string | null => {
  const fault = shapeFault(SCHEMA, DOCUMENT, name, variables);
  return fault === null ? null : `${fault.path} ${fault.message}`;
};

describe('shapeFault', () => {
  test.each([
    ['no variables', {}],
    ['what is left out, or has a default', { outer: { name: 'a' } }],
    ['any value of the scalar JSON', { any: { deep: [{ er: [1] }] }, outer: { name: 'a', any: [{}] } }],
    ['one value in the place of a list', { inners: { id: '1' } }],
    ['nulls', { outer: { name: null, inner: null }, name: null }],
    ['wrong scalars, of which the executor tells', { outer: { name: 7, size: 'x', role: 'nobody' }, name: 7 }],
    ['variables that the operation does not have', { other: { a: 1 } }],
  ])('takes %s', (_what, variables) => {
    expect(faultIn(variables)).toBeNull();
  });

  test.each([
    ['a field too many', { outer: { name: 'a', nmae: 'b' } }, 'outer has a field that its type does not have'],
    [
      'a field of every object',
      { outer: { name: 'a', toString: 'b' } },
      'outer has a field that its type does not have',
    ],
    ['a field too few', { outer: {} }, 'outer.name is missing'],
    ['an inner one too few', { outer: { name: 'a', inner: {} } }, 'outer.inner.id is missing'],
    ['an object for a scalar', { name: {} }, 'name is an object or a list'],
    ['a list for a scalar', { outer: { name: [] } }, 'outer.name is an object or a list'],
    ['an object for an enum', { outer: { name: 'a', role: {} } }, 'outer.role is an object or a list'],
    ['a list for an object', { outer: [] }, 'outer is a list'],
    [
      'an item of a list',
      { inners: [[{ id: '1' }, { id: '1', tags: [{}] }]] },
      'inners[0][1].tags[0] is an object or a list',
    ],
  ])('names the place of %s', (_what, variables, expected) => {
    expect(faultIn(variables)).toBe(expected);
  });

  test('looks at the operation that is asked for, and leaves an unknown one to the executor', () => {
    expect(faultIn({ name: {} }, 'Two')).toBe('name.id is missing');
    expect(faultIn({ name: {} }, 'Three')).toBeNull();
    expect(faultIn({ name: [] }, null)).toBe('name is an object or a list');
  });

  test('reports one fault of thousands, and no value', () => {
    const members = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`Jane Roe ${n}`, 'Jane Roe']));
    expect(faultIn({ outer: members })).toBe('outer has a field that its type does not have');
  });
});
