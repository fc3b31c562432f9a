/** How often a page asks again when events come. */
import { expect, test } from 'vitest';
import { coalesced, sessionInterval } from '../../../src/portal/app/api/live.ts';

test('coalesced asks once more for all events that came while it asked', async () => {
  let runs = 0;
  let release = (): void => undefined;
  const tell = coalesced(() => {
    runs += 1;
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  tell();
  tell();
  tell();
  expect(runs).toBe(1);
  release();
  await expect.poll(() => runs).toBe(2);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toBe(2);
});

test('coalesced asks again after a failure', async () => {
  let runs = 0;
  const tell = coalesced(() => {
    runs += 1;
    return Promise.reject(new Error('offline'));
  });
  tell();
  await new Promise((resolve) => setImmediate(resolve));
  tell();
  await expect.poll(() => runs).toBe(2);
});

test('a sealed session is not asked for again', () => {
  expect(sessionInterval('2026-11-30T00:00:00.000Z')).toBe(false);
  expect(sessionInterval(null)).toBeGreaterThan(0);
});
