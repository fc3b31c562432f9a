/** Work that may be interrupted where it yields. Pure: who runs it decides when it goes on. */

/** Work that cannot be interrupted, as a step of work that can. */
// eslint-disable-next-line require-yield -- it is one step
export function* inOneStep<T>(work: () => T): Generator<undefined, T> {
  return work();
}

/** What was made at once, or the work that makes it: no object is made for what is short. */
export type Stepped<T> = T | Generator<undefined, T>;

/** Whether something is work: values that are made have no method of this name. */
export function isWork<T>(made: Stepped<T>): made is Generator<undefined, T> {
  return typeof made === 'object' && made !== null && 'next' in made && typeof made.next === 'function';
}

/** The number of pieces of work between two looks at the clock. */
export const LOOK_AT_CLOCK = 8;

/** Has the clock looked at after a piece of work that may take milliseconds: seven more may follow. */
export function* afterLongStep(): Generator<undefined, void> {
  for (let n = 0; n < LOOK_AT_CLOCK; n += 1) yield;
}

/** Runs work to its end at once; it yields wherever it may be interrupted. */
export function runAtOnce<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
