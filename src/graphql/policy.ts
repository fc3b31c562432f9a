/** Policies of the instance: their type, and reading them again. */
import { requireInstanceAccount } from '../accounts/instance-account.ts';
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';
import type { MaskPolicy, PolicyReloadResult } from './context.ts';
import { failsWith } from './errors.ts';

const MaskPolicyType = builder.objectRef<MaskPolicy>('MaskPolicy').implement({
  description: 'A policy that agents can name.',
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeInt('version'),
    description: t.exposeString('description'),
    yaml: t.exposeString('yaml'),
    digest: t.exposeString('digest', { description: 'SHA-256 of the text in hex, as seals have it.' }),
  }),
});

const PolicyReloadType = builder.objectRef<PolicyReloadResult>('PolicyReload').implement({
  fields: (t) => ({
    changed: t.exposeBoolean('changed', { description: 'Whether the file says another thing than before.' }),
    policies: t.field({ type: [MaskPolicyType], resolve: ({ policies }) => [...policies] }),
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
