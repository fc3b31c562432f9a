/** A token bucket: `rate` tokens a second drop in, at most `burst` are in it. Pure: time is an argument. */

/** A limit. */
export interface Limit {
  /** Tokens a second. */
  readonly rate: number;
  readonly burst: number;
}

export class TokenBucket {
  readonly #limit: Limit;
  #tokens: number;
  #at: number;

  /** Full. `now` in milliseconds of a clock that never goes back. */
  constructor(limit: Limit, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** What is in it now; may be a fraction. */
  tokens(now: number): number {
    const { rate, burst } = this.#limit;
    return Math.min(burst, this.#tokens + (Math.max(0, now - this.#at) / 1000) * rate);
  }

  /** Takes one token, where there is a whole one. */
  take(now: number): boolean {
    const tokens = this.tokens(now);
    this.#at = Math.max(this.#at, now);
    const isEnough = tokens >= 1;
    this.#tokens = isEnough ? tokens - 1 : tokens;
    return isEnough;
  }
}
