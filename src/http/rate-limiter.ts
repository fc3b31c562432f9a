/**
 * Limits how often an account, or an address that is nobody's, may call. The nodes share an account's limit: each draws
 * tokens from the shared bucket in batches that fit what it needs, so that most requests cost no query. A node that
 * cannot reach the database limits by itself meanwhile. See docs/operations.md, Rate limits.
 */
import { LruMap } from '../platform/lru-map.ts';
import type { RateLimitStore } from './rate-limit-store.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Limit } from './token-bucket.ts';

/** Doors that share a limit. */
export type LimitedDoors = 'calls' | 'api';

/** `calls`: proxy, webhooks and sockets of voice platforms. `api`: all the rest. */
export const LIMITS: Readonly<Record<LimitedDoors, Limit>> = {
  calls: { rate: 100, burst: 200 },
  api: { rate: 30, burst: 60 },
};

/** Who is limited: an account on all nodes together, an address on each. */
export type Subject =
  { readonly is: 'account'; readonly id: string } | { readonly is: 'address'; readonly address: string };

export interface Verdict {
  readonly allowed: boolean;
  readonly limit: Limit;
  /** Requests that would be allowed now, as far as this node knows. */
  readonly remaining: number;
  /** Whole seconds until one more is allowed; 0 where one is now. */
  readonly retryAfterSeconds: number;
}

export interface RateLimiterOptions {
  readonly store: RateLimitStore;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Told when the store fails; may repeat itself. */
  readonly onStoreError: (error: unknown) => void;
}

/** Subjects that are remembered. One that is forgotten begins anew: an address with a full bucket, an account with a draw. */
const CAPACITY = 20_000;
/** The largest draw is what the limit allows in so many milliseconds: nodes that stop take no more than that with them. */
const LARGEST_DRAW_MS = 200;
/** A node that draws again within so many milliseconds needs more at a time; one that does not, less. */
const BUSY_MS = 200;
/** A node that drew nothing asks again after so many milliseconds at the soonest. */
const SHORTEST_WAIT_MS = 1;
/** How long a node goes by its own bucket after the store failed, in milliseconds. */
const ALONE_MS = 1_000;

/** What this node holds of a shared bucket. */
interface Holding {
  tokens: number;
  /** What was left in the shared bucket after the last draw. */
  left: number;
  drawnAt: number;
  batch: number;
  /** Until then the shared bucket is known to be empty. */
  emptyUntil: number;
  drawing: Promise<void> | null;
  /** In place of the shared one, while the store fails: until when, and what. */
  aloneUntil: number;
  own: TokenBucket | null;
}

export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #holdings = new LruMap<string, Holding>(CAPACITY);
  readonly #addresses = new LruMap<string, TokenBucket>(CAPACITY);

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  /** Counts one request. Never rejects. */
  async check(subject: Subject, doors: LimitedDoors): Promise<Verdict> {
    const limit = LIMITS[doors];
    if (subject.is === 'account') return this.#shared(`${doors}:${subject.id}`, limit);
    return this.#own(`${doors}:${subject.address}`, limit);
  }

  #own(key: string, limit: Limit): Verdict {
    const bucket = this.#addresses.get(key) ?? new TokenBucket(limit, this.#options.now());
    this.#addresses.set(key, bucket);
    return this.#fromBucket(bucket, limit);
  }

  #fromBucket(bucket: TokenBucket, limit: Limit): Verdict {
    const now = this.#options.now();
    const allowed = bucket.take(now);
    return verdict(allowed, limit, bucket.tokens(now));
  }

  async #shared(key: string, limit: Limit): Promise<Verdict> {
    const holding = this.#holding(key);
    const { now } = this.#options;
    // A draw under way may be used up by those who asked for it before.
    while (holding.tokens < 1 && now() >= holding.emptyUntil && now() >= holding.aloneUntil) {
      holding.drawing ??= this.#draw(key, limit, holding).finally(() => {
        holding.drawing = null;
      });
      await holding.drawing;
    }
    if (holding.tokens < 1 && now() < holding.aloneUntil) {
      holding.own ??= new TokenBucket(limit, now());
      return this.#fromBucket(holding.own, limit);
    }
    const allowed = holding.tokens >= 1;
    if (allowed) holding.tokens -= 1;
    return verdict(allowed, limit, holding.tokens + holding.left);
  }

  #holding(key: string): Holding {
    const known = this.#holdings.get(key);
    if (known !== undefined) return known;
    const holding: Holding = {
      tokens: 0,
      left: 0,
      drawnAt: -Infinity,
      batch: 1,
      emptyUntil: -Infinity,
      drawing: null,
      aloneUntil: -Infinity,
      own: null,
    };
    this.#holdings.set(key, holding);
    return holding;
  }

  async #draw(key: string, limit: Limit, holding: Holding): Promise<void> {
    const { store, now, onStoreError } = this.#options;
    const largest = Math.max(1, Math.floor((limit.rate * LARGEST_DRAW_MS) / 1000));
    holding.batch =
      now() - holding.drawnAt < BUSY_MS
        ? Math.min(largest, holding.batch * 2)
        : Math.max(1, Math.floor(holding.batch / 2));
    try {
      const { granted, left } = await store.draw(key, limit, holding.batch);
      holding.drawnAt = now();
      holding.left = left;
      holding.tokens += granted;
      // Until a whole token has dropped in, nobody need ask again. What is missing may be too little for a clock to tell.
      if (granted === 0) holding.emptyUntil = now() + Math.max(SHORTEST_WAIT_MS, ((1 - left) / limit.rate) * 1000);
    } catch (error) {
      onStoreError(error);
      holding.aloneUntil = now() + ALONE_MS;
    }
  }
}

function verdict(allowed: boolean, limit: Limit, tokens: number): Verdict {
  const missing = Math.max(0, 1 - tokens);
  return {
    allowed,
    limit,
    remaining: Math.floor(Math.max(0, tokens)),
    retryAfterSeconds: Math.ceil(missing / limit.rate),
  };
}
