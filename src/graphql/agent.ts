/** Agents: the type, its figures, queries and mutations. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import { z } from 'zod';
import { storedAssistant } from '../agents/agent-options.ts';
import type { AgentStats } from '../agents/agent-stats.ts';
import type { NewProxyKey } from '../agents/proxy-keys.ts';
import { Failure } from '../platform/failure.ts';
import { isId, parseId } from '../platform/ids.ts';
import type { AgentId } from '../platform/ids.ts';
import { viewerOf } from './access.ts';
import { policyInForce } from './agent-policy.ts';
import { builder } from './builder.ts';
import { CallerAuthInput } from './caller-auth.ts';
import { figuresOf } from './agent-figures.ts';
import type { GraphqlContext } from './context.ts';
import { failsWith } from './errors.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';
import { NewProxyKeyType } from './new-proxy-key.ts';

/** Part of an agent's name; names have no control characters, and PostgreSQL refuses NUL. */
export const namePart = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\P{Cc}*$/u, 'This has a control character in it.');

const AGENT_KEY = idKey('agent', (text): text is AgentId => isId('agent', text));

/** The living agent of the viewer's account under the id: the only way to one by its id. */
function livingAgent(id: string, context: GraphqlContext): { id: string; accountId: string; deletedAt: null } {
  return { id, accountId: viewerOf(context).accountId, deletedAt: null };
}

/** What tells which policy is in force for an agent. */
const POLICY_COLUMNS = { policyName: true, policyVersion: true, policyYaml: true } as const;

const AgentStatsType = builder.objectRef<AgentStats>('AgentStats').implement({
  description: 'Figures of an agent up to now.',
  fields: (t) => ({
    sessionCount24h: t.exposeInt('sessionCount24h'),
    sessionCount7d: t.exposeInt('sessionCount7d'),
    redactionCount24h: t.exposeInt('redactionCount24h'),
    p50LatencyMs: t.exposeFloat('p50LatencyMs', {
      nullable: true,
      description:
        'Median of the latency that Masker added to a turn in 24 hours, in milliseconds, at most 2 % off; null without a turn.',
    }),
    p95LatencyMs: t.exposeFloat('p95LatencyMs', { nullable: true }),
  }),
});

/** The type Agent; sessions add themselves to it in session.ts. */
export const AgentType = builder.prismaNode('Agent', {
  description: 'A voice agent that calls its model through Masker.',
  authScopes: { permission: 'agents:read' },
  id: { field: 'id' },
  nullable: true,
  findUnique: livingAgent,
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    upstream: t.exposeString('upstream', { description: 'Provider and model, such as openai:gpt-4o-mini.' }),
    tokenization: t.exposeString('tokenization', {
      description: 'vault-deterministic, vault-random, reversible-aead or synthetic.',
    }),
    policyName: t.exposeString('policyName', { description: 'The name of the policy in force.' }),
    policyVersion: t.int({
      description: 'The version of the policy in force; it only grows.',
      select: POLICY_COLUMNS,
      resolve: async ({ policyVersion, ...agent }, _args, context) =>
        Math.max(policyVersion, (await policyInForce(context, agent))?.policy.version ?? 0),
    }),
    policyYaml: t.string({
      nullable: true,
      description:
        'The text of the policy in force, as its sessions’ reports have it. Null only while the policy does not hold on this server, which then refuses calls of the agent.',
      select: POLICY_COLUMNS,
      resolve: async (agent, _args, context) => (await policyInForce(context, agent))?.text ?? null,
    }),
    inlinePolicyYaml: t.exposeString('policyYaml', {
      nullable: true,
      description: 'The agent’s own policy as it was written; null where policyName names a stored one.',
    }),
  }),
});

