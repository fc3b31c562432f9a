/** So many at once, so many waiting, and no wait without end: what exceeds that is refused, not queued. */

export interface SlotsOptions {
  /** At one time. From 1. */
  readonly size: number;
  /** Waiting at one time. */
  readonly queue: number;
  /** The longest wait, in milliseconds. */
  readonly waitMs: number;
}

/** No slot was free, for `reason`. */
export class NoSlotError extends Error {
  override readonly name = 'NoSlotError';
  /** `SLOT_TIMEOUT`: none was free in time. `SLOTS_FULL`: too many were waiting. */
  readonly code: 'SLOT_TIMEOUT' | 'SLOTS_FULL';

  constructor(code: NoSlotError['code']) {
    super(code === 'SLOT_TIMEOUT' ? 'no connection was free in time' : 'too many requests wait for a connection');
    this.code = code;
  }
}

export class Slots {
  readonly #options: SlotsOptions;
  #taken = 0;
  /** In the order of arrival. Each is given a slot that is taken already. */
  readonly #waiting = new Set<() => void>();

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** Whether a request would be refused now. */
  get isFull(): boolean {
    return this.#taken >= this.#options.size && this.#waiting.size >= this.#options.queue;
  }

  /** Takes a free slot at once; false where there is none. Each slot is given back by one `release`. */
  tryTake(): boolean {
    if (this.#taken >= this.#options.size) return false;
    this.#taken += 1;
    return true;
  }

  /** Takes a slot as soon as one is free. Rejects with NoSlotError, or with the reason of the signal; nothing is taken then. */
  take(signal: AbortSignal): Promise<void> {
    if (this.tryTake()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.isFull) {
        reject(new NoSlotError('SLOTS_FULL'));
        return;
      }
      const stop = (): void => {
        this.#waiting.delete(given);
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
      };
      const given = (): void => {
        stop();
        resolve();
      };
      const aborted = (): void => {
        stop();
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const timer = setTimeout(() => {
        stop();
        reject(new NoSlotError('SLOT_TIMEOUT'));
      }, this.#options.waitMs);
      if (signal.aborted) aborted();
      else {
        signal.addEventListener('abort', aborted);
        this.#waiting.add(given);
      }
    });
  }

  /** Gives a slot back: to whoever waits longest, where somebody does. */
  release(): void {
    for (const given of this.#waiting) {
      given();
      return;
    }
    this.#taken -= 1;
  }
}
