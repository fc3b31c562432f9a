/** Rows of what the schema lists and loads by ID: made for an account at a place in the list, and taken away again. */
import type { Viewer } from '../../src/accounts/viewer.ts';
import type { AgentId, SessionId } from '../../src/platform/ids.ts';
import { seedAgent, seedCall, seededId, seedMoreRedactions, signUp } from '../api.ts';
import type { TestApi } from '../api.ts';

/** An account with one of each object that has lists of its own. */
export interface Scene {
  readonly api: TestApi;
  readonly viewer: Viewer;
  readonly agent: AgentId;
  readonly session: SessionId;
  readonly policy: string;
  readonly webhook: string;
}

export interface Row {
  readonly id: string;
  /** Takes it away as the product does; null for what only grows. */
  readonly remove: (() => Promise<unknown>) | null;
}

/** Makes a row, with `at` in milliseconds since the epoch where the list is in the order of time. */
type Maker = (scene: Scene, at: number) => Promise<Row>;

let made = 0;
/** A number that no other row of this run has. */
const another = (): number => (made += 1);

async function makePolicy({ api, viewer }: Pick<Scene, 'api' | 'viewer'>, at: number): Promise<Row> {
  const id = seededId('policy', at);
  const name = `policy-${another()}`;
  const versions = { create: { version: 1, yaml: `name: ${name}`, description: '' } };
  const { accountId } = viewer;
  await api.database.prisma.storedPolicy.create({ data: { id, accountId, name, latestVersion: 1, versions } });
  return { id, remove: () => api.graphqlOptions.services.policies.stored.remove(viewer, name) };
}

async function makeWebhook({ api, viewer }: Pick<Scene, 'api' | 'viewer'>, at: number): Promise<Row> {
  const id = seededId('webhook', at);
  const { accountId } = viewer;
  await api.database.prisma.webhook.create({ data: { id, accountId, url: 'https://example.com/', position: 0n } });
  return { id, remove: () => api.graphqlOptions.services.webhooks.remove(viewer, id) };
}

async function makeSession({ api, viewer, agent }: Scene, at: number): Promise<Row> {
  const { prisma } = api.database;
  const id = await seedCall(api.database, viewer.accountId, agent, { at });
  // As retention marks it, before its rows go.
  return { id, remove: () => prisma.session.update({ where: { id }, data: { expiredAt: new Date() } }) };
}

