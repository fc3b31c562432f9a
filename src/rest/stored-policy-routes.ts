/** Routes of policies by their names. */
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';
import { FAILED } from './failed-selection.ts';
import { connectionOf, PAGE_PARAMETERS, pageBody } from './page.ts';
import { agentIdArgument } from '../graphql/policy-effect.ts';
import { sinceArgument } from '../graphql/session-filter.ts';
import { POLICY, POLICY_DIFF, POLICY_EFFECT, POLICY_ITEM, POLICY_PROBLEM, POLICY_VERSION } from './objects.ts';
import { defineRemoval } from './removal-route.ts';
import { defineRoute } from './route.ts';
import type { Route } from './route.ts';

const ITEM_FIELDS = `
  fragment PolicyItem on MaskPolicy {
    id name origin description version published_version: publishedVersion draft_version: draftVersion digest
    agent_count: agentCount created_at: createdAt updated_at: updatedAt
  }`;

const FIELDS = `
  fragment PolicyFields on MaskPolicy { ...PolicyItem policy_yaml: yaml resolved_yaml: resolvedYaml draft_yaml: draftYaml }
  ${ITEM_FIELDS}`;

const VERSION = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

const ANSWER = z.strictObject({ policy: POLICY });
const RESULT = z.object({ result: z.object({ policy: POLICY }) });

function notFound(): Failure {
  return new Failure('policy_not_found', 'There is no such policy.');
}

const createPolicy = defineRoute({
  method: 'POST',
  path: '/policies',
  operationId: 'createPolicy',
  summary: 'Store a policy and publish it as version 1. No agent uses it yet.',
  body: z.strictObject({
    name: z
      .string()
      .optional()
      .meta({ description: 'Unique in the account; by default the name that the text gives itself.' }),
    policy_yaml: z.string(),
  }),
  document: `
    mutation CreatePolicy($input: CreatePolicyInput!) {
      result: createPolicy(input: $input) { ${FAILED} ... on CreatePolicySuccess { policy { ...PolicyFields } } }
    } ${FIELDS}`,
  variables: ({ body: { name, policy_yaml: yaml } }) => ({ input: { name, yaml } }),
  data: RESULT,
  status: 201,
  response: ANSWER,
  shape: ({ result: { policy } }) => ({ policy }),
  failures: ['name_taken', 'policy_yaml_invalid'],
});

const listPolicies = defineRoute({
  method: 'GET',
  path: '/policies',
  operationId: 'listPolicies',
  summary: 'List the policies that agents can name: those of the instance, then those of the account, newest first.',
  query: PAGE_PARAMETERS,
  document: `
    query ListPolicies($first: Int!, $after: String) {
      policies(first: $first, after: $after) { edges { node { ...PolicyItem } } pageInfo { hasNextPage endCursor } }
    } ${ITEM_FIELDS}`,
  variables: ({ query: { limit, cursor } }) => ({ first: limit, after: cursor }),
  data: z.object({ policies: connectionOf(POLICY_ITEM) }),
  status: 200,
  response: z.strictObject({ data: z.array(POLICY_ITEM), next_cursor: z.string().nullable() }),
  shape: ({ policies }) => pageBody(policies),
});

const getPolicy = defineRoute({
  method: 'GET',
  path: '/policies/{name}',
  operationId: 'getPolicy',
  summary: 'One policy with its text.',
  document: `query GetPolicy($name: String!) { policy(name: $name) { ...PolicyFields } } ${FIELDS}`,
  variables: ({ path }) => ({ name: path['name'] }),
  data: z.object({ policy: POLICY.nullable() }),
  status: 200,
  response: ANSWER,
  shape: ({ policy }) => {
    if (policy === null) throw notFound();
    return { policy };
  },
  failures: ['policy_not_found'],
});

