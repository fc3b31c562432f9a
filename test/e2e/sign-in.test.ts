import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gitHubProfile } from '../github.ts';
import type { GitHubFault } from '../github.ts';
import {
  approveAtGitHub,
  Browser,
  errorOf,
  locationOf,
  rowsHolding,
  signInWithGitHub,
  startSignInServer,
} from '../sign-in-server.ts';
import type { SignInServer } from '../sign-in-server.ts';

let server: SignInServer;
const START = Date.UTC(2026, 4, 1, 12);

beforeAll(async () => {
  server = await startSignInServer();
});
afterEach(() => {
  server.clock.value = START;
  server.github.fault = null;
  server.github.clockOffset = 0;
  server.github.profile = gitHubProfile();
});
afterAll(() => server.close());

const counts = async () => {
  const { prisma } = server.database;
  const [accounts, users, sessions, events] = await Promise.all([
    prisma.account.count(),
    prisma.user.count(),
    prisma.browserSession.count(),
    prisma.accountEvent.count(),
  ]);
  return { accounts, users, sessions, events };
};

describe('the way to GitHub', () => {
  it('redirects with PKCE and a state that only this browser holds', async () => {
    const response = await new Browser().fetch(`${server.origin}/api/v1/auth/github`);
    expect(response.status).toBe(302);
    const location = new URL(locationOf(response));
    expect(location.origin).toBe(server.github.baseUrl);
    expect(location.searchParams.get('redirect_uri')).toBe(`${server.origin}/api/v1/auth/github/callback`);
    expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^masker_oauth_state=[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Lax; Path=\/api\/v1\/auth\/github; Max-Age=600$/,
      ),
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/%2f%2fevil.example',
    '/portal\r\nX: y',
    '/portal/..//evil.example',
    '',
  ])('refuses to come back to %j', async (target) => {
    const response = await fetch(`${server.origin}/api/v1/auth/github?redirect_to=${encodeURIComponent(target)}`, {
      redirect: 'manual',
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      error: { code: 'validation_failed', details: [{ path: 'redirect_to' }] },
    });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('a first sign-in', () => {
  it('makes the account and its admin, and comes back signed in', async () => {
    const { id, login, name, avatar_url } = server.github.profile;
    const before = await counts();
    const browser = new Browser();
    const response = await signInWithGitHub(server, browser, '?redirect_to=/portal/agents%3Fpage=2');

    expect(response.status).toBe(302);
    expect(locationOf(response)).toBe('/portal/agents?page=2');
    expect(response.headers.getSetCookie()).toEqual([
      'masker_oauth_state=; HttpOnly; SameSite=Lax; Path=/api/v1/auth/github; Max-Age=0',
      expect.stringMatching(/^masker_session=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Lax; Path=\/; Max-Age=2592000$/),
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');

    const me: unknown = await (await browser.fetch(`${server.origin}/api/v1/me`)).json();
    const at = new Date(START).toISOString();
    expect(me).toEqual({
      user: {
        id: expect.stringMatching(/^usr_/) as string,
        githubLogin: login,
        githubId: id,
        name,
        email: `octo-${id}@example.test`,
        avatarUrl: avatar_url,
        createdAt: at,
        lastSeenAt: at,
      },
      account: { id: expect.stringMatching(/^acc_/) as string, name, plan: 'beta', createdAt: at },
      permissions: [
        'agents:read',
        'agents:write',
        'sessions:read',
        'payloads:read',
        'reports:read',
        'policies:write',
        'audit:read',
        'vault:admin',
        'members:admin',
      ],
      via: 'cookie',
    });
    expect(await counts()).toEqual({
      accounts: before.accounts + 1,
      users: before.users + 1,
      sessions: before.sessions + 1,
      events: before.events + 1,
    });

    const user = await server.database.prisma.user.findUniqueOrThrow({ where: { githubId: BigInt(id) } });
    const [event] = await server.database.prisma.accountEvent.findMany({ where: { accountId: user.accountId } });
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      kind: 'sign_in',
      user_id: user.id,
      ts: at,
      subject: { method: 'github' },
    });
  });

  it('goes to the portal where no target was asked for', async () => {
    expect(locationOf(await signInWithGitHub(server, new Browser()))).toBe('/portal');
  });

  it('works without a name or an e-mail', async () => {
    server.github.profile = { ...server.github.profile, name: null, avatar_url: null, emails: [] };
    const browser = new Browser();
    await signInWithGitHub(server, browser);
    const { login } = server.github.profile;
    expect(await (await browser.fetch(`${server.origin}/api/v1/me`)).json()).toMatchObject({
      user: { name: null, email: null, avatarUrl: null },
      account: { name: login },
    });
  });

  it('done in eight browsers at once makes one account', async () => {
    const before = await counts();
    const callbacks = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const browser = new Browser();
        return { browser, callback: await approveAtGitHub(server, browser) };
      }),
    );
    const answers = await Promise.all(callbacks.map(({ browser, callback }) => browser.fetch(callback)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(302));
    expect(await counts()).toEqual({
      accounts: before.accounts + 1,
      users: before.users + 1,
      sessions: before.sessions + 8,
      events: before.events + 8,
    });
    const who = await Promise.all(
      callbacks.map(async ({ browser }) => (await browser.fetch(`${server.origin}/api/v1/me`)).text()),
    );
    expect(new Set(who).size).toBe(1);
  });
});

describe('a later sign-in', () => {
  it('finds the same user under a new login, and brings the profile up to date', async () => {
    const profile = server.github.profile;
    await signInWithGitHub(server, new Browser());
    const { prisma } = server.database;
    const where = { githubId: BigInt(profile.id) };
    const first = await prisma.user.findUniqueOrThrow({ where });
    await prisma.user.update({ where, data: { role: 'auditor' } });

    server.clock.value += 3_600_000;
    server.github.profile = { ...profile, login: 'renamed', name: 'New Name', avatar_url: null, emails: [] };
    const browser = new Browser();
    await signInWithGitHub(server, browser);
    const second = await prisma.user.findUniqueOrThrow({ where });
    // The role is ours, not GitHub's: signing in again does not bring it back.
    expect(second).toEqual({
      ...first,
      role: 'auditor',
      githubLogin: 'renamed',
      name: 'New Name',
      email: null,
      avatarUrl: null,
      lastSeenAt: new Date(START + 3_600_000),
    });
    expect(await prisma.accountEvent.count({ where: { accountId: first.accountId } })).toBe(2);
    expect(await (await browser.fetch(`${server.origin}/api/v1/me`)).json()).toMatchObject({
      permissions: ['sessions:read', 'reports:read', 'audit:read'],
    });
  });
});

describe('a callback that is not the answer to this browser', () => {
  it.each<[string, (callback: URL, browser: Browser) => void]>([
    [
      'no state cookie',
      (_, browser) => {
        browser.cookies.clear();
      },
    ],
    [
      'no state',
      (callback) => {
        callback.searchParams.delete('state');
      },
    ],
    [
      'an empty state',
      (callback) => {
        callback.searchParams.set('state', '');
      },
    ],
    [
      'another state',
      (callback) => {
        callback.searchParams.set('state', 'a'.repeat(43));
      },
    ],
    [
      'a forged cookie',
      (_, browser) => {
        browser.cookies.set('masker_oauth_state', `e30.${'a'.repeat(43)}`);
      },
    ],
    [
      'a cookie of 10,000 characters',
      (_, browser) => {
        browser.cookies.set('masker_oauth_state', 'a'.repeat(10_000));
      },
    ],
    [
      'an answer after ten minutes',
      () => {
        server.clock.value += 600_001;
      },
    ],
  ])('%s: invalid_state, and GitHub is not asked', async (_, spoil) => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    const [before, asked] = [await counts(), server.github.requests.length];
    spoil(callback, browser);
    const response = await browser.fetch(callback);
    expect(await errorOf(response)).toBe('400 invalid_state');
    expect(response.headers.getSetCookie()).toEqual([
      'masker_oauth_state=; HttpOnly; SameSite=Lax; Path=/api/v1/auth/github; Max-Age=0',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(server.github.requests.length).toBe(asked);
    expect(await counts()).toEqual(before);
  });

  it("of another browser's sign-in: nobody is signed in to a stranger's account", async () => {
    const attacker = new Browser();
    const callback = await approveAtGitHub(server, attacker);
    const victim = new Browser();
    await approveAtGitHub(server, victim);
    expect(await errorOf(await victim.fetch(callback))).toBe('400 invalid_state');
    expect(victim.cookies.has('masker_session')).toBe(false);
  });

  it('replayed: the state is spent in the browser, and the code at GitHub', async () => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    const stateCookie = browser.cookies.get('masker_oauth_state') ?? '';
    expect((await browser.fetch(callback)).status).toBe(302);
    expect(await errorOf(await browser.fetch(callback))).toBe('400 invalid_state');
    const before = await counts();
    const thief = new Browser();
    thief.cookies.set('masker_oauth_state', stateCookie);
    expect(await errorOf(await thief.fetch(callback))).toBe('502 oauth_exchange_failed');
    expect(await counts()).toEqual(before);
  });
});

describe('an exchange that fails', () => {
  it('with the code of another PKCE challenge', async () => {
    const browser = new Browser();
    const begun = new URL(locationOf(await browser.fetch(`${server.origin}/api/v1/auth/github`)));
    begun.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    const approved = await fetch(begun, { redirect: 'manual' });
    expect(await errorOf(await browser.fetch(locationOf(approved)))).toBe('502 oauth_exchange_failed');
  });

  it('with a code that GitHub no longer takes', async () => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    server.github.clockOffset = 600_001;
    expect(await errorOf(await browser.fetch(callback))).toBe('502 oauth_exchange_failed');
  });

  it('where the user says no', async () => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    const asked = server.github.requests.length;
    expect(await errorOf(await browser.fetch(callback))).toBe('502 oauth_exchange_failed');
    expect(server.github.requests.length).toBe(asked);
  });

  it.each(['', 'a'.repeat(513)])('without a usable code, before GitHub is asked (case %#)', async (code) => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    callback.searchParams.set('code', code);
    expect(await errorOf(await browser.fetch(callback))).toBe('422 validation_failed');
  });

  it.each<GitHubFault>([
    'token_500',
    'token_garbage',
    'token_wrong_type',
    'token_slow',
    'user_500',
    'user_garbage',
    'emails_500',
  ])('on %s: nothing is written, and the next try succeeds', async (fault) => {
    const before = await counts();
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    server.github.fault = fault;
    const response = await browser.fetch(callback);
    expect(await errorOf(response)).toBe('502 oauth_exchange_failed');
    expect(browser.cookies.size).toBe(0);
    expect(await counts()).toEqual(before);
    server.github.fault = null;
    expect((await signInWithGitHub(server, browser)).status).toBe(302);
  });
});

