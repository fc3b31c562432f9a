import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBootstrap } from '../../src/accounts/bootstrap.ts';
import { createBrowserSessions } from '../../src/accounts/browser-sessions.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { createTestDatabase } from '../database.ts';
import {
  BOOTSTRAP_TOKEN,
  Browser,
  DAY,
  errorOf,
  locationOf,
  rowsHolding,
  startSignInServer,
} from '../sign-in-server.ts';
import type { SignInServer } from '../sign-in-server.ts';

let server: SignInServer;
const START = Date.UTC(2026, 4, 1, 12);

beforeAll(async () => {
  server = await startSignInServer({ withGitHub: false });
  await server.bootstrap.ensureAdmin();
});
beforeEach(() => {
  server.clock.value = START;
});
afterAll(() => server.close());

const issue = () => server.bootstrap.issueSignInLink(new URL(server.origin));
const me = (of: Browser, headers: Record<string, string> = {}) => of.fetch(`${server.origin}/api/v1/me`, { headers });

describe('the bootstrap admin', () => {
  it('is made once, by however many nodes that start at once', async () => {
    const testDatabase = await createTestDatabase();
    const nodes = Array.from({ length: 4 }, () => openDatabase({ url: testDatabase.url }));
    try {
      const clock = { now: () => START };
      const starts = nodes.flatMap(({ prisma }) => {
        const bootstrap = createBootstrap({
          prisma,
          browserSessions: createBrowserSessions({ prisma, secureCookies: true, clock }),
          clock,
        });
        return [bootstrap.ensureAdmin(), bootstrap.ensureAdmin(), bootstrap.ensureAdmin()];
      });
      const admins = await Promise.all(starts);
      expect(new Set(admins.map((admin) => JSON.stringify(admin))).size).toBe(1);
      const { rows } = await (nodes[0] ?? server.database).pool.query<{ accounts: string; users: string }>(
        'SELECT (SELECT count(*) FROM accounts) AS accounts, (SELECT count(*) FROM users) AS users',
      );
      expect(rows).toEqual([{ accounts: '1', users: '1' }]);
    } finally {
      await Promise.all(nodes.map((node) => node.close()));
      await testDatabase.drop();
    }
  });

  it('stays as it is at the next start', async () => {
    const { prisma } = server.database;
    await prisma.account.updateMany({ data: { name: 'Renamed Hospital' } });
    server.clock.value += DAY;
    await server.bootstrap.ensureAdmin();
    expect(await prisma.account.findMany()).toMatchObject([
      { id: 'acc_00000000000000000000000000', name: 'Renamed Hospital', plan: 'internal', createdAt: new Date(START) },
    ]);
    expect(await prisma.user.findMany()).toMatchObject([{ githubId: null, role: 'admin' }]);
  });
});

describe('a sign-in link', () => {
  it('signs its first user in, and leads to the portal', async () => {
    const link = await issue();
    expect(link.href).toMatch(new RegExp(`^${server.origin}/api/v1/auth/bootstrap\\?token=[A-Za-z0-9_-]{43}$`));
    const browser = new Browser();
    const response = await browser.fetch(link);
    expect(response.status).toBe(302);
    expect(locationOf(response)).toBe('/portal');
    expect(response.headers.getSetCookie()).toEqual([
      `masker_session=${browser.cookies.get('masker_session') ?? ''}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000`,
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await (await me(browser)).json()).toMatchObject({
      user: { id: 'usr_00000000000000000000000000', githubId: null, githubLogin: null },
      via: 'cookie',
    });
    const event = await server.database.prisma.accountEvent.findFirst({ orderBy: { id: 'desc' } });
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      kind: 'sign_in',
      user_id: 'usr_00000000000000000000000000',
      subject: { method: 'link' },
    });
  });

  it('works once', async () => {
    const link = await issue();
    expect((await new Browser().fetch(link)).status).toBe(302);
    const second = new Browser();
    const response = await second.fetch(link);
    expect(await errorOf(response)).toBe('401 unauthenticated');
    expect(second.cookies.size).toBe(0);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('works once when eight try at once', async () => {
    const link = await issue();
    const before = await server.database.prisma.browserSession.count();
    const answers = await Promise.all(Array.from({ length: 8 }, () => new Browser().fetch(link)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([302, ...Array<number>(7).fill(401)]);
    expect(await server.database.prisma.browserSession.count()).toBe(before + 1);
  });

  it.each([
    ['a millisecond before its day is over', DAY - 1, 302],
    ['when its day is over', DAY, 401],
  ])('%s', async (_, elapsed, status) => {
    const link = await issue();
    server.clock.value += elapsed;
    expect((await new Browser().fetch(link)).status).toBe(status);
  });

  it.each(['', '?token=', '?token=short', `?token=${'a'.repeat(43)}`, `?token=${'a'.repeat(5000)}`, '?Token=x'])(
    'is not %j',
    async (query) => {
      expect(await errorOf(await fetch(`${server.origin}/api/v1/auth/bootstrap${query}`))).toBe('401 unauthenticated');
    },
  );

  it('is not spent by a preview that asks with HEAD', async () => {
    const link = await issue();
    const preview = await fetch(link, { method: 'HEAD', redirect: 'manual' });
    expect(preview.status).toBe(405);
    expect(preview.headers.get('allow')).toBe('GET');
    expect((await new Browser().fetch(link)).status).toBe(302);
  });

  it('stays good where the sign-in could not be recorded', async () => {
    const { prisma } = server.database;
    const link = await issue();
    await prisma.$executeRawUnsafe('ALTER TABLE account_events ADD CONSTRAINT out_of_order CHECK (false) NOT VALID');
    try {
      expect(await errorOf(await new Browser().fetch(link))).toBe('500 internal_error');
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE account_events DROP CONSTRAINT out_of_order');
    }
    expect((await new Browser().fetch(link)).status).toBe(302);
  });

  it('is stored as its hash only, and gone when expired', async () => {
    const token = (await issue()).searchParams.get('token') ?? '';
    const hash = createHash('sha256').update(token).digest('hex');
    expect(await rowsHolding(server.database, token)).toEqual([]);
    expect(await rowsHolding(server.database, hash)).toHaveLength(1);
    server.clock.value += DAY;
    await issue();
    expect(await rowsHolding(server.database, hash)).toEqual([]);
  });
});

describe('the bootstrap token', () => {
  it('is the admin, without a cookie, and stored nowhere', async () => {
    const response = await me(new Browser(), { authorization: `Bearer ${BOOTSTRAP_TOKEN}` });
    expect(await response.json()).toMatchObject({
      user: { id: 'usr_00000000000000000000000000' },
      account: { id: 'acc_00000000000000000000000000' },
      via: 'bearer',
    });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await rowsHolding(server.database, BOOTSTRAP_TOKEN)).toEqual([]);
  });

  it('wrong is nobody, even beside a valid cookie', async () => {
    const browser = new Browser();
    await browser.fetch(await issue());
    expect((await me(browser)).status).toBe(200);
    expect(await errorOf(await me(browser, { authorization: `Bearer ${BOOTSTRAP_TOKEN}x` }))).toBe(
      '401 unauthenticated',
    );
    expect(await errorOf(await me(browser, { authorization: 'Bearer' }))).toBe('401 unauthenticated');
    expect((await me(browser, { authorization: 'Basic dXNlcjpwYXNz' })).status).toBe(200);
  });
});
