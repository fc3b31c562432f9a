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

/** The media type of problem details (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** Members of problem details, beside the envelope. `publicUrl` has no slash at its end. */
export function problemDetails(
  { code, message, status }: Pick<Failure, 'code' | 'message' | 'status'>,
  requestId: RequestId,
  publicUrl: string,
): Readonly<Record<string, unknown>> {
  return {
    type: `${publicUrl}/errors/${code}`,
    title: titleOf(code),
    status,
    detail: message,
    instance: `urn:masker:request:${requestId}`,
  };
}

/** The code in words. */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The envelope of a failure; `details` only where there are any. */
export function errorEnvelope(
  { code, message, details }: Pick<Failure, 'code' | 'message' | 'details'>,
  requestId: RequestId,
): ErrorEnvelope {
  return { error: { code, message, request_id: requestId, ...(details.length === 0 ? {} : { details }) } };
}
