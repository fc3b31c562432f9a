/**
 * A second customer of a running instance, with an account of its own, tries what only the instance's own account may do:
 * to get in unasked, to act on the whole instance, to use the operator's provider keys, and to reach into the first account.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gitHubProfile, startGitHub } from '../github.ts';
import type { GitHubProfile, TestGitHub } from '../github.ts';
import { freePort } from '../free-port.ts';
import { Browser, errorOf, signInWithGitHub } from '../sign-in-server.ts';
import { onNode, saying, sessionOf, startCalls } from './calls-fixture.ts';
import type { Calls } from './calls-fixture.ts';
import type { CreatedAgent, TestInstance } from '../instance.ts';

const LISTED = 'second-clinic';
const ORGANISATION = 'second-clinics';
const INSTANCE_ACCOUNT = 'acc_00000000000000000000000000';

let calls: Calls;
let github: TestGitHub;
let masker: TestInstance;
let origin: string;
/** Signed in as the admin of the second account. */
let second: Browser;
let secondToken: string;

/** A person at GitHub; `login` and the others replace what an invented one has. */
const person = (as: Partial<GitHubProfile>): GitHubProfile => ({ ...gitHubProfile(), ...as });

async function signIn(profile: GitHubProfile): Promise<{ browser: Browser; outcome: string }> {
  github.profile = profile;
  const browser = new Browser();
  const response = await signInWithGitHub({ origin }, browser);
  return { browser, outcome: response.status === 302 ? '302' : await errorOf(response) };
}

const WITHOUT_BODY = new Set(['GET', 'DELETE']);
const sending = (method: string, body: unknown, headers: Record<string, string>): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  ...(WITHOUT_BODY.has(method) ? {} : { body: JSON.stringify(body ?? {}) }),
});

/** The ways in which the second account asks: by cookie and by an access token with every permission that it may have. */
const WAYS = ['cookie', 'access token'] as const;
async function asSecond(way: (typeof WAYS)[number], method: string, path: string, body?: unknown): Promise<Response> {
  const url = `${origin}${path}`;
  if (way === 'cookie') return second.fetch(url, sending(method, body, {}));
  return fetch(url, sending(method, body, { authorization: `Bearer ${secondToken}` }));
}

