/** Long work on the loop in stretches, so that others have their turn. */
import { setImmediate as loopTurn } from 'node:timers/promises';

/** How long a stretch may be, in milliseconds. */
const STRETCH_MS = 5;

/** Work on the loop that lets others have their turn. */
export class Stretch {
  #began = performance.now();

  /** The loop had its turn just now. */
  begin(): void {
    this.#began = performance.now();
  }

  /** Lets the loop have its turn where the work has taken long enough. */
  async pause(): Promise<void> {
    if (performance.now() - this.#began >= STRETCH_MS) await this.rest();
  }

  /** Lets the loop have its turn. */
  async rest(): Promise<void> {
    await loopTurn();
    this.begin();
  }
}

/** After how many items the clock is asked. */
const LOOK_AT_CLOCK = 8;

/** All items, which take work to make. */
export async function inStretches<T>(items: Iterable<T>): Promise<T[]> {
  const made: T[] = [];
  const stretch = new Stretch();
  for (const item of items) {
    made.push(item);
    if (made.length % LOOK_AT_CLOCK === 0) await stretch.pause();
  }
  return made;
}