describe('a database that fails', () => {
  it('is user_upsert_failed, and leaves no account, user, session or act', async () => {
    const { prisma } = server.database;
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    const before = await counts();
    // The last statement of the transaction is the one that fails.
    await prisma.$executeRawUnsafe('ALTER TABLE account_events ADD CONSTRAINT out_of_order CHECK (false) NOT VALID');
    try {
      const response = await browser.fetch(callback);
      expect(await errorOf(response)).toBe('500 user_upsert_failed');
      expect(browser.cookies.size).toBe(0);
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE account_events DROP CONSTRAINT out_of_order');
    }
    expect(await counts()).toEqual(before);
    expect((await signInWithGitHub(server, browser)).status).toBe(302);
  });
});

describe('secrets', () => {
  it('of a sign-in are in no column of any table', async () => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    const state = callback.searchParams.get('state') ?? '';
    const stateCookie = browser.cookies.get('masker_oauth_state') ?? '';
    const { codeVerifier } = JSON.parse(Buffer.from(stateCookie, 'base64url').toString().replace(/\}.*$/s, '}')) as {
      codeVerifier: string;
    };
    await browser.fetch(callback);
    const session = browser.cookies.get('masker_session') ?? '';
    expect(session).toHaveLength(43);
    const secrets = [session, state, stateCookie, codeVerifier, server.github.clientSecret, ...server.github.secrets];
    expect(Math.min(...secrets.map((secret) => secret.length))).toBeGreaterThan(15);
    expect(await rowsHolding(server.database, ...secrets)).toEqual([]);
    // The search finds what is there.
    expect(await rowsHolding(server.database, server.github.profile.login)).toHaveLength(1);
  });
});

