/** Access tokens: made once and shown once, used on REST and GraphQL, limited by scope and role, expired, revoked. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createAccessTokens, MAX_ACCESS_TOKENS } from '../../src/accounts/access-tokens.ts';
import type { AccessTokens } from '../../src/accounts/access-tokens.ts';
import { createBrowserSessions } from '../../src/accounts/browser-sessions.ts';
import { createCredentials } from '../../src/accounts/credentials.ts';
import type { Credentials } from '../../src/accounts/credentials.ts';
import { permissionsOf } from '../../src/accounts/viewer.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { newId } from '../../src/platform/ids.ts';
import { ACCESS_TOKEN } from '../../src/rest/objects.ts';
import { as, matching, seedAgent, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { createTestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';
import { rowsHolding } from '../sign-in-server.ts';

const DAY = 86_400_000;
const START = Date.now();

let api: TestApi;
let tokens: AccessTokens;
let credentials: Credentials;
let viewer: Viewer;
let now = START;

beforeAll(async () => {
  api = await startTestApi();
  const clock = { now: () => now };
  const { prisma } = api.database;
  tokens = createAccessTokens({ prisma, clock });
  const browserSessions = createBrowserSessions({ prisma, secureCookies: true, clock });
  credentials = createCredentials({ browserSessions, accessTokens: tokens, bootstrapTokenHash: null });
});
beforeEach(async () => {
  viewer = await signUp(api.database);
});
afterEach(() => {
  now = START;
});
afterAll(() => api.close());

const MADE = z.strictObject({ token: ACCESS_TOKEN, secret: z.string() });

async function make(input: object = {}, who: Viewer = viewer): Promise<z.output<typeof MADE>> {
  const answer = await sendAs(api.rest, who, 'POST', '/tokens', {
    name: 'reports',
    permissions: ['agents:read'],
    ...input,
  });
  expect(answer.status).toBe(201);
  return MADE.parse(answer.body);
}

/** Who a request with the token comes from. */
async function bearer(secret: string): Promise<Viewer | null> {
  return (await credentials.authenticate({ authorization: `Bearer ${secret}` })).viewer;
}

