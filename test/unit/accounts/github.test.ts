import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createGitHub } from '../../../src/accounts/github.ts';
import type { GitHub } from '../../../src/accounts/github.ts';
import { Failure } from '../../../src/platform/failure.ts';
import { gitHubProfile, startGitHub } from '../../github.ts';
import type { GitHubFault, TestGitHub } from '../../github.ts';

const REDIRECT_URI = 'http://127.0.0.1:9/api/v1/auth/github/callback';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
// RFC 7636, appendix B
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

let github: TestGitHub;
let client: GitHub;

beforeAll(async () => {
  github = await startGitHub();
  client = clientWith({});
});
afterEach(() => {
  github.fault = null;
  github.clockOffset = 0;
  github.profile = gitHubProfile();
});
afterAll(() => github.close());

function clientWith(changes: {
  clientSecret?: string;
  redirectUri?: string;
  timeoutMs?: number;
  baseUrl?: string;
  organisations?: readonly string[];
}): GitHub {
  const { clientId, clientSecret, baseUrl, apiUrl } = github;
  return createGitHub({ clientId, clientSecret, baseUrl, apiUrl, redirectUri: REDIRECT_URI, ...changes });
}

/** Goes to the approval page and returns the code it sends back. */
async function approve(verifier: string = VERIFIER): Promise<string> {
  const response = await fetch(client.authorizationUrl('s', verifier), { redirect: 'manual' });
  const code = new URL(response.headers.get('location') ?? '').searchParams.get('code');
  if (code === null) throw new Error('no code');
  return code;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failure) return error;
  throw error;
}

