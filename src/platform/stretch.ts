/** Runs long work in stretches, with other tasks of the event loop between them. */
import { setImmediate as loopTick } from 'node:timers/promises';
import { LOOK_AT_CLOCK } from './steps.ts';

export { inOneStep, runAtOnce } from './steps.ts';

/** The longest stretch, in milliseconds. */
const STRETCH_MS = 5;

/** The stretch of work under way. */
export class Stretch {
  #began = performance.now();
  #pieces = 0;

  /** Begins a stretch: the caller has just waited for a tick. */
  begin(): void {
    this.#began = performance.now();
  }

  /** Waits for the next tick if the stretch has taken long enough. */
  async pause(): Promise<void> {
    if (performance.now() - this.#began >= STRETCH_MS) await this.rest();
  }

  /** The same for many small pieces of work: looks at the clock only after some of them. */
  pauseOften(): Promise<void> | undefined {
    this.#pieces += 1;
    return this.#pieces % LOOK_AT_CLOCK === 0 ? this.pause() : undefined;
  }

  /** Waits for the next tick. */
  async rest(): Promise<void> {
    await loopTick();
    this.begin();
  }
}

/** Returns what `make` returns for each item. Items are taken one by one, because that may take time as well. */
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

/** Runs work to its end, in stretches. The work yields where it may be interrupted. */
export async function runInStretches<T>(work: Generator<unknown, T>): Promise<T> {
  const stretch = new Stretch();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    const pause = stretch.pauseOften();
    if (pause !== undefined) await pause;
  }
}
