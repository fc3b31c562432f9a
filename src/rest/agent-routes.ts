/** Routes of agents. The documents name fields as REST does, so that data needs no renaming. */
import { z } from 'zod';
import { AGENT_TOKENIZATIONS } from '../agents/agent-input.ts';
import type { AgentChange } from '../agents/agent-input.ts';
import { SECRET_HEADER, SIGNATURE_HEADER } from '../agents/caller-auth-input.ts';
import type { CallerAuthInput } from '../agents/caller-auth-input.ts';
import { SIGNATURE_ALGORITHMS, SIGNATURE_ENCODINGS, SIGNED_PAYLOADS } from '../agents/caller-auth.ts';
import { namePart } from '../graphql/agent.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { faultyFields } from './execute.ts';
import { FAILED } from './failed-selection.ts';
import { AGENT, AGENT_DETAIL, AGENT_ITEM, pageOf, PROXY_KEY } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Caller, Route } from './route.ts';

const AGENT_FIELDS = `
  fragment AgentFields on Agent {
    id name upstream tokenization
    policy_name: policyName policy_version: policyVersion
    proxy_url: proxyUrl base_url: baseUrl webhook_url: webhookUrl created_at: createdAt
  }`;

// The rules are the domain's (agents/agent-input.ts); here is the form, and what the document says of the rules.
const FIELDS = {
  name: z.string().meta({ minLength: 1, maxLength: 64, description: 'Unique in the account.' }),
  upstream: z.string().meta({ description: 'Provider and model.', example: 'openai:gpt-4o-mini' }),
  tokenization: z.string().meta({ enum: [...AGENT_TOKENIZATIONS], description: 'By default what the policy says.' }),
  policy_name: z.string().meta({ description: 'A stored policy. Not together with policy_yaml.' }),
  policy_yaml: z.string().meta({ description: 'A policy of the agent’s own, in YAML. Not together with policy_name.' }),
};

const CALLER_AUTH = z.strictObject({
  signature: z
    .strictObject({
      secret: z
        .string()
        .optional()
        .meta({ minLength: 8, maxLength: 512, description: 'Stored encrypted. Absent: the one that is set stays.' }),
      algorithm: z
        .string()
        .optional()
        .meta({ enum: [...SIGNATURE_ALGORITHMS], default: 'sha256' }),
      header: z.string().optional().meta({ default: SIGNATURE_HEADER }),
      timestamp_header: z
        .string()
        .nullable()
        .optional()
        .meta({ description: 'The header with the time of signing, in seconds or milliseconds.' }),
      payload: z
        .string()
        .optional()
        .meta({
          enum: [...SIGNED_PAYLOADS],
          description: 'By default {body}, with a timestamp_header {timestamp}.{body}.',
        }),
      tolerance_seconds: z.int().optional().meta({ minimum: 1, maximum: 3600, default: 300 }),
      encoding: z
        .string()
        .optional()
        .meta({ enum: [...SIGNATURE_ENCODINGS], default: 'hex' }),
      prefix: z
        .string()
        .nullable()
        .optional()
        .meta({ description: 'What stands before the signature; by default the name of the algorithm and = may.' }),
    })
    .nullable()
    .optional(),
  shared_secret: z
    .strictObject({
      secret: z
        .string()
        .optional()
        .meta({ minLength: 8, maxLength: 512, description: 'Stored encrypted. Absent: the one that is set stays.' }),
      header: z.string().optional().meta({ default: SECRET_HEADER }),
    })
    .nullable()
    .optional(),
  proxy_key: z.boolean().optional(),
});

// Null takes these away, where it stands for nothing else.
const OPTIONS = z.strictObject({
  caller_auth: CALLER_AUTH.nullable().meta({
    description:
      'A way that is absent stays as it is, one that is null is taken away. Null: knowing the id suffices. Of a new agent, absent: in production a proxy key, which is made with it.',
  }),
  assistant: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'The assistant that Vapi is given; without secrets, at most 64 kB.' }),
  assistant_callback_url: z
    .string()
    .nullable()
    .meta({ description: 'Asked for the assistant of each call first; http(s).' }),
});

const AGENT_CHANGE = z.strictObject({ ...FIELDS, ...OPTIONS.shape }).partial();
const NEW_AGENT = AGENT_CHANGE.required({ name: true, upstream: true });

// As much of a faulty body as can be judged: what is text.
const JUDGEABLE = z.object(FIELDS).partial().catch({});

