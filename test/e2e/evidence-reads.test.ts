/**
 * Who looked: every way to read a payload, a report, a bundle, a journal or the result of a subject search leaves a leaf in the
 * account's log. The ways are read from the schema and the route table: one that is new has to be classified here.
 */
import { readFileSync } from 'node:fs';
import { getNamedType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLField, GraphQLOutputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { ROUTES } from '../../src/rest/route-table.ts';
import { BOOTSTRAP_TOKEN } from '../instance.ts';
import type { CreatedAgent } from '../instance.ts';
import { answerOf, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';

/** Types that are evidence. A field that gives one reads evidence. */
const EVIDENCE = new Set(['Payloads', 'RedactionOrigin', 'Report', 'ScopeReport', 'SubjectReport']);

/** An operation that reads evidence, and the record that it must leave. */
interface Read {
  readonly document: string;
  readonly record: string;
}

const FIELDS_THAT_READ: Readonly<Record<string, Read>> = {
  'Query.report': { document: 'query ($s: ID!) { report(sessionId: $s) { id } }', record: 'report_issued' },
  'Query.bundle': { document: 'query ($s: ID!) { bundle(sessionId: $s) }', record: 'report_issued' },
  'Query.journal': { document: 'query ($s: ID!) { journal(sessionId: $s, face: cef) }', record: 'journal_exported' },
  'Query.agentReport': { document: 'query ($a: ID!) { agentReport(agentId: $a) { id } }', record: 'report_issued' },
  'Query.agentBundle': { document: 'query ($a: ID!) { agentBundle(agentId: $a) }', record: 'report_issued' },
  'Query.accountReport': { document: '{ accountReport { id } }', record: 'report_issued' },
  'Query.accountBundle': { document: '{ accountBundle }', record: 'report_issued' },
  'Mutation.searchSubject': {
    document: 'mutation { searchSubject(value: "Maria Gonzalez") { ... on SearchSubjectSuccess { subject { id } } } }',
    record: 'subject_searched',
  },
  'RedactionExplanation.origin': {
    document: 'query ($s: ID!) { session(id: $s) { explanation(seq: 1) { origin { state } } } }',
    record: 'payload_read',
  },
  'Session.payloads': {
    document: 'query ($s: ID!) { session(id: $s) { payloads { request } } }',
    record: 'payload_read',
  },
};

const ROUTES_THAT_READ: Readonly<Record<string, (format: string) => string>> = {
  'GET /sessions/{id}': () => 'payload_read',
  'GET /sessions/{id}/redactions/{seq}': () => 'payload_read',
  'GET /sessions/{id}/report': (format) =>
    ['ocsf', 'fhir', 'cef'].includes(format) ? 'journal_exported' : 'report_issued',
  'GET /agents/{id}/report': () => 'report_issued',
  'GET /reports': () => 'report_issued',
  'POST /audit/subject': () => 'subject_searched',
  'GET /exports/sessions': () => 'data_exported',
  'GET /exports/entries': () => 'data_exported',
  'GET /exports/corrections': () => 'data_exported',
};

/** Root fields, and fields with arguments, that give no evidence: settings, lists, counts, hashes and the log itself. */
const OTHER_FIELDS = new Set(
  `Agent.sessions MaskPolicy.diff MaskPolicy.effect MaskPolicy.versions Mutation.addCosignatures Mutation.changeMemberRole
  Mutation.createAccessToken Mutation.createAgent Mutation.createInvitation Mutation.createPolicy Mutation.createProxyKey
  Mutation.deleteAgent Mutation.deletePolicy Mutation.endSession Mutation.inviteMember Mutation.mask Mutation.synthesize Mutation.publishPolicy
  Mutation.logout Mutation.reloadPolicies Mutation.removeMember Mutation.revokeAccessToken Mutation.revokeBrowserSession
  Mutation.revokeInvitation Mutation.revokeProxyKey Mutation.rollbackPolicy Mutation.rotateAssistantCallbackSecret
  Mutation.savePolicy Mutation.updateAgent Query.accessTokens Query.agent Query.agents Query.auditFind Query.auditLog
  Query.browserSessions Query.checkpoint Query.consistencyProof Query.detect Query.events Query.inclusionProof
  Query.invitations Query.logKeys Query.logMinimumIndex Query.logTile Query.me Query.members Query.node Query.policies Query.policy Query.session
  Query.sessions Query.stampedCheckpoint Query.upstreams Query.usage Query.validatePolicy Query.verifyAudit Session.events Session.explanation
  Session.turns Subscription.events
  Subscription.sessionCompleted Subscription.sessionEvents Mutation.createWebhook
  Mutation.deleteWebhook Mutation.replayWebhook Mutation.rotateWebhookSecret Mutation.testWebhook Mutation.updateWebhook
  Query.webhook Query.webhooks Webhook.attempts Query.retention Mutation.changeRetention
  Mutation.purgeVault Mutation.rotateKeys Query.corrections Mutation.recordNotPhi Mutation.recordMissed
  Mutation.closeCorrection`.split(/\s+/),
);

const OTHER_ROUTES = new Set([
  ...['GET /retention', 'PATCH /retention', 'POST /vault/purge', 'POST /keys/rotate'],
  ...['POST /agents', 'GET /agents', 'GET /agents/{id}', 'PATCH /agents/{id}', 'DELETE /agents/{id}'],
  ...['POST /agents/{id}/proxy-keys', 'DELETE /agents/{id}/proxy-keys/{key_id}'],
  ...['POST /agents/{id}/assistant-callback-secret', 'GET /sessions', 'GET /agents/{id}/sessions'],
  ...[
    'GET /audit/checkpoint',
    'GET /audit/checkpoint/timestamped',
    'POST /audit/checkpoint/cosignatures',
    'GET /audit/tile/entries/{tile}',
  ],
  ...['GET /audit/tile/{level}/{tile}', 'GET /audit/proof/inclusion', 'GET /audit/proof/consistency'],
  ...[
    'GET /audit/log',
    'GET /audit/minimum-index',
    'GET /audit/keys',
    'POST /audit/verify',
    'GET /audit/find',
    'POST /audit/find',
    'GET /events',
  ],
  ...['POST /admin/policy/reload', 'POST /policies', 'GET /policies', 'POST /policies/validate'],
  ...['POST /policies/{name}/diff', 'POST /policies/{name}/effect'],
  ...['GET /policies/{name}', 'PUT /policies/{name}', 'DELETE /policies/{name}', 'GET /policies/{name}/versions'],
  ...[
    'POST /policies/{name}/publish',
    'POST /policies/{name}/rollback',
    'POST /detect',
    'POST /mask',
    'POST /synthesize',
    'GET /usage',
  ],
  ...['POST /invitations', 'GET /invitations', 'DELETE /invitations/{id}', 'POST /members', 'GET /members'],
  ...['PATCH /members/{id}', 'DELETE /members/{id}', 'POST /tokens', 'GET /tokens', 'DELETE /tokens/{id}'],
  ...['POST /webhooks', 'GET /webhooks', 'GET /webhooks/{id}', 'PATCH /webhooks/{id}', 'DELETE /webhooks/{id}'],
  ...['POST /webhooks/{id}/rotate-secret', 'POST /webhooks/{id}/test', 'POST /webhooks/{id}/replay'],
  'GET /webhooks/{id}/attempts',
  ...['POST /sessions/{id}/redactions/{seq}/not-phi', 'POST /sessions/{id}/missed', 'GET /corrections'],
  'POST /corrections/{id}/close',
  ...['GET /me', 'GET /me/sessions', 'DELETE /me/sessions/{id}'],
]);

/** The types that a field gives: its own, and those behind the members of a result union. */
function givenTypes(type: GraphQLOutputType): readonly string[] {
  const named = getNamedType(type);
  const members = isUnionType(named) ? named.getTypes().filter(({ name }) => name.endsWith('Success')) : [];
  return [
    named.name,
    ...members.flatMap((member) => Object.values(member.getFields()).map((field) => getNamedType(field.type).name)),
  ];
}

function* fields(): Generator<readonly [string, GraphQLField<unknown, unknown>, boolean]> {
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values<GraphQLField<unknown, unknown>>(type.getFields()))
      yield [`${type.name}.${field.name}`, field, roots.has(type)];
  }
}

