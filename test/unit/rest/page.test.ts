import { describe, expect, test } from 'vitest';
import { joined, nextCursor, pageBody, PAGE_PARAMETERS, SESSION_PARAMETERS } from '../../../src/rest/page.ts';
import type { ConnectionData } from '../../../src/rest/page.ts';

function connection(nodes: readonly number[], hasNextPage: boolean): ConnectionData<number> {
  return {
    edges: nodes.map((node) => ({ node })),
    pageInfo: { hasNextPage, endCursor: nodes.length === 0 ? null : `c${nodes.at(-1) ?? 0}` },
  };
}

describe('a connection as a page', () => {
  test('has a next cursor only where there is a next page', () => {
    expect(pageBody(connection([1, 2], true))).toEqual({ data: [1, 2], next_cursor: 'c2' });
    expect(pageBody(connection([1, 2], false))).toEqual({ data: [1, 2], next_cursor: null });
    expect(pageBody(connection([], false))).toEqual({ data: [], next_cursor: null });
  });

  test('goes on where another ended', () => {
    expect(joined(connection([1, 2], true), connection([3], false))).toEqual(connection([1, 2, 3], false));
  });

  test('keeps its end where nothing followed, so that it is not read from the start again', () => {
    const complete = joined(connection([1, 2], true), connection([], false));
    expect(complete.pageInfo).toEqual({ hasNextPage: false, endCursor: 'c2' });
    expect(nextCursor(complete)).toBeNull();
  });
});

describe('parameters', () => {
  test('have the documented defaults', () => {
    expect(PAGE_PARAMETERS.parse({})).toEqual({ limit: 25 });
    expect(SESSION_PARAMETERS.parse({})).toEqual({ limit: 25, since: '24h' });
  });

  test.each([1, 100])('a limit of %i is fine', (limit) => {
    expect(PAGE_PARAMETERS.safeParse({ limit }).success).toBe(true);
  });

  test.each([0, 101, 1.5, Number.NaN, '10', null])('a limit of %j is not', (limit) => {
    expect(PAGE_PARAMETERS.safeParse({ limit }).success).toBe(false);
  });
});
