/**
 * Errors as callers see them. An expected failure keeps its code, message and details; anything else that was thrown is
 * masked, for its message may carry a value, a query or a path. Every error carries the id of the request.
 */
import { GraphQLError } from 'graphql';
import type { ExecutionResult, GraphQLErrorOptions } from 'graphql';
import { z } from 'zod';
import { expectedFailure } from '../platform/database-fault.ts';
import { Failure, isFailureCode } from '../platform/failure.ts';
import type { FailureCode } from '../platform/failure.ts';
import type { RequestId } from '../platform/ids.ts';

/** Told that a request met an unexpected error. Only the error's class and where it was thrown are fit for a log. */
export type ReportUnexpected = (requestId: RequestId, error: unknown) => void;

/**
 * The error that a caller may see. GraphQL's own errors (syntax, validation, limits, coercion) keep their message,
 * without the values that it quotes; their code is one of the catalogue.
 */
export function presentError(error: unknown): GraphQLError {
  const cause = causeOf(error);
  const place = error instanceof GraphQLError ? placeOf(error) : {};
  const failure = expectedFailure(cause);
  if (failure !== null) {
    const { code, message, details } = failure;
    // A single failing field keeps 200; a database that cannot be used answers no field.
    const http = code === 'audit_unavailable' ? { http: { status: failure.status } } : {};
    const extensions = { code, ...(details.length === 0 ? {} : { details }), ...http };
    return new GraphQLError(message, { ...place, extensions });
  }
  if (cause instanceof GraphQLError && error instanceof GraphQLError && error.extensions['unexpected'] !== true) {
    // Yoga puts the parser's own error, and with it a piece of the body, into `originalError`; that one is there decides
    // the HTTP status, what it says nothing.
    const original = error.extensions['originalError'] === undefined ? {} : { originalError: { name: 'SyntaxError' } };
    const extensions = { ...error.extensions, ...original, code: refusalCode(error) };
    return new GraphQLError(withoutValues(error.message), { ...place, extensions });
  }
  return new GraphQLError('Something went wrong on our side.', { ...place, extensions: { code: 'internal_error' } });
}

/** The codes of refusals by GraphQL's own libraries, by HTTP status. */
const CODE_OF_STATUS: ReadonlyMap<number, FailureCode> = new Map([
  [405, 'method_not_allowed'],
  [406, 'not_acceptable'],
  [413, 'payload_too_large'],
  [415, 'unsupported_media_type'],
]);
const WITH_STATUS = z.object({ http: z.object({ status: z.number() }) });

/** Returns the catalogue's code of a refusal. graphql-js and Yoga have codes of their own: `GRAPHQL_PARSE_FAILED`, ... */
function refusalCode({ extensions }: GraphQLError): FailureCode {
  if (isFailureCode(extensions['code'])) return extensions['code'];
  const { data } = WITH_STATUS.safeParse(extensions);
  return CODE_OF_STATUS.get(data?.http.status ?? 400) ?? 'bad_request';
}

/** What was thrown in the first place, below GraphQL's wrappings. */
export function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined ? causeOf(error.originalError) : error;
}

/** Codes of errors that the caller has no part in. */
const UNEXPECTED: ReadonlySet<string> = new Set(['internal_error', 'audit_unavailable']);

/** Whether nobody expected the error: it is to be logged, and its message is to be kept from callers. */
export function isUnexpected(error: unknown): boolean {
  return !(causeOf(error) instanceof Failure) && UNEXPECTED.has(String(presentError(error).extensions['code']));
}

/** The result with every error presented and carrying the request's id. */
export function presentResult<R extends Pick<ExecutionResult, 'errors'>>(result: R, requestId: RequestId): R {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => withRequestId(presentError(error), requestId)) };
}

function withRequestId(error: GraphQLError, requestId: RequestId): GraphQLError {
  return new GraphQLError(error.message, { ...placeOf(error), extensions: { ...error.extensions, requestId } });
}

function placeOf({ nodes, source, positions, path }: GraphQLError): GraphQLErrorOptions {
  return {
    ...(nodes === undefined ? {} : { nodes }),
    ...(source === undefined ? {} : { source }),
    ...(positions === undefined ? {} : { positions }),
    ...(path === undefined ? {} : { path }),
  };
}

/**
 * graphql-js quotes the value that it refuses: `Variable "$input" got invalid value "Jane Roe" at "input.name"; ...`,
 * `Int cannot represent non-integer value: "Jane Roe"`. The name of the variable and the place in it may stay.
 */
export function withoutValues(message: string): string {
  const variable = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (variable !== undefined) {
    const place = new RegExp(` at "(${variable}[\\w.[\\]]*)"; `).exec(message)?.[1];
    return `Variable "$${variable}" has a value that does not fit its type${place === undefined ? '' : ` at "${place}"`}.`;
  }
  return message
    .replace(/^(POST body sent invalid JSON).*$/s, '$1.')
    .replace(/^(Syntax Error: [^"]*)".*"/s, '$1…')
    .replace(/( cannot represent [^:]*): .*$/s, '$1.')
    .replace(/^(Expected value of type "[^"]*"), found .*$/s, '$1.')
    .replace(/^(Value ).*( does not exist in ".*" enum\.).*$/s, '$1given$2');
}
