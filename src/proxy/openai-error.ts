/** Errors of the proxy in OpenAI's form, so that any OpenAI client understands them. See docs/proxy.md. */
import type { Failure, FailureCode } from '../platform/failure.ts';

/** OpenAI's `type` of an error, by which its clients choose what to do. */
function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}

export interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** The field at fault, as `messages[2].content`; null where the error is not one field's. */
    readonly param: string | null;
    readonly code: FailureCode;
  };
}

/** The failure as OpenAI would say it. */
export function openAiError(failure: Failure): OpenAiError {
  const param = failure.details[0]?.path ?? null;
  return { error: { message: failure.message, type: errorType(failure.status), param, code: failure.code } };
}
