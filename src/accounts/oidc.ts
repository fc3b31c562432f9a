/**
 * An OpenID provider (OpenID Connect Core 1.0): authorisation code with PKCE, and an ID token whose every claim is checked.
 * What the provider says travels over the browser only as a code; the token comes from the provider itself.
 */
import { createHash } from 'node:crypto';
import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import type { OAuth2Tokens } from 'arctic';
import { jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { ACRS_OF_MFA, provesMfa } from './oidc-mfa.ts';
import { createOidcKeys } from './oidc-keys.ts';

const MAX_ANSWER_BYTES = 262_144;
/** Metadata are read again after so long, in milliseconds. */
const METADATA_MS = 3_600_000;
/** Clocks of two servers may differ by so much, in seconds. */
const CLOCK_SKEW_SECONDS = 60;
/** Signatures that only the provider can make. `none`, and HMACs under a key that is public, are not among them. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

export interface OidcOptions {
  /** As the provider writes it in its tokens, to the letter. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Absolute URL of our callback. */
  readonly redirectUri: string;
  readonly requireMfa: boolean;
  readonly clock: Clock;
  /** For each request, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Who signed in, as the provider tells it. */
export interface OidcIdentity {
  readonly issuer: string;
  /** The provider's name of the person: stays when all else changes. */
  readonly subject: string;
  readonly name: string | null;
  /** Only an address that the provider has verified. */
  readonly email: string | null;
  readonly avatarUrl: string | null;
  readonly groups: readonly string[];
}

export interface OidcProvider {
  /** Where to send the browser. Throws Failure `oauth_exchange_failed` where the provider cannot be reached. */
  authorizationUrl(state: string, codeVerifier: string): Promise<URL>;
  /**
   * Trades the code for an identity. `issuer` is the parameter `iss` of the callback (RFC 9207). Throws Failure
   * `oauth_exchange_failed` for anything but a complete, sound answer in time, and `sign_in_refused` without a second factor.
   */
  identify(code: string, codeVerifier: string, issuer: string | undefined): Promise<OidcIdentity>;
}

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  scopes_supported: z.array(z.string()).optional(),
  acr_values_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});
type Metadata = z.infer<typeof Metadata>;

// PostgreSQL stores no NUL.
const Text = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => !text.includes('\0'));
const Claims = z.object({
  sub: Text.max(255),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  nonce: z.string(),
  name: Text.nullish().catch(null),
  preferred_username: Text.nullish().catch(null),
  email: Text.nullish().catch(null),
  email_verified: z
    .union([z.boolean(), z.literal('true')])
    .nullish()
    .catch(null),
  picture: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish()
    .catch(null),
  groups: z.array(z.string()).max(1000).catch([]).default([]),
  amr: z.array(z.string()).catch([]).default([]),
  acr: z.string().optional().catch(undefined),
});

/** A client of the provider. Opens no connection yet. */
export function createOidcProvider(options: OidcOptions): OidcProvider {
  const { issuer, clientId, clientSecret, redirectUri, requireMfa, clock, timeoutMs = 10_000 } = options;
  const client = new OAuth2Client(clientId, clientSecret, redirectUri);
  const discovery = new Discovery(issuer, clock, timeoutMs);
  const keys = createOidcKeys(async () => readJson((await discovery.metadata()).jwks_uri, timeoutMs), clock);

  return {
    async authorizationUrl(state, codeVerifier) {
      const { authorization_endpoint: endpoint, scopes_supported, acr_values_supported } = await discovery.metadata();
      const scopes = [
        'openid',
        'profile',
        'email',
        ...(scopes_supported?.includes('groups') === true ? ['groups'] : []),
      ];
      const { S256 } = CodeChallengeMethod;
      const url = client.createAuthorizationURLWithPKCE(endpoint, state, S256, codeVerifier, scopes);
      url.searchParams.set('nonce', nonceOf(codeVerifier));
      const acrs = requireMfa ? (acr_values_supported?.filter((acr) => ACRS_OF_MFA.has(acr)) ?? []) : [];
      if (acrs.length > 0) url.searchParams.set('acr_values', acrs.join(' '));
      return url;
    },

    async identify(code, codeVerifier, answeredBy) {
      const metadata = await discovery.metadata();
      // RFC 9207: an answer of another provider is none of this one's, and its code is not sent here.
      const isNamed = answeredBy !== undefined;
      if (isNamed ? answeredBy !== issuer : metadata.authorization_response_iss_parameter_supported === true)
        throw exchangeFailed('the answer is of another issuer');
      const tokens = await exchange(
        client.validateAuthorizationCode(metadata.token_endpoint, code, codeVerifier),
        timeoutMs,
      );
      const claims = await verifiedClaims(tokens, keys, options);
      checkAudience(claims, clientId);
      if (claims.nonce !== nonceOf(codeVerifier)) throw exchangeFailed('the ID token is of another sign-in');
      if (requireMfa && !provesMfa(claims))
        throw new Failure(
          'sign_in_refused',
          'This server asks for a second factor, and your sign-in had none. Set one up with your provider, and sign in again.',
        );
      return identityOf(issuer, claims);
    },
  };
}

