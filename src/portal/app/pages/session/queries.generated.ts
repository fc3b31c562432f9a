// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What became of a correction. */
export type CorrectionOutcome =
  /** It is right. It is exported. */
  | 'accepted'
  /** It is not right. */
  | 'rejected';

/** What a setting of the policy decided about a redaction. */
export type PolicySettingRole =
  /** What becomes of the value. */
  | 'action'
  /** The pass may not report the kind that was found: the value counts as OTHER_ID. */
  | 'counts_as'
  /** The pass may report the kind. */
  | 'looked_for'
  /** The recogniser of the account that found it. */
  | 'pattern'
  /** Whether the text of the turn is kept. */
  | 'text_kept'
  /** The least confidence of a model pass. */
  | 'threshold';

/** What is known of the recogniser and the cue of a redaction. */
export type RedactionOriginState =
  /** The search found the same span again. */
  | 'found'
  /** No recogniser: the value was already known in the call. */
  | 'known_value'
  /** No recogniser: the LLM detector reported it. */
  | 'llm_detector'
  /** The kept request has no text at the path to which the span applies. */
  | 'no_text'
  /** The text alone does not give this span: earlier turns counted, or detection has changed. */
  | 'not_found_again'
  /** The text is not kept, its time is over, or its key is gone. */
  | 'not_kept'
  /** The viewer lacks the permission payloads:read. */
  | 'not_permitted'
  /** The policy of the session does not hold on this server any more. */
  | 'policy_invalid';

/** partial: the upstream broke off, a token could not be restored, or a detector was degraded. error: no answer was given. */
export type SessionStatus =
  /** A turn got no answer. */
  | 'error'
  /** Every turn was answered whole. */
  | 'ok'
  /** An answer broke off, a token could not be restored, or a detector was degraded. */
  | 'partial';

/** forwarded: the upstream has not ended its answer. */
export type TurnStatus =
  /** There was no answer. */
  | 'error'
  /** The model was asked, and its answer has not ended. */
  | 'forwarded'
  /** The answer was whole. */
  | 'ok'
  /** The answer broke off, or a token could not be restored. */
  | 'partial';

export type SessionDetailQueryVariables = Exact<{
  id: string;
  turnsAfter?: string | null | undefined;
  eventsAfter?: string | null | undefined;
}>;