/** How a row of each type of node comes to be. A type that is new has none: the tests say so. */
const MAKERS: Readonly<Record<string, Maker>> = {
  AccessToken: async ({ api, viewer }, at) => {
    const id = seededId('accessToken', at);
    const hash = Buffer.from(id);
    await api.database.prisma.accessToken.create({ data: { id, userId: viewer.userId, name: 'a', hash } });
    return { id, remove: () => api.graphqlOptions.services.accessTokens.revoke(viewer, id) };
  },
  Agent: async ({ api, viewer }, at) => {
    const id = seededId('agent', at);
    const { id: given } = await api.database.prisma.agent.update({
      where: { id: await seedAgent(api.database, viewer.accountId, `desk ${another()}`) },
      data: { id },
    });
    return { id: given, remove: () => api.graphqlOptions.services.agents.remove(viewer, id) };
  },
  AuditEntry: async ({ api, viewer: { accountId } }, at) => {
    const id = seededId('event', at);
    const body = JSON.stringify({ account_id: accountId, kind: 'sign_in', n: another() });
    await api.database.prisma.accountEvent.create({ data: { id, accountId, kind: 'sign_in', body, at: new Date() } });
    return { id, remove: null };
  },
  BrowserSession: async ({ api, viewer }, at) => {
    const id = seededId('browserSession', at);
    const expiresAt = new Date(Date.now() + 3_600_000);
    await api.database.prisma.browserSession.create({ data: { id, idHash: id, userId: viewer.userId, expiresAt } });
    return { id, remove: () => api.graphqlOptions.services.browserSessions.revoke(viewer, id) };
  },
  Correction: async ({ api, viewer: { accountId, userId }, session }, at) => {
    const id = seededId('correction', at);
    const place = { turn: 1, path: '/messages/0/content', start: another(), end: 9_999, kind: 'NAME' };
    const facts = { verdict: 'not_phi', createdBy: userId, createdAt: new Date(at) };
    await api.database.prisma.correction.create({ data: { id, accountId, sessionId: session, ...place, ...facts } });
    return { id, remove: null };
  },
  Event: async ({ api, viewer: { accountId }, agent }, at) => {
    const id = seededId('feedEvent', at);
    const facts = { type: 'agent.changed', createdAt: new Date(at), objectType: 'agent', objectId: agent };
    await api.database.prisma.feedEvent.create({ data: { accountId, seq: BigInt(another()), id, ...facts } });
    return { id, remove: null };
  },
  FoundSession: makeSession,
  MaskPolicy: makePolicy,
  Member: async ({ api, viewer }, at) => {
    const id = seededId('user', at);
    const { accountId } = viewer;
    await api.database.prisma.user.create({ data: { id, accountId, role: 'member', githubId: BigInt(another()) } });
    return { id, remove: () => api.graphqlOptions.services.members.remove(viewer, id) };
  },
  PolicyVersion: async ({ api, policy }) => {
    const version = 1 + another();
    const data = { policyId: policy, version, yaml: 'name: x', description: '' };
    await api.database.prisma.policyVersion.create({ data });
    return { id: `${policy} ${version}`, remove: null };
  },
  RedactionEvent: async ({ api, agent, session }) => {
    await seedMoreRedactions(api.database, session, agent, 1);
    return { id: `${session} ${another()}`, remove: null };
  },
  Session: makeSession,
  Turn: async ({ api, agent, session }, at) => {
    const id = seededId('turn', at);
    const { prisma } = api.database;
    const facts = { startedAt: new Date(at), model: 'stub', streamed: false, detectionUs: 0, tokenizeUs: 0 };
    await prisma.turn.create({
      data: { id, sessionId: session, agentId: agent, number: 1 + another(), redactionCount: 0, ...facts },
    });
    return { id, remove: () => prisma.turn.delete({ where: { id } }) };
  },
  Webhook: makeWebhook,
  WebhookAttempt: async ({ api, webhook }, at) => {
    const id = seededId('webhookAttempt', at);
    const facts = { eventId: seededId('feedEvent', at), eventType: 'agent.changed', number: 1, durationMs: 5 };
    const { prisma } = api.database;
    await prisma.webhookAttempt.create({ data: { id, webhookId: webhook, at: new Date(at), status: 204, ...facts } });
    return { id, remove: () => prisma.webhookAttempt.delete({ where: { id } }) };
  },
};

/** Makes a row of the type. Throws for a type that has no maker. */
export async function makeRow(type: string, scene: Scene, at: number): Promise<Row> {
  const maker = MAKERS[type];
  if (maker === undefined) throw new Error(`test/e2e/api-rows.ts has no way to make a ${type}`);
  return maker(scene, at);
}

/** A new account, whose admin is signed in by cookie, with one of each object that has lists. */
export async function newScene(api: TestApi, at: number): Promise<Scene> {
  const viewer: Viewer = { ...(await signUp(api.database)), via: 'cookie' };
  const agent = await seedAgent(api.database, viewer.accountId, 'desk');
  const session = await seedCall(api.database, viewer.accountId, agent, { at });
  const [policy, webhook] = [await makePolicy({ api, viewer }, at), await makeWebhook({ api, viewer }, at)];
  return { api, viewer, agent, session, policy: policy.id, webhook: webhook.id };
}

/** The object of a scene that lists of a type belong to. Throws for a type of which a scene has none. */
export function parentOf({ agent, session, policy, webhook }: Scene, type: string): string {
  const parents: Readonly<Record<string, string>> = {
    Agent: agent,
    Session: session,
    MaskPolicy: policy,
    Webhook: webhook,
  };
  const parent = parents[type];
  if (parent === undefined) throw new Error(`a scene of test/e2e/api-rows.ts has no ${type}`);
  return parent;
}
