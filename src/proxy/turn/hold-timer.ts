/** Bounds how long a stream may hold text back while nothing comes that would settle it. See docs/proxy.md, Streaming. */
export class HoldTimer {
  readonly #ms: number;
  readonly #letGo: () => Promise<void>;
  #timer: NodeJS.Timeout | null = null;

  /** `letGo` is called when text has been held back for `ms` milliseconds. A rejection of it is for the next write to tell. */
  constructor(ms: number, letGo: () => Promise<void>) {
    this.#ms = ms;
    this.#letGo = letGo;
  }

  /** Says after each piece of the stream whether something is held back. The first such piece starts the clock. */
  note(isHolding: boolean): void {
    if (!isHolding) {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    } else
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#letGo().catch(() => undefined);
      }, this.#ms);
  }
}
