/**
 * Bodies that arrive after their sender lost the right to send them. A viewer is determined by the headers of a request,
 * so the tests keep a viewer, take the right away, and send the body then.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAccessTokens } from '../../src/accounts/access-tokens.ts';
import { createBrowserSessions } from '../../src/accounts/browser-sessions.ts';
import { createCredentials } from '../../src/accounts/credentials.ts';
import type { CredentialHeaders } from '../../src/accounts/credentials.ts';
import type { MemberRole, Viewer } from '../../src/accounts/viewer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { as, listenGraphql, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let admin: Viewer;
let mary: Viewer;
let jo: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  admin = await signUp(api.database);
  [mary, jo] = [await join('admin'), await join('member')];
});
afterAll(() => api.close());

async function join(role: MemberRole): Promise<Viewer> {
  const userId = newId('user');
  await api.database.prisma.user.create({ data: { id: userId, accountId: admin.accountId, role } });
  return { ...as(admin, role), userId };
}

const send = (who: Viewer, method: string, path: string, body?: unknown): Promise<Answer> =>
  sendAs(api.rest, who, method, path, body);

/** Who a request with these headers comes from, as the server determines it. */
async function viewerBy(headers: CredentialHeaders): Promise<Viewer> {
  const { prisma } = api.database;
  const { viewer } = await createCredentials({
    browserSessions: createBrowserSessions({ prisma, secureCookies: true, clock: systemClock }),
    accessTokens: createAccessTokens({ prisma, clock: systemClock }),
    bootstrapTokenHash: null,
  }).authenticate(headers);
  if (viewer === null) throw new Error('the headers should be those of a user');
  return viewer;
}

async function counts(): Promise<object> {
  const { prisma } = api.database;
  const { accountId } = admin;
  return {
    admins: await prisma.user.count({ where: { accountId, role: 'admin' } }),
    users: await prisma.user.count({ where: { accountId } }),
    invitations: await prisma.invitation.count({ where: { accountId } }),
    tokens: await prisma.accessToken.count({ where: { user: { accountId } } }),
    acts: await prisma.accountEvent.count({ where: { accountId } }),
  };
}

describe.each([
  ['demoted', 'PATCH', { role: 'member' }],
  ['removed', 'DELETE', undefined],
] as const)('an admin who was %s meanwhile', (_case, method, change) => {
  test.each([
    ['makes nobody an admin', 'PATCH', (): string => `/members/${mary.userId}`, { role: 'admin' }],
    ['changes no colleague', 'PATCH', (): string => `/members/${jo.userId}`, { role: 'auditor' }],
    ['removes no colleague', 'DELETE', (): string => `/members/${jo.userId}`, undefined],
    ['invites nobody', 'POST', (): string => '/invitations', { role: 'member' }],
    ['invites no person by name', 'POST', (): string => '/members', { github_login: 'somebody', role: 'member' }],
  ] as const)('%s: 403, and nothing changes', async (_act, verb, path, body) => {
    expect((await send(admin, method, `/members/${mary.userId}`, change)).status).toBeLessThan(300);
    const before = await counts();
    expectFailure(await send(mary, verb, path(), body), 403, 'forbidden');
    expect(await counts()).toEqual(before);
  });

  test('revokes no invitation: 403', async () => {
    const made = await send(admin, 'POST', '/invitations', { role: 'member' });
    const { id } = (made.body as { invitation: { id: string } }).invitation;
    await send(admin, method, `/members/${mary.userId}`, change);
    expectFailure(await send(mary, 'DELETE', `/invitations/${id}`), 403, 'forbidden');
    expect(await counts()).toMatchObject({ invitations: 1 });
  });

  test('makes no access token with the permissions of an admin', async () => {
    await send(admin, method, `/members/${mary.userId}`, change);
    const answer = await send(mary, 'POST', '/tokens', { name: 'a', permissions: ['members:admin'] });
    if (method === 'DELETE') expectFailure(answer, 403, 'forbidden');
    else expectFailure(answer, 422, 'validation_failed', ['permissions']);
    expect(await counts()).toMatchObject({ tokens: 0 });
  });

  test('revokes no access token of a colleague', async () => {
    const { accessTokens } = api.graphqlOptions.services;
    const { token } = await accessTokens.create(jo, { name: 'a', permissions: ['agents:read'] });
    await send(admin, method, `/members/${mary.userId}`, change);
    const answer = await send(mary, 'DELETE', `/tokens/${token.id}`);
    if (method === 'DELETE') expectFailure(answer, 403, 'forbidden');
    else expectFailure(answer, 404, 'not_found');
    expect(await counts()).toMatchObject({ tokens: 1 });
  });

  test('changes nothing over GraphQL: ForbiddenError', async () => {
    await send(admin, method, `/members/${mary.userId}`, change);
    const graphql = await listenGraphql(api.graphqlOptions, mary);
    try {
      const query = `mutation ($id: ID!) { changeMemberRole(id: $id, role: admin) { __typename } }`;
      expect((await graphql.ask(query, { id: mary.userId })).body).toEqual({
        data: { changeMemberRole: { __typename: 'ForbiddenError' } },
      });
    } finally {
      await graphql.close();
    }
  });
});

