/** A browser on a whole instance: GitHub's sign-in, the cookie on every door, and no write from a foreign page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { freePort } from '../free-port.ts';
import { gitHubProfile, startGitHub } from '../github.ts';
import type { TestGitHub } from '../github.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { approveAtGitHub, Browser, errorOf, signInWithGitHub } from '../sign-in-server.ts';

let db: TestDatabase;
let github: TestGitHub;
let masker: TestInstance;
let origin: string;

beforeAll(async () => {
  db = await createTestDatabase();
  github = await startGitHub();
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  masker = await startTestInstance(db.url, {
    MASKER_LISTEN_ADDR: `127.0.0.1:${port}`,
    MASKER_PUBLIC_URL: origin,
    MASKER_GITHUB_CLIENT_ID: github.clientId,
    MASKER_GITHUB_CLIENT_SECRET: github.clientSecret,
    MASKER_GITHUB_BASE_URL: github.baseUrl,
    MASKER_GITHUB_API_URL: github.apiUrl,
    MASKER_GITHUB_ALLOWED_LOGINS: 'open',
  });
});
afterAll(async () => {
  await masker.close();
  await github.close();
  await db.drop();
});

const agent = (name: string): RequestInit => ({ method: 'POST', body: JSON.stringify({ name, upstream: 'stub' }) });
const from = (page: string | null, init: RequestInit): RequestInit => ({
  ...init,
  headers: { 'content-type': 'application/json', ...(page === null ? {} : { origin: page }) },
});

test('a person signs in, works by cookie from our pages alone, and signs out', async () => {
  const browser = new Browser();
  expect(await errorOf(await browser.fetch(`${origin}/api/v1/me`))).toBe('401 unauthenticated');

  const signedIn = await signInWithGitHub({ origin }, browser, '?redirect_to=/portal/agents');
  expect(signedIn.status).toBe(302);
  expect(signedIn.headers.get('location')).toBe('/portal/agents');
  const me = (await (await browser.fetch(`${origin}/api/v1/me`)).json()) as {
    user: object;
    account: object;
    permissions: string[];
  };
  expect(me.user).toMatchObject({ github_login: github.profile.login, github_id: github.profile.id });
  expect(me.account).toMatchObject({ plan: 'beta' });
  expect(me.permissions).toContain('agents:write');

  for (const page of ['https://evil.example', 'null']) {
    expect(await errorOf(await browser.fetch(`${origin}/api/v1/agents`, from(page, agent('forged'))))).toBe(
      '403 forbidden',
    );
    const query = {
      method: 'POST',
      body: JSON.stringify({
        query: 'mutation { createAgent(input: { name: "forged", upstream: "stub" }) { __typename } }',
      }),
    };
    expect((await browser.fetch(`${origin}/graphql`, from(page, query))).status).toBe(403);
  }
  expect((await browser.fetch(`${origin}/api/v1/agents`, from(origin, agent('mine')))).status).toBe(201);
  const { data } = (await (await browser.fetch(`${origin}/api/v1/agents`)).json()) as { data: { name: string }[] };
  expect(data.map(({ name }) => name)).toEqual(['mine']);

  expect((await browser.fetch(`${origin}/api/v1/auth/logout`, from(origin, { method: 'POST' }))).status).toBe(204);
  expect(await errorOf(await browser.fetch(`${origin}/api/v1/me`))).toBe('401 unauthenticated');
});

test('the printed link signs the bootstrap admin in, once', async () => {
  const link = await masker.signInLink();
  const browser = new Browser();
  expect((await browser.fetch(link)).status).toBe(302);
  expect(await (await browser.fetch(`${origin}/api/v1/me`)).json()).toMatchObject({
    user: { name: 'Bootstrap admin', github_id: null },
  });
  expect(await errorOf(await new Browser().fetch(link))).toBe('401 unauthenticated');
});

test("two people's accounts are apart", async () => {
  const [first, second] = [new Browser(), new Browser()];
  await signInWithGitHub({ origin }, first);
  github.profile = { ...github.profile, id: github.profile.id + 1, login: 'somebody-else' };
  await signInWithGitHub({ origin }, second);
  const created = await first.fetch(`${origin}/api/v1/agents`, from(origin, agent('private')));
  const { agent: own } = (await created.json()) as { agent: { id: string } };
  expect((await first.fetch(`${origin}/api/v1/agents/${own.id}`)).status).toBe(200);
  expect(await errorOf(await second.fetch(`${origin}/api/v1/agents/${own.id}`))).toBe('404 agent_not_found');
});

test('a person whom nobody allowed ends on a page that says what to ask the operator for', async () => {
  const closed = await startTestInstance(db.url, {
    MASKER_PUBLIC_URL: 'http://127.0.0.1:9',
    MASKER_GITHUB_CLIENT_ID: github.clientId,
    MASKER_GITHUB_CLIENT_SECRET: github.clientSecret,
    MASKER_GITHUB_BASE_URL: github.baseUrl,
    MASKER_GITHUB_API_URL: github.apiUrl,
  });
  try {
    github.profile = gitHubProfile();
    const browser = new Browser();
    const finish = async (headers: Record<string, string>): Promise<Response> => {
      const { pathname, search } = await approveAtGitHub({ origin: closed.url }, browser);
      return browser.fetch(`${closed.url}${pathname}${search}`, { headers });
    };
    const refused = await finish({ accept: 'text/html,application/xhtml+xml' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(refused.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    const page = await refused.text();
    for (const word of ['MASKER_GITHUB_ALLOWED_LOGINS', 'MASKER_GITHUB_ALLOWED_ORGS', 'sign_in_refused', 'req_'])
      expect(page).toContain(word);
    expect(browser.cookies.size).toBe(0);
    // A program gets the same as JSON.
    expect(await errorOf(await finish({ accept: 'application/json' }))).toBe('403 sign_in_refused');
  } finally {
    await closed.close();
  }
});
