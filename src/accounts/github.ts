/**
 * GitHub as an identity provider: github.com, GitHub Enterprise, or whatever answers like it at the configured address.
 * Authorisation code with PKCE (RFC 6749, RFC 7636) through arctic, then one look at who the token belongs to. The
 * token is forgotten afterwards: it is never stored.
 */
import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import type { OAuth2Tokens } from 'arctic';
import { z } from 'zod';
import { Failure } from '../platform/failure.ts';

const SCOPES = ['read:user', 'user:email'];
/** Asked for only where membership counts: GitHub shows it to the person who signs in. */
const MEMBERSHIP_SCOPE = 'read:org';
const MAX_ANSWER_BYTES = 262_144;

export interface GitHubOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Absolute URL of our callback, as registered with the OAuth app. */
  readonly redirectUri: string;
  /** `https://github.com`, or an Enterprise server; no slash at its end, like the next. */
  readonly baseUrl: string;
  /** `https://api.github.com`, or `/api/v3` of an Enterprise server. */
  readonly apiUrl: string;
  /** Organisations whose members are told apart, in lower case; default none. */
  readonly organisations?: readonly string[];
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Who signed in, as GitHub tells it. */
export interface GitHubIdentity {
  /** GitHub's number of the user: stays when the login is renamed. */
  readonly id: number;
  readonly login: string;
  readonly name: string | null;
  /** A verified address, the primary one first; null where the user has or shows none. */
  readonly email: string | null;
  readonly avatarUrl: string | null;
  /** Of the organisations that were asked about, those that the user is an active member of. */
  readonly organisations: readonly string[];
}

export interface GitHub {
  /** Where to send the browser. */
  authorizationUrl(state: string, codeVerifier: string): URL;
  /** Trades the code for an identity. Throws `oauth_exchange_failed` for anything but a complete, well-formed answer in time. */
  identify(code: string, codeVerifier: string): Promise<GitHubIdentity>;
}

// PostgreSQL stores no NUL, and nothing here needs more than GitHub's own limits.
const Text = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => !text.includes('\0'));
const Profile = z.object({
  id: z.int().positive(),
  login: Text,
  name: Text.nullish().catch(null),
  // Shown as an image by the portal, so nothing but a web address.
  avatar_url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish()
    .catch(null),
});
// https://docs.github.com/en/rest/orgs/members: `pending` means that the person was invited and has not accepted.
const Membership = z.object({ state: z.string() });
const Emails = z.array(z.object({ email: Text, primary: z.boolean(), verified: z.boolean() }));

/** A client of the GitHub at `baseUrl`. Opens no connection yet. */
export function createGitHub({
  clientId,
  clientSecret,
  redirectUri,
  baseUrl,
  apiUrl,
  organisations = [],
  timeoutMs = 10_000,
}: GitHubOptions): GitHub {
  const client = new OAuth2Client(clientId, clientSecret, redirectUri);
  const authorizeEndpoint = `${baseUrl}/login/oauth/authorize`;
  const scopes = organisations.length === 0 ? SCOPES : [...SCOPES, MEMBERSHIP_SCOPE];
  const tokenEndpoint = `${baseUrl}/login/oauth/access_token`;

  return {
    authorizationUrl: (state, codeVerifier) =>
      client.createAuthorizationURLWithPKCE(authorizeEndpoint, state, CodeChallengeMethod.S256, codeVerifier, scopes),

    async identify(code, codeVerifier) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const tokens = await exchange(client.validateAuthorizationCode(tokenEndpoint, code, codeVerifier), deadline);
      const accessToken = bearerToken(tokens);
      const [profile, emails, ...memberships] = await Promise.all([
        ask(`${apiUrl}/user`, accessToken, deadline),
        ask(`${apiUrl}/user/emails`, accessToken, deadline, { mayBeDenied: true }),
        // Not a member is 404; an organisation that lets no app look, or a scope that the user took away, is 403.
        ...organisations.map((name) =>
          ask(`${apiUrl}/user/memberships/orgs/${name}`, accessToken, deadline, { mayBeDenied: true }),
        ),
      ]);
      const user = Profile.safeParse(profile);
      if (!user.success) throw exchangeFailed('its user answer is not understood');
      const { id, login, name, avatar_url } = user.data;
      return {
        id,
        login,
        name: name ?? null,
        email: verifiedEmail(emails),
        avatarUrl: avatar_url ?? null,
        organisations: organisations.filter((_, index) => isActive(memberships[index])),
      };
    },
  };
}

async function exchange(work: Promise<OAuth2Tokens>, deadline: AbortSignal): Promise<OAuth2Tokens> {
  // Arctic takes no signal: a request past the deadline is left to end by itself, and its result is dropped.
  const timeout = new Promise<never>((_, reject) => {
    deadline.addEventListener(
      'abort',
      () => {
        reject(exchangeFailed('it did not answer in time'));
      },
      { once: true },
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } catch (error) {
    // Arctic's errors carry the answer they came from; none of it belongs in our log.
    throw error instanceof Failure ? error : exchangeFailed('the code was not accepted');
  }
}

function bearerToken(tokens: OAuth2Tokens): string {
  // GitHub reports a refused code, a wrong verifier and a wrong client secret with HTTP 200.
  if ('error' in tokens.data) throw exchangeFailed('the code was not accepted');
  const answer = z.object({ token_type: z.string(), access_token: Text }).safeParse(tokens.data);
  if (!answer.success || answer.data.token_type.toLowerCase() !== 'bearer')
    throw exchangeFailed('its token answer is not understood');
  return answer.data.access_token;
}

/** One GET of the API. Null where access is denied and that is allowed for. */
async function ask(
  url: string,
  accessToken: string,
  deadline: AbortSignal,
  { mayBeDenied = false } = {},
): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${accessToken}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'masker',
      },
      redirect: 'error',
      signal: deadline,
    });
    status = response.status;
    text = await limitedText(response);
  } catch {
    throw exchangeFailed(deadline.aborted ? 'it did not answer in time' : 'its API could not be read');
  }
  if (mayBeDenied && (status === 403 || status === 404)) return null;
  if (status !== 200) throw exchangeFailed('its API refused the token or failed');
  try {
    return JSON.parse(text);
  } catch {
    throw exchangeFailed('its API answer is not JSON');
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error('answer too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Null, an access that was denied, is no membership. */
function isActive(answer: unknown): boolean {
  if (answer === null) return false;
  const membership = Membership.safeParse(answer);
  if (!membership.success) throw exchangeFailed('its membership answer is not understood');
  return membership.data.state === 'active';
}

/** Only an address that GitHub has verified: an unverified one may be somebody else's. */
function verifiedEmail(answer: unknown): string | null {
  if (answer === null) return null;
  const emails = Emails.safeParse(answer);
  if (!emails.success) throw exchangeFailed('its e-mail answer is not understood');
  const verified = emails.data.filter((entry) => entry.verified);
  return (verified.find((entry) => entry.primary) ?? verified[0])?.email ?? null;
}

function exchangeFailed(reason: string): Failure {
  return new Failure('oauth_exchange_failed', `The sign-in with GitHub failed: ${reason}.`);
}
