import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadMe } from '../../src/accounts/me.ts';
import type { Viewer } from '../../src/accounts/viewer.ts';
import { isId, newId } from '../../src/platform/ids.ts';
import { Browser, DAY, errorOf, rowsHolding, signInWithGitHub, startSignInServer } from '../sign-in-server.ts';
import type { SignInServer } from '../sign-in-server.ts';

let server: SignInServer;
let browser: Browser;
const START = Date.UTC(2026, 4, 1, 12);
const BLANK = 'masker_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0';

beforeAll(async () => {
  server = await startSignInServer();
});
beforeEach(async () => {
  server.clock.value = START;
  browser = new Browser();
  await signInWithGitHub(server, browser);
});
afterAll(() => server.close());

const cookie = () => browser.cookies.get('masker_session') ?? '';
const me = (of: Browser = browser) => of.fetch(`${server.origin}/api/v1/me`);
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const row = () => server.database.prisma.browserSession.findUnique({ where: { idHash: hash(cookie()) } });
const logOut = (of: Browser, headers: Record<string, string> = { origin: server.origin }) =>
  of.fetch(`${server.origin}/api/v1/auth/logout`, { method: 'POST', headers });
const signOuts = () => server.database.prisma.accountEvent.count({ where: { kind: 'sign_out' } });

describe('the stored session', () => {
  it('is found by the SHA-256 of the cookie, and holds nothing else of it', async () => {
    expect(await row()).toMatchObject({
      idHash: hash(cookie()),
      createdAt: new Date(START),
      expiresAt: new Date(START + 30 * DAY),
    });
    expect(await rowsHolding(server.database, cookie())).toEqual([]);
    expect(await rowsHolding(server.database, hash(cookie()))).toHaveLength(1);
  });

  it('does not open to its own hash: a stolen table signs nobody in', async () => {
    const thief = new Browser();
    thief.cookies.set('masker_session', hash(cookie()));
    expect(await errorOf(await me(thief))).toBe('401 unauthenticated');
    thief.cookies.set('masker_session', Buffer.from(hash(cookie()), 'hex').toString('base64url'));
    expect(await errorOf(await me(thief))).toBe('401 unauthenticated');
  });

  it('is new at each sign-in: 256 bits, never reused', async () => {
    const before = cookie();
    await signInWithGitHub(server, browser);
    expect(Buffer.from(cookie(), 'base64url')).toHaveLength(32);
    expect(cookie()).not.toBe(before);
  });

  it('does not survive its user', async () => {
    const { userId } = (await row()) ?? { userId: '' };
    await server.database.prisma.user.delete({ where: { id: userId } });
    expect(await errorOf(await me())).toBe('401 unauthenticated');
  });
});

describe('loadMe', () => {
  it('finds nobody for a user who is gone, or is not of the account', async () => {
    const { prisma } = server.database;
    const session = await server.browserSessions.validate(`masker_session=${cookie()}`);
    if (session === null) throw new Error('not signed in');
    const viewer: Viewer = { ...session.user, permissions: new Set(), via: 'cookie' };
    expect(await loadMe(prisma, viewer)).toMatchObject({
      user: { id: viewer.userId },
      account: { id: viewer.accountId },
      permissions: [],
    });
    await expect(loadMe(prisma, { ...viewer, accountId: newId('account') })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(loadMe(prisma, { ...viewer, userId: newId('user') })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });
});

describe('thirty days, sliding', () => {
  it('are not touched in their first half', async () => {
    server.clock.value = START + 15 * DAY - 1000;
    const response = await me();
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await row())?.expiresAt).toEqual(new Date(START + 30 * DAY));
  });

  it('begin again in the second half, with the same cookie sent again', async () => {
    const value = cookie();
    server.clock.value = START + 15 * DAY + 1000;
    const response = await me();
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([
      `masker_session=${value}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000`,
    ]);
    expect((await row())?.expiresAt).toEqual(new Date(START + 45 * DAY + 1000));
    expect((await me()).headers.getSetCookie()).toEqual([]);
  });

  it('last for ever to one who keeps coming, and never to one who does not', async () => {
    for (let visit = 1; visit <= 10; visit += 1) {
      server.clock.value += 29 * DAY;
      expect((await me()).status).toBe(200);
    }
    server.clock.value += 30 * DAY;
    expect(await errorOf(await me())).toBe('401 unauthenticated');
  });

  it('end: the row is gone, and turning the clock back does not bring it back', async () => {
    server.clock.value = START + 30 * DAY;
    expect(await errorOf(await me())).toBe('401 unauthenticated');
    expect(await row()).toBeNull();
    server.clock.value = START;
    expect(await errorOf(await me())).toBe('401 unauthenticated');
  });

  it('deleteExpired takes the expired, and nobody else', async () => {
    const expired = cookie();
    server.clock.value = START + 20 * DAY;
    const later = new Browser();
    await signInWithGitHub(server, later);
    server.clock.value = START + 30 * DAY;
    await server.browserSessions.deleteExpired();
    expect(await rowsHolding(server.database, hash(expired))).toEqual([]);
    expect((await me(later)).status).toBe(200);
  });
});

