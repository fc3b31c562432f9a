/**
 * Keeps calls from waiting for a server that does not answer: closed (ask), open (do not ask), half-open (one asks,
 * nobody else waits). See docs/detection.md, Passes.
 */

export type CircuitState = 'closed' | 'open' | 'half_open';

export interface CircuitOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Failures within `windowMs`, with no success between them, that open the circuit. From 1. */
  readonly failures: number;
  readonly windowMs: number;
  /** How long it stays open before one attempt probes the server. */
  readonly openMs: number;
  readonly onChange: (state: CircuitState) => void;
}

/** One use of the server. Tell how it went exactly once; a second telling means nothing. */
export interface Attempt {
  succeeded(): void;
  failed(): void;
}

export class Circuit {
  readonly #options: CircuitOptions;
  #state: CircuitState = 'closed';
  #openedAt = 0;
  /** When the failures since the last success were. */
  #failures: number[] = [];
  /** Grows with each change of state: what was begun under another state says nothing of this one. */
  #era = 0;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Leave to use the server, or null where it must be left alone. */
  enter(): Attempt | null {
    if (this.#state === 'half_open') return null;
    if (this.#state === 'open') {
      if (this.#options.now() - this.#openedAt < this.#options.openMs) return null;
      this.#become('half_open');
    }
    const era = this.#era;
    let told = false;
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
    };
  }

  #succeeded(): void {
    this.#failures = [];
    if (this.#state !== 'closed') this.#become('closed');
  }

  #failed(): void {
    const now = this.#options.now();
    this.#failures = [...this.#failures.filter((at) => now - at < this.#options.windowMs), now];
    if (this.#state === 'closed' && this.#failures.length < this.#options.failures) return;
    this.#failures = [];
    this.#openedAt = now;
    this.#become('open');
  }

  #become(state: CircuitState): void {
    this.#state = state;
    this.#era += 1;
    this.#options.onChange(state);
  }
}
