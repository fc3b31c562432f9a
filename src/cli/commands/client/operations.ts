/** The GraphQL documents that commands send. A server that runs trusted documents alone takes them (graphql/own-operations). */

/** `masker sessions end`. */
export const END_SESSION = `mutation End($id: ID!) {
  endSession(id: $id) { ... on EndSessionSuccess { session { id sealedAt } } ... on Error { code message } }
}`;

/** `masker audit find`. */
export const FIND_SESSIONS = `query Find($callId: String, $sessionId: ID, $reportId: ID, $day: String, $requestSha256: String) {
  auditFind(
    first: 100, callId: $callId, sessionId: $sessionId, reportId: $reportId, day: $day, requestSha256: $requestSha256
  ) { edges { node { id agentId startedAt sealedAt status } } }
}`;

/** The canary call of `masker doctor`. */
export const END_CANARY = 'mutation End($id: ID!) { endSession(id: $id) { __typename } }';
