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

/** A clock that never goes back, and an alarm set by it. */
export const systemTimer = {
  /** Milliseconds; the zero is arbitrary. */
  now: (): number => performance.now(),
  /** Acts once, `ms` milliseconds from now, unless the function that it returns is called before. */
  after: (ms: number, act: () => void): (() => void) => {
    let immediate: NodeJS.Immediate | undefined;
    // An alarm is late when the process was busy. What had arrived by then is read first: it came in time.
    const timeout = setTimeout(() => {
      immediate = setImmediate(act);
    }, ms);
    return () => {
      clearTimeout(timeout);
      clearImmediate(immediate);
    };
  },
};
