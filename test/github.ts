/**
 * A GitHub for tests: a real HTTP server that keeps GitHub's side of the OAuth web flow as strictly as GitHub does, bad
 * habits included (refusals come with HTTP 200). Behaviour after
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What /user and /user/emails tell about whoever approves. */
export interface GitHubProfile {
  id: number;
  login: string;
  name: string | null;
  avatar_url: string | null;
  emails: { email: string; primary: boolean; verified: boolean }[];
  /** State by organisation, as the person sees it. */
  memberships?: Record<string, 'active' | 'pending'>;
}

/** Ways in which GitHub can let its clients down. `null` is GitHub at its best. */
export type GitHubFault =
  | 'token_500'
  | 'token_garbage'
  | 'token_slow'
  | 'token_wrong_type'
  | 'token_missing'
  | 'user_500'
  | 'user_garbage'
  | 'user_slow'
  | 'user_without_id'
  | 'user_redirect'
  | 'user_endless'
  | 'emails_404'
  | 'emails_500'
  | 'emails_garbage'
  | 'memberships_500'
  | 'memberships_garbage';

/** The running server, and the knobs of a test. */
export interface TestGitHub {
  readonly baseUrl: string;
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who is logged in at GitHub and approves. */
  profile: GitHubProfile;
  fault: GitHubFault | null;
  /** Added to GitHub's clock, in milliseconds: codes live ten minutes. */
  clockOffset: number;
  /** Every request so far, as `METHOD path`, without query strings. */
  readonly requests: string[];
  /** Every code and access token that was ever given out. */
  readonly secrets: string[];
  close(): Promise<void>;
}

interface Grant {
  readonly scopes: readonly string[];
  readonly challenge: string;
  readonly redirectUri: string;
  readonly profile: GitHubProfile;
  readonly expiresAt: number;
}

const CODE_LIFE_MS = 600_000;

/** Somebody to sign in as; each call is another person unless an id is given. */
export function gitHubProfile(id: number = randomBytes(4).readUInt32BE() + 1): GitHubProfile {
  return {
    id,
    login: `octo-${id}`,
    name: `Octo ${id}`,
    avatar_url: `https://avatars.example.test/u/${id}`,
    emails: [
      { email: `old-${id}@example.test`, primary: false, verified: true },
      { email: `octo-${id}@example.test`, primary: true, verified: true },
    ],
  };
}

