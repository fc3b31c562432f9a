/** Bounds how many subscriptions run at once, in an account and on this node. */
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';

export interface SlotLimits {
  readonly perAccount: number;
  readonly perNode: number;
}

/** A subscription keeps one connection open, and reads a page of at most 100 events at a time. */
export const SLOT_LIMITS: SlotLimits = { perAccount: 100, perNode: 1000 };
const RETRY_SECONDS = 10;

export class Slots {
  readonly #limits: SlotLimits;
  readonly #taken = new Map<AccountId, number>();
  #all = 0;

  constructor(limits: SlotLimits = SLOT_LIMITS) {
    this.#limits = limits;
  }

  /** Takes a slot. Returns what gives it back, once. Throws Failure `rate_limited` where none is free. */
  take(accountId: AccountId): () => void {
    const taken = this.#taken.get(accountId) ?? 0;
    if (taken >= this.#limits.perAccount || this.#all >= this.#limits.perNode)
      throw new Failure(
        'rate_limited',
        `Too many subscriptions are open: an account may have ${this.#limits.perAccount} on a node. Close one, or try again later.`,
        [],
        { retryAfterSeconds: RETRY_SECONDS },
      );
    this.#taken.set(accountId, taken + 1);
    this.#all += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#all -= 1;
      const left = (this.#taken.get(accountId) ?? 1) - 1;
      if (left === 0) this.#taken.delete(accountId);
      else this.#taken.set(accountId, left);
    };
  }

  /** How many are taken on this node. */
  get taken(): number {
    return this.#all;
  }
}
