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

/** The settings of a new agent. */
export type CreateAgentInput = {
  /** A Vapi assistant, without secrets; at most 64 kB. */
  readonly assistant?: unknown;
  /** http(s). Asked for the assistant of each call, signed as Standard Webhooks say. */
  readonly assistantCallbackUrl?: string | null | undefined;
  /** How callers prove themselves. Absent: in production by a proxy key, which is made with the agent; in development anybody may call. Null: anybody may call. */
  readonly callerAuth?: CallerAuthInput | null | undefined;
  /** Unique in the account; 1 to 64 characters. */
  readonly name: string;
  /** A stored policy; healthcare-default where neither policy field is given. */
  readonly policyName?: string | null | undefined;
  /** A policy of the agent’s own. Not together with policyName. */
  readonly policyYaml?: string | null | undefined;
  /** vault-deterministic, vault-random, reversible-aead or synthetic; by default what the policy says. */
  readonly tokenization?: string | null | undefined;
  /** Provider and model, such as openai:gpt-4o-mini. */
  readonly upstream: string;
};

/** Whose policy it is. */
export type PolicyOrigin =
  /** The account’s own, stored by its members. */
  | 'account'
  /** The operator’s, from the policy file. Every account can name it. */
  | 'instance';

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

export type AgentChoicesQueryVariables = Exact<{ [key: string]: never; }>;


export type AgentChoicesQuery = { readonly upstreams: ReadonlyArray<string>, readonly policies: { readonly edges: ReadonlyArray<{ readonly node: { readonly name: string, readonly description: string, readonly publishedVersion: number | null, readonly origin: PolicyOrigin } }> } };

export type CreateAgentMutationVariables = Exact<{
  input: CreateAgentInput;
}>;


export type CreateAgentMutation = { readonly createAgent:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'CreateAgentSuccess', readonly agent: { readonly id: string, readonly name: string, readonly upstream: string, readonly baseUrl: string, readonly proxyUrl: string, readonly webhookUrl: string, readonly openToAnyone: boolean }, readonly proxyKey: { readonly key: string } | null }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'NameTakenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'PolicyYamlInvalidError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnknownPolicyError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'UnknownUpstreamError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export const agentChoicesOperation = operation<AgentChoicesQuery, AgentChoicesQueryVariables>('AgentChoices', "query AgentChoices{upstreams policies(first:100){edges{node{name description publishedVersion origin}}}}");

export const createAgentOperation = operation<CreateAgentMutation, CreateAgentMutationVariables>('CreateAgent', "mutation CreateAgent($input:CreateAgentInput!){createAgent(input:$input){__typename ...on CreateAgentSuccess{agent{id name upstream baseUrl proxyUrl webhookUrl openToAnyone}proxyKey{key}}...on Error{code message details{path code message}}}}");

