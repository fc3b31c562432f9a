import { expect, test } from 'vitest';
import { monotonicUs, systemClock } from '../../../src/platform/clock.ts';

test('the system clock counts milliseconds since 1970', () => {
  const before = Date.now();
  const now = systemClock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('the monotonic clock counts whole microseconds and never goes back', () => {
  let last = monotonicUs();
  for (let turn = 0; turn < 1000; turn += 1) {
    const now = monotonicUs();
    expect(Number.isInteger(now)).toBe(true);
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

test('its unit is that of performance.now, times a thousand', () => {
  const before = performance.now() * 1000;
  const now = monotonicUs();
  expect(now).toBeGreaterThanOrEqual(Math.floor(before));
  expect(now).toBeLessThanOrEqual(Math.ceil(performance.now() * 1000));
});
