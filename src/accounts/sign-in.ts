/** Sign-in with GitHub: the two requests of the authorisation code flow (see docs/api.md, Sign-in). */
import { Prisma } from '../generated/prisma/client.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { cookieName, readCookie, setCookie } from './cookie.ts';
import type { AdmissionRules } from './admission.ts';
import { enterGitHubUser } from './github-users.ts';
import type { GitHub, GitHubIdentity } from './github.ts';
import { invitationHash } from './invitations.ts';
import { createOAuthStates, OAUTH_STATE_SECONDS } from './oauth-state.ts';
import { DEFAULT_REDIRECT, redirectTarget } from './redirect-target.ts';

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
  /** Who may sign in. */
  readonly rules: AdmissionRules;
}

/** The query parameters and the Cookie header of the callback; all of it may be forged. */
export interface Callback {
  readonly code: string | undefined;
  readonly state: string | undefined;
  /** GitHub's word for why there is no code, such as `access_denied`. */
  readonly error: string | undefined;
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
  /** Throws `validation_failed` for a bad `redirect_to`. */
  begin(redirectTo: string | undefined): BegunSignIn;
  /** Begins a sign-in that accepts an invitation when it ends. Throws `invitation_invalid` for what is no invitation's token. */
  beginInvited(token: string | undefined): BegunSignIn;
  /**
   * Ends what `begin` began. Throws `invalid_state`, `validation_failed` (no code), `oauth_exchange_failed`,
   * `sign_in_refused`, `invitation_invalid` or `user_upsert_failed`. The state cookie is spent either way: send `spentStateCookie` with every answer.
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
  rules,
}: SignInOptions): SignIn {
  const states = createOAuthStates({ sessionSecret, clock });
  const stateName = cookieName(STATE_COOKIE, secureCookies);
  const stateCookie = (value: string, maxAge: number) =>
    // The prefix of the name asks for the whole site.
    setCookie(stateName, value, { path: secureCookies ? '/' : STATE_COOKIE_PATH, maxAge, secure: secureCookies });

  const openSession = (identity: GitHubIdentity, hash: string | null, userAgent: string | undefined) =>
    prisma.$transaction(async (tx) => {
      const user = await enterGitHubUser(tx, identity, { rules, invitationHash: hash }, clock.now());
      return browserSessions.create(tx, user, { method: 'github', userAgent });
    });
  const begin = (redirectTo: string, hash: string | null): BegunSignIn => {
    const { state, codeVerifier, cookieValue } = states.issue(redirectTo, hash);
    return {
      location: github.authorizationUrl(state, codeVerifier).href,
      stateCookie: stateCookie(cookieValue, OAUTH_STATE_SECONDS),
    };
  };

  return {
    begin: (redirectTo) => begin(redirectTarget(redirectTo), null),
    beginInvited: (token) => begin(DEFAULT_REDIRECT, invitationHash(token)),

    async finish({ code, state, error, cookieHeader, userAgent }) {
      const {
        codeVerifier,
        redirectTo,
        invitationHash: hash,
      } = states.redeem(readCookie(cookieHeader, stateName), state);
      if (error !== undefined)
        throw new Failure('oauth_exchange_failed', 'The sign-in with GitHub was not authorised.');
      const identity = await github.identify(validCode(code), codeVerifier);
      return { sessionCookie: await whereIdentityIsNew(() => openSession(identity, hash, userAgent)), redirectTo };
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
