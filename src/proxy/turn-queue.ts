/**
 * Lets one turn begin in each round of the event loop. To mask and record a turn keeps the loop busy for milliseconds; of
 * many that arrive together, each would hold up every chunk of every answer that streams meanwhile. So what is there to be
 * read is read first, then one turn begins, and then what came meanwhile is read.
 */
export class TurnQueue {
  /** In the order of arrival. */
  readonly #waiting: (() => void)[] = [];

  /** Resolves when the turn may begin. What it does until its first wait is what holds up others. */
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