describe('authorizationUrl', () => {
  it('asks for a code with PKCE S256 and the documented scopes', () => {
    const url = client.authorizationUrl('the-state', VERIFIER);
    expect(url.origin + url.pathname).toBe(`${github.baseUrl}/login/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: github.clientId,
      redirect_uri: REDIRECT_URI,
      state: 'the-state',
      scope: 'read:user user:email',
      code_challenge_method: 'S256',
      code_challenge: CHALLENGE,
    });
    expect(createHash('sha256').update(VERIFIER).digest('base64url')).toBe(CHALLENGE);
  });
});

describe('organisations', () => {
  const approveWith = async (asked: GitHub): Promise<string> => {
    const response = await fetch(asked.authorizationUrl('s', VERIFIER), { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
  };

  it('are asked for with the scope that shows them, and told where the user is an active member', async () => {
    const asked = clientWith({ organisations: ['clinic', 'st-mary', 'elsewhere'] });
    expect(asked.authorizationUrl('s', VERIFIER).searchParams.get('scope')).toBe('read:user user:email read:org');
    github.profile = { ...gitHubProfile(), memberships: { clinic: 'active', 'st-mary': 'pending' } };
    expect((await asked.identify(await approveWith(asked), VERIFIER)).organisations).toEqual(['clinic']);
  });

  it('are none where GitHub did not grant the scope', async () => {
    github.profile = { ...gitHubProfile(), memberships: { clinic: 'active' } };
    const code = await approve();
    expect((await clientWith({ organisations: ['clinic'] }).identify(code, VERIFIER)).organisations).toEqual([]);
  });
});

describe('identify', () => {
  it('tells who approved, with the primary verified e-mail', async () => {
    const { id, login, name, avatar_url } = github.profile;
    await expect(client.identify(await approve(), VERIFIER)).resolves.toEqual({
      id,
      login,
      name,
      avatarUrl: avatar_url,
      email: `octo-${id}@example.test`,
      organisations: [],
    });
  });

  it.each<[string, TestGitHub['profile']['emails'], string | null]>([
    ['none at all', [], null],
    ['an unverified primary only', [{ email: 'a@example.test', primary: true, verified: false }], null],
    [
      'an unverified primary beside a verified one',
      [
        { email: 'a@example.test', primary: true, verified: false },
        { email: 'b@example.test', primary: false, verified: true },
      ],
      'b@example.test',
    ],
  ])('e-mails: %s', async (_, emails, email) => {
    github.profile = { ...github.profile, emails };
    expect((await client.identify(await approve(), VERIFIER)).email).toBe(email);
  });

  it('does without e-mails that the user did not share', async () => {
    github.fault = 'emails_404';
    expect((await client.identify(await approve(), VERIFIER)).email).toBeNull();
  });

  it.each([
    ['no name', { name: null }, { name: null }],
    ['a name that no database stores', { name: 'a\0b' }, { name: null }],
    ['an avatar that is no web address', { avatar_url: 'javascript:alert(1)' }, { avatarUrl: null }],
    ['no avatar', { avatar_url: null }, { avatarUrl: null }],
    ['the largest id', { id: Number.MAX_SAFE_INTEGER }, { id: Number.MAX_SAFE_INTEGER }],
  ])('takes %s', async (_, given, expected) => {
    github.profile = { ...github.profile, ...given };
    expect(await client.identify(await approve(), VERIFIER)).toMatchObject(expected);
  });

  it.each([
    ['id 0', { id: 0 }],
    ['a negative id', { id: -1 }],
    ['a fractional id', { id: 1.5 }],
    ['an id beyond exact numbers', { id: 2 ** 53 }],
    ['an empty login', { login: '' }],
    ['a login with a NUL', { login: 'a\0' }],
  ])('refuses a user with %s', async (_, given) => {
    github.profile = { ...github.profile, ...given };
    expect((await failureOf(client.identify(await approve(), VERIFIER))).code).toBe('oauth_exchange_failed');
  });

  it.each<[GitHubFault, RegExp]>([
    ['token_500', /code was not accepted/],
    ['token_garbage', /code was not accepted/],
    ['token_wrong_type', /token answer is not understood/],
    ['token_missing', /token answer is not understood/],
    ['user_500', /refused the token or failed/],
    ['user_garbage', /not JSON/],
    ['user_without_id', /user answer is not understood/],
    ['user_redirect', /could not be read/],
    ['user_endless', /could not be read/],
    ['emails_500', /refused the token or failed/],
    ['emails_garbage', /e-mail answer is not understood/],
  ])('fails on %s', async (fault, message) => {
    github.fault = fault;
    const failure = await failureOf(client.identify(await approve(), VERIFIER));
    expect(failure.code).toBe('oauth_exchange_failed');
    expect(failure.status).toBe(502);
    expect(failure.message).toMatch(message);
  });

  it.each<GitHubFault>(['token_slow', 'user_slow'])('gives up on %s at the deadline', async (fault) => {
    github.fault = fault;
    const failure = await failureOf(clientWith({ timeoutMs: 150 }).identify(await approve(), VERIFIER));
    expect(failure.message).toBe('The sign-in with GitHub failed: it did not answer in time.');
  });

  it('fails where nothing listens', async () => {
    const failure = await failureOf(clientWith({ baseUrl: 'http://127.0.0.1:1' }).identify('code', VERIFIER));
    expect(failure.code).toBe('oauth_exchange_failed');
  });

  it('takes an error with HTTP 200 for what it is: code unknown, used, expired, of another challenge, secret or address', async () => {
    const used = await approve();
    await client.identify(used, VERIFIER);
    const expired = await approve();
    github.clockOffset = 600_000;
    const misfit = await approve('another-verifier-another-verifier-another-v');
    const [code, another] = [await approve(), await approve()];
    const attempts = [
      () => client.identify('made-up', VERIFIER),
      () => client.identify(used, VERIFIER),
      () => client.identify(expired, VERIFIER),
      () => client.identify(misfit, VERIFIER),
      () => clientWith({ clientSecret: 'wrong' }).identify(code, VERIFIER),
      () => clientWith({ redirectUri: 'http://127.0.0.1:9/elsewhere' }).identify(another, VERIFIER),
    ];
    for (const attempt of attempts) expect((await failureOf(attempt())).message).toMatch(/code was not accepted/);
  });

  it('puts no code, token, secret or answer into the failure', async () => {
    for (const fault of ['token_garbage', 'user_garbage', 'emails_garbage', 'token_wrong_type'] as const) {
      github.fault = fault;
      const failure = await failureOf(client.identify(await approve(), VERIFIER));
      const shown = `${failure.stack ?? ''} ${JSON.stringify(failure)} ${String(failure.cause)}`;
      for (const secret of [...github.secrets, github.clientSecret, VERIFIER, 'unicorn', '@example.test'])
        expect(shown).not.toContain(secret);
    }
  });
});
