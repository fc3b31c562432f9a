/** Members of an account: listed, invited, given another role, removed; the last admin stays. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createAccessTokens } from '../../src/accounts/access-tokens.ts';
import { BOOTSTRAP_ADMIN } from '../../src/accounts/bootstrap.ts';
import type { MemberRole, Viewer } from '../../src/accounts/viewer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { INVITATION, MEMBER } from '../../src/rest/objects.ts';
import { as, matching, signUp, startTestApi } from '../api.ts';
import type { TestApi } from '../api.ts';
import { expectFailure, send as sendAs } from '../rest.ts';
import type { Answer } from '../rest.ts';

let api: TestApi;
let admin: Viewer;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  admin = await signUp(api.database);
});
afterAll(() => api.close());

const send = (method: string, path: string, body?: unknown, who: Viewer = admin): Promise<Answer> =>
  sendAs(api.rest, who, method, path, body);

/** Another member of the admin's account. */
async function join(role: MemberRole, profile: { githubLogin?: string; email?: string } = {}): Promise<Viewer> {
  const userId = newId('user');
  await api.database.prisma.user.create({ data: { id: userId, accountId: admin.accountId, role, ...profile } });
  return { ...as(admin, role), userId };
}

const roleOf = async ({ userId }: Viewer): Promise<MemberRole | null> =>
  (await api.database.prisma.user.findUnique({ where: { id: userId } }))?.role ?? null;

async function acts(kind: string): Promise<unknown[]> {
  const rows = await api.database.prisma.accountEvent.findMany({
    where: { accountId: admin.accountId, kind },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ body }) => {
    const { user_id, subject } = z.object({ user_id: z.string(), subject: z.unknown() }).parse(JSON.parse(body));
    return { user_id, subject };
  });
}

describe('GET /members', () => {
  test('lists exactly the documented fields, newest first, page by page', async () => {
    const mary = await join('auditor', { githubLogin: 'mary-2', email: 'mary@clinic.example' });
    const first = await send('GET', '/members?limit=1');
    const page = z.strictObject({ data: z.array(MEMBER), next_cursor: z.string() }).parse(first.body);
    expect(page.data).toEqual([
      {
        id: mary.userId,
        github_login: 'mary-2',
        name: null,
        email: 'mary@clinic.example',
        role: 'auditor',
        created_at: matching(/Z$/),
        last_seen_at: matching(/Z$/),
      },
    ]);
    expect((await send('GET', `/members?limit=1&cursor=${page.next_cursor}`)).body).toMatchObject({
      data: [{ id: admin.userId, role: 'admin' }],
      next_cursor: null,
    });
  });
});

describe('POST /members', () => {
  test.each([
    [{ github_login: 'mary-3' }, { github_login: 'mary-3', email: null }],
    [{ email: 'mary@clinic.example' }, { github_login: null, email: 'mary@clinic.example' }],
  ])('answers 201 to %j with an invitation and its link', async (person, expected) => {
    const { status, body } = await send('POST', '/members', { ...person, role: 'auditor' });
    expect(status).toBe(201);
    const { invitation, url } = z.strictObject({ invitation: INVITATION, url: z.string() }).parse(body);
    expect(invitation).toMatchObject({ ...expected, role: 'auditor', created_by: admin.userId });
    expect(url).toMatch(/\/api\/v1\/auth\/invitation\?token=[\w-]{43}$/);
    expect((await send('GET', '/invitations')).body).toEqual({ data: [invitation], next_cursor: null });
    expect(await acts('invitation_created')).toMatchObject([{ subject: { invitation_id: invitation.id } }]);
  });

  test.each([
    [{ role: 'member' }, ['github_login']],
    [{ role: 'member', github_login: 'a', email: 'a@b.example' }, ['email']],
    [{ github_login: 'a' }, ['role']],
    [{ github_login: 'a', role: 'owner' }, ['role']],
    [{ github_login: 'a b', role: 'member' }, ['github_login']],
    [{ email: 'nowhere', role: 'member' }, ['email']],
    [{ email: `${'a'.repeat(250)}@b.example`, role: 'member' }, ['email']],
    [{ github_login: 'a', role: 'member', name: 'Mary' }, ['name']],
  ])('answers 422 to %j', async (body, faults) => {
    expectFailure(await send('POST', '/members', body), 422, 'validation_failed', faults);
    expect(await api.database.prisma.invitation.count({ where: { accountId: admin.accountId } })).toBe(0);
  });

  test('answers 409 for a person who is a member, in any case of letters', async () => {
    await join('member', { githubLogin: 'Mary_4', email: 'Mary@Clinic.example' });
    for (const person of [{ github_login: 'mary_4' }, { email: 'mary@clinic.EXAMPLE' }])
      expectFailure(await send('POST', '/members', { ...person, role: 'member' }), 409, 'already_member');
    for (const person of [{ github_login: 'maryx4' }, { email: 'm_ry@clinic.example' }])
      expect((await send('POST', '/members', { ...person, role: 'member' })).status).toBe(201);
  });
});

