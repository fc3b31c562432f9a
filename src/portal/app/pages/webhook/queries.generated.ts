// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The settings to change. Settings that are absent stay as they are. */
export type UpdateWebhookInput = {
  /** Some of session.sealed, leak.suspected, detector.degraded, report.ready, agent.changed; empty for all, also those of later versions. Events that wait for delivery already are sent. */
  readonly eventTypes?: ReadonlyArray<string> | null | undefined;
  /** True to send nothing for now, false to go on with what waited. */
  readonly paused?: boolean | null | undefined;
  /** Where events are sent from now on, also those that wait. */
  readonly url?: string | null | undefined;
};

export type WebhookDetailQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type WebhookDetailQuery = { readonly webhook: { readonly id: string, readonly url: string, readonly eventTypes: ReadonlyArray<string>, readonly paused: boolean, readonly failures: number, readonly retryAt: string | null, readonly createdAt: string, readonly updatedAt: string, readonly attempts: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly at: string, readonly eventId: string, readonly eventType: string, readonly number: number, readonly durationMs: number, readonly status: number | null, readonly error: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type UpdateWebhookMutationVariables = Exact<{
  id: string;
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { readonly updateWebhook:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UpdateWebhookSuccess', readonly webhook: { readonly id: string } }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export type DeleteWebhookMutationVariables = Exact<{
  id: string;
}>;


export type DeleteWebhookMutation = { readonly deleteWebhook:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'DeleteWebhookSuccess' }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type TestWebhookMutationVariables = Exact<{
  id: string;
}>;


export type TestWebhookMutation = { readonly testWebhook:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'TestWebhookSuccess', readonly attempt: { readonly id: string, readonly at: string, readonly durationMs: number, readonly status: number | null, readonly error: string | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type ReplayWebhookMutationVariables = Exact<{
  id: string;
  since: string;
  until?: string | null | undefined;
}>;


export type ReplayWebhookMutation = { readonly replayWebhook:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ReplayWebhookSuccess', readonly eventCount: number }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export type RotateWebhookSecretMutationVariables = Exact<{
  id: string;
}>;


export type RotateWebhookSecretMutation = { readonly rotateWebhookSecret:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RotateWebhookSecretSuccess', readonly rotated: { readonly secret: string } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export const webhookDetailOperation = operation<WebhookDetailQuery, WebhookDetailQueryVariables>('WebhookDetail', "query WebhookDetail($id:ID!$first:Int!$after:String){webhook(id:$id){id url eventTypes paused failures retryAt createdAt updatedAt attempts(first:$first after:$after){edges{node{id at eventId eventType number durationMs status error}}pageInfo{hasNextPage endCursor}}}}");

export const updateWebhookOperation = operation<UpdateWebhookMutation, UpdateWebhookMutationVariables>('UpdateWebhook', "mutation UpdateWebhook($id:ID!$input:UpdateWebhookInput!){updateWebhook(id:$id input:$input){__typename ...on UpdateWebhookSuccess{webhook{id}}...on ValidationError{details{path code message}}...on Error{code message}}}");

export const deleteWebhookOperation = operation<DeleteWebhookMutation, DeleteWebhookMutationVariables>('DeleteWebhook', "mutation DeleteWebhook($id:ID!){deleteWebhook(id:$id){__typename ...on Error{code message}}}");

export const testWebhookOperation = operation<TestWebhookMutation, TestWebhookMutationVariables>('TestWebhook', "mutation TestWebhook($id:ID!){testWebhook(id:$id){__typename ...on TestWebhookSuccess{attempt{id at durationMs status error}}...on Error{code message}}}");

export const replayWebhookOperation = operation<ReplayWebhookMutation, ReplayWebhookMutationVariables>('ReplayWebhook', "mutation ReplayWebhook($id:ID!$since:String!$until:String){replayWebhook(id:$id since:$since until:$until){__typename ...on ReplayWebhookSuccess{eventCount}...on ValidationError{details{path code message}}...on Error{code message}}}");

export const rotateWebhookSecretOperation = operation<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>('RotateWebhookSecret', "mutation RotateWebhookSecret($id:ID!){rotateWebhookSecret(id:$id){__typename ...on RotateWebhookSecretSuccess{rotated{secret}}...on Error{code message}}}");

