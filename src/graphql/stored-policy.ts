/** Policies of the account: queries, validation, and what can be done with stored ones. */
import { isId } from '../platform/ids.ts';
import type { PolicyId } from '../platform/ids.ts';
import { MAX_STORED_POLICIES } from '../agents/policy-change.ts';
import type { PolicyProblem } from '../policy/problem.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import { failsWith } from './errors.ts';
import { connectionOf, idKey, pageQuery, readPage } from './keyset.ts';
import { findPolicy, namedPolicies, ofAccount } from './named-policy.ts';
import { MaskPolicyType } from './policy.ts';

const POLICY_KEY = idKey('policy', (text): text is PolicyId => isId('policy', text));

const PolicyProblemType = builder.objectRef<PolicyProblem>('PolicyProblem').implement({
  description: 'One thing that is wrong with the text of a policy.',
  fields: (t) => ({
    code: t.exposeString('code'),
    path: t.exposeString('path', { description: 'Dotted from the root; empty for the document itself.' }),
    line: t.exposeInt('line', { description: 'From 1.' }),
    column: t.exposeInt('column', { description: 'From 1, in UTF-16 code units.' }),
    message: t.exposeString('message'),
  }),
});

const ValidationType = builder.objectRef<readonly PolicyProblem[]>('PolicyValidation').implement({
  description: 'What is wrong with the text of a policy.',
  fields: (t) => ({
    valid: t.boolean({ resolve: (problems) => problems.length === 0 }),
    problems: t.field({
      type: [PolicyProblemType],
      description: 'All of them, in order of the text.',
      resolve: (problems) => [...problems],
    }),
  }),
});

builder.queryFields((t) => ({
  policy: t.field({
    type: MaskPolicyType,
    nullable: true,
    description: 'The policy of this name, stored by the account or of the instance; null for none.',
    authScopes: { permission: 'agents:read' },
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, context) => findPolicy(context, name),
  }),
  policies: t.connection(
    {
      type: MaskPolicyType,
      description: `Policies that agents can name: those of the instance, and up to ${MAX_STORED_POLICIES} that the account has stored, newest first.`,
      authScopes: { permission: 'agents:read' },
      resolve: async (_root, args, context) => {
        const page = readPage(POLICY_KEY, args);
        const { range, order, take } = pageQuery(page, 'desc');
        const all = (await namedPolicies(context)).filter(
          ({ id }) => (range.lt === undefined || id < range.lt) && (range.gt === undefined || id > range.gt),
        );
        const rows = (order === 'desc' ? all : all.toReversed()).slice(0, take);
        return connectionOf(page, POLICY_KEY, rows, (node) => ({ key: node.id, node }));
      },
    },
    { name: 'MaskPolicyConnection' },
    { name: 'MaskPolicyEdge' },
  ),
  validatePolicy: t.field({
    type: ValidationType,
    description: 'Looks for everything that is wrong with the text of a policy. Nothing is kept.',
    authScopes: { permission: 'agents:read' },
    complexity: 20,
    args: {
      yaml: t.arg.string({ required: true }),
      name: t.arg.string({ description: 'The name that it is to be stored under; by default its own.' }),
    },
    resolve: (_root, { yaml, name }, { services }) => services.policies.problems(yaml, name ?? null),
  }),
}));

const CreatePolicyInput = builder.inputType('CreatePolicyInput', {
  fields: (t) => ({
    name: t.string({ description: 'Unique in the account; by default the name that the text gives itself.' }),
    yaml: t.string({ required: true }),
  }),
});

const CHANGE_ERRORS = ['NotFoundError', 'PolicyYamlInvalidError'] as const;

builder.mutationFields((t) => ({
  createPolicy: t.field({
    type: MaskPolicyType,
    description: 'Stores a policy and publishes it as version 1: no agent uses it yet.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('policy', 'NameTakenError', 'PolicyYamlInvalidError'),
    args: { input: t.arg({ type: CreatePolicyInput, required: true }) },
    resolve: async (_root, { input }, context) =>
      ofAccount(await context.services.policies.stored.create(viewerOf(context), input)),
  }),
  savePolicy: t.field({
    type: MaskPolicyType,
    description: 'Stores a text as the newest version of a policy, a draft. The version in force stays.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('policy', ...CHANGE_ERRORS),
    args: { name: t.arg.string({ required: true }), yaml: t.arg.string({ required: true }) },
    resolve: async (_root, { name, yaml }, context) =>
      ofAccount(await context.services.policies.stored.save(viewerOf(context), name, yaml)),
  }),
  publishPolicy: t.field({
    type: MaskPolicyType,
    description: 'Puts a version in force. Agents that name the policy use it from their next request on.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('policy', ...CHANGE_ERRORS),
    args: {
      name: t.arg.string({ required: true }),
      version: t.arg.int({ description: 'By default the newest.' }),
    },
    resolve: async (_root, { name, version }, context) =>
      ofAccount(await context.services.policies.stored.publish(viewerOf(context), name, version)),
  }),
}));

builder.mutationFields((t) => ({
  rollbackPolicy: t.field({
    type: MaskPolicyType,
    description: 'Publishes the text of an earlier version as a new version.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('policy', ...CHANGE_ERRORS),
    args: { name: t.arg.string({ required: true }), version: t.arg.int({ required: true }) },
    resolve: async (_root, { name, version }, context) =>
      ofAccount(await context.services.policies.stored.rollBack(viewerOf(context), name, version)),
  }),
  deletePolicy: t.field({
    type: 'String',
    description: 'Deletes a stored policy that no agent uses. Sessions keep the text that they ran under.',
    authScopes: { permission: 'policies:write' },
    errors: failsWith('deletedName', 'NotFoundError', 'PolicyInUseError'),
    args: { name: t.arg.string({ required: true }) },
    resolve: async (_root, { name }, context) => {
      await context.services.policies.stored.remove(viewerOf(context), name);
      return name;
    },
  }),
}));
