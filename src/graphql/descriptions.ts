/** Descriptions of what says too little by itself where it is defined: by schema coordinate, or by a rule for generated types. */
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLInputField, GraphQLSchema } from 'graphql';

/** Descriptions by schema coordinate (`Type`, `Type.member`, `Type.member(argument)`). */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  Query: 'What can be read.',
  'Query.me': 'The user who is signed in, with the account and the permissions.',
  'Query.agent(id)': 'The ID of the agent, agt_...',
  'Query.bundle(sessionId)': 'The ID of the session, sess_...',
  'Query.detect(text)': 'The text to search. It is not stored.',
  'Query.node(id)': 'The ID of any object.',
  'Query.report(sessionId)': 'The ID of the session, sess_...',
  'Query.session(id)': 'The ID of the session, sess_...',
  'Query.sessions(agentId)': 'Only sessions of this agent.',
  'Query.sessions(minRedactions)': 'Only sessions with at least this many redactions.',
  'Query.sessions(status)': 'Only sessions with this outcome.',
  Mutation: 'What can be changed. Expected failures are members of the result.',
  'Mutation.createAgent': 'Creates an agent. It is active at once.',
  'Mutation.createAgent(input)': 'The settings of the agent.',
  'Mutation.createProxyKey(agentId)': 'The ID of the agent, agt_...',
  'Mutation.deleteAgent(id)': 'The ID of the agent, agt_...',
  'Mutation.endSession(id)': 'The ID of the session, sess_...',
  'Mutation.revokeProxyKey(agentId)': 'The ID of the agent, agt_...',
  'Mutation.revokeProxyKey(id)': 'The ID of the key.',
  'Mutation.rotateAssistantCallbackSecret(agentId)': 'The ID of the agent, agt_...',
  'Mutation.updateAgent': 'Changes an agent. Settings that are absent stay as they are.',
  'Mutation.updateAgent(id)': 'The ID of the agent, agt_...',
  'Mutation.updateAgent(input)': 'The settings to change.',

  Account: 'A customer: what users, agents and sessions belong to.',
  'Account.id': 'The ID of the account, acc_...',
  'Account.name': 'The name of the account.',
  'Account.plan': 'The plan of the account.',
  'Account.createdAt': 'When the account was created.',
  Plan: 'The plan of an account.',
  'Plan.beta': 'The private beta.',
  'Plan.pilot': 'A pilot before production.',
  'Plan.production': 'Production use.',
  'Plan.internal': 'The operator of this server.',
  'Me.account': 'The account of the user.',
  'Me.user': 'The user.',
  User: 'A person who signs in.',
  'User.id': 'The ID of the user, usr_...',
  'User.githubLogin': 'The GitHub login; null for the bootstrap admin.',
  'User.name': 'The display name, where there is one.',
  'User.email': 'The email address, where there is one.',
  'User.avatarUrl': 'The address of a picture, where there is one.',
  'User.createdAt': 'When the user signed in first.',
  'User.lastSeenAt': 'When the user was last seen.',

  'Agent.id': 'The ID of the agent, agt_... It stands in its proxy URL.',
  'Agent.name': 'The display name, unique in the account.',
  'Agent.createdAt': 'When the agent was created.',
  'Agent.updatedAt': 'When a setting of the agent was last changed.',
  'Agent.stats': 'Figures of the agent up to now.',
  'Agent.sessions(minRedactions)': 'Only sessions with at least this many redactions.',
  'Agent.sessions(status)': 'Only sessions with this outcome.',
  'AgentStats.sessionCount24h': 'Sessions of the last 24 hours.',
  'AgentStats.sessionCount7d': 'Sessions of the last 7 days.',
  'AgentStats.redactionCount24h': 'Redactions of the last 24 hours.',
  'AgentStats.p95LatencyMs': '95th percentile of the latency that Masker added to a turn in 24 hours, in milliseconds.',
  CreateAgentInput: 'The settings of a new agent.',
  'UpdateAgentInput.name': 'The display name, unique in the account.',
  'UpdateAgentInput.upstream': 'Provider and model, such as openai:gpt-4o-mini.',
  'UpdateAgentInput.tokenization': 'vault-deterministic, vault-random or reversible-aead.',
  'UpdateAgentInput.policyName': 'A stored policy. Not together with policyYaml.',
  'UpdateAgentInput.policyYaml': 'A policy of the agent’s own. Not together with policyName.',
  'UpdateAgentInput.callerAuth': 'How callers prove themselves.',
  'UpdateAgentInput.assistant': 'The assistant that Vapi is given.',
  'UpdateAgentInput.assistantCallbackUrl': 'Who is asked for the assistant of each call first.',
  'CallerAuth.signature': 'A signature over the body; null where none is asked for.',
  'CallerAuth.sharedSecret': 'A secret in a header; null where none is asked for.',
  'CallerAuthInput.signature': 'A signature over the body. Null takes it away.',
  'CallerAuthInput.sharedSecret': 'A secret in a header. Null takes it away.',
  'SharedSecretAuth.header': 'The header that holds the secret.',
  'SignatureAuth.algorithm': 'The hash of the HMAC.',
  'SignatureAuth.encoding': 'How the signature is written.',
  'SignatureAuth.header': 'The header that holds the signature.',
  'SignatureAuth.payload': 'What is signed, with {body} and {timestamp} in it.',
  'SignatureAuth.prefix': 'What stands before the signature.',
  'SignatureAuth.timestampHeader': 'The header that holds the time of signing; null where none is asked for.',
  'SignatureAuth.toleranceSeconds': 'How old the time of signing may be, in seconds.',
  'ProxyKey.id': 'The ID of the key.',
  'ProxyKey.createdAt': 'When the key was created.',
  NewProxyKey: 'A key, with its text, which is shown this once.',
  'NewProxyKey.id': 'The ID of the key.',
  'NewProxyKey.createdAt': 'When the key was created.',
  'AddCosignaturesSuccess.checkpoint': 'The checkpoint with all cosignatures that are kept.',
  'CreateAgentSuccess.agent': 'The agent.',
  'UpdateAgentSuccess.agent': 'The agent as it is now.',
  'DeleteAgentSuccess.deletedId': 'The ID of the agent that was deleted.',
  'CreateProxyKeySuccess.proxyKey': 'The key.',
  'RevokeProxyKeySuccess.revokedId': 'The ID of the key that was revoked.',
  'RotateAssistantCallbackSecretSuccess.secret': 'The secret, which is shown this once.',
  'EndSessionSuccess.session': 'The session, sealed.',
  'ReloadPoliciesSuccess.reload': 'What came of it.',
  'PolicyReload.policies': 'The policies of the instance.',
  PolicyReload: 'The policies of the instance after their file was read again.',
  'MaskPolicy.name': 'The name of the policy.',
  'MaskPolicy.version': 'The version of the policy.',
  'MaskPolicy.description': 'What the policy is for.',
  'MaskPolicy.yaml': 'The text of the policy.',

  'Mutation.createAccessToken(input)': 'What the token is for, and what it may do.',
  'Mutation.revokeAccessToken(id)': 'The ID of the token, tok_...',
  'AccessToken.id': 'The ID of the token, tok_...',
  'AccessToken.name': 'What the token is for.',
  'AccessToken.createdAt': 'When the token was made.',
  'CreateAccessTokenSuccess.accessToken': 'The token, without its text.',
  'RevokeAccessTokenSuccess.revokedId': 'The ID of the token that was revoked.',
  CreateAccessTokenInput: 'The settings of a new access token.',
  'CreateAccessTokenInput.name': 'What the token is for: 1 to 64 characters.',

  'Mutation.createInvitation(input)': 'The role and the person.',
  'Mutation.revokeInvitation(id)': 'The ID of the invitation.',
  'CreateInvitationSuccess.invitation': 'The invitation.',
  'RevokeInvitationSuccess.revokedId': 'The ID of the invitation that was revoked.',
  'Invitation.id': 'The ID of the invitation.',
  'Invitation.createdAt': 'When the invitation was made.',
  'Invitation.expiresAt': 'When the invitation ends.',
  InvitationInput: 'Who is invited, and to what role.',
  MemberRole: 'What a member of an account may do.',
  'MemberRole.admin': 'Everything in the account.',
  'MemberRole.member': 'Reads and changes agents and policies, and reads sessions, reports and audit.',
  'MemberRole.auditor': 'Reads sessions, reports and audit, and nothing else.',

  'Session.id': 'The ID of the session, sess_...',
  'Session.agentId': 'The ID of the agent.',
  'Session.agentName': 'The name of the agent.',
  'Session.startedAt': 'When the first turn arrived.',
  'Session.endedAt': 'When the last turn ended; null while the session lasts.',
  'Session.sealedAt': 'When the journal was sealed; null while the session is open.',
  'Session.status': 'The outcome.',
  'Session.upstreamModel': 'The model of the last turn.',
  'Session.policyName': 'The policy when the session began.',
  'Session.policyVersion': 'The version of the policy when the session began.',
  'Session.redactionCount': 'Values that were replaced.',
  'Session.tokens': 'What came of the tokens of the session.',
  'SessionStatus.ok': 'Every turn was answered whole.',
  'SessionStatus.partial': 'An answer broke off, a token could not be restored, or a detector was degraded.',
  'SessionStatus.error': 'A turn got no answer.',
  'Payloads.request': 'The request as it was received.',
  'Payloads.masked': 'The request as it was sent to the model.',
  'Payloads.response': 'The answer as the caller got it.',
  'StageDurations.detection': 'Time spent on detection.',
  'StageDurations.tokenize': 'Time spent on making tokens.',
  'StageDurations.upstream': 'Time spent waiting for the model.',
  'StageDurations.rehydrate': 'Time spent on restoring values.',
  'Turn.id': 'The ID of the turn, turn_...',
  'Turn.startedAt': 'When the request arrived.',
  'Turn.endedAt': 'When the answer ended; null before.',
  'Turn.status': 'The outcome.',
  'Turn.model': 'The model that was asked.',
  'Turn.streamed': 'Whether the answer was streamed.',
  'Turn.redactionCount': 'Values that were new in this turn.',
  'Turn.stageDurations': 'Time spent in each stage.',
  'TurnStatus.forwarded': 'The model was asked, and its answer has not ended.',
  'TurnStatus.ok': 'The answer was whole.',
  'TurnStatus.partial': 'The answer broke off, or a token could not be restored.',
  'TurnStatus.error': 'There was no answer.',
  'RedactionEvent.eventId': 'The ID of the event, evt_...',
  'RedactionEvent.entityKind': 'The kind of the value, such as NAME or PHONE.',
  'RedactionEvent.span': 'Where the value stood in its text.',
  'RedactionEvent.speaker': 'Who said it, where the request says so.',
  'RedactionEvent.at': 'When the redaction was recorded.',
  'Span.start': 'The first code unit.',
  'Span.end': 'The code unit behind the last.',

  'Detection.spans': 'What is masked.',
  'Detection.policyName': 'The name of the policy.',
  'Detection.policyVersion': 'The version of the policy.',
  'Detection.detectorVersion': 'The version of the detector.',
  'DetectedSpan.kind': 'The kind of the value.',
  'DetectedSpan.pass': 'The pass that found it.',
  'DetectedSpan.recogniser': 'What found it in the pass.',
  'DetectedSpan.start': 'The first code unit.',
  'DetectionCandidate.kind': 'The kind of the candidate.',
  'DetectionCandidate.outcome': 'What became of it.',
  'DetectionCandidate.start': 'The first code unit.',
  'DetectionCandidate.validated': 'Whether a check of its form, such as a check digit, held.',
  DetectionOutcome: 'What became of a candidate.',
  'DetectionOutcome.reported': 'It is masked.',
  'DetectionOutcome.merged': 'It is masked as part of another one.',
  'DetectionOutcome.overlap': 'Another one at the same place was better.',
  'DetectionOutcome.threshold': 'Its confidence is below the policy’s threshold.',
  'DetectionOutcome.kind_disabled': 'The policy does not look for its kind.',
  'DetectionOutcome.pass_disabled': 'The policy does not let this pass report its kind.',
  'DetectionOutcome.counted_as_other': 'It is masked as OTHER_ID, for its pass may not report its kind.',
  'DetectionOutcome.allowed': 'The policy lists it as a public term.',
  'DetectionOutcome.public': 'It identifies nobody.',
  'DetectionOutcome.explained': 'What stands around it tells that it is something else.',

  'JournalFace.ocsf': 'Events of the Open Cybersecurity Schema Framework 1.4.0, JSON lines.',
  'JournalFace.fhir': 'A FHIR R4 Bundle of AuditEvent and Provenance.',
  'JournalFace.cef': 'Common Event Format, one event a line.',
  'Query.journal(face)': 'The form.',
  'Query.journal(sessionId)': 'The ID of the session.',

  'Report.id': 'The ID of the report, rep_...',
  'Report.scope': 'What it reports on: session.',
  'Report.sessionId': 'The ID of the session.',
  'Report.generatedAt': 'When the report was made.',
  'Report.merkleRootHex': 'The root of the journal’s Merkle tree, in hex.',
  'Report.policySnapshot': 'The text of the policy that the session ran under.',
  'Report.redactionsByKind': 'Kind to count.',
  'Report.redactionsByPass': 'Pass to count.',
  'Report.safeHarborCoverage': 'The 18 categories of HIPAA Safe Harbor.',
  'SafeHarborCategory.coverage': 'How far the category is covered.',
  Coverage: 'How far a category of HIPAA Safe Harbor is covered.',
  'Coverage.full': 'Detected in every form that is known.',
  'Coverage.partial': 'Detected in some forms.',
  'Coverage.in_progress': 'Not detected yet.',
  'Coverage.not_applicable': 'Cannot occur in text.',

  Node: 'An object with an ID.',
  'Node.id': 'The ID.',
  PageInfo: 'Where a page stands in its list.',
  'PageInfo.endCursor': 'The cursor of the last item.',
  'PageInfo.startCursor': 'The cursor of the first item.',
  'PageInfo.hasNextPage': 'Whether items follow.',
  'PageInfo.hasPreviousPage': 'Whether items precede.',
  'FieldProblem.code': 'What is wrong, as a code.',
  'FieldProblem.message': 'What is wrong, and what to do.',
  'Error.message': 'What went wrong, and what to do.',
  AuditUnavailableError: 'It could not be recorded, so nothing was done.',
  ForbiddenError: 'The role does not permit this.',
  NameTakenError: 'Another agent of the account has this name.',
  NotFoundError: 'No such object exists in the account.',
  PolicyYamlInvalidError: 'The policy has problems; details lists each.',
  RateLimitedError: 'There were too many requests.',
  UnauthenticatedError: 'Nobody is signed in.',
  UnknownPolicyError: 'No policy has this name.',
  UnknownUpstreamError: 'No upstream of this name is configured.',
  ValidationError: 'Some fields are not valid; details lists each.',
};