/** The metadata of the provider, kept for an hour. */
class Discovery {
  readonly #issuer: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #kept: { readonly metadata: Metadata; readonly at: number } | null = null;

  constructor(issuer: string, clock: Clock, timeoutMs: number) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Throws Failure `oauth_exchange_failed` for metadata that cannot be read, or are of another issuer. */
  async metadata(): Promise<Metadata> {
    const issuer = this.#issuer;
    if (this.#kept !== null && this.#clock.now() - this.#kept.at < METADATA_MS) return this.#kept.metadata;
    const answer = await readJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, this.#timeoutMs);
    const read = Metadata.safeParse(answer);
    if (!read.success) throw exchangeFailed('its metadata are not understood');
    // OpenID Connect Discovery 1.0, 4.3: another issuer's metadata would name another issuer's endpoints.
    if (read.data.issuer !== issuer) throw exchangeFailed('its metadata name another issuer');
    const { authorization_endpoint, token_endpoint, jwks_uri } = read.data;
    if (issuer.startsWith('https:') && [authorization_endpoint, token_endpoint, jwks_uri].some(isReadable))
      throw exchangeFailed('an endpoint is not https');
    this.#kept = { metadata: read.data, at: this.#clock.now() };
    return read.data;
  }
}

/** Returns the claims of the ID token. Throws Failure `oauth_exchange_failed` for a missing or invalid one. */
async function verifiedClaims(
  tokens: OAuth2Tokens,
  keys: JWTVerifyGetKey,
  { issuer, clientId, clock }: OidcOptions,
): Promise<z.infer<typeof Claims>> {
  const { id_token: token } = tokens.data as { id_token?: unknown };
  if (typeof token !== 'string' || token.length > MAX_ANSWER_BYTES) throw exchangeFailed('it sent no ID token');
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(clock.now()),
    });
    return Claims.parse(payload);
  } catch (error) {
    // The reasons of jose quote claims; none of it belongs in our log.
    throw error instanceof Failure ? error : exchangeFailed('the ID token is not valid');
  }
}

/** Ties the ID token to the browser that asked, like the code. The verifier itself is known to the browser and to us alone. */
function nonceOf(codeVerifier: string): string {
  return createHash('sha256').update(`masker/oidc-nonce/v1 ${codeVerifier}`, 'utf8').digest('base64url');
}

/** OpenID Connect Core 1.0, 3.1.3.7, 4 and 5. */
function checkAudience({ aud, azp }: z.infer<typeof Claims>, clientId: string): void {
  const isForOthersToo = Array.isArray(aud) && aud.length > 1;
  if ((isForOthersToo || azp !== undefined) && azp !== clientId)
    throw exchangeFailed('the ID token is for another client');
}

function identityOf(issuer: string, claims: z.infer<typeof Claims>): OidcIdentity {
  const { sub, name, preferred_username, email, email_verified, picture, groups } = claims;
  return {
    issuer,
    subject: sub,
    name: name ?? preferred_username ?? null,
    email: email_verified === true || email_verified === 'true' ? (email ?? null) : null,
    avatarUrl: picture ?? null,
    groups,
  };
}

function isReadable(url: string): boolean {
  return !url.startsWith('https:');
}

async function readJson(url: string, timeoutMs: number): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', 'user-agent': 'masker' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200) throw new Error('not 200');
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) throw new Error('answer too long');
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw exchangeFailed('it could not be read');
  }
}

/** Arctic takes no signal: a request past its time is left to end by itself, and its result is dropped. */
async function exchange(work: Promise<OAuth2Tokens>, timeoutMs: number): Promise<OAuth2Tokens> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const timeout = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => {
      reject(exchangeFailed('it did not answer in time'));
    });
  });
  try {
    return await Promise.race([work, timeout]);
  } catch (error) {
    // Arctic's errors carry the answer they came from; none of it belongs in our log.
    throw error instanceof Failure ? error : exchangeFailed('the code was not accepted');
  }
}

function exchangeFailed(reason: string): Failure {
  return new Failure('oauth_exchange_failed', `The sign-in with the OpenID provider failed: ${reason}.`);
}
