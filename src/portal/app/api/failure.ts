/** Failures of requests to the API, in words for the person who sees them. */

/** One field of what was sent, and what is wrong with it. */
export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A request that failed. `code` is that of docs/errors.md; `offline` and `unreadable` are the browser's own. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: string;
  readonly details: readonly FieldProblem[];
  readonly requestId: string | null;

  constructor(
    code: string,
    message: string,
    { details = [], requestId = null }: { details?: readonly FieldProblem[]; requestId?: string | null } = {},
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }
}

/** The failure of a request that got no answer. */
export function offlineFailure(): ApiFailure {
  return new ApiFailure(
    'offline',
    'The server did not answer. Check the connection; this page asks again when you press “Try again”.',
  );
}

/** Returns a thrown thing as a failure. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure('unreadable', 'The portal met an answer that it cannot read. Reload the page.');
}
