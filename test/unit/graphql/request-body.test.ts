import { describe, expect, test } from 'vitest';
import { excessOf, MAX_NESTING, MAX_VALUES } from '../../../src/graphql/request-body.ts';

const list = (length: number): string => JSON.stringify(Array.from({ length }, () => 1));

describe('excessOf', () => {
  test('takes as many values as allowed, and refuses one more', () => {
    expect(excessOf(list(MAX_VALUES))).toBeNull();
    expect(excessOf(list(MAX_VALUES + 1))).toMatch(/10000 values/);
  });

  test('counts members of objects, and items of lists that are nested', () => {
    const members = Object.fromEntries(Array.from({ length: MAX_VALUES + 1 }, (_, n) => [`m${n}`, n]));
    expect(excessOf(JSON.stringify({ variables: members }))).toMatch(/values/);
    expect(excessOf(`[${Array.from({ length: MAX_VALUES }, () => '[]').join(',')}]`)).toMatch(/values/);
  });

  test('takes as much nesting as allowed, and refuses one more', () => {
    const nested = (depth: number): string => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2);
    expect(excessOf(nested(MAX_NESTING))).toBeNull();
    expect(excessOf(nested(MAX_NESTING + 2))).toMatch(/one in another/);
  });

  test.each([
    ['commas and brackets', JSON.stringify([',[{'.repeat(MAX_VALUES)])],
    ['quotes that are escaped', JSON.stringify(['",'.repeat(MAX_VALUES)])],
    ['backslashes before its end', JSON.stringify([`${'\\,'.repeat(MAX_VALUES)}\\`, '[['])],
    ['no end', `"${',['.repeat(MAX_VALUES)}`],
  ])('counts nothing in a string of %s', (_what, text) => {
    expect(excessOf(text)).toBeNull();
  });

  test('goes on behind a string with an escaped end', () => {
    expect(excessOf(`["\\\\",${'1,'.repeat(MAX_VALUES)}1]`)).toMatch(/values/);
    expect(excessOf(`["\\",${'1,'.repeat(MAX_VALUES)}1]`)).toBeNull();
  });
});
