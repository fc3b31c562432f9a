/** One's own browser sessions on a whole server: listed without the cookie, and ended one by one. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newId } from '../../src/platform/ids.ts';
import { BROWSER_SESSION, ERROR } from '../../src/rest/objects.ts';
import { matching } from '../api.ts';
import { createTestDatabase } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { Browser } from '../sign-in-server.ts';

let masker: TestInstance;
let drop: () => Promise<void>;
let laptop: Browser;
let phone: Browser;

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  masker = await startTestInstance(database.url);
});
afterAll(async () => {
  await masker.close();
  await drop();
});
beforeEach(async () => {
  laptop = await signIn('Laptop/1.0');
  phone = await signIn('Phone/2.0 (\u00e9)');
});

/** A browser that signed in as the bootstrap admin. */
async function signIn(userAgent: string): Promise<Browser> {
  const link = new URL(await masker.signInLink());
  const browser = new Browser();
  const answer = await browser.fetch(`${masker.url}${link.pathname}${link.search}`, {
    headers: { 'user-agent': userAgent },
  });
  expect(answer.status).toBe(302);
  return browser;
}

const PAGE = z.strictObject({ data: z.array(BROWSER_SESSION), next_cursor: z.string().nullable() });
type Listed = z.output<typeof BROWSER_SESSION>;

async function listed(browser: Browser, query = ''): Promise<Listed[]> {
  const answer = await browser.fetch(`${masker.url}/api/v1/me/sessions${query}`);
  expect(answer.status).toBe(200);
  return PAGE.parse(await answer.json()).data;
}

const revoke = (browser: Browser, id: string): Promise<Response> =>
  browser.fetch(`${masker.url}/api/v1/me/sessions/${id}`, { method: 'DELETE' });
const status = async (browser: Browser): Promise<number> => (await browser.fetch(`${masker.url}/api/v1/me`)).status;
const codeOf = async (response: Response): Promise<string> => ERROR.parse(await response.json()).error.code;

describe('GET /me/sessions', () => {
  test('lists the browsers, newest first, and marks the one that asks', async () => {
    const [first, second] = await listed(laptop);
    expect([first, second]).toEqual([
      {
        id: matching(/^bses_/),
        created_at: matching(/Z$/),
        last_seen_at: matching(/Z$/),
        user_agent: 'Phone/2.0 ()',
        current: false,
      },
      expect.objectContaining({ user_agent: 'Laptop/1.0', current: true }),
    ]);
    expect((await listed(phone)).filter(({ current }) => current).map(({ id }) => id)).toEqual([first?.id]);
  });

  test('shows a token that no browser asks, and neither cookies nor their hashes', async () => {
    const text = await (await masker.api('GET', '/me/sessions')).text();
    expect(PAGE.parse(JSON.parse(text)).data.filter(({ current }) => current)).toEqual([]);
    for (const cookie of [...laptop.cookies.values(), ...phone.cookies.values()]) {
      expect(text).not.toContain(cookie);
      expect(text).not.toContain(createHash('sha256').update(cookie).digest('hex'));
    }
  });

  test('goes page by page', async () => {
    const all = await listed(laptop);
    const answer = await laptop.fetch(`${masker.url}/api/v1/me/sessions?limit=1`);
    const page = PAGE.parse(await answer.json());
    expect(page.data).toEqual(all.slice(0, 1));
    expect((await listed(laptop, `?limit=1&cursor=${page.next_cursor ?? ''}`)).map(({ id }) => id)).toEqual(
      all.slice(1, 2).map(({ id }) => id),
    );
  });
});

describe('DELETE /me/sessions/{id}', () => {
  test('signs the other browser out at once, and this one not', async () => {
    const other = (await listed(laptop)).find(({ current }) => !current);
    expect((await revoke(laptop, other?.id ?? '')).status).toBe(204);
    expect([await status(laptop), await status(phone)]).toEqual([200, 401]);
    const again = await revoke(laptop, other?.id ?? '');
    expect([again.status, await codeOf(again)]).toEqual([404, 'not_found']);
  });

  test('signs this browser out, too', async () => {
    const own = (await listed(laptop)).find(({ current }) => current);
    expect((await revoke(laptop, own?.id ?? '')).status).toBe(204);
    expect([await status(laptop), await status(phone)]).toEqual([401, 200]);
  });

  test('answers 404 to an ID that is unknown or of another form', async () => {
    for (const id of [newId('browserSession'), 'bses_', createHash('sha256').update('x').digest('hex')])
      expect((await revoke(laptop, id)).status).toBe(404);
  });

  test('is refused from a foreign page, and the browser stays', async () => {
    const [session] = await listed(laptop);
    const answer = await laptop.fetch(`${masker.url}/api/v1/me/sessions/${session?.id ?? ''}`, {
      method: 'DELETE',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.status).toBe(403);
    expect(await listed(laptop)).toContainEqual(session);
  });

  test('is in the account log, by the ID alone', async () => {
    const own = (await listed(phone)).find(({ current }) => current)?.id ?? '';
    await revoke(phone, own);
    await masker.sequenceLogs();
    const answer = await masker.api('GET', '/audit/log?types=browser_session_revoked&limit=100');
    expect(await answer.text()).toContain(own);
  });
});

describe('the mutation logout', () => {
  const LOGOUT = 'mutation { logout { __typename ... on LogoutSuccess { signedOut } ... on Error { code } } }';
  const send = (headers: Record<string, string>): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: LOGOUT }),
  });

  test('ends the browser session that the request came with, clears its cookie and is on record', async () => {
    const answer = await laptop.fetch(`${masker.url}/graphql`, send({}));
    expect(await answer.json()).toEqual({ data: { logout: { __typename: 'LogoutSuccess', signedOut: true } } });
    expect(answer.headers.getSetCookie().at(-1)).toMatch(/^masker_session=; .*Max-Age=0/);
    expect([await status(laptop), await status(phone)]).toEqual([401, 200]);
    await masker.sequenceLogs();
    const log = await masker.api('GET', '/audit/log?types=sign_out&limit=100');
    expect(await log.text()).toContain('sign_out');
  });

  test('is refused from a foreign page, and the browser stays signed in', async () => {
    const answer = await laptop.fetch(`${masker.url}/graphql`, send({ 'sec-fetch-site': 'cross-site' }));
    expect(answer.status).toBe(403);
    expect(await status(laptop)).toBe(200);
  });

  test('of a token without a browser session signs nobody out', async () => {
    const logout = await masker.graphql(LOGOUT);
    expect(logout).toEqual({ logout: { __typename: 'LogoutSuccess', signedOut: false } });
    expect([await status(laptop), await status(phone)]).toEqual([200, 200]);
  });
});

test('an access token neither lists nor ends browser sessions', async () => {
  const made = await masker.api('POST', '/tokens', { name: 'all', permissions: ['members:admin', 'agents:read'] });
  const { secret } = z.object({ secret: z.string() }).parse(await made.json());
  const [session] = await listed(laptop);
  for (const [method, path] of [
    ['GET', '/me/sessions'],
    ['DELETE', `/me/sessions/${session?.id ?? ''}`],
  ] as const) {
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${masker.url}/api/v1${path}`, { method, headers })).status).toBe(403);
  }
  expect(await listed(laptop)).toContainEqual(session);
});