interface Answered {
  readonly data: Record<string, { readonly code?: string } | null> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** The code that a mutation is refused with; null where it was done. */
async function mutationRefusal(way: (typeof WAYS)[number], query: string): Promise<string | null> {
  const { data, errors } = (await (await asSecond(way, 'POST', '/graphql', { query })).json()) as Answered;
  return errors?.[0]?.extensions.code ?? Object.values(data ?? {})[0]?.code ?? null;
}

beforeAll(async () => {
  github = await startGitHub();
  calls = await startCalls();
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  masker = await calls.anotherNode({
    MASKER_LISTEN_ADDR: `127.0.0.1:${port}`,
    MASKER_PUBLIC_URL: origin,
    MASKER_GITHUB_CLIENT_ID: github.clientId,
    MASKER_GITHUB_CLIENT_SECRET: github.clientSecret,
    MASKER_GITHUB_BASE_URL: github.baseUrl,
    MASKER_GITHUB_API_URL: github.apiUrl,
    MASKER_GITHUB_ALLOWED_LOGINS: LISTED,
    MASKER_GITHUB_ALLOWED_ORGS: ORGANISATION,
    MASKER_OPERATOR_KEY_ACCOUNTS: '',
  });
  const { browser, outcome } = await signIn(person({ login: LISTED }));
  expect(outcome).toBe('302');
  second = browser;
  const me = (await (await second.fetch(`${origin}/api/v1/me`)).json()) as { permissions: string[] };
  const permissions = JSON.stringify(me.permissions);
  const created = await second.fetch(
    `${origin}/graphql`,
    sending(
      'POST',
      {
        query: `mutation { createAccessToken(input: { name: "all", permissions: ${permissions} }) { ... on CreateAccessTokenSuccess { secret } } }`,
      },
      {},
    ),
  );
  const answer = (await created.json()) as { data?: { createAccessToken: { secret: string } } };
  secondToken = answer.data?.createAccessToken.secret ?? JSON.stringify(answer);
  expect(secondToken).toMatch(/^msk_/);
});
afterAll(async () => {
  await calls.close();
  await github.close();
});

async function rows(): Promise<unknown> {
  const tables = ['accounts', 'users', 'browser_sessions', 'access_tokens', 'invitations', 'account_events', 'agents'];
  const counts = tables.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`);
  return (await calls.pool.query(`SELECT ${counts.join(', ')}`)).rows[0];
}

describe('a sign-in without an invitation', () => {
  test.each<[string, Partial<GitHubProfile>]>([
    ['a login that begins with a listed one', { login: `${LISTED}-2` }],
    ['a login that ends with a listed one', { login: `my-${LISTED}` }],
    ['a login like a listed one in look-alike letters', { login: 'second-\u0441linic' }],
    ['a listed login with a space', { login: `${LISTED} ` }],
    ['a listed login with a zero-width space', { login: `${LISTED}\u200b` }],
    [
      'a name and an address that are a listed login',
      { name: LISTED, emails: [{ email: `${LISTED}@clinic.example`, primary: true, verified: true }] },
    ],
    ['a login that is the word open', { login: 'open' }],
    ['a login that is the name of the organisation', { login: ORGANISATION }],
    ['an organisation that begins with the listed one', { memberships: { [`${ORGANISATION}-2`]: 'active' } }],
    ['an organisation that is the listed login', { memberships: { [LISTED]: 'active' } }],
    ['a membership that is pending', { memberships: { [ORGANISATION]: 'pending' } }],
  ])('with %s is refused, and no row is written', async (_, as) => {
    const before = await rows();
    const { browser, outcome } = await signIn(person(as));
    expect(outcome).toBe('403 sign_in_refused');
    expect(browser.cookies.has('masker_session')).toBe(false);
    expect(await rows()).toEqual(before);
  });

  test('who renames an account of before to a listed login is that account, and not the other person', async () => {
    const known = person({ memberships: { [ORGANISATION]: 'active' } });
    const first = await signIn(known);
    const renamed = await signIn({ ...known, login: LISTED, memberships: {} });
    const accountOf = async (browser: Browser): Promise<string> =>
      ((await (await browser.fetch(`${origin}/api/v1/me`)).json()) as { account: { id: string } }).account.id;
    expect(await accountOf(renamed.browser)).toBe(await accountOf(first.browser));
    expect(await accountOf(renamed.browser)).not.toBe(await accountOf(second));
  });
});

describe.each(WAYS)('by %s, the admin of another account', (way) => {
  test.each([
    ['POST', '/api/v1/admin/policy/reload', {}],
    ['POST', '/api/v1/keys/rotate', {}],
    ['POST', '/api/v1/keys/rotate', { dry_run: true }],
    ['POST', '/api/v1/keys/rotate', { new_kid: 'K_HEALTHCARE' }],
  ])('is refused %s %s with %j', async (method, path, body) => {
    const before = await rows();
    expect(await errorOf(await asSecond(way, method, path, body))).toBe('403 forbidden');
    expect(await rows()).toEqual(before);
  });

  test.each([
    'mutation { reloadPolicies { __typename ... on Error { code } } }',
    'mutation { rotateKeys(input: {}) { __typename ... on Error { code } } }',
    'mutation { rotateKeys(input: { dryRun: true }) { __typename ... on Error { code } } }',
  ])('is refused %s', async (query) => {
    const before = await rows();
    expect((await mutationRefusal(way, query))?.toLowerCase()).toBe('forbidden');
    expect(await rows()).toEqual(before);
  });

  test.each([
    'openai:gpt-4o-mini',
    'openai',
    'OPENAI:gpt-4o-mini',
    'openai:gpt-4o-mini ',
    ' openai:x',
    'openai:',
    'ｏpenai:x',
  ])('makes no agent on the upstream %j, nor changes one to it', async (upstream) => {
    const created = await asSecond(way, 'POST', '/api/v1/agents', { name: 'paid', upstream });
    expect([403, 422]).toContain(created.status);
    const own = await asSecond(way, 'POST', '/api/v1/agents', { name: `${way} ${upstream}`, upstream: 'stub' });
    expect(own.status).toBe(201);
    const { agent } = (await own.json()) as { agent: { id: string } };
    const changed = await asSecond(way, 'PATCH', `/api/v1/agents/${agent.id}`, { upstream });
    expect([403, 422]).toContain(changed.status);
    await asSecond(way, 'DELETE', `/api/v1/agents/${agent.id}`);
  });

  test('cannot have invitations into the first account, and neither sees nor revokes those of it', async () => {
    const made = await masker.api('POST', '/invitations', { role: 'member' });
    expect(made.status).toBe(201);
    const { invitation } = (await made.json()) as { invitation: { id: string } };
    const list = await asSecond(way, 'GET', '/api/v1/invitations');
    expect(await list.text()).not.toContain(invitation.id);
    expect((await asSecond(way, 'DELETE', `/api/v1/invitations/${invitation.id}`)).status).toBe(404);
    for (const member of ['account_id', 'accountId']) {
      const body = { role: 'admin', [member]: INSTANCE_ACCOUNT };
      expect((await asSecond(way, 'POST', '/api/v1/invitations', body)).status).toBe(422);
    }
    expect((await masker.api('DELETE', `/invitations/${invitation.id}`)).status).toBe(204);
  });

  test('neither changes nor removes members of the first account, nor itself into another', async () => {
    const { user } = (await (await masker.api('GET', '/me')).json()) as { user: { id: string } };
    expect((await asSecond(way, 'PATCH', `/api/v1/members/${user.id}`, { role: 'auditor' })).status).toBe(404);
    expect((await asSecond(way, 'DELETE', `/api/v1/members/${user.id}`)).status).toBe(404);
    const me = (await (await asSecond(way, 'GET', '/api/v1/me')).json()) as { user: { id: string } };
    const body = { role: 'admin', account_id: INSTANCE_ACCOUNT };
    expect((await asSecond(way, 'PATCH', `/api/v1/members/${me.user.id}`, body)).status).toBe(422);
  });
});

describe('a turn of an agent whose account may not use the operator’s key', () => {
  let paid: CreatedAgent;
  beforeAll(async () => {
    paid = await calls.masker.createAgent();
    const { rows: found } = await calls.pool.query<{ account_id: string }>(
      `SELECT account_id FROM users WHERE github_login = $1 AND account_id <> $2`,
      [LISTED, INSTANCE_ACCOUNT],
    );
    await calls.pool.query('UPDATE agents SET account_id = $2 WHERE id = $1', [paid.id, found[0]?.account_id]);
  });

  test.each(['chat/completions', 'responses'])('is refused on /%s, also with a key of the caller’s', async (door) => {
    calls.upstream.received.length = 0;
    const { baseUrl } = onNode(masker, paid);
    for (const headers of [{}, { authorization: 'Bearer sk-of-the-caller' }]) {
      const said = door === 'responses' ? { model: 'gpt-4o-mini', input: 'hi', store: false } : saying('hi');
      const response = await fetch(`${baseUrl}/${door}`, sending('POST', said, headers));
      expect(await errorOf(response)).toBe('403 upstream_not_allowed');
    }
    expect(calls.upstream.received).toHaveLength(0);
  });
});

test('a member that the instance’s own account invited may not act on the instance either', async () => {
  const made = await masker.api('POST', '/invitations', { role: 'member' });
  const { url } = (await made.json()) as { url: string };
  github.profile = person({});
  const browser = new Browser();
  const begun = await browser.fetch(url);
  const approved = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  expect((await browser.fetch(approved.headers.get('location') ?? '')).status).toBe(302);
  const me = (await (await browser.fetch(`${origin}/api/v1/me`)).json()) as { account: { id: string } };
  expect(me.account.id).toBe(INSTANCE_ACCOUNT);
  for (const path of ['/api/v1/admin/policy/reload', '/api/v1/keys/rotate', '/api/v1/invitations'])
    expect(await errorOf(await browser.fetch(`${origin}${path}`, sending('POST', {}, {})))).toBe('403 forbidden');
});

test('the operator’s own account does what the others are refused', async () => {
  expect((await masker.api('POST', '/admin/policy/reload', {})).status).toBe(200);
  expect((await masker.api('POST', '/keys/rotate', { dry_run: true })).status).toBe(200);
  const agent = onNode(masker, await calls.masker.createAgent());
  expect(sessionOf(await masker.chat(agent, saying('hi')))).toMatch(/^sess_/);
});
