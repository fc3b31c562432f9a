/** Errors of the proxy in OpenAI's form, so that any OpenAI client understands them. See docs/proxy.md. */
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import type { Failure, FailureCode } from '../../platform/failure.ts';

/** OpenAI's `type` of an error, by which its clients choose what to do. */
function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}

/**
 * The header that stops OpenAI's clients from sending a refused request again. Absent where another attempt may succeed.
 */
export function retryHeader({ code, status }: Failure): Readonly<Record<string, string>> {
  const mayRetry = status >= 500 || code === 'rate_limited';
  return mayRetry ? {} : { 'x-should-retry': 'false' };
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
  return {
    error: { message: failure.message, type: errorType(failure.status), param, code: failure.code },
  };
}

/**
 * A provider's own failure in OpenAI's form: 502 `upstream_error` with the provider's status, and what the provider said of it.
 * `answer` is its restored body, or undefined where that was no JSON.
 */
export function providerError(status: number, answer: JsonValue | undefined): JsonObject {
  const said = isJsonObject(answer) ? own(answer, 'error') : undefined;
  const text = isJsonObject(said) ? own(said, 'message') : said;
  const message = typeof text === 'string' ? text : `The upstream answered with status ${status}.`;
  const kept = isJsonObject(said) ? said : {};
  const error = { type: 'api_error', param: null, ...kept, message, code: 'upstream_error', upstream_status: status };
  return { error };
}

/** A provider's refusal that is not in OpenAI's form, in OpenAI's form. */
export function refusalError(status: number, message: string): JsonObject {
  return { error: { message, type: errorType(status), param: null, code: null } };
}
