/** Routes of agents. The documents name fields as REST does, so that data needs no renaming. */
import { z } from 'zod';
import { AGENT_TOKENIZATIONS } from '../agents/agent-input.ts';
import type { AgentChange } from '../agents/agent-input.ts';
import { namePart } from '../graphql/agent.ts';
import type { Services } from '../graphql/context.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { faultyFields } from './execute.ts';
import { AGENT, AGENT_DETAIL, AGENT_ITEM, pageOf } from './objects.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const AGENT_FIELDS = `
  fragment AgentFields on Agent {
    id name upstream tokenization
    policy_name: policyName policy_version: policyVersion
    proxy_url: proxyUrl webhook_url: webhookUrl created_at: createdAt
  }`;

const FAILED = `
  fragment Failed on Error { code message details { path code message } }`;

// The rules are the domain's (agents/agent-input.ts); here is the form, and what the document says of the rules.
const FIELDS = {
  name: z.string().meta({ minLength: 1, maxLength: 64, description: 'Unique in the account.' }),
  upstream: z.string().meta({ description: 'Provider and model.', example: 'openai:gpt-4o-mini' }),
  tokenization: z.string().meta({ enum: [...AGENT_TOKENIZATIONS], description: 'By default what the policy says.' }),
  policy_name: z.string().meta({ description: 'A stored policy. Not together with policy_yaml.' }),
  policy_yaml: z.string().meta({ description: 'A policy of the agent’s own, in YAML. Not together with policy_name.' }),
};

const AGENT_CHANGE = z.strictObject(FIELDS).partial();
const NEW_AGENT = AGENT_CHANGE.required({ name: true, upstream: true });

// As much of a faulty body as can be judged: what is text.
const JUDGEABLE = z.object(FIELDS).partial().catch({});

function moreFaults(body: Readonly<Record<string, unknown>>, { agents }: Services): readonly FieldProblem[] {
  const texts = Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
  try {
    agents.check(inputOf(JUDGEABLE.parse(texts)));
    return [];
  } catch (error) {
    if (error instanceof Failure) return faultyFields(error);
    throw error;
  }
}

const createAgent = defineRoute({
  method: 'POST',
  path: '/agents',
  operationId: 'createAgent',
  summary: 'Create an agent. It is active at once.',
  body: NEW_AGENT,
  moreFaults,
  document: `
    mutation CreateAgent($input: CreateAgentInput!) {
      result: createAgent(input: $input) { __typename ...Failed ... on CreateAgentSuccess { agent { ...AgentFields } } }
    } ${AGENT_FIELDS} ${FAILED}`,
  variables: ({ body }) => ({ input: inputOf(body) }),
  data: z.object({ result: z.object({ agent: AGENT }) }),
  status: 201,
  response: z.strictObject({ agent: AGENT }),
  shape: ({ result: { agent } }) => ({ agent }),
  failures: ['name_taken', 'unknown_upstream', 'unknown_policy', 'policy_yaml_invalid'],
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
        policy_yaml: policyYaml
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
        __typename ...Failed ... on UpdateAgentSuccess { agent { ...AgentFields } }
      }
    } ${AGENT_FIELDS} ${FAILED}`,
  variables: ({ path, body }) => ({ id: path['id'], input: inputOf(body) }),
  data: z.object({ result: z.object({ agent: AGENT }) }),
  status: 200,
  response: z.strictObject({ agent: AGENT }),
  shape: ({ result: { agent } }) => ({ agent }),
  failures: ['agent_not_found', 'name_taken', 'unknown_upstream', 'unknown_policy', 'policy_yaml_invalid'],
});

const deleteAgent = defineRoute({
  method: 'DELETE',
  path: '/agents/{id}',
  operationId: 'deleteAgent',
  summary: 'Delete an agent. Its sessions and their vault stay. For admins only.',
  document: `
    mutation DeleteAgent($id: ID!) {
      result: deleteAgent(id: $id) { __typename ...Failed ... on DeleteAgentSuccess { deletedId } }
    } ${FAILED}`,
  variables: ({ path }) => ({ id: path['id'] }),
  data: z.object({ result: z.object({ deletedId: z.string() }) }),
  status: 204,
  response: null,
  shape: () => undefined,
  failures: ['agent_not_found'],
});

function inputOf({ policy_name: name, policy_yaml: yaml, ...rest }: z.output<typeof AGENT_CHANGE>): AgentChange {
  return { ...rest, policyName: name, policyYaml: yaml };
}

/** The agent, where there is one. Throws Failure `agent_not_found`. */
export function existingAgent<Agent>(agent: Agent | null): Agent {
  if (agent === null) throw new Failure('agent_not_found', 'There is no such agent.');
  return agent;
}

export const AGENT_ROUTES: readonly Route[] = [createAgent, listAgents, getAgent, updateAgent, deleteAgent];
