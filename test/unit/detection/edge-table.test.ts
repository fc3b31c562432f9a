/** The edges of the trie of known values. */
import { describe, expect, it } from 'vitest';
import { EdgeTable } from '../../../src/detection/edge-table.ts';

/** Calls `visit` with each of so many edges of a trie in which each node has up to `children` next ones. */
function edges(count: number, children: number, code: number, visit: (node: number, code: number, n: number) => void) {
  for (let n = 0; n < count; n += 1) visit(Math.floor(n / children), code + (n % children), n);
}

/** The most entries that a Map has while the work is done. */
function largestMap(work: () => void): number {
  const largest = { size: 0 };
  const descriptor = Object.getOwnPropertyDescriptor(Map.prototype, 'set') ?? {};
  const add = descriptor.value as (this: unknown, ...args: unknown[]) => unknown;
  const watched = function (this: Map<unknown, unknown>, ...args: unknown[]): unknown {
    const result = Reflect.apply(add, this, args);
    largest.size = Math.max(largest.size, this.size);
    return result;
  };
  Object.defineProperty(Map.prototype, 'set', { ...descriptor, value: watched });
  try {
    work();
  } finally {
    Object.defineProperty(Map.prototype, 'set', descriptor);
  }
  return largest.size;
}

const TRIES = [
  ['of one digit after the other', 1, 0x30],
  ['of digits', 10, 0x30],
  ['of letters', 26, 0x61],
  ['of other scripts', 20_000, 0x4e00],
] as const;

describe('an edge table', () => {
  it.each(TRIES)('has the edges %s and no others', (_, children, code) => {
    const table = new EdgeTable();
    edges(30_000, children, code, (...edge) => {
      table.add(...edge);
    });
    const wrong: string[] = [];
    edges(30_000, children, code, (node, at, n) => {
      if (table.get(node, at) !== n) wrong.push(`${node} ${at}`);
      if (table.get(node, code + children) !== undefined) wrong.push(`${node} further`);
      if (table.get(node + 30_000, at) !== undefined) wrong.push(`${node} beyond`);
    });
    expect(wrong).toEqual([]);
  });

  it.each(TRIES)(
    'with 500,000 edges %s holds no Map of over 8192 entries, which would move them all',
    (_, children, code) => {
      const largest = largestMap(() => {
        const table = new EdgeTable();
        edges(500_000, children, code, (...edge) => {
          table.add(...edge);
        });
      });
      expect(largest).toBeLessThanOrEqual(8192);
    },
  );
});
