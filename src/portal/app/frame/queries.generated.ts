// Generated from queries.graphql by `npm run schema`.

import { operation } from '../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: { readonly permissions: ReadonlyArray<string>, readonly user: { readonly id: string, readonly name: string | null, readonly githubLogin: string | null, readonly email: string | null }, readonly account: { readonly name: string } } };

export type PeopleQueryVariables = Exact<{ [key: string]: never; }>;


export type PeopleQuery = { readonly members: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string | null, readonly githubLogin: string | null, readonly email: string | null } }> } };

export const meOperation = operation<MeQuery, MeQueryVariables>('Me', "query Me{me{user{id name githubLogin email}account{name}permissions}}");

export const peopleOperation = operation<PeopleQuery, PeopleQueryVariables>('People', "query People{members(first:100){edges{node{id name githubLogin email}}}}");

