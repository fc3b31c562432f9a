/** Time, as an argument: what must be tested at a certain hour takes a `Clock`. */

/** Wall-clock time, for timestamps that are stored or shown. */
export interface Clock {
  /** Milliseconds since the epoch. May jump when the machine's clock is set. */
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** Whole microseconds of a clock that never goes back, for durations only: its zero is arbitrary. */
export function monotonicUs(): number {
  return Math.round(performance.now() * 1000);
}
