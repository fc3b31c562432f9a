import type { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';

/** The body of every error answer. See docs/api.md, Conventions. */
export interface ErrorEnvelope {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly request_id: RequestId;
    readonly details?: readonly FieldProblem[];
  };
}

/** The envelope of a failure; `details` only where there are any. */
export function errorEnvelope(
  { code, message, details }: Pick<Failure, 'code' | 'message' | 'details'>,
  requestId: RequestId,
): ErrorEnvelope {
  return { error: { code, message, request_id: requestId, ...(details.length === 0 ? {} : { details }) } };
}
