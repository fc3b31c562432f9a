/** Sign-in is not sign-up: who may sign in with GitHub under each setting, and what a refused person is told. */
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { AdmissionRules } from '../../src/accounts/admission.ts';
import { newId } from '../../src/platform/ids.ts';
import { gitHubProfile } from '../github.ts';
import type { GitHubFault, GitHubProfile } from '../github.ts';
import { Browser, errorOf, signInWithGitHub, startSignInServer } from '../sign-in-server.ts';
import type { SignInServer } from '../sign-in-server.ts';

/** By their rules. */
const servers = new Map<string, SignInServer>();
afterEach(() => {
  for (const { github } of servers.values()) {
    github.fault = null;
    github.requests.length = 0;
  }
});
afterAll(async () => {
  for (const server of servers.values()) await server.close();
});

async function serverWith(rules: AdmissionRules): Promise<SignInServer> {
  const name = JSON.stringify(rules);
  const server = servers.get(name) ?? (await startSignInServer({ rules }));
  servers.set(name, server);
  return server;
}

/** The status and code that a person's sign-in ends with: `302 no error` where it is granted. */
async function signIn(server: SignInServer, profile: GitHubProfile): Promise<string> {
  server.github.profile = profile;
  const browser = new Browser();
  const response = await signInWithGitHub(server, browser);
  if (response.status !== 302) {
    expect(browser.cookies.has('masker_session')).toBe(false);
    return errorOf(response);
  }
  return '302';
}

/** A person who has an account, from a time when everybody might sign in. */
async function knownTo({ database: { prisma } }: SignInServer): Promise<GitHubProfile> {
  const profile = gitHubProfile();
  const account = { create: { id: newId('account'), name: 'Clinic' } };
  await prisma.user.create({ data: { id: newId('user'), githubId: BigInt(profile.id), role: 'admin', account } });
  return profile;
}

async function rows({ database: { prisma } }: SignInServer): Promise<object> {
  return {
    accounts: await prisma.account.count(),
    users: await prisma.user.count(),
    sessions: await prisma.browserSession.count(),
    events: await prisma.accountEvent.count(),
  };
}

const named = (login: string, memberships: GitHubProfile['memberships'] = {}): GitHubProfile => ({
  ...gitHubProfile(),
  login,
  memberships,
});

describe('where nothing is set', () => {
  const CLOSED: AdmissionRules = { logins: null, organisations: null };

  test('a new person is refused, is told what to ask the operator for, and no row is written', async () => {
    const server = await serverWith(CLOSED);
    server.github.profile = gitHubProfile();
    const before = await rows(server);
    const browser = new Browser();
    const response = await signInWithGitHub(server, browser);
    expect(response.status).toBe(403);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('sign_in_refused');
    for (const word of ['MASKER_GITHUB_ALLOWED_LOGINS', 'MASKER_GITHUB_ALLOWED_ORGS', 'invitation'])
      expect(error.message).toContain(word);
    expect([...browser.cookies.keys()]).toEqual([]);
    expect(await rows(server)).toEqual(before);
  });

  test('a person who has an account signs in as before', async () => {
    const server = await serverWith(CLOSED);
    expect(await signIn(server, await knownTo(server))).toBe('302');
  });

  test('GitHub is not asked for organisations', async () => {
    const server = await serverWith(CLOSED);
    await signInWithGitHub(server, new Browser());
    expect(server.github.requests.filter((request) => request.includes('memberships'))).toEqual([]);
  });
});

describe('where logins are listed', () => {
  const LISTED: AdmissionRules = { logins: ['mary', 'ann-lee'], organisations: null };

  test('those on the list sign in, in whatever capitals, and others are refused', async () => {
    const server = await serverWith(LISTED);
    expect(await signIn(server, named('Mary'))).toBe('302');
    expect(await signIn(server, named('mary2'))).toBe('403 sign_in_refused');
  });

  test('a person who has an account and is not on the list is refused', async () => {
    const server = await serverWith(LISTED);
    const known = await knownTo(server);
    expect(await signIn(server, known)).toBe('403 sign_in_refused');
    expect(await signIn(server, { ...known, login: 'ann-lee' })).toBe('302');
  });
});

describe('where organisations are listed', () => {
  const LISTED: AdmissionRules = { logins: ['mary'], organisations: ['clinic', 'st-mary'] };

  test.each<[string, GitHubProfile, string]>([
    ['an active member of one', named('jo', { 'st-mary': 'active' }), '302'],
    ['a person whose membership is pending', named('jo', { clinic: 'pending' }), '403 sign_in_refused'],
    ['a member of another organisation', named('jo', { elsewhere: 'active' }), '403 sign_in_refused'],
    ['a person on the list of logins', named('mary'), '302'],
  ])('%s gets the outcome that the lists say', async (_, profile, outcome) => {
    expect(await signIn(await serverWith(LISTED), profile)).toBe(outcome);
  });

  test.each<GitHubFault>(['memberships_500', 'memberships_garbage'])(
    'a person is refused where GitHub fails to tell: %s',
    async (fault) => {
      const server = await serverWith(LISTED);
      server.github.fault = fault;
      expect(await signIn(server, named('mary', { clinic: 'active' }))).toBe('502 oauth_exchange_failed');
    },
  );

  test('a person who leaves the organisation is refused at the next sign-in', async () => {
    const server = await serverWith(LISTED);
    const profile = named('jo', { clinic: 'active' });
    expect(await signIn(server, profile)).toBe('302');
    expect(await signIn(server, { ...profile, memberships: {} })).toBe('403 sign_in_refused');
  });
});

test.each<AdmissionRules>([
  { logins: 'open', organisations: null },
  { logins: null, organisations: 'open' },
])('under %j everybody signs in, and GitHub is not asked for organisations', async (rules) => {
  const server = await serverWith(rules);
  expect(await signIn(server, named('anybody'))).toBe('302');
  expect(server.github.requests.filter((request) => request.includes('memberships'))).toEqual([]);
});
