/** Policies: the type, those of the instance's file, and reading that file again. */
import { requireInstanceAccount } from '../accounts/instance-account.ts';
import { viewerOf } from './access.ts';
import { Batch } from './batch.ts';
import { builder } from './builder.ts';
import type { GraphqlContext, PolicyReloadResult } from './context.ts';
import { failsWith } from './errors.ts';
import { findPolicyById, ofInstance, resolvedOf, textOf } from './named-policy.ts';
import type { NamedPolicy } from './named-policy.ts';
import { agentIdArgument, effectOf, PolicyEffectType } from './policy-effect.ts';
import { diffOf, digestOf, PolicyDiffType, PolicyVersionType, versionsOf } from './policy-version.ts';
import { sinceArgument } from './session-filter.ts';

const OriginType = builder.enumType('PolicyOrigin', { values: ['instance', 'account'] as const });

// One batch for each operation: it goes when its context goes.
const counts = new WeakMap<GraphqlContext, Batch<string, number>>();

/** How many agents of the account name the policy; all policies of one operation take one statement. */
async function agentCount(context: GraphqlContext, { name }: NamedPolicy): Promise<number> {
  const { accountId } = viewerOf(context);
  let batch = counts.get(context);
  if (batch === undefined) {
    batch = new Batch(async (names) => {
      const rows = await context.prisma.agent.groupBy({
        by: ['policyName'],
        where: { accountId, deletedAt: null, policyYaml: null, policyName: { in: [...names] } },
        _count: { _all: true },
      });
      return new Map(rows.map(({ policyName, _count }) => [policyName, _count._all]));
    });
    counts.set(context, batch);
  }
  return (await batch.load(name)) ?? 0;
}

function draftOf({ publishedVersion, latestVersion }: NamedPolicy): number | null {
  return publishedVersion !== null && latestVersion <= publishedVersion ? null : latestVersion;
}

/** The text in force with the policy that it extends; as it was written where it does not hold on this server. */
async function completeText(context: GraphqlContext, policy: NamedPolicy): Promise<string> {
  const resolved = await resolvedOf(context, policy, policy.version);
  return resolved?.text ?? (await textOf(context, policy, policy.version));
}

const TRIED = 'A text that is not saved, in the place of the newest version. It counts before a number.';

const policyRef = builder.objectRef<NamedPolicy>('MaskPolicy');

/** The type MaskPolicy. */
export const MaskPolicyType = builder.node(policyRef, {
  description: 'A policy that agents can name.',
  id: { resolve: ({ id }) => id },
  loadWithoutCache: (id: string, context) => findPolicyById(context, id),
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeInt('version', {
      description: 'The version in force; the newest of a policy that was never published.',
    }),
    description: t.exposeString('description'),
    yaml: t.string({
      description: 'The text of `version` as it was written.',
      resolve: (policy, _args, context) => textOf(context, policy, policy.version),
    }),
    resolvedYaml: t.string({
      description: 'The complete text of `version`, with the policy that it extends: what reports have.',
      resolve: (policy, _args, context) => completeText(context, policy),
    }),
    digest: t.string({
      description: 'SHA-256 of resolvedYaml in hex, as seals have it.',
      resolve: async (policy, _args, context) => digestOf(await completeText(context, policy)),
    }),
  }),
});

builder.objectFields(MaskPolicyType, (t) => ({
  origin: t.field({
    type: OriginType,
    resolve: ({ instanceText }) => (instanceText === null ? 'account' : 'instance'),
  }),
  publishedVersion: t.exposeInt('publishedVersion', {
    nullable: true,
    description: 'The version in force; null where there is none.',
  }),
  draftVersion: t.int({
    nullable: true,
    description: 'The newest version, where it is not published; null without a draft.',
    resolve: draftOf,
  }),
  draftYaml: t.string({
    nullable: true,
    description: 'The text of draftVersion as it was written.',
    resolve: (policy, _args, context) => {
      const draft = draftOf(policy);
      return draft === null ? null : textOf(context, policy, draft);
    },
  }),
  agentCount: t.int({
    description: 'How many agents of the account name it.',
    resolve: (policy, _args, context) => agentCount(context, policy),
  }),
  createdAt: t.expose('createdAt', {
    type: 'DateTime',
    nullable: true,
    description: 'When it was stored; null for a policy of the instance.',
  }),
  updatedAt: t.expose('updatedAt', {
    type: 'DateTime',
    nullable: true,
    description: 'When it was last saved or published; null for a policy of the instance.',
  }),
}));

builder.objectFields(MaskPolicyType, (t) => ({
  versions: t.connection(
    {
      type: PolicyVersionType,
      description: 'Its versions, the newest first. A policy of the instance has none.',
      resolve: (policy, args, context) => versionsOf(context, policy, args),
    },
    { name: 'PolicyVersionConnection' },
    { name: 'PolicyVersionEdge' },
  ),
  diff: t.field({
    type: PolicyDiffType,
    description: 'What is different between two versions.',
    complexity: 20,
    args: {
      from: t.arg.int({ description: 'By default the version in force.' }),
      to: t.arg.int({ description: 'By default the newest version.' }),
      yaml: t.arg.string({ description: TRIED }),
    },
    resolve: (policy, args, context) => diffOf(context, policy, args),
  }),
  effect: t.field({
    type: PolicyEffectType,
    description:
      'What a version would have made of the redactions on record, of one agent or of all that name the policy.',
    authScopes: { permission: 'sessions:read' },
    complexity: 1000,
    args: {
      version: t.arg.int({ description: 'By default the newest version.' }),
      yaml: t.arg.string({ description: TRIED }),
      agentId: t.arg.id({
        description: 'Only sessions of this agent, whatever policy it names.',
        validate: { schema: agentIdArgument },
      }),
      since: t.arg.string({
        description: '1h, 24h, 7d (default), 30d or ISO 8601.',
        validate: { schema: sinceArgument },
      }),
    },
    resolve: (policy, args, context) => effectOf(context, policy, args),
  }),
}));

const PolicyReloadType = builder.objectRef<PolicyReloadResult>('PolicyReload').implement({
  fields: (t) => ({
    changed: t.exposeBoolean('changed', { description: 'Whether the file says another thing than before.' }),
    policies: t.field({ type: [MaskPolicyType], resolve: ({ policies }) => policies.map(ofInstance) }),
  }),
});

builder.mutationField('reloadPolicies', (t) =>
  t.field({
    type: PolicyReloadType,
    description:
      'Reads the policy file again, on every node. A file with problems changes nothing. For admins of the instance’s own account only.',
    authScopes: { $all: { permission: 'policies:write', admin: true } },
    errors: failsWith('reload', 'PolicyYamlInvalidError'),
    resolve: (_root, _args, context) => {
      requireInstanceAccount(viewerOf(context));
      return context.services.policies.reload();
    },
  }),
);
