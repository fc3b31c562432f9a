/**
 * Explains detection in a thread of its own. A long text takes seconds: neither the loop nor the threads that calls have
 * their texts searched in wait for it.
 */
import { Piscina } from 'piscina';
import { explain } from '../../detection/explain.ts';
import type { Explanation } from '../../detection/explain.ts';
import type { DetectionRules } from '../../detection/span.ts';
import { Failure } from '../../platform/failure.ts';
import type { ExplanationTask } from './explanation-worker.ts';

/** Texts up to this length are explained at once: some 10 ms of work, in UTF-16 code units. */
const SHORT = 1000;
/** Texts that may wait for the thread. */
const WAITING = 16;
/** How long a text may take, waiting included, in milliseconds. */
const TIMEOUT_MS = 30_000;
const IDLE_MS = 60_000;

const WORKER = import.meta.url.endsWith('.ts')
  ? {
      filename: new URL('explanation-worker.ts', import.meta.url).href,
      execArgv: [...process.execArgv, '--import', 'tsx'],
    }
  : { filename: new URL('explanation-worker.js', import.meta.url).href };

export class Explanations {
  #pool: Piscina<ExplanationTask, Explanation | null> | null = null;
  #underWay = 0;

  /** What detection finds in the text and why. Rejects with Failure `detection_unavailable` where too many wait. */
  async explain(text: string, rules: DetectionRules): Promise<Explanation> {
    if (text.length <= SHORT) return explain(text, rules);
    if (this.#underWay > WAITING) throw unavailable('Too many long texts wait to be searched. Try again later.');
    this.#pool ??= this.#start();
    this.#underWay += 1;
    try {
      const task = { text, rules: JSON.stringify(rules) };
      const explained = await this.#pool
        .run(task, { signal: AbortSignal.timeout(TIMEOUT_MS) })
        .catch((cause: unknown) => {
          throw unavailable('The text could not be searched in time. Try again later.', cause);
        });
      if (explained === null) throw new Error('the explanation of a text failed');
      return explained;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Ends the thread; what it is at is lost. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.destroy();
  }

  #start(): Piscina<ExplanationTask, Explanation | null> {
    const pool = new Piscina<ExplanationTask, Explanation | null>({
      ...WORKER,
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

const unavailable = (message: string, cause?: unknown): Failure =>
  new Failure('detection_unavailable', message, [], { cause });
