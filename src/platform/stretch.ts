/** Long work on the loop in stretches, so that others have their turn. */
import { setImmediate as loopTurn } from 'node:timers/promises';

export { inOneStep, runAtOnce } from './steps.ts';

/** How long a stretch may be, in milliseconds. */
const STRETCH_MS = 5;
/** After how many pieces of work the clock is asked. */
const LOOK_AT_CLOCK = 8;

/** Work on the loop that lets others have their turn. */
export class Stretch {
  #began = performance.now();
  #pieces = 0;

  /** The loop had its turn just now. */
  begin(): void {
    this.#began = performance.now();
  }

  /** Lets the loop have its turn where the work has taken long enough. */
  async pause(): Promise<void> {
    if (performance.now() - this.#began >= STRETCH_MS) await this.rest();
  }

  /** The same for many small pieces of work: the clock is asked after some of them only. */
  pauseOften(): Promise<void> | undefined {
    this.#pieces += 1;
    return this.#pieces % LOOK_AT_CLOCK === 0 ? this.pause() : undefined;
  }

  /** Lets the loop have its turn. */
  async rest(): Promise<void> {
    await loopTurn();
    this.begin();
  }
}

/** What is made of each item. Both take work: the items are made one by one, too. */
export async function inStretches<I, T>(items: Iterable<I>, make: (item: I) => T): Promise<T[]> {
  const made: T[] = [];
  const stretch = new Stretch();
  for (const item of items) {
    made.push(make(item));
    const pause = stretch.pauseOften();
    if (pause !== undefined) await pause;
  }
  return made;
}

/** Runs work to its end; it yields wherever it may be interrupted. */
export async function runInStretches<T>(work: Generator<unknown, T>): Promise<T> {
  const stretch = new Stretch();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const pause = stretch.pauseOften();
    if (pause !== undefined) await pause;
  }
}
