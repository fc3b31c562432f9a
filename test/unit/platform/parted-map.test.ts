import { describe, expect, it } from 'vitest';
import { PartedMap } from '../../../src/platform/parted-map.ts';

/** Several parts, the last one not full. */
const MANY = 70_000;

function filled(count: number): PartedMap<number, string> {
  const map = new PartedMap<number, string>();
  for (let n = 0; n < count; n += 1) map.set(n, String(n));
  return map;
}

describe('a parted map', () => {
  it('has what a Map has, in the order of insertion', () => {
    const map = filled(MANY);
    expect(map.size).toBe(MANY);
    expect([...map.values()].every((value, at) => value === String(at))).toBe(true);
    expect([...map].map(([key]) => key)).toEqual(Array.from({ length: MANY }, (_, n) => n));
    for (const key of [0, 16_383, 16_384, 40_000, MANY - 1]) expect(map.get(key)).toBe(String(key));
    expect(map.has(MANY)).toBe(false);
    expect(map.get(MANY)).toBeUndefined();
  });

  it('replaces the value of a key where it is, in a full part and in the last', () => {
    const map = filled(MANY);
    for (const key of [3, 20_000, MANY - 1]) map.set(key, 'other');
    expect(map.size).toBe(MANY);
    expect([...map].filter(([, value]) => value === 'other').map(([key]) => key)).toEqual([3, 20_000, MANY - 1]);
  });

  it('holds no Map of over 16,384 entries, which would move all of them when it grows', () => {
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
      filled(MANY);
    } finally {
      Object.defineProperty(Map.prototype, 'set', descriptor);
    }
    expect(largest.size).toBe(16_384);
  });

  it('is empty where nothing was set', () => {
    expect(filled(0).size).toBe(0);
    expect([...filled(0)]).toEqual([]);
  });
});