describe('HEAD', () => {
  it('spends neither state nor code', async () => {
    const browser = new Browser();
    const callback = await approveAtGitHub(server, browser);
    const response = await browser.fetch(callback, { method: 'HEAD' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
    expect((await browser.fetch(callback)).status).toBe(302);
  });
});

describe('behind TLS', () => {
  it('cookies are Secure, to the byte of the documents', async () => {
    const secure = await startSignInServer({ publicUrl: new URL('https://masker.example') });
    try {
      const browser = new Browser();
      const callback = await approveAtGitHub(secure, browser);
      expect(callback.origin).toBe('https://masker.example');
      const response = await browser.fetch(`${secure.origin}${callback.pathname}${callback.search}`);
      expect(response.headers.getSetCookie()).toEqual([
        '__Host-masker_oauth_state=; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=0',
        `__Host-masker_session=${browser.cookies.get('__Host-masker_session') ?? ''}; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=2592000`,
      ]);
    } finally {
      await secure.close();
    }
  });
});

describe('without a GitHub configured', () => {
  it.each(['/api/v1/auth/github', '/api/v1/auth/github/callback?code=a&state=b'])(
    '%s is not found, and says why',
    async (path) => {
      const bare = await startSignInServer({ withGitHub: false });
      try {
        const response = await fetch(bare.origin + path, { redirect: 'manual' });
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({
          error: { code: 'not_found', message: 'Sign-in with GitHub is not configured on this server.' },
        });
      } finally {
        await bare.close();
      }
    },
  );
});
