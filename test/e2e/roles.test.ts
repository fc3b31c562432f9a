/** Roles: every root field of GraphQL and every route of REST, asked as each role and by a token without permissions. */
import {
  getNamedType,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLNonNull,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import type { GraphQLField, GraphQLInputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import type { MemberRole, Viewer } from '../../src/accounts/viewer.ts';
import { schema } from '../../src/graphql/schema.ts';
import { newId } from '../../src/platform/ids.ts';
import { ROUTES } from '../../src/rest/route-table.ts';
import { as, by, listenGraphql, signUp, startTestApi } from '../api.ts';
import type { GraphqlEndpoint, TestApi } from '../api.ts';

let api: TestApi;
let admin: Viewer;
let graphql: GraphqlEndpoint;

beforeAll(async () => {
  api = await startTestApi();
  const { prisma } = api.database;
  // Acts on the whole instance are open to no admin of another account.
  await prisma.account.create({ data: { id: INSTANCE_ACCOUNT, name: 'Masker' } });
  admin = { ...(await signUp(api.database)), accountId: INSTANCE_ACCOUNT };
  await prisma.user.update({ where: { id: admin.userId }, data: { accountId: INSTANCE_ACCOUNT } });
  graphql = await listenGraphql(api.graphqlOptions, admin);
});
afterAll(async () => {
  await graphql.close();
  await api.close();
});

const EVERY: readonly MemberRole[] = ['admin', 'member', 'auditor'];
const STAFF: readonly MemberRole[] = ['admin', 'member'];
const ADMINS: readonly MemberRole[] = ['admin'];

/** Who may ask for what. A field that is new fails a test below until it is here. */
const FIELDS: Readonly<Record<string, readonly MemberRole[]>> = {
  'Query.me': EVERY,
  'Query.node': EVERY,
  'Query.agent': STAFF,
  'Query.agents': STAFF,
  'Query.upstreams': STAFF,
  'Query.detect': STAFF,
  'Query.policy': STAFF,
  'Query.policies': STAFF,
  'Query.validatePolicy': STAFF,
  'Query.session': EVERY,
  'Query.sessions': EVERY,
  'Query.journal': EVERY,
  'Query.report': EVERY,
  'Query.bundle': EVERY,
  'Query.agentReport': EVERY,
  'Query.agentBundle': EVERY,
  'Query.accountReport': EVERY,
  'Query.accountBundle': EVERY,
  'Query.auditLog': EVERY,
  'Query.auditFind': EVERY,
  'Query.events': EVERY,
  'Query.usage': EVERY,
  'Query.webhook': STAFF,
  'Query.webhooks': STAFF,
  'Query.checkpoint': EVERY,
  'Query.consistencyProof': EVERY,
  'Query.inclusionProof': EVERY,
  'Query.logKeys': EVERY,
  'Query.logMinimumIndex': EVERY,
  'Query.logTile': EVERY,
  'Query.stampedCheckpoint': EVERY,
  'Query.verifyAudit': EVERY,
  'Query.accessTokens': EVERY,
  'Query.browserSessions': EVERY,
  'Query.invitations': ADMINS,
  'Query.members': ADMINS,
  'Query.retention': EVERY,
  'Query.corrections': EVERY,
  'Mutation.mask': STAFF,
  'Mutation.synthesize': STAFF,
  'Mutation.createAgent': STAFF,
  'Mutation.updateAgent': STAFF,
  'Mutation.deleteAgent': ADMINS,
  'Mutation.createProxyKey': STAFF,
  'Mutation.revokeProxyKey': STAFF,
  'Mutation.rotateAssistantCallbackSecret': STAFF,
  'Mutation.endSession': STAFF,
  'Mutation.createPolicy': STAFF,
  'Mutation.savePolicy': STAFF,
  'Mutation.publishPolicy': STAFF,
  'Mutation.rollbackPolicy': STAFF,
  'Mutation.deletePolicy': STAFF,
  'Mutation.reloadPolicies': ADMINS,
  // A cosignature counts by its key, whoever brings it.
  'Mutation.createWebhook': STAFF,
  'Mutation.updateWebhook': STAFF,
  'Mutation.deleteWebhook': STAFF,
  'Mutation.rotateWebhookSecret': STAFF,
  'Mutation.testWebhook': STAFF,
  'Mutation.replayWebhook': STAFF,
  'Mutation.searchSubject': EVERY,
  'Mutation.addCosignatures': EVERY,
  'Mutation.createAccessToken': EVERY,
  'Mutation.revokeAccessToken': EVERY,
  'Mutation.revokeBrowserSession': EVERY,
  'Mutation.logout': EVERY,
  'Mutation.createInvitation': ADMINS,
  'Mutation.revokeInvitation': ADMINS,
  'Mutation.inviteMember': ADMINS,
  'Mutation.changeMemberRole': ADMINS,
  'Mutation.removeMember': ADMINS,
  'Mutation.changeRetention': ADMINS,
  'Mutation.purgeVault': ADMINS,
  'Mutation.rotateKeys': ADMINS,
  'Mutation.recordNotPhi': STAFF,
  'Mutation.recordMissed': STAFF,
  'Mutation.closeCorrection': STAFF,
};

/** What everybody may ask who is known, also by a token without permissions. */
const OPEN_TO_ANY_TOKEN = new Set(['Query.me', 'Query.node']);

/** The least value of a type. */
function valueOf(type: GraphQLInputType): string {
  if (type instanceof GraphQLNonNull) return valueOf(type.ofType);
  if (isListType(type)) return '[]';
  if (type instanceof GraphQLEnumType) return type.getValues()[0]?.name ?? '';
  if (type instanceof GraphQLInputObjectType) return `{ ${argumentsOf(Object.values(type.getFields()))} }`;
  return type.name === 'Int' || type.name === 'SafeInt' ? '1' : '"x"';
}

function argumentsOf(inputs: readonly { readonly name: string; readonly type: GraphQLInputType }[]): string {
  const required = inputs.filter(({ type }) => type instanceof GraphQLNonNull);
  return required.map(({ name, type }) => `${name}: ${valueOf(type)}`).join(', ');
}

/** An operation that asks for the one field with the least arguments. */
function operationOf(type: string, { name, args, type: result }: GraphQLField<unknown, unknown>): string {
  const given = argumentsOf(args);
  const selection = isCompositeType(getNamedType(result)) ? '{ __typename ... on Error { code } }' : '';
  const sound = type === 'Query' ? selection.replace(' ... on Error { code }', '') : selection;
  return `${type === 'Query' ? 'query' : 'mutation'} { result: ${name}${given === '' ? '' : `(${given})`} ${sound} }`;
}

const OPERATIONS = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  isObjectType(type)
    ? Object.values(type.getFields()).map(
        (field) => [`${type.name}.${field.name}`, operationOf(type.name, field)] as const,
      )
    : [],
);

/** Whether the answer to an operation is `forbidden`, as data or as an error. */
async function isForbidden(operation: string, viewer: Viewer): Promise<boolean> {
  graphql.viewer = viewer;
  const { body } = await graphql.ask(operation);
  return JSON.stringify(body).includes('"code":"forbidden"');
}

describe('GraphQL', () => {
  test('every root field says who may ask for it', () => {
    expect(Object.keys(FIELDS).sort()).toEqual(OPERATIONS.map(([field]) => field).sort());
  });

  test.each(OPERATIONS)('%s is open to its roles, and to no token without its permission', async (field, operation) => {
    const roles = FIELDS[field] ?? [];
    for (const role of EVERY)
      expect([field, role, await isForbidden(operation, as(admin, role))]).toEqual([
        field,
        role,
        !roles.includes(role),
      ]);
    const powerless: Viewer = { ...admin, permissions: new Set(), via: 'access_token' };
    expect([field, await isForbidden(operation, powerless)]).toEqual([field, !OPEN_TO_ANY_TOKEN.has(field)]);
  });
});

describe('REST', () => {
  /** Who may use each operation. */
  const OPERATION_ROLES: Readonly<Record<string, readonly MemberRole[]>> = {
    createAgent: STAFF,
    listAgents: STAFF,
    getAgent: STAFF,
    updateAgent: STAFF,
    deleteAgent: ADMINS,
    createProxyKey: STAFF,
    revokeProxyKey: STAFF,
    rotateAssistantCallbackSecret: STAFF,
    listAgentSessions: STAFF,
    detect: STAFF,
    mask: STAFF,
    synthesize: STAFF,
    createPolicy: STAFF,
    listPolicies: STAFF,
    getPolicy: STAFF,
    savePolicy: STAFF,
    deletePolicy: STAFF,
    listPolicyVersions: STAFF,
    publishPolicy: STAFF,
    rollbackPolicy: STAFF,
    diffPolicy: STAFF,
    measurePolicyEffect: STAFF,
    validatePolicy: STAFF,
    reloadPolicies: ADMINS,
    createWebhook: STAFF,
    listWebhooks: STAFF,
    getWebhook: STAFF,
    updateWebhook: STAFF,
    deleteWebhook: STAFF,
    rotateWebhookSecret: STAFF,
    testWebhook: STAFF,
    replayWebhook: STAFF,
    listWebhookAttempts: STAFF,
    createInvitation: ADMINS,
    listInvitations: ADMINS,
    revokeInvitation: ADMINS,
    inviteMember: ADMINS,
    listMembers: ADMINS,
    changeMemberRole: ADMINS,
    removeMember: ADMINS,
    changeRetention: ADMINS,
    purgeVault: ADMINS,
    rotateKeys: ADMINS,
    recordNotPhi: STAFF,
    recordMissed: STAFF,
    closeCorrection: STAFF,
    exportCorrections: ADMINS,
  };

  /** A sound body for each route that takes one: a faulty one is refused before it is known who may. */
  const BODIES: Readonly<Record<string, object>> = {
    createAgent: { name: 'a', upstream: 'nowhere' },
    updateAgent: { name: 'a' },
    detect: { text: 'Call me.' },
    mask: { text: 'Call me.' },
    synthesize: { text: 'Call me.' },
    createPolicy: { policy_yaml: 'x' },
    savePolicy: { policy_yaml: 'x' },
    publishPolicy: {},
    rollbackPolicy: { version: 1 },
    diffPolicy: {},
    measurePolicyEffect: {},
    validatePolicy: { policy_yaml: 'x' },
    createWebhook: { url: 'x' },
    updateWebhook: {},
    replayWebhook: { since: 'x' },
    verifyAudit: { session_id: newId('session') },
    findSessionsPrivately: { session_id: newId('session') },
    searchSubject: { value: 'x' },
    addCosignatures: { checkpoint: 'x' },
    createInvitation: { role: 'member' },
    inviteMember: { role: 'member' },
    changeMemberRole: { role: 'member' },
    changeRetention: {},
    purgeVault: {},
    rotateKeys: { new_kid: 'K_NONE' },
    createToken: { name: 'a', permissions: [] },
    recordMissed: { turn: 1, path: '/input', start: 0, end: 1, kind: 'NAME' },
    closeCorrection: { outcome: 'accepted' },
  };

  /** The parameters that a route does not do without. */
  const QUERIES: Readonly<Record<string, string>> = { getConsistencyProof: '?from=1' };

  test.each(ROUTES.map((route) => [route.operationId, route] as const))(
    '%s is open to its roles, and to no token without its permission',
    async (name, { method, path, body }) => {
      if (body !== null) expect(Object.keys(BODIES)).toContain(name);
      const roles = OPERATION_ROLES[name] ?? EVERY;
      const address = `${path.replace(/\{\w+\}/g, 'x')}${QUERIES[name] ?? ''}`;
      const init = {
        method,
        ...(body === null
          ? {}
          : { body: JSON.stringify(BODIES[name]), headers: { 'content-type': 'application/json' } }),
      };
      const ask = async (viewer: Viewer): Promise<boolean> =>
        (await api.rest.request(`/api/v1${address}`, init, by(viewer))).status === 403;
      for (const role of EVERY)
        expect([name, role, await ask(as(admin, role))]).toEqual([name, role, !roles.includes(role)]);
      const powerless: Viewer = { ...admin, permissions: new Set(), via: 'access_token' };
      expect([name, await ask(powerless)]).toEqual([name, name !== 'getMe']);
    },
  );
});
