/**
 * Runs one queued task per event-loop tick, so that socket reads are processed between tasks. Masking and recording a turn
 * keeps the loop busy for milliseconds, and so does a stretch of a long answer. Many at once would delay every chunk of every
 * answer that streams meanwhile.
 */
export class OnePerTickScheduler {
  /** In the order of arrival. */
  readonly #waiting: (() => void)[] = [];

  /** Resolves when the caller may run. Its work until its next wait is one task. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#runNext);
    });
  }

  readonly #runNext = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#runNext);
  };
}
