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

/** The length of a bucket of usage. */
export type UsageInterval =
  /** A day in UTC. */
  | 'day'
  /** A whole hour. */
  | 'hour';

export type DashboardQueryVariables = Exact<{
  since: string;
  interval: UsageInterval;
}>;


export type DashboardQuery = { readonly usage: { readonly since: string, readonly until: string, readonly total: { readonly sessions: number, readonly turns: number, readonly refusedTurns: number, readonly uninspectedTurns: number, readonly redactions: number, readonly redactionsByKind: unknown, readonly p50LatencyMs: number | null, readonly p95LatencyMs: number | null }, readonly buckets: ReadonlyArray<{ readonly start: string, readonly turns: number, readonly redactions: number, readonly redactionsByKind: unknown }> }, readonly agents: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly openToAnyone: boolean } }>, readonly pageInfo: { readonly hasNextPage: boolean } }, readonly sessions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly agentName: string, readonly startedAt: string, readonly status: SessionStatus, readonly sealedAt: string | null, readonly redactionsByKind: unknown } }> } };

export const dashboardOperation = operation<DashboardQuery, DashboardQueryVariables>('Dashboard', "query Dashboard($since:String!$interval:UsageInterval!){usage(since:$since interval:$interval){since until total{sessions turns refusedTurns uninspectedTurns redactions redactionsByKind p50LatencyMs p95LatencyMs}buckets{start turns redactions redactionsByKind}}agents(first:100){edges{node{id openToAnyone}}pageInfo{hasNextPage}}sessions(first:8){edges{node{id agentName startedAt status sealedAt redactionsByKind}}}}");