const savePolicy = defineRoute({
  method: 'PUT',
  path: '/policies/{name}',
  operationId: 'savePolicy',
  summary: 'Store a text as the newest version of a policy, a draft. The version in force stays.',
  body: z.strictObject({ policy_yaml: z.string() }),
  document: `
    mutation SavePolicy($name: String!, $yaml: String!) {
      result: savePolicy(name: $name, yaml: $yaml) {
        ${FAILED} ... on SavePolicySuccess { policy { ...PolicyFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body: { policy_yaml: yaml } }) => ({ name: path['name'], yaml }),
  data: RESULT,
  status: 200,
  response: ANSWER,
  shape: ({ result: { policy } }) => ({ policy }),
  failures: ['policy_not_found', 'policy_yaml_invalid'],
});

const deletePolicy = defineRemoval({
  path: '/policies/{name}',
  operationId: 'deletePolicy',
  summary: 'Delete a stored policy that no agent uses. Sessions keep the text that they ran under.',
  mutation: 'deletePolicy',
  takes: { name: 'String!' },
  given: ({ name }) => ({ name }),
  removed: 'deletedName',
  failures: ['policy_not_found', 'policy_in_use'],
});

const listVersions = defineRoute({
  method: 'GET',
  path: '/policies/{name}/versions',
  operationId: 'listPolicyVersions',
  summary: 'List the versions of a policy with their texts, newest first. A policy of the instance has none.',
  query: PAGE_PARAMETERS,
  document: `
    query ListPolicyVersions($name: String!, $first: Int!, $after: String) {
      policy(name: $name) {
        versions(first: $first, after: $after) {
          edges {
            node {
              version status description policy_yaml: yaml created_at: createdAt created_by: createdBy
              published_at: publishedAt restores
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
  variables: ({ path, query: { limit, cursor } }) => ({ name: path['name'], first: limit, after: cursor }),
  data: z.object({ policy: z.object({ versions: connectionOf(POLICY_VERSION) }).nullable() }),
  status: 200,
  response: z.strictObject({ data: z.array(POLICY_VERSION), next_cursor: z.string().nullable() }),
  shape: ({ policy }) => {
    if (policy === null) throw notFound();
    return pageBody(policy.versions);
  },
  failures: ['policy_not_found'],
});

const publishPolicy = defineRoute({
  method: 'POST',
  path: '/policies/{name}/publish',
  operationId: 'publishPolicy',
  summary: 'Put a version in force. Agents that name the policy use it from their next request on.',
  body: z.strictObject({
    version: VERSION.optional().meta({ description: 'By default the newest version.' }),
  }),
  optionalBody: true,
  document: `
    mutation PublishPolicy($name: String!, $version: Int) {
      result: publishPolicy(name: $name, version: $version) {
        ${FAILED} ... on PublishPolicySuccess { policy { ...PolicyFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body: { version } }) => ({ name: path['name'], version }),
  data: RESULT,
  status: 200,
  response: ANSWER,
  shape: ({ result: { policy } }) => ({ policy }),
  failures: ['policy_not_found', 'policy_yaml_invalid'],
});

const rollbackPolicy = defineRoute({
  method: 'POST',
  path: '/policies/{name}/rollback',
  operationId: 'rollbackPolicy',
  summary: 'Publish the text of an earlier version as a new version.',
  body: z.strictObject({
    version: VERSION.meta({ description: 'A version that was in force before.' }),
  }),
  document: `
    mutation RollbackPolicy($name: String!, $version: Int!) {
      result: rollbackPolicy(name: $name, version: $version) {
        ${FAILED} ... on RollbackPolicySuccess { policy { ...PolicyFields } }
      }
    } ${FIELDS}`,
  variables: ({ path, body: { version } }) => ({ name: path['name'], version }),
  data: RESULT,
  status: 200,
  response: ANSWER,
  shape: ({ result: { policy } }) => ({ policy }),
  failures: ['policy_not_found', 'policy_yaml_invalid'],
});

const VALIDATION = z.strictObject({ valid: z.boolean(), problems: z.array(POLICY_PROBLEM) });

const validatePolicy = defineRoute({
  method: 'POST',
  path: '/policies/validate',
  operationId: 'validatePolicy',
  onlyReads: true,
  summary: 'Look for everything that is wrong with the text of a policy. Nothing is kept.',
  body: z.strictObject({
    policy_yaml: z.string(),
    name: z.string().optional().meta({ description: 'The name that it is to be stored under; by default its own.' }),
  }),
  document: `
    query ValidatePolicy($yaml: String!, $name: String) {
      validatePolicy(yaml: $yaml, name: $name) { valid problems { code path line column message } }
    }`,
  variables: ({ body: { policy_yaml: yaml, name } }) => ({ yaml, name }),
  data: z.object({ validatePolicy: VALIDATION }),
  status: 200,
  response: VALIDATION,
  shape: ({ validatePolicy: validation }) => validation,
});

const TRIED = z
  .string()
  .optional()
  .meta({ description: 'A text that is not saved, in the place of the newest version. It counts before a number.' });

const diffPolicy = defineRoute({
  method: 'POST',
  path: '/policies/{name}/diff',
  operationId: 'diffPolicy',
  onlyReads: true,
  summary: 'What is different between two versions of a policy, or between one and a text. Nothing is kept.',
  body: z.strictObject({
    from: VERSION.optional().meta({ description: 'By default the version in force.' }),
    to: VERSION.optional().meta({ description: 'By default the newest version.' }),
    policy_yaml: TRIED,
  }),
  optionalBody: true,
  document: `
    query DiffPolicy($name: String!, $from: Int, $to: Int, $yaml: String) {
      policy(name: $name) { diff(from: $from, to: $to, yaml: $yaml) { from to changes { path before after } } }
    }`,
  variables: ({ path, body: { from, to, policy_yaml: yaml } }) => ({ name: path['name'], from, to, yaml }),
  data: z.object({ policy: z.object({ diff: POLICY_DIFF }).nullable() }),
  status: 200,
  response: z.strictObject({ diff: POLICY_DIFF }),
  shape: ({ policy }) => {
    if (policy === null) throw notFound();
    return { diff: policy.diff };
  },
  failures: ['policy_not_found'],
});

const measurePolicyEffect = defineRoute({
  method: 'POST',
  path: '/policies/{name}/effect',
  operationId: 'measurePolicyEffect',
  onlyReads: true,
  summary: 'What a version of a policy, or a text, would have made of the redactions on record. Nothing is kept.',
  body: z.strictObject({
    version: VERSION.optional().meta({ description: 'By default the newest version.' }),
    policy_yaml: TRIED,
    agent_id: agentIdArgument
      .optional()
      .meta({ description: 'Only sessions of this agent, whatever policy it names.' }),
    since: sinceArgument.optional().meta({ description: '1h, 24h, 7d (default), 30d or a moment in ISO 8601.' }),
  }),
  optionalBody: true,
  document: `
    query MeasurePolicyEffect($name: String!, $version: Int, $yaml: String, $agentId: ID, $since: String) {
      policy(name: $name) {
        effect(version: $version, yaml: $yaml, agentId: $agentId, since: $since) {
          version sessions turns is_complete: isComplete kinds { kind recorded kept changed unmasked dropped } unknown
        }
      }
    }`,
  variables: ({ path, body: { version, policy_yaml: yaml, agent_id: agentId, since } }) => ({
    name: path['name'],
    version,
    yaml,
    agentId,
    since,
  }),
  data: z.object({ policy: z.object({ effect: POLICY_EFFECT }).nullable() }),
  status: 200,
  response: z.strictObject({ effect: POLICY_EFFECT }),
  shape: ({ policy }) => {
    if (policy === null) throw notFound();
    return { effect: policy.effect };
  },
  failures: ['policy_not_found'],
});

export const STORED_POLICY_ROUTES: readonly Route[] = [
  createPolicy,
  listPolicies,
  validatePolicy,
  getPolicy,
  savePolicy,
  deletePolicy,
  listVersions,
  publishPolicy,
  rollbackPolicy,
  diffPolicy,
  measurePolicyEffect,
];
