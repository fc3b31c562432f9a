/** One request to the GraphQL API, as the person who is signed in. */
import { ApiFailure, offlineFailure } from './failure.ts';
import type { FieldProblem } from './failure.ts';
import type { Operation } from './operation.ts';

interface GraphqlError {
  readonly message?: string;
  readonly extensions?: {
    readonly code?: string;
    readonly details?: readonly FieldProblem[];
    readonly requestId?: string;
  };
}

interface GraphqlAnswer<Answer> {
  readonly data?: Answer | null;
  readonly errors?: readonly GraphqlError[];
}

/**
 * Runs an operation and returns its data. Throws ApiFailure where the server refuses or does not answer. The body is JSON and
 * comes from this origin, which is what the server asks of a write with a session cookie (docs/api.md, Sign-in).
 */
export async function ask<Answer, Variables>(
  { name, text }: Operation<Answer, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await send('/graphql', JSON.stringify({ operationName: name, query: text, variables }), signal);
  const answer = (await response.json().catch(() => null)) as GraphqlAnswer<Answer> | null;
  const [error] = answer?.errors ?? [];
  if (error !== undefined) throw failureOf(error, response);
  if (answer?.data === undefined || answer.data === null)
    throw new ApiFailure('unreadable', `The server answered ${response.status} and no data. Try again.`, {
      requestId: response.headers.get('x-request-id'),
    });
  return answer.data;
}

async function send(address: string, body: string, signal: AbortSignal | undefined): Promise<Response> {
  const options = { method: 'POST', credentials: 'same-origin', body } as const;
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  try {
    return await fetch(address, { ...options, headers, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw offlineFailure();
  }
}

function failureOf({ message, extensions }: GraphqlError, response: Response): ApiFailure {
  return new ApiFailure(extensions?.code ?? 'unknown', message ?? 'The server refused the request.', {
    details: extensions?.details ?? [],
    requestId: extensions?.requestId ?? response.headers.get('x-request-id'),
  });
}

/** Reads JSON of a GET of this origin, such as /health. Throws ApiFailure. `accepted` lists statuses beside 200. */
export async function read(address: string, accepted: readonly number[] = []): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: 'same-origin', headers: { accept: 'application/json' } });
  } catch {
    throw offlineFailure();
  }
  if (response.ok || accepted.includes(response.status)) return response.json().catch(() => null);
  const body = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
  throw new ApiFailure(
    body?.error?.code ?? 'unknown',
    body?.error?.message ?? `The server answered ${response.status}.`,
  );
}
