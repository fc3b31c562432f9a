/** SIGINT and SIGTERM: an immediate exit while a command runs, an orderly stop while the server serves. */
import { constants } from 'node:os';
import type { Logger } from '../platform/log.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** npm and tsx pass a Ctrl-C on that the terminal has sent to Masker as well: what follows within this time is the same. */
const RELAY_MS = 500;

function onSignals(handle: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
}

/**
 * Makes a signal exit through `process.exit`, so that exit hooks run: they stop an embedded database that has just been
 * started. Returns the function that takes this back.
 */
export function exitOnSignals(): () => void {
  return onSignals((signal) => process.exit(128 + constants.signals[signal]));
}

/**
 * Resolves once a signal has asked for the end and `stop` is done. A second signal exits at once: the database recovers
 * from that, and no acknowledged turn is lost. A stop that is not done after `limitMs` milliseconds exits with code 1.
 * `ask` is given a function that asks for the end like a first signal.
 */
export function untilStopped(
  stop: () => Promise<void>,
  limitMs: number,
  log: Logger,
  ask: (end: () => void) => void = () => undefined,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let askedAt: number | null = null;
    const end = (): void => {
      if (askedAt !== null) return;
      askedAt = performance.now();
      log.info('stopping');
      const limit = setTimeout(() => {
        log.fatal({ limit_ms: limitMs }, 'the stop is not done; Masker exits. No acknowledged turn is lost');
        process.exit(1);
      }, limitMs);
      stop()
        .finally(() => {
          clearTimeout(limit);
        })
        .then(resolve, reject);
    };
    onSignals((signal) => {
      if (askedAt !== null && performance.now() - askedAt > RELAY_MS) process.exit(128 + constants.signals[signal]);
      end();
    });
    ask(end);
  });
}
