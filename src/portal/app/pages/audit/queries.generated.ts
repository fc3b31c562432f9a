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

export type AuditLogQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  isFirst: boolean;
  types?: ReadonlyArray<string> | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly edges: ReadonlyArray<{ readonly node: { readonly index: number, readonly kind: string, readonly at: string, readonly leafHash: string, readonly leaf: unknown } }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } }, readonly checkpoint?: { readonly size: number, readonly at: string } };

export type LeafProofQueryVariables = Exact<{
  index: number;
}>;


export type LeafProofQuery = { readonly inclusionProof: { readonly hashes: ReadonlyArray<string>, readonly rootHash: string, readonly treeSize: number, readonly entry: { readonly index: number, readonly kind: string, readonly at: string, readonly leafHash: string, readonly leaf: unknown }, readonly checkpoint: { readonly note: string } | null }, readonly logKeys: { readonly keys: ReadonlyArray<{ readonly verifierKey: string }> } };

export type NewestCheckpointQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestCheckpointQuery = { readonly checkpoint: { readonly size: number, readonly rootHash: string, readonly at: string, readonly keyId: string, readonly note: string, readonly witnessed: boolean | null, readonly cosignatures: ReadonlyArray<{ readonly witness: string, readonly at: string }> } };

export type NewestSignedQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestSignedQuery = { readonly checkpoint: { readonly note: string }, readonly logKeys: { readonly keys: ReadonlyArray<{ readonly verifierKey: string }> } };

export type GrowthProofQueryVariables = Exact<{
  from: number;
  to: number;
}>;


export type GrowthProofQuery = { readonly consistencyProof: { readonly hashes: ReadonlyArray<string>, readonly checkpoint: { readonly note: string } | null } };

export type AuditFindQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  callId?: string | null | undefined;
  sessionId?: string | null | undefined;
  reportId?: string | null | undefined;
  day?: string | null | undefined;
  requestSha256?: string | null | undefined;
}>;


export type AuditFindQuery = { readonly auditFind: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly startedAt: string, readonly sealedAt: string | null, readonly status: SessionStatus, readonly entry: { readonly seq: number, readonly leafHash: string } | null, readonly reports: ReadonlyArray<{ readonly id: string, readonly format: string, readonly at: string }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export const auditLogOperation = operation<AuditLogQuery, AuditLogQueryVariables>('AuditLog', "query AuditLog($first:Int!$after:String$isFirst:Boolean!$types:[String!]){auditLog(last:$first before:$after types:$types){edges{node{index kind at leafHash leaf}}pageInfo{hasPreviousPage startCursor}}checkpoint@include(if:$isFirst){size at}}");

export const leafProofOperation = operation<LeafProofQuery, LeafProofQueryVariables>('LeafProof', "query LeafProof($index:SafeInt!){inclusionProof(leafIndex:$index){entry{index kind at leafHash leaf}hashes rootHash treeSize checkpoint{note}}logKeys{keys{verifierKey}}}");

export const newestCheckpointOperation = operation<NewestCheckpointQuery, NewestCheckpointQueryVariables>('NewestCheckpoint', "query NewestCheckpoint{checkpoint{size rootHash at keyId note witnessed cosignatures{witness at}}}");

export const newestSignedOperation = operation<NewestSignedQuery, NewestSignedQueryVariables>('NewestSigned', "query NewestSigned{checkpoint{note}logKeys{keys{verifierKey}}}");

export const growthProofOperation = operation<GrowthProofQuery, GrowthProofQueryVariables>('GrowthProof', "query GrowthProof($from:SafeInt!$to:SafeInt!){consistencyProof(from:$from to:$to){hashes checkpoint{note}}}");

export const auditFindOperation = operation<AuditFindQuery, AuditFindQueryVariables>('AuditFind', "query AuditFind($first:Int!$after:String$callId:String$sessionId:ID$reportId:ID$day:String$requestSha256:String){auditFind(first:$first after:$after callId:$callId sessionId:$sessionId reportId:$reportId day:$day requestSha256:$requestSha256){edges{node{id startedAt sealedAt status entry{seq leafHash}reports{id format at}}}pageInfo{hasNextPage endCursor}}}");

