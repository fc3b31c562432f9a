import { describe, expect, test } from 'vitest';
import { chosenMember } from '../../../src/platform/rendezvous.ts';

const members = (...numbers: number[]): { number: number }[] => numbers.map((number) => ({ number }));
const KEYS = Array.from({ length: 2000 }, (_, index) => `agent|call ${index}`);
const choices = (of: { number: number }[]): (number | undefined)[] => KEYS.map((key) => chosenMember(key, of)?.number);

describe('chosenMember', () => {
  test('chooses nothing where there is no member', () => {
    expect(chosenMember('key', [])).toBeNull();
  });

  test('chooses the same member in any order', () => {
    expect(choices(members(3, 1, 2))).toEqual(choices(members(1, 2, 3)));
  });

  test('gives each of four members about a quarter of the keys', () => {
    const chosen = choices(members(1, 2, 3, 4));
    for (const number of [1, 2, 3, 4]) {
      const share = chosen.filter((each) => each === number).length / KEYS.length;
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.3);
    }
  });

  test('moves only the keys of a member that goes', () => {
    const before = choices(members(1, 2, 3));
    const after = choices(members(1, 3));
    const moved = KEYS.filter((_, index) => before[index] !== after[index]);
    expect(moved).toEqual(KEYS.filter((_, index) => before[index] === 2));
  });
});