describe('the last visit', () => {
  it('is that of the sign-in at first, and is written once a minute however often the browser comes', async () => {
    expect((await row())?.lastSeenAt).toEqual(new Date(START));
    server.clock.value = START + 59_999;
    await me();
    expect((await row())?.lastSeenAt).toEqual(new Date(START));
    server.clock.value = START + 60_000;
    await Promise.all([me(), me(), me()]);
    expect((await row())?.lastSeenAt).toEqual(new Date(START + 60_000));
  });
});

describe('a row of an older version, which names no id', () => {
  it('gets one by which its user can end it', async () => {
    const { userId } = (await row()) ?? { userId: '' };
    const id = 'ab'.repeat(32);
    await server.database.pool.query(
      `INSERT INTO browser_sessions (id_hash, user_id, expires_at) VALUES ($1, $2, now() + interval '1 day')`,
      [id, userId],
    );
    const old = await server.database.prisma.browserSession.findUniqueOrThrow({ where: { idHash: id } });
    expect(isId('browserSession', old.id)).toBe(true);
    await server.database.prisma.browserSession.delete({ where: { idHash: id } });
  });
});

describe('signing out', () => {
  it('deletes the row, clears the cookie and records the act', async () => {
    const [value, before] = [cookie(), await signOuts()];
    const session = await row();
    const response = await logOut(browser);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(response.headers.getSetCookie()).toEqual([BLANK]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(browser.cookies.has('masker_session')).toBe(false);
    expect(await rowsHolding(server.database, hash(value))).toEqual([]);
    expect(await signOuts()).toBe(before + 1);
    const last = await server.database.prisma.accountEvent.findFirst({
      where: { kind: 'sign_out' },
      orderBy: { id: 'desc' },
    });
    expect(JSON.parse(last?.body ?? '')).toMatchObject({
      kind: 'sign_out',
      user_id: session?.userId,
      ts: new Date(START).toISOString(),
    });

    const stale = new Browser();
    stale.cookies.set('masker_session', value);
    expect(await errorOf(await me(stale))).toBe('401 unauthenticated');
  });

  it('is idempotent: again, without a cookie, with a strange or an expired one', async () => {
    const value = cookie();
    const before = await signOuts();
    await logOut(browser);
    for (const left of [value, 'a'.repeat(43), 'junk', '']) {
      const stale = new Browser();
      stale.cookies.set('masker_session', left);
      const response = await logOut(stale);
      expect(response.status).toBe(204);
      expect(response.headers.getSetCookie()).toEqual([BLANK]);
    }
    const response = await logOut(new Browser());
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await signOuts()).toBe(before + 1);

    const late = new Browser();
    await signInWithGitHub(server, late);
    server.clock.value += 31 * DAY;
    expect((await logOut(late)).status).toBe(204);
    expect(await signOuts()).toBe(before + 1);
  });

  it('at once from eight tabs records one act', async () => {
    const before = await signOuts();
    const value = cookie();
    const { pool } = server.database;
    // The row is held until all of them have read it and wait to delete it.
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM browser_sessions WHERE id_hash = $1 FOR UPDATE', [hash(value)]);
    const answers = Array.from({ length: 8 }, () => {
      const tab = new Browser();
      tab.cookies.set('masker_session', value);
      return logOut(tab);
    });
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await pool.query(waiting)).rowCount !== 8);
    await holder.query('COMMIT');
    holder.release();
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual(Array(8).fill(204));
    expect(await signOuts()).toBe(before + 1);
  });

  it('ends this browser only', async () => {
    const other = new Browser();
    await signInWithGitHub(server, other);
    await logOut(browser);
    expect((await me(other)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['Origin null', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling subdomain', { 'sec-fetch-site': 'same-site' }],
  ])('is not done on the word of a foreign page: %s', async (_, headers) => {
    const response = await logOut(browser, headers);
    expect(await errorOf(response)).toBe('403 forbidden');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await me()).status).toBe(200);
  });

  it('is done for a client that sends neither Origin nor Sec-Fetch-Site', async () => {
    expect((await logOut(browser, {})).status).toBe(204);
    expect(await errorOf(await me())).toBe('401 unauthenticated');
  });

  it('takes the word of the browser for our own page', async () => {
    expect((await logOut(browser, { 'sec-fetch-site': 'same-origin' })).status).toBe(204);
    expect(await errorOf(await me())).toBe('401 unauthenticated');
  });

  it('is a POST', async () => {
    expect((await browser.fetch(`${server.origin}/api/v1/auth/logout`)).status).toBe(404);
    expect((await me()).status).toBe(200);
  });
});