describe('the classification', () => {
  test('names every root field and every field with arguments, once', () => {
    const all = [...fields()].flatMap(([name, { args }, isRoot]) => (isRoot || args.length > 0 ? [name] : []));
    expect([...Object.keys(FIELDS_THAT_READ), ...OTHER_FIELDS].sort()).toEqual(all.sort());
  });

  test('names every route, once', () => {
    const all = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect([...Object.keys(ROUTES_THAT_READ), ...OTHER_ROUTES].sort()).toEqual(all.sort());
  });

  test('counts every field that gives evidence among those that read it', () => {
    const giving = [...fields()].flatMap(([name, { type }]) =>
      !name.includes('Success.') && givenTypes(type).some((given) => EVIDENCE.has(given)) ? [name] : [],
    );
    expect(giving.filter((name) => !Object.hasOwn(FIELDS_THAT_READ, name))).toEqual([]);
  });
});

const OpenApi = JSON.parse(readFileSync('schema/openapi.json', 'utf8')) as {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { readonly parameters?: readonly { readonly name: string; readonly schema: { enum?: string[] } }[] }
        >
      >
    >
  >;
};

/** The values of the parameter `format` of a route; one empty text where it has none. */
function formatsOf(route: string): readonly string[] {
  const [method = '', path = ''] = route.split(' ');
  const parameters = OpenApi.paths[`/api/v1${path}`]?.[method.toLowerCase()]?.parameters ?? [];
  return parameters.find(({ name }) => name === 'format')?.schema.enum ?? [''];
}

