/** Sign-in with GitHub or an OpenID provider: the two requests of the authorisation code flow (see docs/api.md, Sign-in). */
import { Prisma } from '../generated/prisma/client.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { cookieName, readCookie, setCookie } from './cookie.ts';
import { signInRefused } from './admission.ts';
import type { AdmissionRules } from './admission.ts';
import { enterGitHubUser } from './github-users.ts';
import type { GitHub, GitHubIdentity } from './github.ts';
import { invitationHash } from './invitations.ts';
import { createOAuthStates, OAUTH_STATE_SECONDS } from './oauth-state.ts';
import { DEFAULT_REDIRECT, redirectTarget } from './redirect-target.ts';
import type { SignedInUser } from './signed-in-user.ts';

/** What differs between those that persons sign in with. */
export interface IdentityProvider<Identity> {
  readonly name: 'github' | 'oidc';
  /** As persons know it. */
  readonly title: string;
  readonly stateCookie: string;
  /** Where to send the browser. Throws `oauth_exchange_failed`. */
  authorizationUrl(state: string, codeVerifier: string): URL | Promise<URL>;
  /** Trades the code for an identity. `issuer` is the parameter `iss` of the callback. Throws `oauth_exchange_failed`. */
  identify(code: string, codeVerifier: string, issuer: string | undefined): Promise<Identity>;
  /** The user of an identity; null for a person who may not sign in. Throws Prisma's P2002 where it lost a race. */
  enter(
    tx: Prisma.TransactionClient,
    identity: Identity,
    invitationHash: string | null,
    now: number,
  ): Promise<SignedInUser | null>;
  /** What a person who may not sign in is told. */
  refused(): Failure;
}

const MAX_CODE_LENGTH = 512;
const ATTEMPTS = 3;

export interface SignInOptions<Identity> {
  readonly prisma: PrismaClient;
  readonly provider: IdentityProvider<Identity>;
  readonly browserSessions: BrowserSessions;
  /** See `createOAuthStates`. */
  readonly sessionSecret: Uint8Array;
  readonly secureCookies: boolean;
  readonly clock: Clock;
}

/** The query parameters and the Cookie header of the callback; all of it may be forged. */
export interface Callback {
  readonly code: string | undefined;
  readonly state: string | undefined;
  /** The provider's word for why there is no code, such as `access_denied`. */
  readonly error: string | undefined;
  /** Who answers (RFC 9207); GitHub does not say. */
  readonly iss?: string | undefined;
  readonly cookieHeader: string | undefined;
  /** The header User-Agent. */
  readonly userAgent?: string | undefined;
}

/** Where to send the browser, and the Set-Cookie value to send with it. */
export interface BegunSignIn {
  readonly location: string;
  readonly stateCookie: string;
}

export interface SignIn {
  /** Throws `validation_failed` for a bad `redirect_to`, and `oauth_exchange_failed`. */
  begin(redirectTo: string | undefined): Promise<BegunSignIn>;
  /** Begins a sign-in that accepts an invitation when it ends. Throws `invitation_invalid` for what is no invitation's token. */
  beginInvited(token: string | undefined): Promise<BegunSignIn>;
  /**
   * Ends what `begin` began. Throws `invalid_state`, `validation_failed` (no code), `oauth_exchange_failed`,
   * `sign_in_refused`, `invitation_invalid` or `user_upsert_failed`. The state cookie is spent either way: send `spentStateCookie` with every answer.
   */
  finish(callback: Callback): Promise<{ readonly sessionCookie: string; readonly redirectTo: string }>;
  /** The Set-Cookie value that makes the browser forget the state. */
  readonly spentStateCookie: string;
}

/** Sign-in with GitHub, for those whom the rules admit. */
export function gitHubProvider(github: GitHub, rules: AdmissionRules): IdentityProvider<GitHubIdentity> {
  return {
    name: 'github',
    title: 'GitHub',
    stateCookie: 'masker_oauth_state',
    authorizationUrl: (state, codeVerifier) => github.authorizationUrl(state, codeVerifier),
    identify: (code, codeVerifier) => github.identify(code, codeVerifier),
    enter: (tx, identity, invitationHash, now) => enterGitHubUser(tx, identity, { rules, invitationHash }, now),
    refused: signInRefused,
  };
}

/** Sign-in through the given provider. */
export function createSignIn<Identity>({
  prisma,
  provider,
  browserSessions,
  sessionSecret,
  secureCookies,
  clock,
}: SignInOptions<Identity>): SignIn {
  const states = createOAuthStates({ sessionSecret, clock, provider: provider.name });
  const stateName = cookieName(provider.stateCookie, secureCookies);
  const stateCookie = (value: string, maxAge: number) =>
    // The prefix of the name asks for the whole site.
    setCookie(stateName, value, {
      path: secureCookies ? '/' : `/api/v1/auth/${provider.name}`,
      maxAge,
      secure: secureCookies,
    });

  const openSession = (identity: Identity, hash: string | null, userAgent: string | undefined) =>
    prisma.$transaction(async (tx) => {
      const user = await provider.enter(tx, identity, hash, clock.now());
      return user === null ? null : browserSessions.create(tx, user, { method: provider.name, userAgent });
    });
  const begin = async (redirectTo: string, hash: string | null): Promise<BegunSignIn> => {
    const { state, codeVerifier, cookieValue } = states.issue(redirectTo, hash);
    return {
      location: (await provider.authorizationUrl(state, codeVerifier)).href,
      stateCookie: stateCookie(cookieValue, OAUTH_STATE_SECONDS),
    };
  };

  return {
    begin: async (redirectTo) => begin(redirectTarget(redirectTo), null),
    beginInvited: async (token) => begin(DEFAULT_REDIRECT, invitationHash(token)),

    async finish({ code, state, error, iss, cookieHeader, userAgent }) {
      const {
        codeVerifier,
        redirectTo,
        invitationHash: hash,
      } = states.redeem(readCookie(cookieHeader, stateName), state);
      if (error !== undefined)
        throw new Failure('oauth_exchange_failed', `The sign-in with ${provider.title} was not authorised.`);
      const identity = await provider.identify(validCode(code), codeVerifier, iss);
      const sessionCookie = await whereIdentityIsNew(() => openSession(identity, hash, userAgent));
      // What the provider no longer grants is taken away in that transaction: it must not roll back.
      if (sessionCookie === null) throw provider.refused();
      return { sessionCookie, redirectTo };
    },

    spentStateCookie: stateCookie('', 0),
  };
}

function validCode(code: string | undefined): string {
  if (code !== undefined && code !== '' && code.length <= MAX_CODE_LENGTH) return code;
  const message = `must be given, with at most ${MAX_CODE_LENGTH} characters`;
  throw new Failure('validation_failed', `code ${message}`, [{ path: 'code', code: 'invalid', message }]);
}

/** Repeats what lost the race of two first sign-ins; any other failure of the database is the documented one. */
async function whereIdentityIsNew<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      const lostRace = cause instanceof Prisma.PrismaClientKnownRequestError && cause.code === 'P2002';
      if (!lostRace || attempt === ATTEMPTS) {
        throw new Failure('user_upsert_failed', 'The user could not be stored. Nothing was changed; try again.', [], {
          cause,
        });
      }
    }
  }
}
