// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ReportsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  isFirst: boolean;
  withoutAgents: boolean;
}>;


export type ReportsQuery = { readonly auditLog: { readonly edges: ReadonlyArray<{ readonly node: { readonly index: number, readonly at: string, readonly leaf: unknown } }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } }, readonly agents?: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly name: string } }> } };

export type ReportOfSessionQueryVariables = Exact<{
  id: string;
  purpose?: string | null | undefined;
}>;


export type ReportOfSessionQuery = { readonly report: { readonly id: string, readonly generatedAt: string, readonly merkleRootHex: string, readonly redactionsByKind: unknown, readonly document: unknown } };

export type ReportOfAgentQueryVariables = Exact<{
  id: string;
  since: string;
  until?: string | null | undefined;
  purpose?: string | null | undefined;
}>;


export type ReportOfAgentQuery = { readonly agentReport: { readonly id: string, readonly generatedAt: string, readonly merkleRootHex: string, readonly redactionsByKind: unknown, readonly document: unknown } };

export type ReportOfAccountQueryVariables = Exact<{
  since: string;
  until?: string | null | undefined;
  purpose?: string | null | undefined;
}>;


export type ReportOfAccountQuery = { readonly accountReport: { readonly id: string, readonly generatedAt: string, readonly merkleRootHex: string, readonly redactionsByKind: unknown, readonly document: unknown } };

export const reportsOperation = operation<ReportsQuery, ReportsQueryVariables>('Reports', "query Reports($first:Int!$after:String$isFirst:Boolean!$withoutAgents:Boolean!){auditLog(last:$first before:$after types:[\"report_issued\"]){edges{node{index at leaf}}pageInfo{hasPreviousPage startCursor}}agents(first:100)@include(if:$isFirst)@skip(if:$withoutAgents){edges{node{id name}}}}");

export const reportOfSessionOperation = operation<ReportOfSessionQuery, ReportOfSessionQueryVariables>('ReportOfSession', "query ReportOfSession($id:ID!$purpose:String){report(sessionId:$id purpose:$purpose){id generatedAt merkleRootHex redactionsByKind document}}");

export const reportOfAgentOperation = operation<ReportOfAgentQuery, ReportOfAgentQueryVariables>('ReportOfAgent', "query ReportOfAgent($id:ID!$since:String!$until:String$purpose:String){agentReport(agentId:$id since:$since until:$until purpose:$purpose){id generatedAt merkleRootHex redactionsByKind document}}");

export const reportOfAccountOperation = operation<ReportOfAccountQuery, ReportOfAccountQueryVariables>('ReportOfAccount', "query ReportOfAccount($since:String!$until:String$purpose:String){accountReport(since:$since until:$until purpose:$purpose){id generatedAt merkleRootHex redactionsByKind document}}");

