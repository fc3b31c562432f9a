import { setImmediate as loopTick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AT_ONCE, inTicks } from '../../../src/graphql/in-ticks.ts';

test('a short list is the same list', () => {
  const items = Array.from({ length: AT_ONCE }, (_, n) => n);
  expect(inTicks(items)).toEqual(items);
});

test('of a long list at most 500 items are completed between two ticks, in order', async () => {
  const items = Array.from({ length: 3 * AT_ONCE + 7 }, (_, n) => n);
  const completed: number[] = [];
  const all = Promise.all(inTicks(items).map(async (item) => completed.push(await item)));
  let ticks = 0;
  for (; completed.length < items.length; ticks += 1) {
    const before = completed.length;
    await loopTick();
    expect(completed.length - before).toBeLessThanOrEqual(AT_ONCE);
  }
  await all;
  expect(completed).toEqual(items);
  expect(ticks).toBeGreaterThan(3);
});
