/** Sign-in with an OpenID provider: a whole instance, and a provider that lies. See docs/access.md, OpenID Connect. */
import { createHmac } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOidcKeys } from '../../src/accounts/oidc-keys.ts';
import { INSTANCE_ACCOUNT } from '../../src/accounts/instance-account.ts';
import { createTestDatabase, openPool } from '../database.ts';
import { startTestInstance } from '../instance.ts';
import type { TestInstance } from '../instance.ts';
import { soundToken, startOpenIdProvider } from '../openid-provider.ts';
import type { TestOpenIdProvider, TokenParts } from '../openid-provider.ts';
import { Browser, errorOf, locationOf } from '../sign-in-server.ts';

let provider: TestOpenIdProvider;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let masker: TestInstance;
let strict: TestInstance;
let people = 0;

const oidc = (): Record<string, string> => ({
  MASKER_OIDC_ISSUER: provider.issuer,
  MASKER_OIDC_CLIENT_ID: provider.clientId,
  MASKER_OIDC_CLIENT_SECRET: provider.clientSecret,
});

beforeAll(async () => {
  [provider, database] = await Promise.all([startOpenIdProvider(), createTestDatabase()]);
  masker = await startTestInstance(database.url, {
    ...oidc(),
    MASKER_OIDC_GROUP_ROLES: 'heads=admin,nurses=member,privacy=auditor',
  });
  strict = await startTestInstance(database.url, {
    ...oidc(),
    MASKER_OIDC_REQUIRE_MFA: '1',
    MASKER_OIDC_GROUP_ROLES: 'nurses=member',
  });
});
beforeEach(() => {
  people += 1;
  Object.assign(provider, { forge: null, metadata: {}, answersAs: provider.issuer });
  provider.claims = { sub: `person-${people}`, name: 'Nora', groups: ['nurses'] };
});
afterAll(async () => {
  await Promise.all([masker.close(), strict.close()]);
  await provider.close();
  await database.drop();
});

/** The address, at the node that is meant: an instance of tests does not know its own port. */
const at = (node: TestInstance, url: string): string => {
  const { pathname, search } = new URL(url, node.url);
  return `${node.url}${pathname}${search}`;
};

/** From the beginning of a sign-in to the callback that the provider sends the browser to. */
async function approved(browser: Browser, node = masker, begin = '/api/v1/auth/oidc'): Promise<string> {
  const begun = await browser.fetch(at(node, begin));
  return at(node, locationOf(await fetch(locationOf(begun), { redirect: 'manual' })));
}

async function signIn(browser = new Browser(), node = masker, begin?: string): Promise<Response> {
  return browser.fetch(await approved(browser, node, begin));
}

async function me(browser: Browser): Promise<{ user: Record<string, unknown>; account: { id: string } }> {
  const response = await browser.fetch(`${masker.url}/api/v1/me`);
  expect(response.status).toBe(200);
  return (await response.json()) as { user: Record<string, unknown>; account: { id: string } };
}

async function permissions(browser: Browser): Promise<string[]> {
  const response = await browser.fetch(`${masker.url}/api/v1/me`);
  return ((await response.json()) as { permissions?: string[] }).permissions ?? [];
}

