import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SessionId } from '../../../src/platform/ids.ts';
import { newId } from '../../../src/platform/ids.ts';
import { CarriedTokens } from '../../../src/sessions/carried-tokens.ts';
import type { IssuedToken } from '../../../src/tokens/issued-token.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;

function token(value: string, stored = false): IssuedToken {
  return { token: `MSK1.PHONE.K.${value}`, kind: 'PHONE', value, kid: 'K', keyVersion: '0', stored };
}

function kept(carried: CarriedTokens, value: string): SessionId {
  const id = newId('session');
  carried.keep(id, [token(value)]);
  return id;
}

test('keeps what no vault has, each for its session', () => {
  const carried = new CarriedTokens();
  const [one, other, none] = [newId('session'), newId('session'), newId('session')];
  carried.keep(one, [token('A'), token('B', true), token('C')]);
  carried.keep(other, [token('D')]);
  carried.keep(none, [token('E', true)]);
  expect(carried.of(one)).toEqual([token('A'), token('C')]);
  expect(carried.of(other)).toEqual([token('D')]);
  expect(carried.of(none)).toEqual([]);
  expect(carried.of(newId('session'))).toEqual([]);
});

test('forgets by the clock, after ten to twenty minutes, also where nobody calls any more', () => {
  const carried = new CarriedTokens();
  const early = kept(carried, 'A');
  vi.advanceTimersByTime(9 * MINUTE);
  const late = kept(carried, 'B');
  vi.advanceTimersByTime(9 * MINUTE);
  expect([carried.of(early), carried.of(late)]).toEqual([[token('A')], [token('B')]]);
  vi.advanceTimersByTime(2 * MINUTE);
  expect([carried.of(early), carried.of(late)]).toEqual([[], []]);
  // And begins anew.
  expect(vi.getTimerCount()).toBe(0);
  const again = kept(carried, 'C');
  vi.advanceTimersByTime(10 * MINUTE);
  expect(carried.of(again)).toEqual([token('C')]);
  vi.advanceTimersByTime(10 * MINUTE);
  expect(carried.of(again)).toEqual([]);
});

test('a session that says much leaves others what they have, and takes no more than there is room for', () => {
  const carried = new CarriedTokens();
  const modest = kept(carried, 'A');
  const greedy = newId('session');
  carried.keep(greedy, [token('x'.repeat(5 * 1024 * 1024))]);
  expect(carried.of(greedy)).toEqual([]);
  expect(carried.of(modest)).toEqual([token('A')]);
});

test('of too many sessions the oldest are forgotten', () => {
  const carried = new CarriedTokens();
  const ids = Array.from({ length: 5_001 }, (_, n) => kept(carried, String(n)));
  expect(ids.filter((id) => carried.of(id).length === 0)).toEqual(ids.slice(0, 1));
});