builder.prismaObjectFields(AgentType, (t) => ({
  proxyUrl: t.string({
    description: 'What a voice platform calls in place of its model.',
    resolve: ({ id }, _args, { publicUrl }) => `${publicUrl}/proxy/${id}/v1/chat/completions`,
  }),
  baseUrl: t.string({
    description: 'The base URL for clients of OpenAI; proxyUrl is its chat completions.',
    resolve: ({ id }, _args, { publicUrl }) => `${publicUrl}/proxy/${id}/v1`,
  }),
  webhookUrl: t.string({
    description: 'The server URL for Vapi.',
    resolve: ({ id }, _args, { publicUrl }) => `${publicUrl}/vapi/webhook/${id}`,
  }),
  assistant: t.field({
    type: 'JSON',
    nullable: true,
    description: 'The assistant that Vapi is given; its model becomes the agent’s proxy.',
    select: { assistant: true, assistantText: true },
    resolve: ({ assistant, assistantText }) => storedAssistant(assistant, assistantText),
  }),
  assistantCallbackUrl: t.exposeString('assistantCallbackUrl', {
    nullable: true,
    description: 'Who is asked for the assistant of each call first.',
  }),
  createdAt: t.expose('createdAt', { type: 'DateTime' }),
  updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  stats: t.field({ type: AgentStatsType, resolve: ({ id }, _args, context) => figuresOf(context, id) }),
}));

builder.queryFields((t) => ({
  upstreams: t.stringList({
    description: 'What an agent of the account may name as its upstream: stub, and the models that are configured.',
    authScopes: { permission: 'agents:read' },
    resolve: (_root, _args, context) => [...context.services.agents.upstreams(viewerOf(context).accountId)],
  }),
  agent: t.prismaField({
    type: 'Agent',
    nullable: true,
    description: 'An agent of the account; null for any other id.',
    authScopes: { permission: 'agents:read' },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _root, { id }, context) => {
      if (!isId('agent', id)) return null;
      await context.services.sessions.settled();
      return context.prisma.agent.findUnique({ ...query, where: livingAgent(id, context) });
    },
  }),
}));

builder.queryFields((t) => ({
  agents: t.connection(
    {
      type: AgentType,
      description: 'The agents of the account, newest first.',
      authScopes: { permission: 'agents:read' },
      args: {
        nameContains: t.arg.string({
          description: 'Only agents whose name has this in it, in any case.',
          validate: { schema: namePart },
        }),
      },
      resolve: async (_root, { nameContains, ...args }, context, info) => {
        await context.services.sessions.settled();
        const page = readPage(AGENT_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const { select } = queryFromInfo({ context, info, path: ['edges', 'node'], select: { id: true } });
        const rows = await context.prisma.agent.findMany({
          select,
          where: {
            accountId: viewerOf(context).accountId,
            deletedAt: null,
            id: range,
            // No index finds a part of a name: the names of one account's agents are read, a millisecond for thousands.
            ...(typeof nameContains === 'string'
              ? { name: { contains: likeText(nameContains), mode: 'insensitive' } }
              : {}),
          },
          orderBy: { id: order },
          take,
        });
        return connectionOf(page, AGENT_KEY, rows, (node) => ({ key: idOfRow(node.id), node }));
      },
    },
    { name: 'AgentConnection' },
    { name: 'AgentEdge' },
  ),
}));

/** Prisma hands `contains` to LIKE as it is; `%` and `_` are to be found as themselves. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function idOfRow(id: string): AgentId {
  const agentId = parseId('agent', id);
  if (agentId === null) throw new TypeError('a row of agents has an id of another form');
  return agentId;
}

/** The id of an agent to change. Throws Failure `agent_not_found` for what is no agent's id at all. */
function agentIdOf(text: string): AgentId {
  const id = parseId('agent', text);
  if (id === null) throw new Failure('agent_not_found', 'There is no such agent.');
  return id;
}

const CreateAgentInput = builder.inputType('CreateAgentInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'Unique in the account; 1 to 64 characters.' }),
    upstream: t.string({ required: true, description: 'Provider and model, such as openai:gpt-4o-mini.' }),
    tokenization: t.string({
      description: 'vault-deterministic, vault-random, reversible-aead or synthetic; by default what the policy says.',
    }),
    policyName: t.string({ description: 'A stored policy; healthcare-default where neither policy field is given.' }),
    policyYaml: t.string({ description: 'A policy of the agent’s own. Not together with policyName.' }),
    callerAuth: t.field({
      type: CallerAuthInput,
      description:
        'How callers prove themselves. Absent: in production by a proxy key, which is made with the agent; in development anybody may call. Null: anybody may call.',
    }),
    assistant: t.field({ type: 'JSON', description: 'A Vapi assistant, without secrets; at most 64 kB.' }),
    assistantCallbackUrl: t.string({
      description: 'http(s). Asked for the assistant of each call, signed as Standard Webhooks say.',
    }),
  }),
});

