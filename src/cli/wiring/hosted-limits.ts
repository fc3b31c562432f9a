/** The limits of MASKER_RATE_LIMITS=hosted, which nodes share by the database. */
import type { Pool } from 'pg';
import { createLimits } from '../../http/limits.ts';
import type { Limits, LimitsOptions } from '../../http/limits.ts';
import { createRateLimitStore } from '../../http/rate-limit-store.ts';
import { RateLimiter } from '../../http/rate-limiter.ts';
import { systemTimer } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';

/** A node that does not reach the database limits by itself meanwhile, and logs it. */
export function hostedLimits(
  { trustedHops }: Config,
  pool: Pool,
  accountOf: LimitsOptions['accountOf'],
  log: Logger,
): Limits {
  const onStoreError = (err: unknown): void => {
    log.warn({ err }, 'rate limits are not shared: the database did not answer');
  };
  const limiter = new RateLimiter({ store: createRateLimitStore(pool), now: systemTimer.now, onStoreError });
  return createLimits({ limiter, accountOf, trustedHops });
}
