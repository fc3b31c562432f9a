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
  const { start = startEmbeddedPostgres, now = () => performance.now() } = options;
  const watch = new Watch(await start(dir), () => start(dir), now, options);
  const watching = watch.run();
  return {
    url: () => watch.url,
    async stop() {
      await watch.stop();
      await watching;
      // A start that was under way when the stop was asked for has made another server.
      await watch.stop();
    },
  };
}

class Watch {
  readonly url: string;
  readonly #start: () => Promise<EmbeddedPostgres>;
  readonly #now: () => number;
  readonly #options: WatchOptions;
  #server: EmbeddedPostgres;
  #startedAt: number;
  #failures = 0;
  #isStopping = false;

  constructor(
    server: EmbeddedPostgres,
    start: () => Promise<EmbeddedPostgres>,
    now: () => number,
    options: WatchOptions,
  ) {
    this.url = server.url();
    this.#server = server;
    this.#start = start;
    this.#now = now;
    this.#options = options;
    this.#startedAt = now();
  }

  /** Watches until the stop. Never rejects: a server that cannot be kept running is reported. */
  async run(): Promise<void> {
    try {
      let isWatching = true;
      while (isWatching) isWatching = await this.#recover();
    } catch (error) {
      if (!this.#isStopping) this.#options.onLost(error);
    }
  }

  /** Ends the watch, and stops the server that runs now. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#server.stop();
  }

  /** Waits for the end of the server and starts it again. Returns false when the watch has ended. */
  async #recover(): Promise<boolean> {
    const { onDown, onUp } = this.#options;
    await this.#server.gone;
    if (this.#isStopping) return false;
    onDown();
    if (this.#now() - this.#startedAt >= STEADY_MS) this.#failures = 0;
    const next = await this.#restart();
    if (next === null) return false;
    this.#server = next;
    this.#startedAt = this.#now();
    if (next.url() !== this.url) throw new Error('the embedded PostgreSQL came back at another address.');
    onUp(next.pid);
    // If the stop was asked for while this server started, it stopped the one before.
    return !this.#hasStopped();
  }

  /** Starts the server again. Returns null when the watch has ended meanwhile. */
  async #restart(): Promise<EmbeddedPostgres | null> {
    const { wait = pause, onFailedStart } = this.#options;
    for (;;) {
      const ms = PAUSES_MS[this.#failures];
      if (ms === undefined) throw new Error('the embedded PostgreSQL ended again and again.');
      this.#failures += 1;
      await wait(ms);
      if (this.#isStopping) return null;
      try {
        return await this.#start();
      } catch (error) {
        if (this.#failures >= PAUSES_MS.length) throw error;
        onFailedStart(error);
      }
    }
  }

  /** What is awaited in between may change it, which a check of the field itself does not know. */
  #hasStopped(): boolean {
    return this.#isStopping;
  }
}
