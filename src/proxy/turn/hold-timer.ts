/** Bounds how long a stream may hold text back while nothing comes that would settle it. See docs/proxy.md, Streaming. */
export class HoldTimer {
  readonly #ms: number;
  readonly #flush: () => Promise<void>;
  #timer: NodeJS.Timeout | null = null;
  #isPaused = false;
  /** The clock has run out meanwhile. */
  #isDue = false;

  /** `flush` is called when text has been held back for `ms` milliseconds. Its errors are ignored here; the next write reports them. */
  constructor(ms: number, flush: () => Promise<void>) {
    this.#ms = ms;
    this.#flush = flush;
  }

  /** Says after each piece of the stream whether something is held back. The first such piece starts the clock. */
  note(isHolding: boolean): void {
    if (!isHolding) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    } else
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        if (this.#isPaused) this.#isDue = true;
        else this.#runOut();
      }, this.#ms);
  }

  /** Says that a piece of the stream is in work: a clock that runs out waits until it is done. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Says that the work is done, and what came of it is written. */
  resume(): void {
    this.#isPaused = false;
    if (this.#isDue) this.#runOut();
    this.#isDue = false;
  }

  #runOut(): void {
    this.#flush().catch(() => undefined);
  }
}
