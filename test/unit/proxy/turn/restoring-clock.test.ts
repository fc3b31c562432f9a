import { setImmediate as loopTick } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HoldTimer } from '../../../../src/proxy/turn/hold-timer.ts';
import { RestoringClock } from '../../../../src/proxy/turn/restoring-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Work of steps that take six milliseconds each, of which it counts those that are done. */
function* slowWork(done: { steps: number }): Generator<undefined, string> {
  for (; done.steps < 5; done.steps += 1) {
    vi.advanceTimersByTime(6);
    yield;
  }
  return 'restored';
}

test('long work lets the loop have its turn behind each stretch, and its rests are not measured', async () => {
  const clock = new RestoringClock();
  const done = { steps: 0 };
  let isFirst = true;
  const restored = clock.inStretches(slowWork(done), new AbortController().signal);
  while (done.steps < 4) {
    const before = done.steps;
    await loopTick();
    expect(done.steps - before).toBeLessThanOrEqual(1);
    if (isFirst) vi.advanceTimersByTime(1000);
    isFirst = false;
  }
  expect(await restored).toBe('restored');
  expect(Math.round(clock.us / 1000)).toBe(30);
});

test('long work ends at its next rest when the caller is gone', async () => {
  const gone = new AbortController();
  const done = { steps: 0 };
  const restored = new RestoringClock().inStretches(slowWork(done), gone.signal);
  gone.abort(new Error('hung up'));
  await expect(restored).rejects.toThrow('hung up');
  expect(done.steps).toBe(0);
});

test('a hold timer that runs out while a piece is in work waits until it is done', () => {
  let released = 0;
  const timer = new HoldTimer(100, () => {
    released += 1;
    return Promise.resolve();
  });
  timer.note(true);
  timer.pause();
  vi.advanceTimersByTime(200);
  expect(released).toBe(0);
  timer.resume();
  expect(released).toBe(1);
  timer.note(true);
  timer.pause();
  timer.resume();
  vi.advanceTimersByTime(99);
  expect(released).toBe(1);
  vi.advanceTimersByTime(1);
  expect(released).toBe(2);
});
