import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RepeatingJob } from '../../../../src/cli/wiring/repeating-job.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A job whose runs have these results, in turn; a result that is an error fails its run. */
function jobWith(...results: (number | Error)[]): { job: RepeatingJob<number>; runs: () => number; failed: unknown[] } {
  let runs = 0;
  const failed: unknown[] = [];
  const job = new RepeatingJob<number>({
    run: () => {
      const result = results[runs] ?? 0;
      runs += 1;
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    everyMs: 3_600_000,
    soonMs: 1_000,
    leftWork: (result) => result === 100,
    onFailure: (error) => failed.push(error),
  });
  return { job, runs: () => runs, failed };
}

test('a job runs at once when it is started, and again after its interval', async () => {
  const { job, runs } = jobWith();
  job.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(runs()).toBe(1);
  await vi.advanceTimersByTimeAsync(3_599_999);
  expect(runs()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs()).toBe(2);
  await job.stop();
});

test('a job that left work runs again soon, until it leaves none', async () => {
  const { job, runs } = jobWith(100, 100, 99);
  job.start();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(runs()).toBe(3);
  await vi.advanceTimersByTimeAsync(3_000_000);
  expect(runs()).toBe(3);
  await job.stop();
});

test('a job that fails says so, and runs again after its interval', async () => {
  const error = new Error('no database');
  const { job, runs, failed } = jobWith(error);
  job.start();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect([runs(), failed]).toEqual([2, [error]]);
  await job.stop();
});

test('a job that was stopped runs no more', async () => {
  const { job, runs } = jobWith(100);
  job.start();
  await vi.advanceTimersByTimeAsync(0);
  await job.stop();
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect(runs()).toBe(1);
});

test('a run waits for the one that is under way', async () => {
  const order: string[] = [];
  const release: (() => void)[] = [];
  const job = new RepeatingJob<void>({
    run: async () => {
      order.push('begin');
      await new Promise<void>((resolve) => release.push(resolve));
      order.push('end');
    },
    everyMs: 1,
    soonMs: 1,
    leftWork: () => false,
    onFailure: () => undefined,
  });
  const both = [job.run(), job.run()];
  await vi.advanceTimersByTimeAsync(0);
  release[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  release[1]?.();
  await Promise.all(both);
  expect(order).toEqual(['begin', 'end', 'begin', 'end']);
});
