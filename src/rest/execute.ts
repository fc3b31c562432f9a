/** Runs GraphQL operations in this process, for routes. */
import { execute, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLError } from 'graphql';
import { z } from 'zod';
import type { GraphqlContext } from '../graphql/context.ts';
import { causeOf, presentError } from '../graphql/presentation.ts';
import { schema } from '../graphql/schema.ts';
import { Failure, isFailureCode } from '../platform/failure.ts';
import type { FailureCode, FieldProblem } from '../platform/failure.ts';

/** Runs an operation for one request: its data, or a thrown Failure in REST's own terms. Anything else thrown is a bug. */
export type RunOperation = (document: DocumentNode, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** A document that fits the schema. Throws GraphQLError for one that does not: a bug, found at the start. */
export function prepare(text: string): DocumentNode {
  const document = parse(text, { noLocation: true });
  const [error] = validate(schema, document);
  if (error !== undefined) throw error;
  return document;
}

const CODE = z.custom<FailureCode>(isFailureCode);
const DETAILS = z.array(z.object({ path: z.string(), code: z.string(), message: z.string() }));

// A member of a mutation's result union that implements Error.
const ERROR_RESULT = z.object({
  __typename: z.string().endsWith('Error'),
  code: CODE,
  message: z.string(),
  details: DETAILS,
});

const ERROR_EXTENSIONS = z.object({ code: CODE, details: DETAILS.default([]) });

/** Runs one operation in the given context, which is made anew for each operation. */
export async function runOperation(
  context: GraphqlContext,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { data, errors } = await execute({ schema, document, contextValue: context, variableValues: variables });
  const [error] = errors ?? [];
  if (error !== undefined) throw failureOf(error);
  for (const result of Object.values(data ?? {})) {
    const failed = ERROR_RESULT.safeParse(result);
    if (failed.success) throw restFailure(failed.data);
  }
  return data;
}

/** The fields that a failure names, each by its REST name. A policy that is faulty inside is one faulty field. */
export function faultyFields({ code, message, details }: Failure): readonly FieldProblem[] {
  if (code === 'policy_yaml_invalid') return [{ path: 'policy_yaml', code, message }];
  return restFailure({ code, message, details }).details;
}

const THROWN_ON: ReadonlySet<FailureCode> = new Set(['bad_request', 'internal_error', 'audit_unavailable']);

/** The expected failure that an error stands for; the thrown thing itself where it was not expected. */
function failureOf(error: GraphQLError): unknown {
  const { message, extensions } = presentError(error);
  const known = ERROR_EXTENSIONS.safeParse(extensions);
  // bad_request: our own document or variables are at fault, not the caller. What was thrown goes on as it is, so that
  // the application can log a bug, or a database that cannot be used.
  if (!known.success || THROWN_ON.has(known.data.code)) return causeOf(error);
  return restFailure({ message, ...known.data });
}

interface FailureData {
  readonly code: FailureCode;
  readonly message: string;
  readonly details: readonly FieldProblem[];
}

function restFailure({ code, message, details }: FailureData): Failure {
  // Paths inside a policy's text are in the text's own spelling.
  const pathOf = code === 'policy_yaml_invalid' ? (path: string) => path : restName;
  return new Failure(
    code,
    message,
    details.map((detail) => ({ ...detail, path: pathOf(detail.path) })),
  );
}

const RENAMED: ReadonlyMap<string, string> = new Map([
  ['first', 'limit'],
  ['after', 'cursor'],
  ['yaml', 'policy_yaml'],
]);

/** The REST name of a GraphQL argument or input field: `input.policyName` is `policy_name`, and `input` the body. */
export function restName(path: string): string {
  if (path === 'input') return 'body';
  const parts = path.replace(/^input\./, '').split('.');
  return parts
    .map((part) => RENAMED.get(part) ?? part.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .join('.');
}
