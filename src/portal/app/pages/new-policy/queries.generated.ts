// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A new policy. */
export type CreatePolicyInput = {
  /** Unique in the account; by default the name that the text gives itself. */
  readonly name?: string | null | undefined;
  /** The text of the policy. */
  readonly yaml: string;
};

export type CreatePolicyMutationVariables = Exact<{
  input: CreatePolicyInput;
}>;


export type CreatePolicyMutation = { readonly createPolicy:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'CreatePolicySuccess', readonly policy: { readonly name: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NameTakenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'PolicyYamlInvalidError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export const createPolicyOperation = operation<CreatePolicyMutation, CreatePolicyMutationVariables>('CreatePolicy', "mutation CreatePolicy($input:CreatePolicyInput!){createPolicy(input:$input){__typename ...on CreatePolicySuccess{policy{name}}...on NameTakenError{details{path code message}}...on ValidationError{details{path code message}}...on Error{code message}}}");

