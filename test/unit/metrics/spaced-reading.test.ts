/** A figure of the database that is read at most once in some time. */
import { describe, expect, test } from 'vitest';
import { spacedReading } from '../../../src/metrics/spaced-reading.ts';

const PATIENT = 60_000;

describe('a spaced reading', () => {
  test('is read once however often it is asked for, and again when its time is over', async () => {
    let now = 0;
    let reads = 0;
    const read = spacedReading({
      read: () => Promise.resolve((reads += 1)),
      everyMs: 1000,
      patienceMs: PATIENT,
      now: () => now,
    });
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    now = 999;
    expect(await read()).toBe(1);
    now = 1000;
    expect(await read()).toBe(2);
  });

  test('a reading that fails is null, and is tried again when its time is over', async () => {
    let now = 0;
    let fails = true;
    const read = spacedReading({
      read: () => (fails ? Promise.reject(new Error('the database is away')) : Promise.resolve(5)),
      everyMs: 1000,
      patienceMs: PATIENT,
      now: () => now,
    });
    expect(await read()).toBeNull();
    fails = false;
    expect(await read()).toBeNull();
    now = 1000;
    expect(await read()).toBe(5);
  });

  test('a reading that hangs keeps nobody waiting, and is not begun a second time', async () => {
    let reads = 0;
    let arrive: (figure: number) => void = () => undefined;
    const read = spacedReading({
      read: () => {
        reads += 1;
        return new Promise((resolve) => {
          arrive = resolve;
        });
      },
      everyMs: 1000,
      patienceMs: 1,
      now: () => 0,
    });
    expect(await read()).toBeNull();
    expect(await read()).toBeNull();
    expect(reads).toBe(1);
    arrive(9);
    expect(await read()).toBe(9);
  });
});