/** Starts a GitHub on an ephemeral loopback port. */
export async function startGitHub(): Promise<TestGitHub> {
  const codes = new Map<string, Grant>();
  const accessTokens = new Map<string, Pick<Grant, 'profile' | 'scopes'>>();

  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const baseUrl = `http://127.0.0.1:${address.port}`;
  const github: TestGitHub = {
    baseUrl,
    apiUrl: `${baseUrl}/api/v3`,
    clientId: 'Iv1.test',
    clientSecret: 'client-secret-of-the-test',
    profile: gitHubProfile(),
    fault: null,
    clockOffset: 0,
    requests: [],
    secrets: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const now = () => Date.now() + github.clockOffset;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', baseUrl);
    github.requests.push(`${request.method ?? ''} ${url.pathname}`);
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'GET /login/oauth/authorize':
        authorize(url, response);
        return;
      case 'POST /login/oauth/access_token':
        accessToken(request, new URLSearchParams(await bodyOf(request)), response);
        return;
      case 'GET /api/v3/user':
        user(profileOf(request), response);
        return;
      case 'GET /api/v3/user/emails':
        emails(profileOf(request), response);
        return;
      default: {
        const [, organisation] = /^\/api\/v3\/user\/memberships\/orgs\/([\w-]+)$/.exec(url.pathname) ?? [];
        if (organisation === undefined || request.method !== 'GET') answer(response, 404, { message: 'Not Found' });
        else membership(organisation, request, response);
      }
    }
  }

  /** https://docs.github.com/en/rest/orgs/members#get-an-organization-membership-for-the-authenticated-user */
  function membership(organisation: string, request: IncomingMessage, response: ServerResponse): void {
    const grant = grantOf(request);
    if (grant === undefined) {
      answer(response, 401, { message: 'Bad credentials' });
      return;
    }
    if (!grant.scopes.includes('read:org')) {
      answer(response, 403, { message: 'You need at least read:org scope to view your memberships.' });
      return;
    }
    switch (github.fault) {
      case 'memberships_500':
        answer(response, 500, { message: 'Server Error' });
        return;
      case 'memberships_garbage':
        answer(response, 200, []);
        return;
      default:
    }
    const state = grant.profile.memberships?.[organisation];
    if (state === undefined) answer(response, 404, { message: 'Not Found' });
    else answer(response, 200, { state, role: 'member', organization: { login: organisation } });
  }

  /** The approval page, approved at once. An unknown client or a missing challenge never gets back to the caller. */
  function authorize(url: URL, response: ServerResponse): void {
    const query = url.searchParams;
    const redirectUri = query.get('redirect_uri');
    const challenge = query.get('code_challenge');
    if (query.get('client_id') !== github.clientId || redirectUri === null || query.get('response_type') !== 'code') {
      answer(response, 404, { message: 'Not Found' });
      return;
    }
    const scope = query.get('scope') ?? '';
    if (
      challenge === null ||
      query.get('code_challenge_method') !== 'S256' ||
      !/^read:user user:email(?: read:org)?$/.test(scope)
    ) {
      answer(response, 400, { message: 'this test demands PKCE and the documented scopes' });
      return;
    }
    const code = remember(randomBytes(10).toString('hex'));
    const expiresAt = now() + CODE_LIFE_MS;
    codes.set(code, { scopes: scope.split(' '), challenge, redirectUri, profile: github.profile, expiresAt });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  }

  function accessToken(request: IncomingMessage, form: URLSearchParams, response: ServerResponse): void {
    switch (github.fault) {
      case 'token_500':
        answer(response, 500, { message: 'Server Error' });
        return;
      case 'token_garbage':
        response.writeHead(200, { 'content-type': 'application/json' }).end('<html>unicorn</html>');
        return;
      case 'token_slow':
        return; // never answers: the caller's patience is what is tested
      case 'token_missing':
        answer(response, 200, { token_type: 'bearer', scope: 'read:user' });
        return;
      default:
    }
    const client = `Basic ${Buffer.from(`${github.clientId}:${github.clientSecret}`).toString('base64')}`;
    if (request.headers.authorization !== client) {
      answer(response, 200, {
        error: 'incorrect_client_credentials',
        error_description: 'The client_id and/or client_secret passed are incorrect.',
      });
      return;
    }
    const code = form.get('code') ?? '';
    const grant = codes.get(code);
    codes.delete(code); // one use, whether it succeeds or not
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri') || grant.expiresAt <= now()) {
      answer(response, 200, {
        error: 'bad_verification_code',
        error_description: 'The code passed is incorrect or expired.',
      });
      return;
    }
    const token = remember(`gho_${randomBytes(18).toString('hex')}`);
    accessTokens.set(token, grant);
    answer(response, 200, {
      access_token: token,
      token_type: github.fault === 'token_wrong_type' ? 'mac' : 'bearer',
      scope: grant.scopes.join(','),
    });
  }

  function user(profile: GitHubProfile | undefined, response: ServerResponse): void {
    if (profile === undefined) {
      answer(response, 401, { message: 'Bad credentials' });
      return;
    }
    const { id, login, name, avatar_url } = profile;
    switch (github.fault) {
      case 'user_500':
        answer(response, 500, { message: 'Server Error' });
        return;
      case 'user_garbage':
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": 1,');
        return;
      case 'user_slow':
        response.writeHead(200, { 'content-type': 'application/json' }).write('{'); // and no more
        return;
      case 'user_without_id':
        answer(response, 200, { login, name, avatar_url });
        return;
      case 'user_redirect':
        response.writeHead(302, { location: '/api/v3/elsewhere' }).end();
        return;
      case 'user_endless':
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ id, login, bio: 'x'.repeat(2_000_000) }));
        return;
      default:
        answer(response, 200, { id, login, name, avatar_url, email: null, type: 'User' });
    }
  }

  function emails(profile: GitHubProfile | undefined, response: ServerResponse): void {
    if (profile === undefined) {
      answer(response, 401, { message: 'Bad credentials' });
      return;
    }
    switch (github.fault) {
      case 'emails_404':
        answer(response, 404, { message: 'Not Found' });
        return;
      case 'emails_500':
        answer(response, 500, { message: 'Server Error' });
        return;
      case 'emails_garbage':
        answer(response, 200, { email: profile.emails });
        return;
      default:
        answer(response, 200, profile.emails);
    }
  }

  function profileOf(request: IncomingMessage): GitHubProfile | undefined {
    return grantOf(request)?.profile;
  }

  function grantOf(request: IncomingMessage): Pick<Grant, 'profile' | 'scopes'> | undefined {
    return accessTokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
  }

  function remember(secret: string): string {
    github.secrets.push(secret);
    return secret;
  }

  return github;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
