/** A job that runs at intervals, one run at a time. */
export interface RepeatingJobOptions<Result> {
  readonly run: () => Promise<Result>;
  /** Milliseconds from the start of the job to its first run; default 0. */
  readonly firstMs?: number;
  /** Milliseconds from the end of a run to the next one. */
  readonly everyMs: number;
  /** Milliseconds to the next run after a run that left work. */
  readonly soonMs: number;
  /** Whether a run left work for another one. */
  readonly leftWork: (result: Result) => boolean;
  /** Receives the error of a run that failed. The job runs again at its next time. */
  readonly onFailure: (error: unknown) => void;
}

export class RepeatingJob<Result> {
  readonly #options: RepeatingJobOptions<Result>;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: RepeatingJobOptions<Result>) {
    this.#options = options;
  }

  /** Runs the job at its first time, and at intervals from then on. */
  start(): void {
    const { firstMs = 0 } = this.#options;
    if (firstMs === 0) this.#repeat();
    else
      this.#timer = setTimeout(() => {
        this.#repeat();
      }, firstMs);
  }

  #repeat(): void {
    const { everyMs, soonMs, leftWork, onFailure } = this.#options;
    void this.run()
      .then((result) => (leftWork(result) ? soonMs : everyMs))
      .catch((error: unknown) => {
        onFailure(error);
        return everyMs;
      })
      .then((delay) => {
        if (this.#isStopped) return;
        this.#timer = setTimeout(() => {
          this.#repeat();
        }, delay);
      });
  }

  /** Runs the job once, after the run that is under way. Rejects when the run does. */
  run(): Promise<Result> {
    const next = this.#last.then(() => this.#options.run());
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** Starts no further run. Resolves when the one that is under way has ended. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#last;
  }
}
