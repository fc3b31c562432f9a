// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The settings of a new webhook. */
export type CreateWebhookInput = {
  /** Some of session.sealed, leak.suspected, detector.degraded, report.ready, agent.changed; empty for all, also those of later versions. */
  readonly eventTypes?: ReadonlyArray<string> | null | undefined;
  /** Whether it begins paused. */
  readonly paused?: boolean | null | undefined;
  /** https, or http on a private network that the operator of the server allows. */
  readonly url: string;
};

export type WebhooksQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhooksQuery = { readonly webhooks: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly url: string, readonly eventTypes: ReadonlyArray<string>, readonly paused: boolean, readonly failures: number, readonly retryAt: string | null, readonly createdAt: string, readonly attempts: { readonly edges: ReadonlyArray<{ readonly node: { readonly at: string, readonly status: number | null, readonly error: string | null } }> } } }> } };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { readonly createWebhook:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'CreateWebhookSuccess', readonly created: { readonly secret: string, readonly webhook: { readonly id: string } } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export const webhooksOperation = operation<WebhooksQuery, WebhooksQueryVariables>('Webhooks', "query Webhooks{webhooks(first:20){edges{node{id url eventTypes paused failures retryAt createdAt attempts(first:1){edges{node{at status error}}}}}}}");

export const createWebhookOperation = operation<CreateWebhookMutation, CreateWebhookMutationVariables>('CreateWebhook', "mutation CreateWebhook($input:CreateWebhookInput!){createWebhook(input:$input){__typename ...on CreateWebhookSuccess{created{secret webhook{id}}}...on ValidationError{code message details{path code message}}...on Error{code message}}}");

