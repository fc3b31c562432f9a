/** Who a request comes from: a session cookie, or `Authorization: Bearer msk_...` (see docs/api.md, Sign-in). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { BOOTSTRAP_ADMIN } from './bootstrap.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { SignedInUser } from './signed-in-user.ts';
import { ROLE_PERMISSIONS } from './viewer.ts';
import type { Viewer } from './viewer.ts';

// RFC 6750, 2.1; a longer token than any of ours is not worth hashing.
const BEARER = /^bearer +(msk_[A-Za-z0-9_-]{1,252}) *$/i;

export interface CredentialOptions {
  readonly browserSessions: BrowserSessions;
  /** `accessTokenHash` of the configured bootstrap token; null where none is configured. */
  readonly bootstrapTokenHash: Uint8Array | null;
}

/** The two headers that may say who is asking. */
export interface CredentialHeaders {
  readonly cookie?: string | undefined;
  readonly authorization?: string | undefined;
}

export interface Authenticated {
  /** Null for nobody: the caller answers `unauthenticated` where somebody is needed. */
  readonly viewer: Viewer | null;
  /** The Set-Cookie value to send along; null for none. */
  readonly renewedCookie: string | null;
}

export interface Credentials {
  /**
   * A Bearer token decides alone: where it is wrong the request is nobody's, whatever cookie came with it. Other
   * Authorization schemes are a fronting proxy's business and are passed over. Rejects only where the database fails.
   */
  authenticate(headers: CredentialHeaders): Promise<Authenticated>;
}

const NOBODY: Authenticated = { viewer: null, renewedCookie: null };

/** Credentials against browser sessions and the bootstrap token. */
export function createCredentials({ browserSessions, bootstrapTokenHash }: CredentialOptions): Credentials {
  return {
    async authenticate({ cookie, authorization }) {
      if (authorization !== undefined && /^bearer\b/i.test(authorization)) {
        const user = userOfToken(authorization, bootstrapTokenHash);
        return user === null ? NOBODY : { viewer: viewerOf(user, 'bearer'), renewedCookie: null };
      }
      const session = await browserSessions.validate(cookie);
      if (session === null) return NOBODY;
      return { viewer: viewerOf(session.user, 'cookie'), renewedCookie: session.renewedCookie };
    },
  };
}

/** SHA-256 of an access token: what is kept of it in memory and in the database. */
export function accessTokenHash(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** The user of a token. Scoped access tokens are looked up here, by the same hash, once an account can make them. */
function userOfToken(authorization: string, bootstrapTokenHash: Uint8Array | null): SignedInUser | null {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined || bootstrapTokenHash === null) return null;
  return timingSafeEqual(accessTokenHash(token), bootstrapTokenHash) ? BOOTSTRAP_ADMIN : null;
}

function viewerOf({ userId, accountId, role }: SignedInUser, via: Viewer['via']): Viewer {
  return { userId, accountId, role, permissions: new Set(ROLE_PERMISSIONS[role]), via };
}
