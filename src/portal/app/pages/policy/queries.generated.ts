// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Something that records cannot tell. */
export type PolicyEffectUnknown =
  /** Terms that stay differ. Their effect needs the text. */
  | 'allow'
  /** What becomes of dates that are nobody’s differs. Its effect needs the text. */
  | 'calendar_dates'
  /** A value that was found again in its call may not be found in the first place. */
  | 'known_values'
  /** Kinds or passes are switched on, or thresholds lowered. What they find was never recorded. */
  | 'new_findings'
  /** A value that is dropped may be found by another pass, or as another kind. */
  | 'overlaps'
  /** Patterns differ. Their effect needs the text. */
  | 'patterns'
  /** The sensitivity differs. Its effect needs the text. */
  | 'sensitivity'
  /** Speakers differ. Their effect needs the text. */
  | 'speakers';

/** Whose policy it is. */
export type PolicyOrigin =
  /** The account’s own, stored by its members. */
  | 'account'
  /** The operator’s, from the policy file. Every account can name it. */
  | 'instance';

/** What became of a version. */
export type PolicyVersionStatus =
  /** It can be published. */
  | 'draft'
  /** It is in force. */
  | 'published'
  /** A newer version was published instead. */
  | 'skipped'
  /** It was in force. */
  | 'superseded';

export type PolicyDetailQueryVariables = Exact<{
  name: string;
  first: number;
  after?: string | null | undefined;
}>;


export type PolicyDetailQuery = { readonly policy: { readonly id: string, readonly name: string, readonly description: string, readonly origin: PolicyOrigin, readonly version: number, readonly publishedVersion: number | null, readonly draftVersion: number | null, readonly yaml: string, readonly draftYaml: string | null, readonly resolvedYaml: string, readonly digest: string, readonly agentCount: number, readonly createdAt: string | null, readonly updatedAt: string | null, readonly versions: { readonly edges: ReadonlyArray<{ readonly node: { readonly version: number, readonly status: PolicyVersionStatus, readonly description: string, readonly createdAt: string, readonly createdBy: string | null, readonly publishedAt: string | null, readonly restores: number | null, readonly yaml: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type PolicyTrialQueryVariables = Exact<{
  name: string;
  yaml: string;
  since: string;
}>;


export type PolicyTrialQuery = { readonly policy: { readonly diff: { readonly from: number, readonly changes: ReadonlyArray<{ readonly path: string, readonly before: string | null, readonly after: string | null }> }, readonly effect: { readonly sessions: number, readonly turns: number, readonly isComplete: boolean, readonly unknown: ReadonlyArray<PolicyEffectUnknown>, readonly kinds: ReadonlyArray<{ readonly kind: string, readonly recorded: number, readonly kept: number, readonly changed: number, readonly unmasked: number, readonly dropped: number }> } } | null };

export type SavePolicyMutationVariables = Exact<{
  name: string;
  yaml: string;
}>;


export type SavePolicyMutation = { readonly savePolicy:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'PolicyYamlInvalidError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'SavePolicySuccess', readonly policy: { readonly draftVersion: number | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type PublishPolicyMutationVariables = Exact<{
  name: string;
  version?: number | null | undefined;
}>;


export type PublishPolicyMutation = { readonly publishPolicy:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'PolicyYamlInvalidError', readonly code: string, readonly message: string }
    | { readonly __typename: 'PublishPolicySuccess' }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type RollbackPolicyMutationVariables = Exact<{
  name: string;
  version: number;
}>;


export type RollbackPolicyMutation = { readonly rollbackPolicy:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'PolicyYamlInvalidError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RollbackPolicySuccess' }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type DeletePolicyMutationVariables = Exact<{
  name: string;
}>;


export type DeletePolicyMutation = { readonly deletePolicy:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'DeletePolicySuccess' }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'PolicyInUseError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export const policyDetailOperation = operation<PolicyDetailQuery, PolicyDetailQueryVariables>('PolicyDetail', "query PolicyDetail($name:String!$first:Int!$after:String){policy(name:$name){id name description origin version publishedVersion draftVersion yaml draftYaml resolvedYaml digest agentCount createdAt updatedAt versions(first:$first after:$after){edges{node{version status description createdAt createdBy publishedAt restores yaml}}pageInfo{hasNextPage endCursor}}}}");

export const policyTrialOperation = operation<PolicyTrialQuery, PolicyTrialQueryVariables>('PolicyTrial', "query PolicyTrial($name:String!$yaml:String!$since:String!){policy(name:$name){diff(yaml:$yaml){from changes{path before after}}effect(yaml:$yaml since:$since){sessions turns isComplete unknown kinds{kind recorded kept changed unmasked dropped}}}}");

export const savePolicyOperation = operation<SavePolicyMutation, SavePolicyMutationVariables>('SavePolicy', "mutation SavePolicy($name:String!$yaml:String!){savePolicy(name:$name yaml:$yaml){__typename ...on SavePolicySuccess{policy{draftVersion}}...on Error{code message}}}");

export const publishPolicyOperation = operation<PublishPolicyMutation, PublishPolicyMutationVariables>('PublishPolicy', "mutation PublishPolicy($name:String!$version:Int){publishPolicy(name:$name version:$version){__typename ...on Error{code message}}}");

export const rollbackPolicyOperation = operation<RollbackPolicyMutation, RollbackPolicyMutationVariables>('RollbackPolicy', "mutation RollbackPolicy($name:String!$version:Int!){rollbackPolicy(name:$name version:$version){__typename ...on Error{code message}}}");

export const deletePolicyOperation = operation<DeletePolicyMutation, DeletePolicyMutationVariables>('DeletePolicy', "mutation DeletePolicy($name:String!){deletePolicy(name:$name){__typename ...on PolicyInUseError{details{path code message}}...on Error{code message}}}");

