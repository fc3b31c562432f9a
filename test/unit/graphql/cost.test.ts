import { isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { fieldComplexity } from '../../../src/graphql/cost.ts';
import { schema } from '../../../src/graphql/schema.ts';

/** The cost of a field of a type with the arguments given. */
function costOf(type: string, name: string, args: Record<string, unknown> = {}): unknown {
  const found = schema.getType(type);
  const field = isObjectType(found) ? found.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`no field ${type}.${name}`);
  return fieldComplexity(args, {}, field);
}

describe('the cost of a field', () => {
  test('multiplies by the size of the page, from whichever end', () => {
    expect(costOf('Query', 'agents', { first: 80 })).toEqual({ field: 1, multiplier: 80 });
    expect(costOf('Query', 'agents', { last: 7 })).toEqual({ field: 1, multiplier: 7 });
  });

  test('an omitted or null `first` counts as the default page; a size that will be refused counts at least one', () => {
    expect(costOf('Session', 'events')).toEqual({ field: 1, multiplier: 25 });
    expect(costOf('Session', 'events', { first: null })).toEqual({ field: 1, multiplier: 25 });
    expect(costOf('Session', 'events', { first: -5 })).toEqual({ field: 1, multiplier: 1 });
  });

  test('edges do not multiply again, and plain fields cost one', () => {
    expect(costOf('AgentConnection', 'edges')).toEqual({ field: 1, multiplier: 1 });
    expect(costOf('Agent', 'name')).toEqual({ field: 1, multiplier: 1 });
    expect(costOf('Report', 'safeHarborCoverage')).toEqual({ field: 1, multiplier: 18 });
  });

  test('every connection of the schema is priced by its page', () => {
    for (const [name, type] of Object.entries(schema.getTypeMap())) {
      if (!isObjectType(type) || name.startsWith('__')) continue;
      for (const field of Object.values(type.getFields())) {
        if (!String(field.type).includes('Connection')) continue;
        expect([name, field.name, costOf(name, field.name, { first: 9 })]).toEqual([
          name,
          field.name,
          { field: 1, multiplier: 9 },
        ]);
      }
    }
  });
});
