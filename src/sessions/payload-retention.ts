/** How long payloads are kept: one condition for the job that erases them and for all that read them. See docs/policy.md, Payloads. */

const DAY_MS = 86_400_000;

export interface PayloadRetention {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** MASKER_PAYLOAD_RETENTION_DAYS. 0: until their session is sealed. */
  readonly days: number;
}

/**
 * Returns the SQL condition on `payloads p` and `sessions s` that says that a payload's time is over. It takes two parameters,
 * `payloadIsOverValues`, from `$parameter` on.
 */
export function payloadIsOver(parameter: number): string {
  return `(p.stored_at <= $${parameter}::timestamptz AND ($${parameter + 1}::boolean OR s.sealed_at IS NOT NULL))`;
}

/** The parameters of `payloadIsOver`. */
export function payloadIsOverValues({ now, days }: PayloadRetention): readonly [Date, boolean] {
  return [new Date(now - days * DAY_MS), days > 0];
}
