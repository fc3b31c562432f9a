// Generated from queries.graphql by `npm run schema`.

import { operation } from '../../api/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What became of a candidate. */
export type DetectionOutcome =
  /** The policy lists it as a public term. */
  | 'allowed'
  /** It is masked as OTHER_ID, for its pass may not report its kind. */
  | 'counted_as_other'
  /** What stands around it tells that it is something else. */
  | 'explained'
  /** The policy does not look for its kind. */
  | 'kind_disabled'
  /** It is masked as part of another one. */
  | 'merged'
  /** Another one at the same place was better. */
  | 'overlap'
  /** The policy does not let this pass report its kind. */
  | 'pass_disabled'
  /** It identifies nobody. */
  | 'public'
  /** It is masked. */
  | 'reported'
  /** Its confidence is below the policy’s threshold. */
  | 'threshold';

export type PolicyProblemsQueryVariables = Exact<{
  yaml: string;
  name?: string | null | undefined;
}>;


export type PolicyProblemsQuery = { readonly validatePolicy: { readonly valid: boolean, readonly problems: ReadonlyArray<{ readonly code: string, readonly path: string, readonly line: number, readonly column: number, readonly message: string }> } };

export type PolicyTryQueryVariables = Exact<{
  yaml: string;
  text: string;
}>;


export type PolicyTryQuery = { readonly detect: { readonly spans: ReadonlyArray<{ readonly start: number, readonly end: number, readonly kind: string }>, readonly candidates: ReadonlyArray<{ readonly start: number, readonly end: number, readonly kind: string, readonly recogniser: string, readonly cue: string | null, readonly confidence: number, readonly outcome: DetectionOutcome }> } };

export const policyProblemsOperation = operation<PolicyProblemsQuery, PolicyProblemsQueryVariables>('PolicyProblems', "query PolicyProblems($yaml:String!$name:String){validatePolicy(yaml:$yaml name:$name){valid problems{code path line column message}}}");

export const policyTryOperation = operation<PolicyTryQuery, PolicyTryQueryVariables>('PolicyTry', "query PolicyTry($yaml:String!$text:String!){detect(policyYaml:$yaml text:$text){spans{start end kind}candidates{start end kind recogniser cue confidence outcome}}}");

