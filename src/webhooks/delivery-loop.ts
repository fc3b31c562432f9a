/** Runs the deliveries of an instance on one node at a time: the one that holds the lock, until it stops or is gone. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { withJobLock } from '../platform/job-lock.ts';
import type { Delivery } from './delivery.ts';

/** How often the node that delivers looks for work, and how often another asks for the lock, in milliseconds. */
const LOOK_MS = 300;
const ASK_MS = 1_000;

export interface DeliveryLoop {
  /** Aborts requests in flight. Resolves when all work has stopped. */
  stop(): Promise<void>;
}

/** Starts delivering, once no other node does. `onError` hears of each time that the database did not answer. */
export function startDelivery(
  pool: Pick<Pool, 'connect'>,
  delivery: Pick<Delivery, 'look' | 'settled'>,
  onError: (error: unknown) => void,
): DeliveryLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = async (ms: number): Promise<void> => {
    await wait(ms, undefined, { signal, ref: true }).catch(() => undefined);
  };

  async function lead(ask: () => Promise<unknown>): Promise<void> {
    const leading = new AbortController();
    const either = AbortSignal.any([signal, leading.signal]);
    try {
      while (!signal.aborted) {
        // The lock is this connection's: where it is gone, so is the lock, and another node may have begun.
        await ask();
        await delivery.look(either);
        await pause(LOOK_MS);
      }
    } finally {
      leading.abort();
      await delivery.settled();
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await withJobLock(pool, 'webhookDelivery', (client) => lead(() => client.query('SELECT 1')));
      } catch (error) {
        onError(error);
      }
      await pause(ASK_MS);
    }
  }

  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