/** The arguments of every connection. */
const PAGING: Readonly<Record<string, string>> = {
  first: 'How many items from the beginning, or after `after`.',
  after: 'The cursor that the page begins after.',
  last: 'How many items from the end, or before `before`.',
  before: 'The cursor that the page ends before.',
};

/** What the plugins generate: connections, edges, results. */
function generatedDescription(type: string, member: string | null, argument: string | null): string | null {
  if (argument !== null) return PAGING[argument] ?? null;
  if (member === null) {
    if (type.endsWith('Connection')) return 'A page of a list.';
    if (type.endsWith('Edge')) return 'An item of a list, with its cursor.';
    if (type.endsWith('Result')) return 'What came of the mutation: its success, or an expected failure.';
    return type.endsWith('Success') ? 'The mutation was carried out.' : null;
  }
  if (type.endsWith('Connection')) return member === 'edges' ? 'The items of the page.' : 'Where the page stands.';
  if (type.endsWith('Edge')) return member === 'node' ? 'The item.' : 'The cursor of the item.';
  return type.endsWith('Error') && member === 'message' ? 'What went wrong, and what to do.' : null;
}

/** Gives every type, member and argument of the schema that has none a description, where one is known. */
export function describeSchema(schema: GraphQLSchema): GraphQLSchema {
  const fill = (
    described: { description?: string | null | undefined },
    type: string,
    member: string | null = null,
    argument: string | null = null,
  ): void => {
    if ((described.description ?? '') !== '') return;
    const coordinate = type + (member === null ? '' : `.${member}`) + (argument === null ? '' : `(${argument})`);
    described.description = DESCRIPTIONS[coordinate] ?? generatedDescription(type, member, argument);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    fill(type, type.name);
    if (isEnumType(type)) for (const value of type.getValues()) fill(value, type.name, value.name);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields())) {
      fill(field, type.name, field.name);
      const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
      for (const argument of args) fill(argument, type.name, field.name, argument.name);
    }
  }
  return schema;
}
