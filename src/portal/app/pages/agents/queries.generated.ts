// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type AgentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  nameContains?: string | null | undefined;
}>;


export type AgentsQuery = { readonly agents: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly upstream: string, readonly policyName: string, readonly policyVersion: number, readonly openToAnyone: boolean, readonly stats: { readonly sessionCount24h: number, readonly redactionCount24h: number, readonly p95LatencyMs: number | null } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export const agentsOperation = operation<AgentsQuery, AgentsQueryVariables>('Agents', "query Agents($first:Int!$after:String$nameContains:String){agents(first:$first after:$after nameContains:$nameContains){edges{node{id name upstream policyName policyVersion openToAnyone stats{sessionCount24h redactionCount24h p95LatencyMs}}}pageInfo{hasNextPage endCursor}}}");

