/**
 * The catalogue of expected failures: one closed union of codes, each mapped once to an HTTP status here, to a typed
 * GraphQL error in `graphql/errors.ts`, and to OpenAI's form in `proxy/openai/openai-error.ts`. (See docs/api.md, Conventions.)
 *
 * A message may name a field and a rule. It never repeats what the caller sent: that may be PHI.
 */

/** Each code with its HTTP status. */
export const FAILURES = {
  // who is asking
  unauthenticated: 401,
  bad_signature: 401,
  forbidden: 403,
  upstream_not_allowed: 403,
  sign_in_refused: 403,
  invitation_invalid: 403,
  // what is asked for; an object of another account is not found, too
  not_found: 404,
  agent_not_found: 404,
  session_not_found: 404,
  session_expired: 410,
  log_pruned: 410,
  report_not_found: 404,
  policy_not_found: 404,
  name_taken: 409,
  policy_in_use: 409,
  already_member: 409,
  last_admin: 409,
  idempotency_in_progress: 409,
  rotation_in_progress: 409,
  // how it is asked
  bad_request: 400,
  websocket_not_supported: 400,
  invalid_state: 400,
  method_not_allowed: 405,
  not_acceptable: 406,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  idempotency_conflict: 422,
  unknown_upstream: 422,
  unknown_policy: 422,
  policy_yaml_invalid: 422,
  model_not_allowed: 422,
  uninspectable_content: 422,
  unsupported_event: 422,
  leak_blocked: 422,
  rate_limited: 429,
  // what went wrong on our side of the wire, or behind us
  internal_error: 500,
  user_upsert_failed: 500,
  report_generation_failed: 500,
  upstream_error: 502,
  oauth_exchange_failed: 502,
  audit_unavailable: 503,
  detection_unavailable: 503,
  upstream_timeout: 504,
} as const;

export type FailureCode = keyof typeof FAILURES;

/** Whether the value is a code of the catalogue. */
export function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

/** One faulty field. `path` is the field's name in the caller's spelling, dotted where nested. */
export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface FailureOptions extends ErrorOptions {
  /** Seconds after which another attempt may succeed: the header Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** An expected failure on its way to a caller. Anything else that is thrown is a bug and reaches callers as `internal_error`. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly details: readonly FieldProblem[];
  /** Null where it is not known. */
  readonly retryAfterSeconds: number | null;

  constructor(code: FailureCode, message: string, details: readonly FieldProblem[] = [], options?: FailureOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = options?.retryAfterSeconds ?? null;
  }

  /** The HTTP status that the code stands for. */
  get status(): number {
    return FAILURES[this.code];
  }
}
