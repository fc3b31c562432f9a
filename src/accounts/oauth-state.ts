/**
 * What a sign-in must remember between its two requests, kept in the browser as a signed cookie, so that any node can
 * finish what another began. The signature stops forging; the comparison with the `state` parameter ties the answer to
 * the browser that asked (RFC 6749, 10.12); the PKCE verifier ties the code to it (RFC 7636).
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { generateCodeVerifier, generateState } from 'arctic';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';

/** How long a sign-in may take, in seconds. */
export const OAUTH_STATE_SECONDS = 600;

// Nodes' clocks may differ; a cookie from further in the future than this was not made by one of them.
const CLOCK_SKEW_MS = 60_000;
const MAX_LENGTH = 4096;

const KEY_NAMES = { github: 'masker/oauth-state/v1', oidc: 'masker/oidc-state/v1' } as const;

const Remembered = z.strictObject({
  state: z.string(),
  codeVerifier: z.string(),
  redirectTo: z.string(),
  // A state of before there were invitations has none.
  invitationHash: z.string().nullable().default(null),
  issuedAt: z.number(),
});

export interface OAuthStateOptions {
  /** The session secret; the key of this cookie is derived from it and serves nothing else. */
  readonly sessionSecret: Uint8Array;
  readonly clock: Clock;
  /** What is signed in with: a state of one is none of another. */
  readonly provider: 'github' | 'oidc';
}

/** The beginning of a sign-in. */
export interface IssuedState {
  readonly state: string;
  readonly codeVerifier: string;
  /** What the browser keeps: base64url and one dot, under 2 KB. */
  readonly cookieValue: string;
}

export interface OAuthStates {
  /**
   * What is given is trusted when it comes back: it must have been checked before. `invitationHash` is of the invitation
   * that the sign-in is to accept; default none.
   */
  issue(redirectTo: string, invitationHash?: string | null): IssuedState;
  /**
   * Reads back what was issued. Throws `invalid_state` where either part is missing, was not made here, does not
   * belong to the other, or is older than ten minutes; the message does not say which.
   */
  redeem(
    cookieValue: string | null,
    state: string | undefined,
  ): { readonly codeVerifier: string; readonly redirectTo: string; readonly invitationHash: string | null };
}

/** State cookies signed under a key derived (HKDF-SHA256) from the session secret. */
export function createOAuthStates({ sessionSecret, clock, provider }: OAuthStateOptions): OAuthStates {
  const key = new Uint8Array(hkdfSync('sha256', sessionSecret, '', KEY_NAMES[provider], 32));
  const sign = (payload: string) => createHmac('sha256', key).update(payload, 'utf8').digest();

  return {
    issue(redirectTo, invitationHash = null) {
      const state = generateState();
      const codeVerifier = generateCodeVerifier();
      const issuedAt = clock.now();
      const remembered: z.infer<typeof Remembered> = { state, codeVerifier, redirectTo, invitationHash, issuedAt };
      const payload = Buffer.from(JSON.stringify(remembered), 'utf8').toString('base64url');
      return { state, codeVerifier, cookieValue: `${payload}.${sign(payload).toString('base64url')}` };
    },

    redeem(cookieValue, state) {
      if (cookieValue === null || cookieValue.length > MAX_LENGTH || state === undefined) throw invalidState();
      const [payload, mac, ...rest] = cookieValue.split('.');
      if (payload === undefined || mac === undefined || rest.length > 0) throw invalidState();
      // The MAC first: nothing an attacker wrote is parsed.
      if (!sameText(mac, sign(payload).toString('base64url'))) throw invalidState();
      const remembered = Remembered.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      const age = clock.now() - remembered.issuedAt;
      if (age > OAUTH_STATE_SECONDS * 1000 || age < -CLOCK_SKEW_MS) throw invalidState();
      if (!sameText(state, remembered.state)) throw invalidState();
      const { codeVerifier, redirectTo, invitationHash } = remembered;
      return { codeVerifier, redirectTo, invitationHash };
    },
  };
}

function invalidState(): Failure {
  return new Failure(
    'invalid_state',
    'The sign-in was not started in this browser, or more than ten minutes ago. Start it again.',
  );
}

// Compares digests, so that neither content nor length shows in the time taken.
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}
