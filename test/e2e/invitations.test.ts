/** Invitations into an account: made by an admin, accepted once by signing in, listed and revoked. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NewInvitation } from '../../src/accounts/invitations.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { signUp } from '../api.ts';
import { gitHubProfile } from '../github.ts';
import type { GitHubProfile } from '../github.ts';
import { Browser, DAY, errorOf, locationOf, rowsHolding, startSignInServer } from '../sign-in-server.ts';
import type { SignInServer } from '../sign-in-server.ts';

const START = Date.UTC(2026, 4, 1, 12);
let server: SignInServer;
let inviter: Viewer;

beforeAll(async () => {
  // Closed: an invitation is the only way in.
  server = await startSignInServer({ rules: { logins: ['on-the-list'], organisations: null } });
  inviter = await signUp(server.database);
});
afterEach(() => {
  server.clock.value = START;
});
afterAll(() => server.close());

const invite = (input: object = {}): Promise<NewInvitation> => server.invitations.create(inviter, input);

/** Opens an invitation's link and signs in at GitHub as the person; the answer of the callback. */
async function accept(
  link: string,
  person: GitHubProfile = gitHubProfile(),
  browser = new Browser(),
): Promise<Response> {
  server.github.profile = person;
  const begun = await browser.fetch(link);
  if (begun.status !== 302) return begun;
  const approved = await fetch(locationOf(begun), { redirect: 'manual' });
  return browser.fetch(locationOf(approved));
}

async function userOf({ id }: GitHubProfile): Promise<object | null> {
  return server.database.prisma.user.findUnique({
    where: { githubId: BigInt(id) },
    select: { accountId: true, role: true, invitationId: true },
  });
}

async function counts(): Promise<object> {
  const { prisma } = server.database;
  return {
    accounts: await prisma.account.count(),
    users: await prisma.user.count(),
    sessions: await prisma.browserSession.count(),
    events: await prisma.accountEvent.count(),
  };
}

