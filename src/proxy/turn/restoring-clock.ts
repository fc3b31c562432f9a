/** Measures how long a streamed answer is restored, and does it in stretches. */
import { elapsedUs } from '../../platform/elapsed-us.ts';
import { OnePerTickScheduler } from './one-per-tick-scheduler.ts';

/**
 * How long one answer is restored before the loop has its turn, in microseconds: of a fast upstream the next piece is always
 * there already, and everybody else would wait for megabytes.
 */
const STRETCH_US = 5000;

/** Long answers, of which one is restored in each tick. */
const longAnswers = new OnePerTickScheduler();

/** The clock of one answer. */
export class RestoringClock {
  #us = 0;
  /** The time at the last rest. */
  #restedUs = 0;

  /** Microseconds spent on the answer. */
  get us(): number {
    return this.#us;
  }

  /** Whether it is time for a rest. */
  get isLong(): boolean {
    return this.#us - this.#restedUs >= STRETCH_US;
  }

  /** Does a piece of work. */
  measured<T>(work: () => T): T {
    const began = performance.now();
    const made = work();
    this.#us += elapsedUs(began);
    return made;
  }

  /** Lets the loop and other long answers have their turn. */
  rest(): Promise<void> {
    this.#restedUs = this.#us;
    return longAnswers.next();
  }

  /** Does long work, with rests. Rejects when the signal, which tells that the caller is gone, aborts. */
  async inStretches<T>(work: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const step = this.measured(() => this.#stretch(work));
      if (step.done === true) return step.value;
      await this.rest();
      signal.throwIfAborted();
    }
  }

  #stretch<T>(work: Generator<undefined, T>): IteratorResult<undefined, T> {
    const mostUs = STRETCH_US - (this.#us - this.#restedUs);
    const began = performance.now();
    let step = work.next();
    while (step.done !== true && elapsedUs(began) < mostUs) step = work.next();
    return step;
  }
}
