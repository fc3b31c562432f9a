/**
 * Lets one of many go on in each round of the event loop. To mask and record a turn keeps the loop busy for milliseconds, and
 * so does a stretch of a long answer; many at once would hold up every chunk of every answer that streams meanwhile. So what
 * is there to be read is read first, then one goes on, and then what came meanwhile is read.
 */
export class RoundQueue {
  /** In the order of arrival. */
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn. What it does until its next wait is what holds up others. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#letOneGo);
    });
  }

  readonly #letOneGo = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#letOneGo);
  };
}
