/** Who waits for something new, by what it would be about. A wake says only "look": what is new is read from the database. */

/** What is waited for: the feed of an account, or the journals of an agent. */
export type Topic = string;

export class Wakes {
  readonly #waiting = new Map<Topic, Set<() => void>>();
  /** Grows with each wake of a topic that somebody watches, so that one between a look and a wait is not missed. */
  readonly #counts = new Map<Topic, { watchers: number; wakes: number }>();

  /** Watches a topic until the returned watch is closed. */
  watch(topic: Topic): Watch {
    const count = this.#counts.get(topic) ?? { watchers: 0, wakes: 0 };
    this.#counts.set(topic, count);
    count.watchers += 1;
    let seen = count.wakes;
    return {
      look: () => {
        seen = count.wakes;
      },
      next: (ms, signal) => (count.wakes > seen ? Promise.resolve() : this.#wait(topic, ms, signal)),
      close: () => {
        count.watchers -= 1;
        if (count.watchers === 0) this.#counts.delete(topic);
      },
    };
  }

  /** Wakes all who watch the topic. */
  wake(topic: Topic): void {
    const count = this.#counts.get(topic);
    if (count === undefined) return;
    count.wakes += 1;
    for (const go of this.#waiting.get(topic) ?? []) go();
  }

  /** Wakes everybody: news may have been missed. */
  wakeAll(): void {
    for (const topic of this.#counts.keys()) this.wake(topic);
  }

  #wait(topic: Topic, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(topic) ?? new Set();
      this.#waiting.set(topic, waiting);
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        waiting.delete(done);
        if (waiting.size === 0) this.#waiting.delete(topic);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      waiting.add(done);
    });
  }
}

export interface Watch {
  /** Call it before each look: what is new from then on ends the next wait at once. */
  look(): void;
  /** Resolves when there may be something new, after `ms` milliseconds, or when the signal is aborted. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}
