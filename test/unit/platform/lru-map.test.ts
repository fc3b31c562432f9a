import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LruMap } from '../../../src/platform/lru-map.ts';

describe('LruMap', () => {
  it('forgets what was used the longest time ago, reading included', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  });

  it('replaces without forgetting another', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('b', 3);
    expect([map.get('a'), map.get('b'), map.size]).toEqual([1, 3, 2]);
  });

  it('deletes and clears', () => {
    const map = new LruMap<string, number>(3);
    map.set('a', 1);
    map.set('b', 2);
    map.delete('a');
    expect([map.get('a'), map.get('b')]).toEqual([undefined, 2]);
    map.clear();
    expect(map.size).toBe(0);
  });

  it('holds the last of the distinct keys used, never more than its capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.integer({ min: 0, max: 9 })), (capacity, keys) => {
        const map = new LruMap<number, number>(capacity);
        for (const key of keys) map.set(key, key);
        const expected = [...new Set(keys.toReversed())].slice(0, capacity);
        expect(map.size).toBe(expected.length);
        for (const key of expected) expect(map.get(key)).toBe(key);
      }),
    );
  });
});
