/**
 * A circuit breaker: keeps turns from being put on record for an upstream that cannot answer them. Closed, it lets all
 * pass; open, none; half-open, a few that show whether the upstream is back. Pure: time is an argument.
 * See docs/proxy.md.
 */

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onChange: (state: BreakerState) => void;
}

/** The use of an upstream for one turn. Only the first telling counts. */
export interface Attempt {
  succeeded(): void;
  failed(): void;
  /** It proved nothing: the caller hung up first, or nothing was sent. */
  abandoned(): void;
}

/** So many failures one after the other open the breaker, however few calls there are. */
export const CONSECUTIVE_FAILURES = 5;
/** Failures among successes open it when there were so many calls in the window, and at least half of them failed. */
export const LEAST_CALLS = 20;
const FAILED_SHARE = 0.5;
const SLICE_MS = 2_000;
const SLICES = 10;
/** Of the failure rate, in milliseconds. */
export const WINDOW_MS = SLICE_MS * SLICES;
/** How long it stays open at first, in milliseconds; twice as long after each probe that failed. */
export const OPEN_MS = 2_000;
export const LONGEST_OPEN_MS = 60_000;
/** After so many probes of which nothing is heard, the next one waits for so long, in milliseconds. */
export const PROBE_MS = 5_000;
/**
 * Turns that are let pass to show whether an upstream is back. One success closes the breaker; only when all fail is it
 * open again. Of requests of which 1 % fail for what is in them, all three do once in a million times.
 */
export const PROBES = 3;

interface Slice {
  /** Which slice of all time it is. */
  at: number;
  calls: number;
  failures: number;
}

export class Breaker {
  readonly #options: BreakerOptions;
  /** A ring: one place for each slice of the window. */
  readonly #slices: Slice[] = Array.from({ length: SLICES }, () => ({ at: -1, calls: 0, failures: 0 }));
  #state: BreakerState = 'closed';
  /** When the next turn may pass, where not all may. */
  #nextAt = 0;
  #openMs = OPEN_MS;
  #inARow = 0;
  /** Of the half-open state: turns that were let pass, and those that failed. */
  #probes = 0;
  #failedProbes = 0;
  /** Grows with each change of state: what was begun under another state says nothing of this one. */
  #era = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Milliseconds until the next turn may pass; 0 where it may now. */
  get waitMs(): number {
    if (this.#state === 'closed' || (this.#state === 'half_open' && this.#probes < PROBES)) return 0;
    return Math.max(0, this.#nextAt - this.#options.now());
  }

  /** Returns true if `admit` would let a turn pass now. Changes nothing. */
  get admits(): boolean {
    return this.waitMs === 0;
  }

  /** Whether a turn may pass. After an opening the first ones that get `true` are probes. To be asked once for each turn. */
  admit(): boolean {
    if (this.#state === 'closed') return true;
    if (this.waitMs > 0) return false;
    this.#nextAt = this.#options.now() + PROBE_MS;
    if (this.#state === 'open') {
      this.#probes = 0;
      this.#failedProbes = 0;
      this.#become('half_open');
    }
    this.#probes += 1;
    return true;
  }

  /** What a turn that was let pass tells of the upstream. To be called when it is sent. */
  attempt(): Attempt {
    const era = this.#era;
    // What was let pass before it opened and is sent after it would only tell of the same trouble again.
    let told = this.#state === 'open';
    const once = (tell: () => void) => () => {
      if (!told && era === this.#era) tell();
      told = true;
    };
    return {
      succeeded: once(() => {
        this.#succeeded();
      }),
      failed: once(() => {
        this.#failed();
      }),
      abandoned: once(() => {
        this.#probes = Math.max(0, this.#probes - 1);
      }),
    };
  }

  #succeeded(): void {
    if (this.#state === 'closed') {
      this.#inARow = 0;
      this.#count().calls += 1;
    } else {
      this.#openMs = OPEN_MS;
      this.#inARow = 0;
      for (const slice of this.#slices) slice.at = -1;
      this.#become('closed');
    }
  }

  #failed(): void {
    if (this.#state === 'closed') {
      this.#inARow += 1;
      const slice = this.#count();
      slice.calls += 1;
      slice.failures += 1;
      if (this.#inARow < CONSECUTIVE_FAILURES && !this.#failsOften()) return;
    } else {
      this.#failedProbes += 1;
      if (this.#failedProbes < PROBES) return;
      this.#openMs = Math.min(this.#openMs * 2, LONGEST_OPEN_MS);
    }
    this.#nextAt = this.#options.now() + this.#openMs;
    this.#become('open');
  }

  /** The counters of now. */
  #count(): Slice {
    const at = Math.floor(this.#options.now() / SLICE_MS);
    const place = at % SLICES;
    const slice = this.#slices[place];
    if (slice?.at === at) return slice;
    return (this.#slices[place] = { at, calls: 0, failures: 0 });
  }

  #failsOften(): boolean {
    const oldest = Math.floor(this.#options.now() / SLICE_MS) - SLICES;
    let calls = 0;
    let failures = 0;
    for (const slice of this.#slices) {
      if (slice.at <= oldest) continue;
      calls += slice.calls;
      failures += slice.failures;
    }
    return calls >= LEAST_CALLS && failures >= calls * FAILED_SHARE;
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#era += 1;
    this.#options.onChange(state);
  }
}
