import fc from 'fast-check';
import { decodeTime } from 'ulid';
import { describe, expect, test } from 'vitest';
import { LONGEST_STEP_BACK_MS, newId } from '../../../src/platform/ids.ts';

const timeOf = (id: string): number => decodeTime(id.slice(id.indexOf('_') + 1));
const NOW = Date.UTC(2026, 10, 30);
const MINUTE = 60_000;

describe('the ids of a process', () => {
  test('are in the order in which they were made, also where the clock goes back by seconds', () => {
    const times = [NOW, NOW, NOW + 5, NOW - 10_000, NOW + 6, NOW - MINUTE, NOW + 7];
    const ids = times.map((time) => newId('event', time));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('carry the time that they were made for, or a later one by two minutes at most', () => {
    const jump = fc.integer({ min: -10 * MINUTE, max: 10 * MINUTE });
    fc.assert(
      fc.property(fc.array(jump, { minLength: 2, maxLength: 30 }), (jumps) => {
        const late = jumps.map((each) => timeOf(newId('session', NOW + each)) - (NOW + each));
        expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...late)).toBeLessThanOrEqual(LONGEST_STEP_BACK_MS);
      }),
    );
  });

  test('carry the present again once a clock that was far ahead is set right', () => {
    expect(timeOf(newId('session', NOW + 72 * 60 * MINUTE))).toBe(NOW + 72 * 60 * MINUTE);
    const ids = [NOW, NOW, NOW + 1].map((time) => newId('session', time));
    expect(ids.map(timeOf)).toEqual([NOW, NOW, NOW + 1]);
    expect([...ids].sort()).toEqual(ids);
  });
});
