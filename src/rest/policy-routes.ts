/** Routes of policies. */
import { z } from 'zod';
import { FAILED } from './failed-selection.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const RELOADED = z.strictObject({
  changed: z.boolean().meta({ description: 'Whether the file says another thing than before.' }),
  policies: z.array(
    z.strictObject({
      name: z.string(),
      version: z.int(),
      digest: z.string().meta({ description: 'SHA-256 of the text in hex.' }),
    }),
  ),
});

const reloadPolicies = defineRoute({
  method: 'POST',
  path: '/admin/policy/reload',
  operationId: 'reloadPolicies',
  summary:
    'Read the policy file again, on every node. A file with problems changes nothing. For admins of the instance’s own account only.',
  document: `
    mutation ReloadPolicies {
      result: reloadPolicies {
        ${FAILED}
        ... on ReloadPoliciesSuccess { reload { changed policies { name version digest } } }
      }
    }`,
  variables: () => ({}),
  data: z.object({ result: z.object({ reload: RELOADED }) }),
  status: 200,
  response: RELOADED,
  shape: ({ result: { reload } }) => reload,
  failures: ['policy_yaml_invalid'],
});

export const POLICY_ROUTES: readonly Route[] = [reloadPolicies];