describe('an invitation', () => {
  test('makes whoever signs in by its link a member of the account, in its role', async () => {
    const { invitation, url } = await invite({ role: 'auditor' });
    const before = await server.database.prisma.account.count();
    const [person, browser] = [gitHubProfile(), new Browser()];
    const response = await accept(url, person, browser);
    expect([response.status, locationOf(response)]).toEqual([302, '/portal']);
    expect(await userOf(person)).toEqual({
      accountId: inviter.accountId,
      role: 'auditor',
      invitationId: invitation.id,
    });
    expect(await server.database.prisma.account.count()).toBe(before);
    expect(await (await browser.fetch(`${server.origin}/api/v1/me`)).json()).toMatchObject({
      account: { id: inviter.accountId },
      permissions: ['sessions:read', 'reports:read', 'audit:read'],
    });
    const events = await server.database.prisma.accountEvent.findMany({
      where: { accountId: inviter.accountId, body: { contains: invitation.id } },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ kind }) => kind)).toEqual(['invitation_created', 'member_joined']);
  });

  test('is good once: a second person is refused, and nothing is written', async () => {
    const { url } = await invite();
    expect((await accept(url)).status).toBe(302);
    const before = await counts();
    expect(await errorOf(await accept(url))).toBe('403 invitation_invalid');
    expect(await counts()).toEqual(before);
  });

  test('is taken by one of eight people who accept it at once', async () => {
    const { url } = await invite();
    const callbacks: (() => Promise<Response>)[] = [];
    for (let n = 0; n < 8; n += 1) {
      server.github.profile = gitHubProfile();
      const browser = new Browser();
      const approved = await fetch(locationOf(await browser.fetch(url)), { redirect: 'manual' });
      callbacks.push(() => browser.fetch(locationOf(approved)));
    }
    const answers = await Promise.all(callbacks.map((call) => call()));
    expect(answers.map(({ status }) => status).sort()).toEqual([302, ...Array<number>(7).fill(403)]);
  });

  test.each([
    ['a millisecond before it expires', 7 * DAY - 1, '302'],
    ['when it expires', 7 * DAY, '403 invitation_invalid'],
  ])('is good for seven days: %s', async (_, elapsed, outcome) => {
    const { url } = await invite();
    server.clock.value += elapsed;
    const response = await accept(url);
    expect(response.status === 302 ? '302' : await errorOf(response)).toBe(outcome);
  });

  test('lets the person in at later sign-ins, who is on no list', async () => {
    const person = gitHubProfile();
    await accept((await invite()).url, person);
    const response = await accept(`${server.origin}/api/v1/auth/github`, person);
    expect(response.status).toBe(302);
    expect(await userOf(person)).toMatchObject({ accountId: inviter.accountId });
  });

  test('for one login is of no use to another', async () => {
    const { url } = await invite({ githubLogin: 'Mary-Poppins' });
    expect(await errorOf(await accept(url))).toBe('403 invitation_invalid');
    expect((await accept(url, { ...gitHubProfile(), login: 'mary-poppins' })).status).toBe(302);
  });

  test('for one address is of no use to a person with another one, or with none that is verified', async () => {
    const { url } = await invite({ email: 'Mary@Clinic.example' });
    const at = (email: string, verified = true): GitHubProfile => ({
      ...gitHubProfile(),
      emails: [{ email, primary: true, verified }],
    });
    expect(await errorOf(await accept(url, at('jo@clinic.example')))).toBe('403 invitation_invalid');
    expect(await errorOf(await accept(url, at('mary@clinic.example', false)))).toBe('403 invitation_invalid');
    expect((await accept(url, at('mary@clinic.example'))).status).toBe(302);
  });

  test('does not move a person who has an account elsewhere, and stays good', async () => {
    const person = { ...gitHubProfile(), login: 'on-the-list' };
    await accept(`${server.origin}/api/v1/auth/github`, person);
    const before = await userOf(person);
    const { url } = await invite();
    expect(await errorOf(await accept(url, person))).toBe('403 sign_in_refused');
    expect(await userOf(person)).toEqual(before);
    expect((await accept(url)).status).toBe(302);
  });

  test('is not spent by a preview that asks with HEAD', async () => {
    const { url } = await invite();
    expect((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status).toBe(405);
    expect((await accept(url)).status).toBe(302);
  });

  test.each(['', '?token=', '?token=short', `?token=${'a'.repeat(44)}`])('is not %j', async (query) => {
    const response = await fetch(`${server.origin}/api/v1/auth/invitation${query}`, { redirect: 'manual' });
    expect(await errorOf(response)).toBe('403 invitation_invalid');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('that nobody made is refused after the sign-in', async () => {
    const before = await counts();
    const link = `${server.origin}/api/v1/auth/invitation?token=${'a'.repeat(43)}`;
    expect(await errorOf(await accept(link))).toBe('403 invitation_invalid');
    expect(await counts()).toEqual(before);
  });

  test('is stored as its hash only, and its link is in no list', async () => {
    const { url, invitation } = await invite();
    const token = new URL(url).searchParams.get('token') ?? '';
    expect(token).toHaveLength(43);
    expect(await rowsHolding(server.database, token)).toEqual([]);
    expect(await rowsHolding(server.database, invitation.tokenHash)).toHaveLength(1);
  });
});

describe('an admin', () => {
  test('sees the invitations that are not accepted, newest first, and revokes one at once', async () => {
    // An account of its own: after a test has moved the clock, IDs of one moment are in any order.
    const admin = await signUp(server.database);
    const inviteAs = (): Promise<NewInvitation> => server.invitations.create(admin, {});
    const [first, second, taken] = [await inviteAs(), await inviteAs(), await inviteAs()];
    await accept(taken.url);
    const ids = async (): Promise<string[]> => (await server.invitations.list(admin)).map(({ id }) => id);
    expect(await ids()).toEqual([second.invitation.id, first.invitation.id]);
    await server.invitations.revoke(admin, second.invitation.id);
    expect(await ids()).toEqual([first.invitation.id]);
    expect(await errorOf(await accept(second.url))).toBe('403 invitation_invalid');
    for (const id of [second.invitation.id, taken.invitation.id, 'inv_1'])
      await expect(server.invitations.revoke(admin, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of another account sees and revokes none of them', async () => {
    const { invitation } = await invite();
    const stranger = await signUp(server.database);
    expect(await server.invitations.list(stranger)).toEqual([]);
    await expect(server.invitations.revoke(stranger, invitation.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is told of every faulty field at once', async () => {
    const faulty = invite({ role: 'owner', githubLogin: 'a b', expiresInDays: 31 });
    await expect(faulty).rejects.toMatchObject({
      code: 'validation_failed',
      details: [{ path: 'role' }, { path: 'githubLogin' }, { path: 'expiresInDays' }],
    });
  });
});
