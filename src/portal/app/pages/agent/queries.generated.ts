// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A way that is absent stays as it is, one that is null is taken away. */
export type CallerAuthInput = {
  /** Whether a proxy key is asked for; making the first one sets it. */
  readonly proxyKey?: boolean | null | undefined;
  /** A secret in a header. Null takes it away. */
  readonly sharedSecret?: SharedSecretAuthInput | null | undefined;
  /** A signature over the body. Null takes it away. */
  readonly signature?: SignatureAuthInput | null | undefined;
};

/** partial: the upstream broke off, a token could not be restored, or a detector was degraded. error: no answer was given. */
export type SessionStatus =
  /** A turn got no answer. */
  | 'error'
  /** Every turn was answered whole. */
  | 'ok'
  /** An answer broke off, a token could not be restored, or a detector was degraded. */
  | 'partial';

/** Without a secret the one that is set stays. */
export type SharedSecretAuthInput = {
  /** X-Vapi-Secret by default. In Authorization, the word Bearer may stand before it. */
  readonly header?: string | null | undefined;
  /** 8 to 512 ASCII characters. Stored encrypted. */
  readonly secret?: string | null | undefined;
};

/** What is absent or null is the default; without a secret the one that is set stays. */
export type SignatureAuthInput = {
  /** sha256 (default), sha512 or sha1. */
  readonly algorithm?: string | null | undefined;
  /** hex (default) or base64. */
  readonly encoding?: string | null | undefined;
  /** X-Vapi-Signature by default. */
  readonly header?: string | null | undefined;
  /** {body}, or {timestamp}.{body}: the default where there is a timestampHeader. */
  readonly payload?: string | null | undefined;
  /** What stands before the signature; by default the name of the algorithm and = may. */
  readonly prefix?: string | null | undefined;
  /** 8 to 512 characters. Stored encrypted. */
  readonly secret?: string | null | undefined;
  /** The header with the time of signing, in seconds or milliseconds since the epoch; none by default. */
  readonly timestampHeader?: string | null | undefined;
  /** How old or how far ahead the time of signing may be: 1 to 3600, 300 by default. */
  readonly toleranceSeconds?: number | null | undefined;
};

/** Fields that are absent stay as they are, and so do those that are null, but for callerAuth, assistant and assistantCallbackUrl: null takes these away. */
export type UpdateAgentInput = {
  /** The assistant that Vapi is given. */
  readonly assistant?: unknown;
  /** Who is asked for the assistant of each call first. */
  readonly assistantCallbackUrl?: string | null | undefined;
  /** How callers prove themselves. */
  readonly callerAuth?: CallerAuthInput | null | undefined;
  /** The display name, unique in the account. */
  readonly name?: string | null | undefined;
  /** A stored policy. Not together with policyYaml. */
  readonly policyName?: string | null | undefined;
  /** A policy of the agent’s own. Not together with policyName. */
  readonly policyYaml?: string | null | undefined;
  /** vault-deterministic, vault-random, reversible-aead or synthetic. */
  readonly tokenization?: string | null | undefined;
  /** Provider and model, such as openai:gpt-4o-mini. */
  readonly upstream?: string | null | undefined;
};

export type AgentDetailQueryVariables = Exact<{
  id: string;
}>;


export type AgentDetailQuery = { readonly agent: { readonly id: string, readonly name: string, readonly upstream: string, readonly tokenization: string, readonly policyName: string, readonly policyVersion: number, readonly inlinePolicyYaml: string | null, readonly openToAnyone: boolean, readonly createdAt: string, readonly updatedAt: string, readonly baseUrl: string, readonly proxyUrl: string, readonly webhookUrl: string, readonly callerAuth: { readonly proxyKey: boolean, readonly sharedSecret: { readonly header: string } | null, readonly signature: { readonly header: string, readonly algorithm: string, readonly encoding: string, readonly payload: string, readonly timestampHeader: string | null, readonly toleranceSeconds: number, readonly prefix: string | null } | null } | null, readonly proxyKeys: ReadonlyArray<{ readonly id: string, readonly createdAt: string }>, readonly stats: { readonly sessionCount24h: number, readonly sessionCount7d: number, readonly redactionCount24h: number, readonly p50LatencyMs: number | null, readonly p95LatencyMs: number | null }, readonly sessions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly startedAt: string, readonly status: SessionStatus, readonly sealedAt: string | null, readonly redactionCount: number, readonly redactionsByKind: unknown } }> } } | null };

export type EditChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type EditChoicesQuery = { readonly upstreams: ReadonlyArray<string>, readonly policies: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly publishedVersion: number | null } }> } };

export type UpdateAgentMutationVariables = Exact<{
  id: string;
  input: UpdateAgentInput;
  ifUpdatedAt: string;
}>;


export type UpdateAgentMutation = { readonly updateAgent:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'NameTakenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'PolicyYamlInvalidError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'PreconditionFailedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnknownPolicyError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnknownUpstreamError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UpdateAgentSuccess', readonly agent: { readonly id: string } }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

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

export const agentDetailOperation = operation<AgentDetailQuery, AgentDetailQueryVariables>('AgentDetail', "query AgentDetail($id:ID!){agent(id:$id){id name upstream tokenization policyName policyVersion inlinePolicyYaml openToAnyone createdAt updatedAt baseUrl proxyUrl webhookUrl callerAuth{proxyKey sharedSecret{header}signature{header algorithm encoding payload timestampHeader toleranceSeconds prefix}}proxyKeys{id createdAt}stats{sessionCount24h sessionCount7d redactionCount24h p50LatencyMs p95LatencyMs}sessions(first:8){edges{node{id startedAt status sealedAt redactionCount redactionsByKind}}}}}");

export const editChoicesOperation = operation<EditChoicesQuery, EditChoicesQueryVariables>('EditChoices', "query EditChoices{upstreams policies(first:100){edges{node{name publishedVersion}}}}");

export const updateAgentOperation = operation<UpdateAgentMutation, UpdateAgentMutationVariables>('UpdateAgent', "mutation UpdateAgent($id:ID!$input:UpdateAgentInput!$ifUpdatedAt:String!){updateAgent(id:$id input:$input ifUpdatedAt:$ifUpdatedAt){__typename ...on UpdateAgentSuccess{agent{id}}...on Error{code message details{path code message}}}}");

export const deleteAgentOperation = operation<DeleteAgentMutation, DeleteAgentMutationVariables>('DeleteAgent', "mutation DeleteAgent($id:ID!){deleteAgent(id:$id){__typename ...on DeleteAgentSuccess{deletedId}...on Error{code message}}}");

export const createProxyKeyOperation = operation<CreateProxyKeyMutation, CreateProxyKeyMutationVariables>('CreateProxyKey', "mutation CreateProxyKey($agentId:ID!){createProxyKey(agentId:$agentId){__typename ...on CreateProxyKeySuccess{proxyKey{id key}}...on Error{code message}}}");

export const revokeProxyKeyOperation = operation<RevokeProxyKeyMutation, RevokeProxyKeyMutationVariables>('RevokeProxyKey', "mutation RevokeProxyKey($agentId:ID!$id:ID!){revokeProxyKey(agentId:$agentId id:$id){__typename ...on RevokeProxyKeySuccess{revokedId}...on Error{code message}}}");

