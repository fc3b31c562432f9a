/** Sign-in with GitHub: the two requests of the authorisation code flow (see docs/api.md, Sign-in). */
import { Prisma } from '../generated/prisma/client.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { cookieName, readCookie, setCookie } from './cookie.ts';
import { upsertGitHubUser } from './github-users.ts';
import type { GitHub, GitHubIdentity } from './github.ts';
import { createOAuthStates, OAUTH_STATE_SECONDS } from './oauth-state.ts';
import { redirectTarget } from './redirect-target.ts';

const STATE_COOKIE = 'masker_oauth_state';
const STATE_COOKIE_PATH = '/api/v1/auth/github';
const MAX_CODE_LENGTH = 512;
const ATTEMPTS = 3;

export interface SignInOptions {
  readonly prisma: PrismaClient;
  readonly github: GitHub;
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
  /** GitHub's word for why there is no code, such as `access_denied`. */
  readonly error: string | undefined;
  readonly cookieHeader: string | undefined;
}

export interface SignIn {
  /** Where to send the browser, and the Set-Cookie value to send with it. Throws `validation_failed` for a bad `redirect_to`. */
  begin(redirectTo: string | undefined): { readonly location: string; readonly stateCookie: string };
  /**
   * Ends what `begin` began. Throws `invalid_state`, `validation_failed` (no code), `oauth_exchange_failed` or
   * `user_upsert_failed`. The state cookie is spent either way: send `spentStateCookie` with every answer.
   */
  finish(callback: Callback): Promise<{ readonly sessionCookie: string; readonly redirectTo: string }>;
  /** The Set-Cookie value that makes the browser forget the state. */
  readonly spentStateCookie: string;
}

/** Sign-in through the given GitHub. */
export function createSignIn({
  prisma,
  github,
  browserSessions,
  sessionSecret,
  secureCookies,
  clock,
}: SignInOptions): SignIn {
  const states = createOAuthStates({ sessionSecret, clock });
  const stateName = cookieName(STATE_COOKIE, secureCookies);
  const stateCookie = (value: string, maxAge: number) =>
    // The prefix of the name asks for the whole site.
    setCookie(stateName, value, { path: secureCookies ? '/' : STATE_COOKIE_PATH, maxAge, secure: secureCookies });

  const openSession = (identity: GitHubIdentity) =>
    prisma.$transaction(async (tx) =>
      browserSessions.create(tx, await upsertGitHubUser(tx, identity, clock.now()), 'github'),
    );

  return {
    begin(redirectTo) {
      const { state, codeVerifier, cookieValue } = states.issue(redirectTarget(redirectTo));
      return {
        location: github.authorizationUrl(state, codeVerifier).href,
        stateCookie: stateCookie(cookieValue, OAUTH_STATE_SECONDS),
      };
    },

    async finish({ code, state, error, cookieHeader }) {
      const { codeVerifier, redirectTo } = states.redeem(readCookie(cookieHeader, stateName), state);
      if (error !== undefined)
        throw new Failure('oauth_exchange_failed', 'The sign-in with GitHub was not authorised.');
      const identity = await github.identify(validCode(code), codeVerifier);
      return { sessionCookie: await whereIdentityIsNew(() => openSession(identity)), redirectTo };
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
      const lostRace = cause instanceof Prisma.PrismaClientKnownRequestError && cause.code === 'P2002';
      if (!lostRace || attempt === ATTEMPTS) {
        throw new Failure('user_upsert_failed', 'The user could not be stored. Nothing was changed; try again.', [], {
          cause,
        });
      }
    }
  }
}