export type SessionDetailQuery = { readonly session: { readonly id: string, readonly agentName: string, readonly startedAt: string, readonly endedAt: string | null, readonly durationMs: number | null, readonly sealedAt: string | null, readonly status: SessionStatus, readonly upstreamModel: string, readonly policyName: string, readonly policyVersion: number, readonly redactionCount: number, readonly redactionsByKind: unknown, readonly merkleRootHex: string | null, readonly continues: string | null, readonly keptTurns: ReadonlyArray<number>, readonly agent: { readonly id: string } | null, readonly stageDurations: { readonly detection: number, readonly tokenize: number, readonly upstream: number | null, readonly rehydrate: number | null }, readonly tokens: { readonly issued: number, readonly returnedExact: number, readonly returnedRepaired: number, readonly notReturned: number, readonly unknown: number, readonly refused: number, readonly withheld: number, readonly outsideTurn: number }, readonly turns: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly number: number, readonly startedAt: string, readonly endedAt: string | null, readonly status: TurnStatus, readonly model: string, readonly streamed: boolean, readonly redactionCount: number, readonly addedMs: number | null, readonly stageDurations: { readonly detection: number, readonly tokenize: number, readonly upstream: number | null, readonly rehydrate: number | null } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly events: { readonly edges: ReadonlyArray<{ readonly node: { readonly eventId: string, readonly seq: number, readonly turn: number, readonly at: string, readonly pass: string, readonly entityKind: string, readonly path: string, readonly confidence: number, readonly action: string, readonly tokenKind: string | null, readonly kid: string | null, readonly speaker: string | null, readonly span: { readonly start: number, readonly end: number } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type TurnPayloadsQueryVariables = Exact<{
  id: string;
  turn: number;
  purpose: string;
}>;


export type TurnPayloadsQuery = { readonly session: { readonly payloads: { readonly answer: unknown, readonly response: unknown, readonly texts: ReadonlyArray<{ readonly path: string, readonly text: string, readonly masked: string | null, readonly found: ReadonlyArray<{ readonly start: number, readonly end: number, readonly kind: string, readonly seq: number | null }> | null }> } } | null };

export type RedactionSettingsQueryVariables = Exact<{
  id: string;
  seq: number;
}>;


export type RedactionSettingsQuery = { readonly session: { readonly explanation: { readonly settings: ReadonlyArray<{ readonly role: PolicySettingRole, readonly key: string, readonly value: string, readonly line: number | null, readonly text: string | null }> } | null } | null };

export type RedactionOriginQueryVariables = Exact<{
  id: string;
  seq: number;
  purpose: string;
}>;


export type RedactionOriginQuery = { readonly session: { readonly explanation: { readonly origin: { readonly state: RedactionOriginState, readonly detectorVersion: string, readonly candidate: { readonly recogniser: string, readonly cue: string | null, readonly validated: boolean } | null, readonly pattern: { readonly line: number | null, readonly text: string | null } | null } } | null } | null };

export type RecordNotPhiMutationVariables = Exact<{
  id: string;
  seq: number;
}>;


export type RecordNotPhiMutation = { readonly recordNotPhi:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RecordNotPhiSuccess', readonly correction: { readonly outcome: CorrectionOutcome | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type RecordMissedMutationVariables = Exact<{
  id: string;
  turn: number;
  path: string;
  start: number;
  end: number;
  kind: string;
}>;


export type RecordMissedMutation = { readonly recordMissed:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'RecordMissedSuccess', readonly correction: { readonly outcome: CorrectionOutcome | null } }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string, readonly details: ReadonlyArray<{ readonly path: string, readonly code: string, readonly message: string }> }
   };

export type EndSessionMutationVariables = Exact<{
  id: string;
}>;


export type EndSessionMutation = { readonly endSession:
    | { readonly __typename: 'AuditUnavailableError', readonly code: string, readonly message: string }
    | { readonly __typename: 'EndSessionSuccess', readonly session: { readonly id: string } }
    | { readonly __typename: 'ForbiddenError', readonly code: string, readonly message: string }
    | { readonly __typename: 'NotFoundError', readonly code: string, readonly message: string }
    | { readonly __typename: 'RateLimitedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'UnauthenticatedError', readonly code: string, readonly message: string }
    | { readonly __typename: 'ValidationError', readonly code: string, readonly message: string }
   };

export type SessionEventsSubscriptionVariables = Exact<{
  id: string;
}>;


export type SessionEventsSubscription = { readonly sessionEvents: { readonly redaction: { readonly eventId: string } } };

export const sessionDetailOperation = operation<SessionDetailQuery, SessionDetailQueryVariables>('SessionDetail', "query SessionDetail($id:ID!$turnsAfter:String$eventsAfter:String){session(id:$id){id agentName agent{id}startedAt endedAt durationMs sealedAt status upstreamModel policyName policyVersion redactionCount redactionsByKind merkleRootHex continues keptTurns stageDurations{detection tokenize upstream rehydrate}tokens{issued returnedExact returnedRepaired notReturned unknown refused withheld outsideTurn}turns(first:100 after:$turnsAfter){edges{node{id number startedAt endedAt status model streamed redactionCount addedMs stageDurations{detection tokenize upstream rehydrate}}}pageInfo{hasNextPage endCursor}}events(first:100 after:$eventsAfter){edges{node{eventId seq turn at pass entityKind span{start end}path confidence action tokenKind kid speaker}}pageInfo{hasNextPage endCursor}}}}");

export const turnPayloadsOperation = operation<TurnPayloadsQuery, TurnPayloadsQueryVariables>('TurnPayloads', "query TurnPayloads($id:ID!$turn:Int!$purpose:String!){session(id:$id){payloads(turn:$turn purpose:$purpose){texts{path text masked found{start end kind seq}}answer response}}}");

export const redactionSettingsOperation = operation<RedactionSettingsQuery, RedactionSettingsQueryVariables>('RedactionSettings', "query RedactionSettings($id:ID!$seq:Int!){session(id:$id){explanation(seq:$seq){settings{role key value line text}}}}");

export const redactionOriginOperation = operation<RedactionOriginQuery, RedactionOriginQueryVariables>('RedactionOrigin', "query RedactionOrigin($id:ID!$seq:Int!$purpose:String!){session(id:$id){explanation(seq:$seq){origin(purpose:$purpose){state candidate{recogniser cue validated}pattern{line text}detectorVersion}}}}");

export const recordNotPhiOperation = operation<RecordNotPhiMutation, RecordNotPhiMutationVariables>('RecordNotPhi', "mutation RecordNotPhi($id:ID!$seq:Int!){recordNotPhi(sessionId:$id seq:$seq){__typename ...on RecordNotPhiSuccess{correction{outcome}}...on Error{code message}}}");

export const recordMissedOperation = operation<RecordMissedMutation, RecordMissedMutationVariables>('RecordMissed', "mutation RecordMissed($id:ID!$turn:Int!$path:String!$start:Int!$end:Int!$kind:String!){recordMissed(sessionId:$id turn:$turn path:$path start:$start end:$end kind:$kind){__typename ...on RecordMissedSuccess{correction{outcome}}...on Error{code message details{path code message}}}}");

export const endSessionOperation = operation<EndSessionMutation, EndSessionMutationVariables>('EndSession', "mutation EndSession($id:ID!){endSession(id:$id){__typename ...on EndSessionSuccess{session{id}}...on Error{code message}}}");

export const sessionEventsOperation = operation<SessionEventsSubscription, SessionEventsSubscriptionVariables>('SessionEvents', "subscription SessionEvents($id:ID!){sessionEvents(sessionId:$id){redaction{eventId}}}");