interface EventRecord {
  readonly kind: string;
  readonly user_id: string | null;
  readonly subject: Readonly<Record<string, unknown>>;
}

const PURPOSE = 'audit of the second quarter';
let calls: Calls;
let agent: CreatedAgent;
let session: string;

beforeAll(async () => {
  calls = await startCalls({ MASKER_PAYLOAD_RETENTION_DAYS: '7' });
  agent = await calls.masker.createAgent({ policy_yaml: 'name: keeping\nversion: 1\naudit: { log_payloads: true }\n' });
  const response = await calls.masker.chat(agent, saying('my name is Maria Gonzalez'));
  await answerOf(response);
  session = sessionOf(response);
});
afterAll(async () => {
  await calls.close();
});

const headers = {
  authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
  'content-type': 'application/json',
  'masker-purpose': PURPOSE,
};

/** The events that a request leaves, and its status. */
async function recordsOf(request: () => Promise<Response>): Promise<{ status: number; records: EventRecord[] }> {
  const read = async (): Promise<string[]> =>
    (await calls.pool.query<{ body: string }>('SELECT body FROM account_events ORDER BY id')).rows.map(
      ({ body }) => body,
    );
  const before = await read();
  const response = await request();
  await response.arrayBuffer();
  const after = await read();
  return {
    status: response.status,
    records: after.slice(before.length).map((body) => JSON.parse(body) as EventRecord),
  };
}

function expectOne({ status, records }: Awaited<ReturnType<typeof recordsOf>>, kind: string): void {
  expect([status, records.map((record) => record.kind)]).toEqual([200, [kind]]);
  expect(records[0]?.user_id).toMatch(/^usr_/);
  expect(records[0]?.subject).toMatchObject({
    purpose: PURPOSE,
    result: expect.stringMatching(/^(?:issued|shown)$/) as string,
  });
}

describe('each field that reads evidence leaves one record with actor, purpose and result', () => {
  test.each(Object.entries(FIELDS_THAT_READ))('%s', async (_field, { document, record }) => {
    const body = JSON.stringify({ query: document, variables: { s: session, a: agent.id } });
    expectOne(await recordsOf(() => fetch(`${calls.masker.url}/graphql`, { method: 'POST', headers, body })), record);
  });
});

describe('each route that reads evidence leaves one record, in every format', () => {
  const cases = Object.entries(ROUTES_THAT_READ).flatMap(([route, record]) =>
    formatsOf(route).map((format) => [route, format, record(format)] as const),
  );
  test.each(cases)('%s %s', async (route, format, record) => {
    const [method = '', path = ''] = route.split(' ');
    const id = path.startsWith('/agents') ? agent.id : session;
    const url = `${calls.masker.url}/api/v1${path.replace('{id}', id).replace('{seq}', '1?origin=true')}${format === '' ? '' : `?format=${format}`}`;
    const init = method === 'POST' ? { method, headers, body: '{"value":"Maria Gonzalez"}' } : { method, headers };
    expectOne(await recordsOf(() => fetch(url, init)), record);
  });
});
