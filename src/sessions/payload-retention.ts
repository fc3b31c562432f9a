/** How long payloads are kept: one condition for the job that erases them and for all that read them. See docs/policy.md, Payloads. */
import { z } from 'zod';
import type { AccountId } from '../platform/ids.ts';

export interface PayloadRetention {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** MASKER_PAYLOAD_RETENTION_DAYS, for accounts without days of their own. 0: until their session is sealed. */
  readonly days: number;
}

/**
 * Returns the SQL condition on `payloads p` and `sessions s` that says that a payload's time is over. It takes two parameters,
 * `payloadIsOverValues`, from `$parameter` on.
 */
export function payloadIsOver(parameter: number): string {
  const days = `(SELECT COALESCE(a.payload_retention_days, $${parameter + 1}::int) FROM accounts a WHERE a.id = s.account_id)`;
  return `(p.stored_at <= $${parameter}::timestamptz - make_interval(hours => 24 * ${days}) AND (${days} > 0 OR s.sealed_at IS NOT NULL))`;
}

/** The parameters of `payloadIsOver`. */
export function payloadIsOverValues({ now, days }: PayloadRetention): readonly [Date, number] {
  return [new Date(now), days];
}

const DAYS = z.array(z.object({ days: z.int() }));

/** Returns the days of an account, which are `days` where it has none of its own. */
export async function payloadDaysOf(
  db: { query: (sql: string, values: unknown[]) => Promise<{ rows: unknown[] }> },
  accountId: AccountId,
  days: number,
): Promise<number> {
  const { rows } = await db.query('SELECT COALESCE(payload_retention_days, $2) AS days FROM accounts WHERE id = $1', [
    accountId,
    days,
  ]);
  return DAYS.parse(rows)[0]?.days ?? days;
}
