/** The buckets that all nodes draw from: one row for each, one statement for each draw. See docs/operations.md, Embedded and clustered. */
import type { Pool } from 'pg';
import type { Limit } from './token-bucket.ts';

/** What a node was given from a shared bucket. */
export interface Draw {
  /** From 0 to what was asked for. */
  readonly granted: number;
  /** What is left in the bucket; may be a fraction. */
  readonly left: number;
}

export interface RateLimitStore {
  /** Takes up to `wanted` whole tokens from the bucket. Rejects when the database does. */
  draw(key: string, limit: Limit, wanted: number): Promise<Draw>;
}

// Uses the database's clock, because the clocks of the nodes differ. A bucket that nobody drew from is full.
// The clock is read once, after the row is locked: with several readings, time between them would be lost or count twice.
const REFILLED = `
  SELECT available - least($4::int, floor(available))::int, least($4::int, floor(available))::int, now
  FROM (SELECT now, least($3::float8, r.tokens + greatest(0, extract(epoch FROM now - r.refilled_at))::float8 * $2::float8) AS available
        FROM (SELECT clock_timestamp() AS now) AS clock) AS refilled`;
const DRAW = {
  name: 'masker_rate_limit',
  text: `INSERT INTO rate_limits AS r (key, tokens, granted, refilled_at)
         VALUES ($1, $3::float8 - least($4::int, $3::float8), least($4::int, $3::float8), clock_timestamp())
         ON CONFLICT (key) DO UPDATE SET (tokens, granted, refilled_at) = (${REFILLED})
         RETURNING tokens, granted`,
};

export function createRateLimitStore(pool: Pick<Pool, 'query'>): RateLimitStore {
  return {
    draw: async (key, { rate, burst }, wanted) => {
      const { rows } = await pool.query<{ tokens: number; granted: number }>({
        ...DRAW,
        values: [key, rate, burst, wanted],
      });
      const [row] = rows;
      return row === undefined ? { granted: 0, left: 0 } : { granted: row.granted, left: row.tokens };
    },
  };
}