describe('a person of the provider', () => {
  test('signs in with the role of the strongest group, into the account of the instance', async () => {
    provider.claims = { ...provider.claims, groups: ['privacy', 'nurses', 'cooks'], email: 'nora@example.test' };
    const browser = new Browser();
    const answer = await signIn(browser);
    expect([answer.status, locationOf(answer)]).toEqual([302, '/portal']);
    const { user, account } = await me(browser);
    expect(account.id).toBe(INSTANCE_ACCOUNT);
    // The provider does not say that the address is verified.
    expect(user).toMatchObject({ name: 'Nora', email: null, github_login: null });
    expect(await permissions(browser)).toContain('agents:write');
    expect(await permissions(browser)).not.toContain('members:admin');
  });

  test('has a verified address, and is the same user at the next sign-in', async () => {
    const browser = new Browser();
    await signIn(browser);
    const before = await me(browser);
    provider.claims = { ...provider.claims, email: 'nora@example.test', email_verified: true };
    await signIn(browser);
    expect((await me(browser)).user).toMatchObject({ id: before.user['id'], email: 'nora@example.test' });
  });

  test('has another role when the groups have changed, and that is on record', async () => {
    const browser = new Browser();
    await signIn(browser);
    provider.claims = { ...provider.claims, groups: ['privacy'] };
    await signIn(browser);
    expect(await permissions(browser)).toEqual(['sessions:read', 'reports:read', 'audit:read']);
    const pool = openPool(database.url);
    const { rows } = await pool.query<{ body: string }>(
      "SELECT body FROM account_events WHERE kind = 'member_role_changed' ORDER BY id DESC LIMIT 1",
    );
    await pool.end();
    expect(JSON.parse(rows[0]?.body ?? '')).toMatchObject({
      subject: { role: 'auditor', previous_role: 'member', by: 'groups' },
    });
  });

  test('of no group any more is refused, and signed out everywhere', async () => {
    const browser = new Browser();
    await signIn(browser);
    provider.claims = { ...provider.claims, groups: [] };
    expect(await errorOf(await signIn(new Browser()))).toBe('403 sign_in_refused');
    expect((await browser.fetch(`${masker.url}/api/v1/me`)).status).toBe(401);
  });

  test.each([
    ['a weaker role', ['nurses'], 302, 'member_role_changed'],
    ['no role', [], 403, 'invitation_revoked'],
  ])('whose groups give %s then loses the invitations made as an admin, on record', async (_, groups, status, kind) => {
    provider.claims = { ...provider.claims, groups: ['heads'] };
    const browser = new Browser();
    await signIn(browser);
    const made = await browser.fetch(`${masker.url}/api/v1/members`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${provider.claims['sub'] as string}@example.test`, role: 'admin' }),
    });
    const { invitation } = (await made.json()) as { invitation: { id: string } };
    const { user } = await me(browser);
    provider.claims = { ...provider.claims, groups };
    expect((await signIn(browser)).status).toBe(status);
    const pool = openPool(database.url);
    const open = await pool.query('SELECT id FROM invitations WHERE created_by = $1', [user['id']]);
    const acts = await pool.query('SELECT FROM account_events WHERE kind = $1 AND body LIKE $2', [
      kind,
      `%"${invitation.id}"%`,
    ]);
    await pool.end();
    expect([open.rowCount, acts.rowCount]).toEqual([0, 1]);
  });

  test('without a group is refused, and nothing is stored', async () => {
    provider.claims = { ...provider.claims, groups: undefined };
    expect(await errorOf(await signIn())).toBe('403 sign_in_refused');
    const pool = openPool(database.url);
    const { rows } = await pool.query('SELECT FROM users WHERE oidc_subject = $1', [`person-${people}`]);
    await pool.end();
    expect(rows).toEqual([]);
  });

  test('comes in by an invitation without any group, and keeps its role', async () => {
    const address = `guest-${people}@example.test`;
    const response = await masker.api('POST', '/members', { email: address, role: 'auditor' });
    const { url } = (await response.json()) as { url: string };
    const { pathname, search } = new URL(url);
    provider.claims = { ...provider.claims, groups: [], email: address, email_verified: false };
    expect(await errorOf(await signIn(new Browser(), masker, `${pathname}${search}`))).toBe('403 invitation_invalid');
    provider.claims = { ...provider.claims, email_verified: true };
    const browser = new Browser();
    expect((await signIn(browser, masker, `${pathname}${search}`)).status).toBe(302);
    await signIn(browser);
    expect(await permissions(browser)).toEqual(['sessions:read', 'reports:read', 'audit:read']);
  });
});

describe('a second factor', () => {
  test.each([
    ['none', {}, '403 sign_in_refused'],
    ['a password alone', { amr: ['pwd'] }, '403 sign_in_refused'],
    ['two of one kind', { amr: ['pwd', 'pin'] }, '403 sign_in_refused'],
    ['an unknown class', { acr: '1' }, '403 sign_in_refused'],
  ])('that is %s is refused where the server asks for one', async (_what, claims, expected) => {
    provider.claims = { ...provider.claims, ...claims };
    expect(await errorOf(await signIn(new Browser(), strict))).toBe(expected);
  });

  test.each([
    ['mfa', { amr: ['mfa'] }],
    ['a password and a code', { amr: ['pwd', 'otp'] }],
    ['a class of authentication', { acr: 'phrh' }],
  ])('that is %s is taken', async (_what, claims) => {
    provider.claims = { ...provider.claims, ...claims };
    expect((await signIn(new Browser(), strict)).status).toBe(302);
  });
});

describe('an ID token', () => {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const unsigned = ({ claims }: TokenParts): string => `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
  const underPublicKey = ({ claims, key }: TokenParts): string => {
    const text = `${encoded({ alg: 'HS256', kid: key.kid })}.${encoded(claims)}`;
    return `${text}.${createHmac('sha256', JSON.stringify(key.publicJwk)).update(text).digest('base64url')}`;
  };
  const underForeignKey = async ({ claims, key }: TokenParts): Promise<string> => {
    const { privateKey } = await generateKeyPair('RS256');
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(privateKey);
  };
  const changed = async (parts: TokenParts): Promise<string> => {
    const [head = '', , mac = ''] = (await soundToken(parts)).split('.');
    return `${head}.${encoded({ ...parts.claims, groups: ['heads'] })}.${mac}`;
  };
  test.each([
    ['without a signature', unsigned],
    ['under an HMAC of the public key', underPublicKey],
    ['under a key of somebody else', underForeignKey],
    ['whose claims were changed', changed],
    ['that is no token', () => 'x.y'],
  ])('%s is refused', async (_what, forge) => {
    provider.forge = forge;
    expect(await errorOf(await signIn())).toBe('502 oauth_exchange_failed');
  });

  const past = Math.floor(Date.now() / 1000) - 600;
  test.each([
    ['for another client', { aud: 'other' }],
    ['for several clients without a party', { aud: ['masker', 'other'] }],
    ['for another party', { azp: 'other' }],
    ['of another issuer', { iss: 'http://127.0.0.1:1/realms/other' }],
    ['that has expired', { exp: past }],
    ['without an end', { exp: undefined }],
    ['of another sign-in', { nonce: 'bm9uY2U' }],
    ['without a nonce', { nonce: undefined }],
    ['without a subject', { sub: undefined }],
    ['that is not valid yet', { nbf: past + 6000 }],
  ])('%s is refused', async (_what, claims) => {
    provider.claims = { ...provider.claims, ...claims };
    expect(await errorOf(await signIn())).toBe('502 oauth_exchange_failed');
  });

  test('for several clients that names ours as the party is taken', async () => {
    provider.claims = { ...provider.claims, aud: ['masker', 'other'], azp: 'masker' };
    expect((await signIn()).status).toBe(302);
  });
});

describe('the answer of the provider', () => {
  test('is taken once, and in the browser that asked alone', async () => {
    const browser = new Browser();
    const callback = await approved(browser);
    expect(await errorOf(await new Browser().fetch(callback))).toBe('400 invalid_state');
    const cookies = new Map(browser.cookies);
    expect((await browser.fetch(callback)).status).toBe(302);
    expect(await errorOf(await browser.fetch(callback))).toBe('400 invalid_state');
    // A browser that kept its state: the provider does not know the code any more.
    const again = new Browser();
    for (const [name, value] of cookies) again.cookies.set(name, value);
    expect(await errorOf(await again.fetch(callback))).toBe('502 oauth_exchange_failed');
  });

  test.each([
    ['names another issuer', 'http://127.0.0.1:1'],
    ['names none although the provider says that it does', null],
  ])('that %s is refused, and its code is not sent', async (_what, answersAs) => {
    provider.answersAs = answersAs;
    const browser = new Browser();
    const callback = await approved(browser);
    const before = provider.requests.length;
    expect(await errorOf(await browser.fetch(callback))).toBe('502 oauth_exchange_failed');
    expect(provider.requests.slice(before)).toEqual([]);
  });

  test('that is a refusal is one of ours', async () => {
    const browser = new Browser();
    const callback = new URL(await approved(browser));
    callback.searchParams.set('error', 'access_denied');
    expect(await errorOf(await browser.fetch(callback))).toBe('502 oauth_exchange_failed');
  });
});

describe('the provider', () => {
  test.each([
    ['names another issuer in its metadata', { issuer: 'http://127.0.0.1:1' }],
    ['has no endpoint for tokens', { token_endpoint: undefined }],
  ])('that %s is not asked', async (_what, metadata) => {
    provider.metadata = metadata;
    const fresh = await startTestInstance(database.url, oidc());
    try {
      expect(await errorOf(await fetch(`${fresh.url}/api/v1/auth/oidc`))).toBe('502 oauth_exchange_failed');
    } finally {
      await fresh.close();
    }
  });
});

describe('the keys of the provider', () => {
  test('are loaded again for a key that is not among them, once a minute', async () => {
    const time = { value: 1_000_000 };
    let loads = 0;
    const { key, token } = await tokenOfProvider();
    const find = createOidcKeys(
      () => {
        loads += 1;
        return Promise.resolve({ keys: loads === 1 ? [] : [key] });
      },
      { now: () => time.value },
    );
    const header = { alg: 'RS256', kid: key.kid };
    const flat = { payload: '', signature: '', protected: token };
    await expect(find(header, flat)).rejects.toThrow();
    await expect(find(header, flat)).rejects.toThrow();
    expect(loads).toBe(1);
    time.value += 60_000;
    await expect(find(header, flat)).resolves.toBeDefined();
    await expect(find({ alg: 'RS256', kid: 'made-up' }, flat)).rejects.toThrow();
    expect(loads).toBe(2);
  });

  async function tokenOfProvider(): Promise<{ key: { kid: string; kty: string }; token: string }> {
    const answer = await fetch(`${provider.issuer}/keys`);
    const { keys } = (await answer.json()) as { keys: { kid: string; kty: string }[] };
    const [key] = keys;
    if (key === undefined) throw new Error('the provider has no key');
    return { key, token: '' };
  }
});
