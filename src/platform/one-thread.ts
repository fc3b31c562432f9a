/** One thread of this process for long work, one task after another, so that the loop goes on meanwhile. */
import { Piscina } from 'piscina';

/** A thread without work ends after this, in milliseconds. */
const IDLE_MS = 60_000;

export interface OneThreadOptions {
  /** The module that the thread runs, by its URL without `.ts` or `.js`. */
  readonly worker: URL;
  /** How long one task may take, waiting included, in milliseconds. */
  readonly timeoutMs: number;
}

/** Runs tasks in a thread that starts with the first of them. */
export class OneThread<Task, Result> {
  readonly #options: OneThreadOptions;
  #pool: Piscina<Task, Result> | null = null;
  #underWay = 0;

  constructor(options: OneThreadOptions) {
    this.#options = options;
  }

  /** Tasks that run or wait. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Rejects where the task takes too long, or its thread dies. */
  async run(task: Task): Promise<Result> {
    this.#pool ??= this.#start();
    this.#underWay += 1;
    try {
      return await this.#pool.run(task, { signal: AbortSignal.timeout(this.#options.timeoutMs) });
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends the thread; the task that it runs is lost. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  #start(): Piscina<Task, Result> {
    const isSource = import.meta.url.endsWith('.ts');
    const pool = new Piscina<Task, Result>({
      filename: `${this.#options.worker.href}${isSource ? '.ts' : '.js'}`,
      // From the sources the thread needs what reads TypeScript; a build needs nothing.
      ...(isSource ? { execArgv: [...process.execArgv, '--import', 'tsx'] } : {}),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      recordTiming: false,
    });
    // A thread that dies without work would end the process. One that dies at work fails its task.
    pool.on('error', () => undefined);
    return pool;
  }
}
