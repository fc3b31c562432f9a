// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What became of a correction. */
export type CorrectionOutcome =
  /** It is right. It is exported. */
  | 'accepted'
  /** It is not right. */
  | 'rejected';

/** Whether corrections wait. */
export type CorrectionState =
  /** They were accepted or rejected. */
  | 'closed'
  /** They wait to be accepted or rejected. */
  | 'open';

/** What a correction says. */
export type CorrectionVerdict =
  /** The span is an identifier, and was not found. */
  | 'missed'
  /** The redaction was no identifier. */
  | 'not_phi';

export type CorrectionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  state?: CorrectionState | null | undefined;
  verdict?: CorrectionVerdict | null | undefined;
}>;


export type CorrectionsQuery = { readonly corrections: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly sessionId: string, readonly turn: number, readonly path: string, readonly kind: string, readonly verdict: CorrectionVerdict, readonly createdBy: string, readonly createdAt: string, readonly outcome: CorrectionOutcome | null, readonly closedBy: string | null, readonly closedAt: string | null, readonly span: { readonly start: number, readonly end: number } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type CloseCorrectionMutationVariables = Exact<{
  id: string;
  outcome: CorrectionOutcome;
}>;


export type CloseCorrectionMutation = { readonly closeCorrection:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'CloseCorrectionSuccess', readonly correction: { readonly id: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export const correctionsOperation = operation<CorrectionsQuery, CorrectionsQueryVariables>('Corrections', "query Corrections($first:Int!$after:String$state:CorrectionState$verdict:CorrectionVerdict){corrections(first:$first after:$after state:$state verdict:$verdict){edges{node{id sessionId turn path span{start end}kind verdict createdBy createdAt outcome closedBy closedAt}}pageInfo{hasNextPage endCursor}}}");

export const closeCorrectionOperation = operation<CloseCorrectionMutation, CloseCorrectionMutationVariables>('CloseCorrection', "mutation CloseCorrection($id:ID!$outcome:CorrectionOutcome!){closeCorrection(id:$id outcome:$outcome){__typename ...on CloseCorrectionSuccess{correction{id}}...on Error{code message}}}");

