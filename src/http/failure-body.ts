/** The body of an answer that the server itself refuses with, in the form of the door that was asked. */
import type { Failure } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';
import { openAiError } from '../proxy/openai/openai-error.ts';

/** Returns OpenAI's form for the proxy, GraphQL's for /graphql, and the envelope of REST for the rest. */
export function failureBody(url: string, failure: Failure, requestId: RequestId): unknown {
  const { code, message } = failure;
  if (url.startsWith('/proxy/')) return openAiError(failure);
  if (/^\/graphql(?:[?/]|$)/.test(url)) return { errors: [{ message, extensions: { code, requestId } }] };
  return { error: { code, message, request_id: requestId } };
}
