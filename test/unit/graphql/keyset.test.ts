import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  connectionOf,
  DEFAULT_PAGE_SIZE,
  idKey,
  MAX_PAGE_SIZE,
  numberKey,
  pageQuery,
  readPage,
} from '../../../src/graphql/keyset.ts';
import type { PageArguments } from '../../../src/graphql/keyset.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { isId, newId } from '../../../src/platform/ids.ts';
import type { AgentId } from '../../../src/platform/ids.ts';

const NUMBERS = numberKey('turn');
const AGENTS = idKey('agent', (text): text is AgentId => isId('agent', text));

/** A page of a list of numbers, read as a database would: condition, order, limit. */
function readList(
  list: readonly number[],
  order: 'asc' | 'desc',
  args: PageArguments,
): ReturnType<typeof connectionOf<number, number, number>> {
  const page = readPage(NUMBERS, args);
  const { range, order: reading, take } = pageQuery(page, order);
  const rows = list
    .filter((row) => (range.gt === undefined || row > range.gt) && (range.lt === undefined || row < range.lt))
    .sort((a, b) => (reading === 'asc' ? a - b : b - a))
    .slice(0, take);
  return connectionOf(page, NUMBERS, rows, (row) => ({ key: row, node: row }));
}

function faultsOf(args: PageArguments): string[] {
  try {
    readPage(NUMBERS, args);
    return [];
  } catch (error) {
    if (error instanceof Failure) return error.details.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
}

describe('cursors', () => {
  test('give their key back, and are no cursor of another list', () => {
    const id = newId('agent');
    expect(AGENTS.decode(AGENTS.encode(id))).toBe(id);
    expect(NUMBERS.decode(AGENTS.encode(id))).toBeNull();
    expect(AGENTS.decode(NUMBERS.encode(3))).toBeNull();
    expect(numberKey('event').decode(NUMBERS.encode(3))).toBeNull();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        (number) => NUMBERS.decode(NUMBERS.encode(number)) === number,
      ),
    );
  });

  test('that nobody made are none, and never throw', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => AGENTS.decode(text) === null && AGENTS.decode(Buffer.from(text).toString('base64url')) === null,
      ),
    );
    for (const number of ['-1', '1.5', '1e3', '2147483648', '99999999999', '', ' 1']) {
      expect([number, NUMBERS.decode(Buffer.from(`turn:${number}`).toString('base64url'))]).toEqual([number, null]);
    }
  });
});

describe('arguments', () => {
  test('all faults are named at once', () => {
    expect(faultsOf({ first: 0, last: 101, after: '!', before: 'x' })).toEqual([
      'after invalid_cursor',
      'before invalid_cursor',
      'first out_of_range',
      'last out_of_range',
      'last exclusive',
    ]);
    expect(faultsOf({ first: 1.5 })).toEqual(['first out_of_range']);
    expect(faultsOf({ first: MAX_PAGE_SIZE })).toEqual([]);
  });

  test('null and absent are the same', () => {
    expect(readPage(NUMBERS, { first: null, after: null, last: null, before: null })).toEqual(readPage(NUMBERS, {}));
    expect(readPage(NUMBERS, {}).size).toBe(DEFAULT_PAGE_SIZE);
  });
});

describe('pages', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 40 });
  const order = fc.constantFrom('asc' as const, 'desc' as const);
  const sorted = (rows: readonly number[], direction: 'asc' | 'desc'): number[] =>
    rows.toSorted((a, b) => (direction === 'asc' ? a - b : b - a));

  test('one after the other they are the whole list, in order, from either end', () => {
    fc.assert(
      fc.property(list, order, fc.integer({ min: 1, max: 7 }), (rows, direction, size) => {
        const forwards: number[] = [];
        for (
          let page = readList(rows, direction, { first: size });
          ;
          page = readList(rows, direction, { first: size, after: page.pageInfo.endCursor })
        ) {
          forwards.push(...page.edges.map(({ node }) => node));
          if (!page.pageInfo.hasNextPage) break;
        }
        expect(forwards).toEqual(sorted(rows, direction));
        const backwards: number[] = [];
        for (
          let page = readList(rows, direction, { last: size });
          ;
          page = readList(rows, direction, { last: size, before: page.pageInfo.startCursor })
        ) {
          backwards.unshift(...page.edges.map(({ node }) => node));
          if (!page.pageInfo.hasPreviousPage) break;
        }
        expect(backwards).toEqual(sorted(rows, direction));
      }),
    );
  });

  test('rows that come and go between pages never repeat a row nor lose one that stays', () => {
    fc.assert(
      fc.property(list, list, order, fc.integer({ min: 1, max: 5 }), (rows, arriving, direction, size) => {
        const seen: number[] = [];
        let now = [...rows];
        let after: string | null = null;
        for (let more = true; more;) {
          const page = readList(now, direction, { first: size, after });
          seen.push(...page.edges.map(({ node }) => node));
          after = page.pageInfo.endCursor;
          more = page.pageInfo.hasNextPage;
          now = [...new Set([...now, ...arriving])];
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(rows.every((row) => seen.includes(row))).toBe(true);
      }),
    );
  });

  test('between two cursors', () => {
    const page = readList([1, 2, 3, 4, 5], 'desc', { after: NUMBERS.encode(5), before: NUMBERS.encode(2), first: 5 });
    expect(page.edges.map(({ node }) => node)).toEqual([4, 3]);
  });
});
