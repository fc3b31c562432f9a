// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** partial: the upstream broke off, a token could not be restored, or a detector was degraded. error: no answer was given. */
export type SessionStatus =
  /** A turn got no answer. */
  | 'error'
  /** Every turn was answered whole. */
  | 'ok'
  /** An answer broke off, a token could not be restored, or a detector was degraded. */
  | 'partial';

export type AgentDetailQueryVariables = Exact<{
  id: string;
}>;


export type AgentDetailQuery = { readonly agent: { readonly id: string, readonly name: string, readonly upstream: string, readonly tokenization: string, readonly policyName: string, readonly policyVersion: number, readonly openToAnyone: boolean, readonly createdAt: string, readonly updatedAt: string, readonly baseUrl: string, readonly proxyUrl: string, readonly webhookUrl: string, readonly callerAuth: { readonly proxyKey: boolean, readonly sharedSecret: { readonly header: string } | null, readonly signature: { readonly header: string } | null } | null, readonly proxyKeys: ReadonlyArray<{ readonly id: string, readonly createdAt: string }>, readonly stats: { readonly sessionCount24h: number, readonly sessionCount7d: number, readonly redactionCount24h: number, readonly p50LatencyMs: number | null, readonly p95LatencyMs: number | null }, readonly sessions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly startedAt: string, readonly status: SessionStatus, readonly sealedAt: string | null, readonly redactionCount: number, readonly redactionsByKind: unknown } }> } } | null };

export type DeleteAgentMutationVariables = Exact<{
  id: string;
}>;


export type DeleteAgentMutation = { readonly deleteAgent:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'DeleteAgentSuccess', readonly deletedId: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type CreateProxyKeyMutationVariables = Exact<{
  agentId: string;
}>;


export type CreateProxyKeyMutation = { readonly createProxyKey:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'CreateProxyKeySuccess', readonly proxyKey: { readonly id: string, readonly key: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type RevokeProxyKeyMutationVariables = Exact<{
  agentId: string;
  id: string;
}>;


export type RevokeProxyKeyMutation = { readonly revokeProxyKey:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RevokeProxyKeySuccess', readonly revokedId: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export const agentDetailOperation = operation<AgentDetailQuery, AgentDetailQueryVariables>('AgentDetail', "query AgentDetail($id:ID!){agent(id:$id){id name upstream tokenization policyName policyVersion openToAnyone createdAt updatedAt baseUrl proxyUrl webhookUrl callerAuth{proxyKey sharedSecret{header}signature{header}}proxyKeys{id createdAt}stats{sessionCount24h sessionCount7d redactionCount24h p50LatencyMs p95LatencyMs}sessions(first:8){edges{node{id startedAt status sealedAt redactionCount redactionsByKind}}}}}");

export const deleteAgentOperation = operation<DeleteAgentMutation, DeleteAgentMutationVariables>('DeleteAgent', "mutation DeleteAgent($id:ID!){deleteAgent(id:$id){__typename ...on DeleteAgentSuccess{deletedId}...on Error{code message}}}");

export const createProxyKeyOperation = operation<CreateProxyKeyMutation, CreateProxyKeyMutationVariables>('CreateProxyKey', "mutation CreateProxyKey($agentId:ID!){createProxyKey(agentId:$agentId){__typename ...on CreateProxyKeySuccess{proxyKey{id key}}...on Error{code message}}}");

export const revokeProxyKeyOperation = operation<RevokeProxyKeyMutation, RevokeProxyKeyMutationVariables>('RevokeProxyKey', "mutation RevokeProxyKey($agentId:ID!$id:ID!){revokeProxyKey(agentId:$agentId id:$id){__typename ...on RevokeProxyKeySuccess{revokedId}...on Error{code message}}}");

