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

export type SessionsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  isFirst: boolean;
  agentId?: string | null | undefined;
  since?: string | null | undefined;
  status?: SessionStatus | null | undefined;
  minRedactions?: number | null | undefined;
}>;


export type SessionsQuery = { readonly sessions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly agentName: string, readonly startedAt: string, readonly durationMs: number | null, readonly sealedAt: string | null, readonly status: SessionStatus, readonly upstreamModel: string, readonly redactionCount: number, readonly redactionsByKind: unknown } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly agents?: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string } }> } };

export const sessionsOperation = operation<SessionsQuery, SessionsQueryVariables>('Sessions', "query Sessions($first:Int!$after:String$isFirst:Boolean!$agentId:ID$since:String$status:SessionStatus$minRedactions:Int){sessions(first:$first after:$after agentId:$agentId since:$since status:$status minRedactions:$minRedactions){edges{node{id agentName startedAt durationMs sealedAt status upstreamModel redactionCount redactionsByKind}}pageInfo{hasNextPage endCursor}}agents(first:100)@include(if:$isFirst){edges{node{id name}}}}");

