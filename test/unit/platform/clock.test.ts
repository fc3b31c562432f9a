import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { monotonicUs, systemClock, systemTimer } from '../../../src/platform/clock.ts';

test('the system clock returns milliseconds since 1970', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_234_567_890_123 });
  expect(systemClock.now()).toBe(1_234_567_890_123);
  vi.useRealTimers();
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

describe('an alarm', () => {
  const alarm = (ms: number): Promise<number> => {
    const began = systemTimer.now();
    return new Promise((resolve) =>
      systemTimer.after(ms, () => {
        resolve(systemTimer.now() - began);
      }),
    );
  };

  test('acts when its time has come', async () => {
    // A timer's own clock has whole milliseconds, and may be one behind.
    expect(await alarm(5)).toBeGreaterThanOrEqual(4);
  });

  test('that is taken back never acts, however late that is', async () => {
    const acted: string[] = [];
    const early = systemTimer.after(1, () => acted.push('early'));
    early();
    // Both are due in one round of timers: it has struck, and what it does waits behind what has arrived.
    const late = systemTimer.after(1, () => acted.push('late'));
    setTimeout(late, 1);
    for (const until = performance.now() + 20; performance.now() < until;);
    await alarm(10);
    early();
    late();
    expect(acted).toEqual([]);
  });

  test('that is late because the process was busy does not overtake what arrived in time', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [[peer]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
    const order: string[] = [];
    const read = new Promise((resolve) =>
      client.on('data', () => {
        resolve(order.push('data'));
      }),
    );
    peer.write('in time');
    const struck = new Promise((resolve) =>
      systemTimer.after(1, () => {
        resolve(order.push('alarm'));
      }),
    );
    for (const until = performance.now() + 20; performance.now() < until;);
    await Promise.all([read, struck]);
    expect(order).toEqual(['data', 'alarm']);
    client.destroy();
    server.close();
  });
});
