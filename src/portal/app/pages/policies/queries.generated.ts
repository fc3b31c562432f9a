// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Whose policy it is. */
export type PolicyOrigin =
  /** The account’s own, stored by its members. */
  | 'account'
  /** The operator’s, from the policy file. Every account can name it. */
  | 'instance';

export type PoliciesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type PoliciesQuery = { readonly policies: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string, readonly description: string, readonly origin: PolicyOrigin, readonly version: number, readonly publishedVersion: number | null, readonly draftVersion: number | null, readonly agentCount: number, readonly updatedAt: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export const policiesOperation = operation<PoliciesQuery, PoliciesQueryVariables>('Policies', "query Policies($first:Int!$after:String){policies(first:$first after:$after){edges{node{id name description origin version publishedVersion draftVersion agentCount updatedAt}}pageInfo{hasNextPage endCursor}}}");

