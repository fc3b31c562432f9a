/**
 * Expected failures as data. A thrown `Failure` whose code stands in the table below becomes a member of the field's
 * result union on every mutation; on queries it is a GraphQL error with `extensions.code` (presentation.ts).
 */
import { databaseUnavailable, expectedFailure } from '../platform/database-fault.ts';
import { Failure } from '../platform/failure.ts';
import type { FailureCode, FieldProblem } from '../platform/failure.ts';
import { builder } from './builder.ts';

/** The error type of each code that a mutation can meet; codes that are absent stay top-level errors. */
const TYPE_OF_CODE = {
  unauthenticated: 'UnauthenticatedError',
  forbidden: 'ForbiddenError',
  upstream_not_allowed: 'ForbiddenError',
  not_found: 'NotFoundError',
  agent_not_found: 'NotFoundError',
  session_not_found: 'NotFoundError',
  policy_not_found: 'NotFoundError',
  policy_in_use: 'PolicyInUseError',
  precondition_failed: 'PreconditionFailedError',
  name_taken: 'NameTakenError',
  already_member: 'AlreadyMemberError',
  last_admin: 'LastAdminError',
  rotation_in_progress: 'RotationInProgressError',
  validation_failed: 'ValidationError',
  unknown_upstream: 'UnknownUpstreamError',
  unknown_policy: 'UnknownPolicyError',
  policy_yaml_invalid: 'PolicyYamlInvalidError',
  rate_limited: 'RateLimitedError',
  audit_unavailable: 'AuditUnavailableError',
  detection_unavailable: 'DetectionUnavailableError',
} as const satisfies Partial<Record<FailureCode, string>>;

type ErrorTypeName = (typeof TYPE_OF_CODE)[keyof typeof TYPE_OF_CODE];

const typeNameOf: Readonly<Partial<Record<FailureCode, ErrorTypeName>>> = TYPE_OF_CODE;

/**
 * A class whose instances are the failures of one error type. The errors plugin asks `instanceof`, and domain code
 * throws plain `Failure`, so membership is by code.
 */
function failuresOf(name: ErrorTypeName): typeof Failure {
  return class extends Failure {
    static override [Symbol.hasInstance](value: unknown): boolean {
      const failure = expectedFailure(value);
      return failure !== null && typeNameOf[failure.code] === name;
    }
  };
}

/**
 * The failure behind a member of a result union: what was thrown, or what a database fault stands for. The errors plugin
 * hands over a proxy, of which `instanceof` says nothing.
 */
function failureOf(thrown: Partial<Failure>): Pick<Failure, 'code' | 'message' | 'details'> {
  const { code, message, details } = thrown;
  return details === undefined || code === undefined || message === undefined
    ? databaseUnavailable(thrown)
    : { code, message, details };
}

const FieldProblemType = builder.objectRef<FieldProblem>('FieldProblem').implement({
  description: 'One faulty field of an input.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The name of the field, dotted where nested.' }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
  }),
});

const ErrorInterface = builder.interfaceRef<Failure>('Error').implement({
  description: 'An expected failure.',
  fields: (t) => ({
    code: t.string({ description: 'The code that REST uses, too.', resolve: (thrown) => failureOf(thrown).code }),
    message: t.string({ resolve: (thrown) => failureOf(thrown).message }),
    details: t.field({
      type: [FieldProblemType],
      description: 'One entry for each faulty field, all of them at once; empty where the failure is not about fields.',
      resolve: (thrown) => [...failureOf(thrown).details],
    }),
  }),
});

const classes = new Map<ErrorTypeName, typeof Failure>();
for (const name of new Set(Object.values(TYPE_OF_CODE))) {
  const failures = failuresOf(name);
  builder.objectType(failures, { name, interfaces: [ErrorInterface] });
  classes.set(name, failures);
}

// What every mutation can meet.
const COMMON = [
  'UnauthenticatedError',
  'ForbiddenError',
  'ValidationError',
  'RateLimitedError',
  'AuditUnavailableError',
] as const;

/** The `errors` option of a mutation: what it can meet besides what all can, and the name of the field for its success. */
export function failsWith<Field extends string>(
  dataField: Field,
  ...names: readonly Exclude<ErrorTypeName, (typeof COMMON)[number]>[]
): { types: (typeof Failure)[]; dataField: { name: Field } } {
  const types = [...names, ...COMMON].flatMap((name) => classes.get(name) ?? []);
  return { types, dataField: { name: dataField } };
}