describe('PATCH /members/{id}', () => {
  test('changes the role, and records the old and the new one', async () => {
    const mary = await join('member');
    const { status, body } = await send('PATCH', `/members/${mary.userId}`, { role: 'auditor' });
    expect([status, body]).toMatchObject([200, { member: { id: mary.userId, role: 'auditor' } }]);
    expect(await acts('member_role_changed')).toEqual([
      {
        user_id: admin.userId,
        subject: { user_id: mary.userId, previous_role: 'member', role: 'auditor', revoked_invitations: [] },
      },
    ]);
  });

  test('to the same role is no event', async () => {
    const mary = await join('member');
    expect((await send('PATCH', `/members/${mary.userId}`, { role: 'member' })).status).toBe(200);
    expect(await acts('member_role_changed')).toEqual([]);
  });

  test('takes power from the member’s access tokens at once', async () => {
    const mary = await join('member');
    const tokens = createAccessTokens({ prisma: api.database.prisma, clock: systemClock });
    const { secret } = await tokens.create(mary, { name: 'a', permissions: ['agents:write'] });
    await send('PATCH', `/members/${mary.userId}`, { role: 'auditor' });
    expect(await tokens.holderOf(secret.reveal())).toMatchObject({ user: { role: 'auditor' } });
  });

  test.each([{ role: 'owner' }, {}, { role: null }])('answers 422 to %j', async (body) => {
    const mary = await join('member');
    expectFailure(await send('PATCH', `/members/${mary.userId}`, body), 422, 'validation_failed', ['role']);
  });
});

describe('DELETE /members/{id}', () => {
  test('answers 204; browser sessions and tokens are worthless at once, and the record names the login', async () => {
    const mary = await join('member', { githubLogin: 'mary-5' });
    const { prisma } = api.database;
    const tokens = createAccessTokens({ prisma, clock: systemClock });
    const { secret } = await tokens.create(mary, { name: 'a', permissions: ['agents:read'] });
    await prisma.browserSession.create({
      data: { idHash: newId('agent'), userId: mary.userId, expiresAt: new Date(Date.now() + 3_600_000) },
    });
    expect(await send('DELETE', `/members/${mary.userId}`)).toMatchObject({ status: 204, body: undefined });
    expect(await tokens.holderOf(secret.reveal())).toBeNull();
    expect(await prisma.browserSession.count({ where: { userId: mary.userId } })).toBe(0);
    expectFailure(await send('DELETE', `/members/${mary.userId}`), 404, 'not_found');
    expect(await acts('member_removed')).toEqual([
      {
        user_id: admin.userId,
        subject: { user_id: mary.userId, role: 'member', github_login: 'mary-5', revoked_invitations: [] },
      },
    ]);
  });

  test.each([
    ['removed', 'DELETE', undefined],
    ['demoted', 'PATCH', { role: 'member' }],
  ] as const)('an admin who is %s cannot come back by an invitation of their own', async (_case, method, body) => {
    const mary = await join('admin');
    const made = await send('POST', '/members', { github_login: 'mary-6', role: 'admin' }, mary);
    const { invitation } = z.object({ invitation: z.object({ id: z.string() }) }).parse(made.body);
    const kept = await send('POST', '/members', { github_login: 'jo', role: 'member' });
    await send(method, `/members/${mary.userId}`, body);
    expect((await send('GET', '/invitations')).body).toMatchObject({
      data: [z.object({ invitation: z.unknown() }).parse(kept.body).invitation],
    });
    const [act] = await acts(method === 'DELETE' ? 'member_removed' : 'member_role_changed');
    expect(act).toMatchObject({ subject: { revoked_invitations: [invitation.id] } });
  });
});

describe('the last admin', () => {
  test.each([
    ['removed', 'DELETE', undefined],
    ['made a member', 'PATCH', { role: 'member' }],
    ['made an auditor', 'PATCH', { role: 'auditor' }],
  ] as const)('is not %s: 409 last_admin', async (_case, method, body) => {
    const mary = await join('member');
    expectFailure(await send(method, `/members/${admin.userId}`, body), 409, 'last_admin');
    expect([await roleOf(admin), await roleOf(mary)]).toEqual(['admin', 'member']);
    expect(await acts(method === 'DELETE' ? 'member_removed' : 'member_role_changed')).toEqual([]);
  });

  test('is who remains of two admins who demote or remove each other at once', async () => {
    for (const [method, body] of [
      ['PATCH', { role: 'member' }],
      ['DELETE', undefined],
    ] as const) {
      const other = await join('admin');
      const answers = await Promise.all([
        send(method, `/members/${admin.userId}`, body, other),
        send(method, `/members/${other.userId}`, body, admin),
      ]);
      // The second is no admin any more when its turn comes.
      expect(answers.map(({ status }) => status).sort()).toEqual([method === 'PATCH' ? 200 : 204, 403]);
      const where = { accountId: admin.accountId, role: 'admin' as const };
      expect(await api.database.prisma.user.count({ where })).toBe(1);
      admin = await signUp(api.database);
    }
  });

  test('is who remains of two admins who step down or leave at once', async () => {
    for (const [method, body] of [
      ['PATCH', { role: 'member' }],
      ['DELETE', undefined],
    ] as const) {
      const other = await join('admin');
      const leaving = [admin, other].map((who) => send(method, `/members/${who.userId}`, body, who));
      const statuses = (await Promise.all(leaving)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([method === 'PATCH' ? 200 : 204, 409]);
      const where = { accountId: admin.accountId, role: 'admin' as const };
      expect(await api.database.prisma.user.count({ where })).toBe(1);
      admin = await signUp(api.database);
    }
  });

  test('may leave once there is another', async () => {
    await join('admin');
    expect((await send('DELETE', `/members/${admin.userId}`)).status).toBe(204);
  });

  test('of the instance, the bootstrap admin, stays also beside another admin', async () => {
    const { prisma } = api.database;
    const { accountId, userId } = BOOTSTRAP_ADMIN;
    await prisma.account.create({ data: { id: accountId, name: 'Masker' } });
    await prisma.user.createMany({
      data: [
        { id: userId, accountId, role: 'admin' },
        { id: newId('user'), accountId, role: 'admin' },
      ],
    });
    const operator = { ...admin, accountId, userId };
    expectFailure(await send('DELETE', `/members/${userId}`, undefined, operator), 409, 'last_admin');
    expectFailure(await send('PATCH', `/members/${userId}`, { role: 'member' }, operator), 409, 'last_admin');
  });
});