async function moreFaults(
  body: Readonly<Record<string, unknown>>,
  { services: { agents }, viewer }: Caller,
): Promise<readonly FieldProblem[]> {
  const texts = Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
  try {
    await agents.check(viewer, inputOf(JUDGEABLE.parse(texts)));
    return [];
  } catch (error) {
    if (error instanceof Failure) return faultyFields(error);
    throw error;
  }
}

const NEW_KEY = PROXY_KEY.extend({ key: z.string().meta({ description: 'Shown this once.', example: 'mpk_...' }) });

const createAgent = defineRoute({
  method: 'POST',
  path: '/agents',
  operationId: 'createAgent',
  summary: 'Create an agent. It is active at once.',
  body: NEW_AGENT,
  moreFaults,
  document: `
    mutation CreateAgent($input: CreateAgentInput!) {
      result: createAgent(input: $input) {
        ${FAILED}
        ... on CreateAgentSuccess { agent { ...AgentFields } proxy_key: proxyKey { id created_at: createdAt key } }
      }
    } ${AGENT_FIELDS}`,
  variables: ({ body }) => ({ input: inputOf(body) }),
  data: z.object({ result: z.object({ agent: AGENT, proxy_key: NEW_KEY.nullable() }) }),
  status: 201,
  response: z.strictObject({
    agent: AGENT,
    proxy_key: NEW_KEY.optional().meta({ description: 'The first proxy key of an agent that asks for one.' }),
  }),
  shape: ({ result: { agent, proxy_key: key } }) => (key === null ? { agent } : { agent, proxy_key: key }),
  failures: ['name_taken', 'unknown_upstream', 'upstream_not_allowed', 'unknown_policy', 'policy_yaml_invalid'],
});

const listAgents = defineRoute({
  method: 'GET',
  path: '/agents',
  operationId: 'listAgents',
  summary: 'List the agents of the account, newest first.',
  query: PAGE_PARAMETERS.extend({
    name_contains: namePart.optional().meta({ description: 'Part of the name, in any case.' }),
  }),
  document: `
    query ListAgents($first: Int!, $after: String, $nameContains: String) {
      agents(first: $first, after: $after, nameContains: $nameContains) {
        edges { node { ...AgentFields stats { session_count_24h: sessionCount24h } } }
        pageInfo { hasNextPage endCursor }
      }
    } ${AGENT_FIELDS}`,
  variables: ({ query }) => ({ first: query.limit, after: query.cursor, nameContains: query.name_contains }),
  data: z.object({
    agents: connectionOf(AGENT.extend({ stats: z.object({ session_count_24h: z.int() }) })),
  }),
  status: 200,
  response: pageOf(AGENT_ITEM),
  shape: ({ agents }) => {
    const { data, next_cursor } = pageBody(agents);
    return { data: data.map(({ stats, ...agent }) => ({ ...agent, ...stats })), next_cursor };
  },
});

const getAgent = defineRoute({
  method: 'GET',
  path: '/agents/{id}',
  operationId: 'getAgent',
  summary: 'One agent, with its policy and figures.',
  document: `
    query GetAgent($id: ID!) {
      agent(id: $id) {
        ...AgentFields
        policy_yaml: policyYaml inline_policy_yaml: inlinePolicyYaml
        caller_auth: callerAuth {
          signature {
            algorithm header timestamp_header: timestampHeader payload tolerance_seconds: toleranceSeconds encoding prefix
          }
          shared_secret: sharedSecret { header }
          proxy_key: proxyKey
        }
        open_to_anyone: openToAnyone
        proxy_keys: proxyKeys { id created_at: createdAt }
        assistant assistant_callback_url: assistantCallbackUrl
        stats {
          session_count_24h: sessionCount24h session_count_7d: sessionCount7d redaction_count_24h: redactionCount24h
          p50_latency_ms: p50LatencyMs p95_latency_ms: p95LatencyMs
        }
      }
    } ${AGENT_FIELDS}`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ agent: AGENT_DETAIL.nullable() }),
  status: 200,
  response: z.strictObject({ agent: AGENT_DETAIL }),
  shape: ({ agent }) => ({ agent: existingAgent(agent) }),
  failures: ['agent_not_found'],
});