const UpdateAgentInput = builder.inputType('UpdateAgentInput', {
  description:
    'Fields that are absent stay as they are, and so do those that are null, but for callerAuth, assistant and assistantCallbackUrl: null takes these away.',
  fields: (t) => ({
    name: t.string(),
    upstream: t.string(),
    tokenization: t.string(),
    policyName: t.string(),
    policyYaml: t.string(),
    callerAuth: t.field({ type: CallerAuthInput }),
    assistant: t.field({ type: 'JSON' }),
    assistantCallbackUrl: t.string(),
  }),
});

const CHOICE_ERRORS = [
  'NameTakenError',
  'UnknownUpstreamError',
  'UnknownPolicyError',
  'PolicyYamlInvalidError',
] as const;

/** What `createAgent` answers with. */
interface NewAgentAnswer {
  readonly id: string;
  readonly proxyKey: NewProxyKey | null;
}

// An operation that asks for nothing of a result but its type selects no column, which Prisma refuses: hence `id` below.
const CreateAgentSuccess = builder.objectRef<NewAgentAnswer>('CreateAgentSuccess').implement({
  fields: (t) => ({
    agent: t.prismaField({
      type: 'Agent',
      resolve: (query, { id }, _args, context) =>
        context.prisma.agent.findUniqueOrThrow({
          select: { id: true, ...query.select },
          where: livingAgent(id, context),
        }),
    }),
    proxyKey: t.field({
      type: NewProxyKeyType,
      nullable: true,
      description: 'The agent’s first proxy key, shown this once; null for an agent that asks for none.',
      resolve: ({ proxyKey }) => proxyKey,
    }),
  }),
});

builder.mutationFields((t) => ({
  createAgent: t.field({
    type: CreateAgentSuccess,
    authScopes: { permission: 'agents:write' },
    errors: { ...failsWith('agent', ...CHOICE_ERRORS), directResult: true },
    args: { input: t.arg({ type: CreateAgentInput, required: true }) },
    resolve: (_root, { input }, context) => context.services.agents.create(viewerOf(context), input),
  }),
  updateAgent: t.prismaField({
    type: 'Agent',
    authScopes: { permission: 'agents:write' },
    errors: failsWith('agent', 'NotFoundError', 'PreconditionFailedError', ...CHOICE_ERRORS),
    args: {
      id: t.arg.id({ required: true }),
      input: t.arg({ type: UpdateAgentInput, required: true }),
      ifUpdatedAt: t.arg.string({
        description: 'The updatedAt that was read: the agent is changed only if it is still this one.',
        validate: { schema: z.iso.datetime() },
      }),
    },
    resolve: async (query, _root, { id, input, ifUpdatedAt }, context) => {
      await context.services.agents.update(viewerOf(context), agentIdOf(id), input, {
        updatedAt: typeof ifUpdatedAt === 'string' ? new Date(ifUpdatedAt) : null,
      });
      return context.prisma.agent.findUniqueOrThrow({
        select: { id: true, ...query.select },
        where: livingAgent(id, context),
      });
    },
  }),
}));

builder.mutationFields((t) => ({
  deleteAgent: t.field({
    type: 'ID',
    description: 'Its proxy answers 404 from now on; its sessions stay. For admins only.',
    authScopes: { $all: { permission: 'agents:write', admin: true } },
    errors: failsWith('deletedId', 'NotFoundError'),
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      await context.services.agents.remove(viewerOf(context), agentIdOf(id));
      return id;
    },
  }),
}));