describe('a browser session that was revoked meanwhile', () => {
  test('makes no access token, and no invitation: 403', async () => {
    const { browserSessions } = api.graphqlOptions.services;
    const real = createBrowserSessions({ prisma: api.database.prisma, secureCookies: true, clock: systemClock });
    const line = await api.database.prisma.$transaction((tx) => real.create(tx, mary, { method: 'link' }));
    const viewer = await viewerBy({ cookie: line.split(';', 1)[0] });
    const inSameSite = { 'sec-fetch-site': 'same-origin' };
    const post = (path: string, body: object): Promise<Answer> =>
      sendAs(api.rest, viewer, 'POST', path, body, inSameSite);
    const token = { name: 'a', permissions: ['agents:read'] };
    expect((await post('/tokens', token)).status).toBe(201);
    await browserSessions.revoke(mary, viewer.browserSessionId ?? '');
    expectFailure(await post('/tokens', token), 403, 'forbidden');
    expectFailure(await post('/invitations', { role: 'member' }), 403, 'forbidden');
    expect(await counts()).toMatchObject({ tokens: 1, invitations: 0 });
  });
});

describe('an access token', () => {
  async function tokenOf(user: Viewer, ...permissions: string[]): Promise<{ id: string; viewer: Viewer }> {
    const { token, secret } = await api.graphqlOptions.services.accessTokens.create(user, { name: 'a', permissions });
    return { id: token.id, viewer: await viewerBy({ authorization: `Bearer ${secret.reveal()}` }) };
  }

  test('that was revoked meanwhile invites nobody: 403', async () => {
    const { id, viewer } = await tokenOf(mary, 'members:admin', 'sessions:read', 'reports:read', 'audit:read');
    expect((await send(viewer, 'POST', '/invitations', { role: 'auditor' })).status).toBe(201);
    expect((await send(admin, 'DELETE', `/tokens/${id}`)).status).toBe(204);
    expectFailure(await send(viewer, 'POST', '/invitations', { role: 'auditor' }), 403, 'forbidden');
    expect(await counts()).toMatchObject({ invitations: 1 });
  });

  test('with members:admin alone grants no role with permissions that it lacks: 403 names them', async () => {
    const { viewer } = await tokenOf(mary, 'members:admin');
    const before = await counts();
    for (const role of ['admin', 'member', 'auditor']) {
      expectFailure(await send(viewer, 'POST', '/invitations', { role }), 403, 'forbidden');
      const invited = await send(viewer, 'POST', '/members', { github_login: 'somebody', role });
      expectFailure(invited, 403, 'forbidden');
      expect(JSON.stringify(invited.body)).toContain('sessions:read');
    }
    expectFailure(await send(viewer, 'PATCH', `/members/${jo.userId}`, { role: 'admin' }), 403, 'forbidden');
    expect(await counts()).toEqual(before);
  });

  test('grants a role whose permissions it has, and takes permissions away', async () => {
    const { viewer } = await tokenOf(mary, 'members:admin', 'sessions:read', 'reports:read', 'audit:read');
    expect((await send(viewer, 'POST', '/invitations', { role: 'auditor' })).status).toBe(201);
    expectFailure(await send(viewer, 'POST', '/invitations', { role: 'member' }), 403, 'forbidden');
    expect((await send(viewer, 'PATCH', `/members/${admin.userId}`, { role: 'member' })).status).toBe(200);
    expect((await send(viewer, 'PATCH', `/members/${jo.userId}`, { role: 'auditor' })).status).toBe(200);
    expectFailure(await send(viewer, 'PATCH', `/members/${jo.userId}`, { role: 'member' }), 403, 'forbidden');
  });
});