const updateAgent = defineRoute({
  method: 'PATCH',
  path: '/agents/{id}',
  operationId: 'updateAgent',
  summary: 'Change an agent. Fields that are absent stay as they are.',
  body: AGENT_CHANGE,
  moreFaults,
  document: `
    mutation UpdateAgent($id: ID!, $input: UpdateAgentInput!) {
      result: updateAgent(id: $id, input: $input) {
        ${FAILED} ... on UpdateAgentSuccess { agent { ...AgentFields } }
      }
    } ${AGENT_FIELDS}`,
  variables: ({ path, body }) => ({ id: path['id'], input: inputOf(body) }),
  data: z.object({ result: z.object({ agent: AGENT }) }),
  status: 200,
  response: z.strictObject({ agent: AGENT }),
  shape: ({ result: { agent } }) => ({ agent }),
  failures: [
    'agent_not_found',
    'name_taken',
    'unknown_upstream',
    'upstream_not_allowed',
    'unknown_policy',
    'policy_yaml_invalid',
  ],
});

const deleteAgent = defineRemoval({
  path: '/agents/{id}',
  operationId: 'deleteAgent',
  summary: 'Delete an agent. Its sessions and their vault stay. For admins only.',
  mutation: 'deleteAgent',
  takes: { id: 'ID!' },
  given: ({ id }) => ({ id }),
  removed: 'deletedId',
  failures: ['agent_not_found'],
});

function inputOf(body: z.output<typeof AGENT_CHANGE>): AgentChange {
  const {
    policy_name: policyName,
    policy_yaml: policyYaml,
    caller_auth: auth,
    assistant_callback_url: assistantCallbackUrl,
    ...rest
  } = body;
  return {
    ...rest,
    policyName,
    policyYaml,
    assistantCallbackUrl,
    callerAuth: auth === undefined || auth === null ? auth : authOf(auth),
  };
}

function authOf({
  signature,
  shared_secret: sharedSecret,
  proxy_key: proxyKey,
}: z.output<typeof CALLER_AUTH>): CallerAuthInput {
  if (signature === undefined || signature === null) return { signature, sharedSecret, proxyKey };
  const { timestamp_header: timestampHeader, tolerance_seconds: toleranceSeconds, ...same } = signature;
  return { signature: { ...same, timestampHeader, toleranceSeconds }, sharedSecret, proxyKey };
}

const createProxyKey = defineRoute({
  method: 'POST',
  path: '/agents/{id}/proxy-keys',
  operationId: 'createProxyKey',
  summary: 'Make a key that callers of the agent send as a Bearer token. From the first one on the agent asks for one.',
  document: `
    mutation CreateProxyKey($id: ID!) {
      result: createProxyKey(agentId: $id) {
        ${FAILED} ... on CreateProxyKeySuccess { proxy_key: proxyKey { id created_at: createdAt key } }
      }
    }`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ result: z.object({ proxy_key: NEW_KEY }) }),
  status: 201,
  response: z.strictObject({ proxy_key: NEW_KEY }),
  shape: ({ result: { proxy_key } }) => ({ proxy_key }),
  failures: ['agent_not_found'],
});

const revokeProxyKey = defineRemoval({
  path: '/agents/{id}/proxy-keys/{key_id}',
  operationId: 'revokeProxyKey',
  summary: 'Take a key back at once. An agent without a key left does not open.',
  mutation: 'revokeProxyKey',
  takes: { agentId: 'ID!', id: 'ID!' },
  given: ({ id, key_id: keyId }) => ({ agentId: id, id: keyId }),
  removed: 'revokedId',
  failures: ['agent_not_found', 'not_found'],
});

const rotateCallbackSecret = defineRoute({
  method: 'POST',
  path: '/agents/{id}/assistant-callback-secret',
  operationId: 'rotateAssistantCallbackSecret',
  summary: 'A new secret that the agent’s assistant callback is signed with from now on.',
  document: `
    mutation RotateAssistantCallbackSecret($id: ID!) {
      result: rotateAssistantCallbackSecret(agentId: $id) {
        ${FAILED} ... on RotateAssistantCallbackSecretSuccess { secret }
      }
    }`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ result: z.object({ secret: z.string() }) }),
  status: 201,
  response: z.strictObject({ secret: z.string().meta({ description: 'Shown this once.', example: 'whsec_...' }) }),
  shape: ({ result: { secret } }) => ({ secret }),
  failures: ['agent_not_found'],
});

/** The agent, where there is one. Throws Failure `agent_not_found`. */
export function existingAgent<Agent>(agent: Agent | null): Agent {
  if (agent === null) throw new Failure('agent_not_found', 'There is no such agent.');
  return agent;
}

export const AGENT_ROUTES: readonly Route[] = [
  createAgent,
  listAgents,
  getAgent,
  updateAgent,
  deleteAgent,
  createProxyKey,
  revokeProxyKey,
  rotateCallbackSecret,
];
