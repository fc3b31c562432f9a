/** The effect that a version of a policy would have had on what is on record. */
import { z } from 'zod';
import { ENTITY_KINDS } from '../detection/kinds.ts';
import { isId } from '../platform/ids.ts';
import { effectOn, UNKNOWNS, unknownsOf } from '../policy/draft-effect.ts';
import type { KindEffect, Unknown } from '../policy/draft-effect.ts';
import { ACTIONS } from '../policy/policy.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { GraphqlContext } from './context.ts';
import type { NamedPolicy } from './named-policy.ts';
import { candidateOf, policyAt } from './policy-version.ts';
import { sessionConditions } from './session-filter.ts';

/** Most sessions and redactions that are looked at, the newest of them. */
const MOST_SESSIONS = 1_000;
const MOST_REDACTIONS = 10_000;

interface PolicyEffect {
  readonly version: number;
  readonly sessions: number;
  readonly turns: number;
  readonly isComplete: boolean;
  readonly kinds: readonly KindEffect[];
  readonly unknown: readonly Unknown[];
}

const KindEffectType = builder.objectRef<KindEffect>('KindEffect').implement({
  description: 'What would become of the recorded redactions of one kind.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'The kind that they are on record with.' }),
    recorded: t.exposeInt('recorded', { description: 'All of them: kept, changed and dropped.' }),
    kept: t.exposeInt('kept', { description: 'Found again as the same kind, with the same action.' }),
    changed: t.exposeInt('changed', { description: 'Found again with another kind or action.' }),
    unmasked: t.exposeInt('unmasked', {
      description: 'Of the changed: they were replaced, and would pass through as they are.',
    }),
    dropped: t.exposeInt('dropped', { description: 'Not reported any more by the pass that found them.' }),
  }),
});

const UnknownType = builder.enumType('PolicyEffectUnknown', { values: UNKNOWNS });

export const PolicyEffectType = builder.objectRef<PolicyEffect>('PolicyEffect').implement({
  description:
    'What a version would have made of recorded redactions, as far as records tell: they have kinds, passes, confidence and actions, and no text.',
  fields: (t) => ({
    version: t.exposeInt('version'),
    sessions: t.exposeInt('sessions', { description: 'How many sessions were looked at.' }),
    turns: t.exposeInt('turns', { description: 'How many of their turns have redactions.' }),
    isComplete: t.exposeBoolean('isComplete', {
      description: `False where there are more than ${MOST_SESSIONS} sessions or ${MOST_REDACTIONS} redactions: then the newest sessions count.`,
    }),
    kinds: t.field({ type: [KindEffectType], resolve: ({ kinds }) => [...kinds] }),
    unknown: t.field({
      type: [UnknownType],
      description: 'What records cannot tell of the difference to the version in force.',
      resolve: ({ unknown }) => [...unknown],
    }),
  }),
});

// Our own writing, read back.
const RECORDED = z.object({
  pass: z.enum(['regex', 'known', 'ner', 'gemma']),
  entity_kind: z.enum(ENTITY_KINDS),
  found_as: z.enum(ENTITY_KINDS).optional(),
  confidence: z.number(),
  action: z.enum(ACTIONS),
});

export interface EffectArguments {
  readonly version?: number | null | undefined;
  readonly yaml?: string | null | undefined;
  readonly agentId?: string | null | undefined;
  readonly since?: string | null | undefined;
}

/** Throws Failure `validation_failed` for a version that is unknown, and for a text that does not hold on this server. */
export async function effectOf(
  context: GraphqlContext,
  policy: NamedPolicy,
  { version, yaml, agentId, since }: EffectArguments,
): Promise<PolicyEffect> {
  const draft = await candidateOf(context, policy, { version, yaml }, 'version');
  const inForce = await policyAt(context, policy, policy.version, 'version');
  await context.services.sessions.settled();
  const sessions = await sessionsOf(context, policy, agentId ?? null, since ?? '7d');
  const looked = sessions.slice(0, MOST_SESSIONS);
  const entries = await context.prisma.entry.findMany({
    where: { sessionId: { in: looked }, kind: 'redaction' },
    orderBy: [{ sessionId: 'desc' }, { seq: 'asc' }],
    take: MOST_REDACTIONS + 1,
    select: { sessionId: true, turn: true, body: true },
  });
  const counted = entries.slice(0, MOST_REDACTIONS);
  const recorded = counted.map(({ body }) => {
    const { entity_kind: kind, found_as: foundAs = null, ...entry } = RECORDED.parse(JSON.parse(body));
    return { ...entry, kind, foundAs };
  });
  return {
    version: draft.version,
    sessions: looked.length,
    turns: new Set(counted.map(({ sessionId, turn }) => `${sessionId}/${turn}`)).size,
    isComplete: sessions.length <= MOST_SESSIONS && entries.length <= MOST_REDACTIONS,
    kinds: effectOn(draft.policy, recorded),
    unknown: unknownsOf(inForce, draft.policy),
  };
}

/** The newest sessions of one agent, or of all that name the policy; one more than are looked at. */
async function sessionsOf(
  context: GraphqlContext,
  { name }: NamedPolicy,
  agentId: string | null,
  since: string,
): Promise<string[]> {
  const { accountId } = viewerOf(context);
  const agents = await context.prisma.agent.findMany({
    where: { accountId, ...(agentId === null ? { policyName: name, policyYaml: null } : { id: agentId }) },
    select: { id: true },
  });
  const rows = await context.prisma.session.findMany({
    where: {
      accountId,
      agentId: { in: agents.map(({ id }) => id) },
      AND: sessionConditions({ since }, Date.now()),
    },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: MOST_SESSIONS + 1,
  });
  return rows.map(({ id }) => id);
}

/** An id of an agent. */
export const agentIdArgument = z.string().refine((text) => isId('agent', text), 'This is not the id of an agent.');