const send = async (secret: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  sendAs(api.rest, await bearer(secret), method, path, body);

const stored = (id: string) => api.database.prisma.accessToken.findUnique({ where: { id } });

describe('POST /tokens', () => {
  test('answers 201 with the documented object and the secret', async () => {
    const expires_at = new Date(START + DAY).toISOString();
    const { token, secret } = await make({ permissions: ['sessions:read', 'agents:read'], expires_at });
    expect(token).toEqual({
      id: matching(/^tok_/),
      name: 'reports',
      permissions: ['agents:read', 'sessions:read'],
      created_at: matching(/Z$/),
      expires_at,
      last_used_at: null,
    });
    expect(secret).toMatch(/^msk_[\w-]{43}$/);
  });

  test('stores the SHA-256 alone, and records the act without the secret', async () => {
    const { token, secret } = await make();
    expect(await rowsHolding(api.database, secret, secret.slice(4))).toEqual([]);
    const { body } = await api.database.prisma.accountEvent.findFirstOrThrow({
      where: { accountId: viewer.accountId, kind: 'access_token_created' },
    });
    expect(JSON.parse(body)).toMatchObject({
      user_id: viewer.userId,
      subject: { access_token_id: token.id, permissions: ['agents:read'], expires_at: null },
    });
    const { body: list } = await sendAs(api.rest, viewer, 'GET', '/tokens');
    expect(list).toEqual({ data: [token], next_cursor: null });
  });

  test.each([
    [{ name: '' }, ['name']],
    [{ name: 'a\u0000' }, ['name']],
    [{ name: 'a'.repeat(65) }, ['name']],
    [{ permissions: [] }, ['permissions']],
    [{ permissions: ['agents:delete'] }, ['permissions']],
    [{ expires_at: 'tomorrow' }, ['expires_at']],
    [{ expires_at: '2020-01-01T00:00:00Z' }, ['expires_at']],
    [{ expires_at: '2099-01-01T00:00:00' }, ['expires_at']],
    [{ name: ' ', permissions: ['everything'], expires_at: '' }, ['expires_at', 'name', 'permissions']],
  ])('answers 422 to %j, naming every faulty field', async (input, faults) => {
    const body = { name: 'a', permissions: ['agents:read'], ...input };
    expectFailure(await sendAs(api.rest, viewer, 'POST', '/tokens', body), 422, 'validation_failed', faults);
    expect(await api.database.prisma.accessToken.count({ where: { userId: viewer.userId } })).toBe(0);
  });

  test('answers 422 to a permission that the user does not have', async () => {
    for (const role of ['member', 'auditor'] as const) {
      const body = { name: 'a', permissions: ['audit:read', 'members:admin'] };
      const answer = await sendAs(api.rest, as(viewer, role), 'POST', '/tokens', body);
      expectFailure(answer, 422, 'validation_failed', ['permissions']);
    }
  });

  test('makes no more tokens than allowed, where expired ones do not count', async () => {
    const input = { name: 'a', permissions: ['agents:read'] };
    await tokens.create(viewer, { ...input, expiresAt: new Date(START + 1000).toISOString() });
    for (let n = 1; n < MAX_ACCESS_TOKENS; n += 1) await tokens.create(viewer, input);
    await expect(tokens.create(viewer, input)).rejects.toMatchObject({ code: 'validation_failed' });
    now += 1000;
    await tokens.create(viewer, input);
    await expect(tokens.create(viewer, input)).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('a token', () => {
  test('does what its permissions permit on REST, and is refused the rest with 403', async () => {
    await seedAgent(api.database, viewer.accountId, 'front desk');
    const { secret } = await make();
    expect(await send(secret, 'GET', '/agents')).toMatchObject({
      status: 200,
      body: { data: [{ name: 'front desk' }] },
    });
    for (const [method, path, body] of [
      ['GET', '/sessions', undefined],
      ['POST', '/agents', { name: 'a', upstream: 'stub' }],
      ['GET', '/audit/log', undefined],
      ['POST', '/invitations', { role: 'admin' }],
      ['GET', `/sessions/${newId('session')}/report?format=pdf`, undefined],
    ] as const)
      expectFailure(await send(secret, method, path, body), 403, 'forbidden');
  });

  test('of an admin does not delete an agent without agents:write', async () => {
    const agent = await seedAgent(api.database, viewer.accountId, 'kept');
    const { secret } = await make({ permissions: ['agents:read', 'policies:write'] });
    expectFailure(await send(secret, 'DELETE', `/agents/${agent}`), 403, 'forbidden');
    const { secret: writing } = await make({ permissions: ['agents:write'] });
    expect((await send(writing, 'DELETE', `/agents/${agent}`)).status).toBe(204);
  });

  test('shows its permissions at /me', async () => {
    const { secret } = await make({ permissions: ['audit:read', 'agents:read'] });
    expect((await send(secret, 'GET', '/me')).body).toMatchObject({
      user: { id: viewer.userId },
      permissions: ['agents:read', 'audit:read'],
    });
  });

  test('neither makes, lists nor revokes tokens, also with all permissions', async () => {
    const { token, secret } = await make({ permissions: [...viewer.permissions] });
    expectFailure(await send(secret, 'POST', '/tokens', { name: 'a', permissions: ['agents:read'] }), 403, 'forbidden');
    expectFailure(await send(secret, 'GET', '/tokens'), 403, 'forbidden');
    expectFailure(await send(secret, 'DELETE', `/tokens/${token.id}`), 403, 'forbidden');
    expect(await bearer(secret)).not.toBeNull();
  });

  test('loses what the role of its user loses', async () => {
    const { secret } = await make({ permissions: ['agents:write', 'sessions:read', 'members:admin'] });
    const where = { id: viewer.userId };
    for (const role of ['member', 'auditor', 'admin'] as const) {
      await api.database.prisma.user.update({ where, data: { role } });
      const expected = permissionsOf(role, ['agents:write', 'sessions:read', 'members:admin']);
      expect(await bearer(secret)).toMatchObject({ role, permissions: expected, via: 'access_token' });
    }
  });

  test('with a permission that no version knows has no use of it', async () => {
    const { token, secret } = await make();
    const data = { permissions: ['agents:read', 'everything', ''] };
    await api.database.prisma.accessToken.update({ where: { id: token.id }, data });
    expect([...((await bearer(secret))?.permissions ?? [])]).toEqual(['agents:read']);
  });

  test.each([
    ['a millisecond before it expires', DAY - 1, true],
    ['when it expires', DAY, false],
  ])('is good until it expires: %s', async (_case, elapsed, good) => {
    const { secret } = await make({ expires_at: new Date(START + DAY).toISOString() });
    now += elapsed;
    expect((await bearer(secret)) !== null).toBe(good);
  });

  test('is worthless once it is revoked', async () => {
    const { token, secret } = await make();
    expect((await sendAs(api.rest, viewer, 'DELETE', `/tokens/${token.id}`)).status).toBe(204);
    expect(await bearer(secret)).toBeNull();
    expectFailure(await sendAs(api.rest, viewer, 'DELETE', `/tokens/${token.id}`), 404, 'not_found');
    expect(
      await api.database.prisma.accountEvent.count({
        where: { accountId: viewer.accountId, kind: 'access_token_revoked', body: { contains: token.id } },
      }),
    ).toBe(1);
  });

  test('is worthless once its user has left', async () => {
    const { secret } = await make();
    await api.database.prisma.user.delete({ where: { id: viewer.userId } });
    expect(await bearer(secret)).toBeNull();
  });

  test('of another text is nobody', async () => {
    const { token, secret } = await make();
    const { hash } = (await stored(token.id)) ?? { hash: Buffer.of() };
    const last = secret.endsWith('A') ? 'B' : 'A';
    for (const text of [
      `${secret.slice(0, -1)}${last}`,
      secret.slice(0, -1),
      `${secret}A`,
      secret.toLowerCase(),
      `msk_${Buffer.from(hash).toString('base64url')}`,
      token.id,
    ])
      expect([text, await bearer(text)]).toEqual([text, null]);
  });

  test('has its use noted, once a minute however often it is used', async () => {
    const { token, secret } = await make();
    const used = async () => (await stored(token.id))?.lastUsedAt?.getTime();
    await Promise.all(Array.from({ length: 5 }, () => bearer(secret)));
    expect(await used()).toBe(START);
    now += 59_999;
    await bearer(secret);
    expect(await used()).toBe(START);
    now += 1;
    await bearer(secret);
    expect(await used()).toBe(START + 60_000);
  });
});

describe('GET /tokens', () => {
  test('lists one’s own tokens, newest first, page by page', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push((await make({ name: `token ${n}` })).token.id);
    const colleague = await anotherUser();
    await make({}, colleague);
    const page = z.object({ data: z.array(z.object({ id: z.string() })), next_cursor: z.string().nullable() });
    const seen: string[] = [];
    for (let query: string | null = '?limit=2'; query !== null;) {
      const { data, next_cursor: cursor } = page.parse((await sendAs(api.rest, viewer, 'GET', `/tokens${query}`)).body);
      seen.push(...data.map(({ id }) => id));
      query = cursor === null ? null : `?limit=2&cursor=${cursor}`;
    }
    expect(seen).toEqual(made.toReversed());
  });

  test.each(['?limit=0', '?cursor=bm9uZXN1Y2g', '?page=1'])('answers 422 to %s', async (query) => {
    expect((await sendAs(api.rest, viewer, 'GET', `/tokens${query}`)).status).toBe(422);
  });
});

/** Another user of the viewer's account. */
async function anotherUser(role: 'admin' | 'member' | 'auditor' = 'member'): Promise<Viewer> {
  const userId = newId('user');
  await api.database.prisma.user.create({ data: { id: userId, accountId: viewer.accountId, role } });
  return { ...as(viewer, role), userId };
}

describe('DELETE /tokens/{id}', () => {
  test('of a colleague’s token is 404 for a member, and 204 for an admin', async () => {
    const [member, colleague] = [await anotherUser(), await anotherUser('auditor')];
    const { token, secret } = await make({ permissions: ['audit:read'] }, colleague);
    expectFailure(await sendAs(api.rest, member, 'DELETE', `/tokens/${token.id}`), 404, 'not_found');
    expect(await bearer(secret)).not.toBeNull();
    expect((await sendAs(api.rest, viewer, 'DELETE', `/tokens/${token.id}`)).status).toBe(204);
    expect(await bearer(secret)).toBeNull();
  });
});

describe('on a whole server', () => {
  test('a token works on REST and GraphQL from any origin, and a wrong one is 401 on both', async () => {
    const { url, drop } = await createTestDatabase();
    const masker = await startTestInstance(url);
    try {
      const made = await masker.api('POST', '/tokens', { name: 'ci', permissions: ['agents:read', 'agents:write'] });
      const { token, secret } = MADE.parse(await made.json());
      const call = async (path: string, body?: object, authorization = `Bearer ${secret}`): Promise<Response> =>
        fetch(`${masker.url}${path}`, {
          ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
          headers: { authorization, origin: 'https://elsewhere.test', 'content-type': 'application/json' },
        });
      expect((await call('/api/v1/agents', { name: 'by token', upstream: 'stub' })).status).toBe(201);
      const query = '{ agents { edges { node { name } } } sessions { edges { cursor } } }';
      const answer: unknown = await (await call('/graphql', { query: query.replace(/ sessions.*$/, ' }') })).json();
      expect(answer).toEqual({ data: { agents: { edges: [{ node: { name: 'by token' } }] } } });
      expect(await (await call('/graphql', { query })).json()).toMatchObject({
        errors: [{ extensions: { code: 'forbidden' } }],
      });
      expect((await masker.api('DELETE', `/tokens/${token.id}`)).status).toBe(204);
      expect((await call('/api/v1/agents')).status).toBe(401);
      expect(await (await call('/graphql', { query })).json()).toMatchObject({
        errors: [{ extensions: { code: 'unauthenticated' } }],
      });
      expect(masker.logged.join('\n')).not.toContain(secret);
    } finally {
      await masker.close();
      await drop();
    }
  });
});
