import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as loopTick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OnePerTickScheduler } from '../../../../src/proxy/turn/one-per-tick-scheduler.ts';

/** Counts rounds of the event loop from now on. */
function rounds(): { readonly count: number; stop(): void } {
  let count = 0;
  let running = true;
  const next = (): void => {
    count += 1;
    if (running) setImmediate(next);
  };
  setImmediate(next);
  return {
    get count() {
      return count;
    },
    stop: () => {
      running = false;
    },
  };
}

test('runs turns in the order in which they came, one in each tick of the event loop', async () => {
  const queue = new OnePerTickScheduler();
  const loop = rounds();
  const began: { turn: number; round: number }[] = [];
  await Promise.all(
    [1, 2, 3, 4].map(async (turn) => {
      await queue.next();
      began.push({ turn, round: loop.count });
    }),
  );
  loop.stop();
  expect(began.map(({ turn }) => turn)).toEqual([1, 2, 3, 4]);
  const [first = 0] = began.map(({ round }) => round);
  expect(began.map(({ round }) => round - first)).toEqual([0, 1, 2, 3]);
});

test('a turn never begins within the call that asks, nor before others that wait', async () => {
  const queue = new OnePerTickScheduler();
  const began: string[] = [];
  const turn = async (name: string, then?: () => void): Promise<void> => {
    await queue.next();
    began.push(name);
    then?.();
  };
  let late: Promise<void> | undefined;
  const first = turn('first', () => {
    late = turn('late');
  });
  const second = turn('second');
  await Promise.resolve();
  expect(began).toEqual([]);
  await Promise.all([first, second]);
  expect(began).toEqual(['first', 'second']);
  await late;
  expect(began).toEqual(['first', 'second', 'late']);
});

test('runs the first task after an idle time within one tick', async () => {
  const queue = new OnePerTickScheduler();
  await queue.next();
  await loopTick();
  const loop = rounds();
  await queue.next();
  expect(loop.count).toBeLessThanOrEqual(1);
  loop.stop();
});

test('what arrives at a socket while one turn is worked on is read before the next turn begins', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [receiver] = await accepted;
  const order: string[] = [];
  receiver.on('data', (bytes) => order.push(bytes.toString()));
  const queue = new OnePerTickScheduler();
  await Promise.all(
    ['one', 'two', 'three'].map(async (turn) => {
      await queue.next();
      order.push(`turn ${turn}`);
      // On loopback what was written is there to be read when the call returns.
      sender.write(`chunk ${turn}`);
    }),
  );
  await expect.poll(() => order).toHaveLength(6);
  expect(order).toEqual(['turn one', 'chunk one', 'turn two', 'chunk two', 'turn three', 'chunk three']);
  sender.destroy();
  server.close();
});
