import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SizedMap } from '../../../src/platform/sized-map.ts';

describe('a map of limited size', () => {
  test('keeps what fits, and tells what it takes', () => {
    const map = new SizedMap<string>({ entries: 10, bytes: 100 });
    map.set('a', 'one', 40);
    map.set('b', 'two', 60);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size, map.bytes]).toEqual(['one', 'two', undefined, 2, 100]);
  });

  test('forgets what was set longest ago once there are too many bytes', () => {
    const map = new SizedMap<string>({ entries: 10, bytes: 100 });
    for (const key of ['a', 'b', 'c']) map.set(key, key, 40);
    expect([map.get('a'), map.get('b'), map.get('c'), map.bytes]).toEqual([undefined, 'b', 'c', 80]);
  });

  test('forgets what was set longest ago once there are too many entries', () => {
    const map = new SizedMap<string>({ entries: 2, bytes: 100 });
    for (const key of ['a', 'b', 'c']) map.set(key, key, 1);
    expect([map.get('a'), map.size, map.bytes]).toEqual([undefined, 2, 2]);
  });

  test('counts what is set again once, as the newest', () => {
    const map = new SizedMap<string>({ entries: 2, bytes: 100 });
    map.set('a', 'old', 50);
    map.set('b', 'b', 10);
    map.set('a', 'new', 20);
    expect([map.get('a'), map.size, map.bytes]).toEqual(['new', 2, 30]);
    map.set('c', 'c', 1);
    expect([map.get('a'), map.get('b')]).toEqual(['new', undefined]);
  });

  test('keeps nothing that is too large by itself, and for its sake forgets nothing else', () => {
    const map = new SizedMap<string>({ entries: 10, bytes: 100 });
    map.set('a', 'a', 60);
    map.set('b', 'b', 101);
    expect([map.get('a'), map.get('b'), map.bytes]).toEqual(['a', undefined, 60]);
    map.set('a', 'larger', 101);
    expect([map.get('a'), map.size, map.bytes]).toEqual([undefined, 0, 0]);
  });

  test('holds nothing once it is cleared', () => {
    const map = new SizedMap<string>({ entries: 10, bytes: 100 });
    map.set('a', 'a', 60);
    map.clear();
    expect([map.get('a'), map.size, map.bytes]).toEqual([undefined, 0, 0]);
  });

  test('stays within its limits and adds up, whatever is set', () => {
    const sets = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 60 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(sets, (all) => {
        const map = new SizedMap<number>({ entries: 3, bytes: 100 });
        for (const [key, bytes] of all) map.set(key, bytes, bytes);
        const held = ['a', 'b', 'c', 'd', 'e'].flatMap((key) => map.get(key) ?? []);
        expect(map.bytes).toBe(held.reduce((sum, bytes) => sum + bytes, 0));
        expect(map.bytes).toBeLessThanOrEqual(100);
        expect(map.size).toBe(held.length);
        expect(map.size).toBeLessThanOrEqual(3);
        const last = all.at(-1);
        if (last !== undefined) expect(map.get(last[0])).toBe(last[1]);
      }),
    );
  });
});
