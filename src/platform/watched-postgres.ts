/**
 * Keeps the embedded database running: a server that was killed or crashed is started again with growing pauses. A
 * server that cannot be kept running is reported once, so that the process can end with an error.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import type { EmbeddedPostgres } from './embedded-postgres.ts';

/** Reports of the watch. They must not throw. */
export interface WatchReports {
  /** The server ended without being asked to; a new start follows. */
  readonly onDown: () => void;
  /** The server answers again. */
  readonly onUp: (pid: number) => void;
  /** One start failed; another one follows. */
  readonly onFailedStart: (error: unknown) => void;
  /** The server cannot be kept running. The watch has ended, and nothing will start the server again. */
  readonly onLost: (error: unknown) => void;
}

export interface WatchOptions extends WatchReports {
  /** Starts the server of a folder; default `startEmbeddedPostgres`. */
  readonly start?: (dir: string) => Promise<EmbeddedPostgres>;
  /** Waits; default a timer. */
  readonly wait?: (ms: number) => Promise<unknown>;
  /** A clock in milliseconds that never runs backwards; default `performance.now`. */
  readonly now?: () => number;
}

export interface WatchedPostgres {
  /** The connection URL; it stays the same after a new start. */
  readonly url: () => string;
  /** Ends the watch and stops the server. Resolves when the server is gone. */
  readonly stop: () => Promise<void>;
}

/** Pauses before the first and each later start, in milliseconds. One more failure than pauses ends the watch. */
export const PAUSES_MS: readonly number[] = [0, 100, 250, 500, 1000, 2000, 4000, 8000];
/** A server that has run for so long has recovered: its next end counts as the first one. */
export const STEADY_MS = 60_000;

/** Starts the database of a data folder and watches it. Throws StartError like `startEmbeddedPostgres`. */
export async function watchEmbeddedPostgres(dir: string, options: WatchOptions): Promise<WatchedPostgres> {
  const { start = startEmbeddedPostgres, wait = pause, now = () => performance.now() } = options;
  let server = await start(dir);
  const url = server.url();
  let startedAt = now();
  let failures = 0;
  let stopping = false;

  /** Starts the server again. Returns null when the watch has ended meanwhile. */
  async function restart(): Promise<EmbeddedPostgres | null> {
    for (;;) {
      const ms = PAUSES_MS[failures];
      if (ms === undefined) throw new Error('the embedded PostgreSQL ended again and again.');
      failures += 1;
      await wait(ms);
      if (stopping) return null;
      try {
        return await start(dir);
      } catch (error) {
        if (failures >= PAUSES_MS.length) throw error;
        options.onFailedStart(error);
      }
    }
  }

  // What is awaited in between may change it, which a check of the variable itself does not know.
  const isStopping = (): boolean => stopping;

  async function watch(): Promise<void> {
    for (;;) {
      await server.gone;
      if (isStopping()) return;
      options.onDown();
      if (now() - startedAt >= STEADY_MS) failures = 0;
      const next = await restart();
      if (next === null) return;
      server = next;
      startedAt = now();
      if (server.url() !== url) throw new Error('the embedded PostgreSQL came back at another address.');
      options.onUp(server.pid);
      // The stop was asked for while this server started: it stopped the one before.
      if (isStopping()) return;
    }
  }

  const watching = watch().catch((error: unknown) => {
    if (!stopping) options.onLost(error);
  });
  return {
    url: () => url,
    async stop() {
      stopping = true;
      await server.stop();
      await watching;
      // A start that was under way when the stop was asked for has made another server.
      await server.stop();
    },
  };
}
