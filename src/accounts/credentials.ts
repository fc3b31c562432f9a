/** Who a request comes from: a session cookie, or `Authorization: Bearer msk_...` (see docs/api.md, Sign-in). */
import { timingSafeEqual } from 'node:crypto';
import { accessTokenHash } from './access-tokens.ts';
import type { AccessTokens } from './access-tokens.ts';
import { BOOTSTRAP_ADMIN } from './bootstrap.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import type { SignedInUser } from './signed-in-user.ts';
import { permissionsOf } from './viewer.ts';
import type { Viewer } from './viewer.ts';

// RFC 6750, 2.1; a longer token than any of ours is not worth hashing.
const BEARER = /^bearer +(msk_[A-Za-z0-9_-]{1,252}) *$/i;

export interface CredentialOptions {
  readonly browserSessions: BrowserSessions;
  readonly accessTokens: Pick<AccessTokens, 'holderOf'>;
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

/** Credentials against browser sessions, access tokens and the bootstrap token. */
export function createCredentials({
  browserSessions,
  accessTokens,
  bootstrapTokenHash,
}: CredentialOptions): Credentials {
  const viewerOfToken = async (token: string | undefined): Promise<Viewer | null> => {
    if (token === undefined) return null;
    if (bootstrapTokenHash !== null && timingSafeEqual(accessTokenHash(token), bootstrapTokenHash))
      return viewerOf(BOOTSTRAP_ADMIN, 'bearer');
    const holder = await accessTokens.holderOf(token);
    if (holder === null) return null;
    return { ...viewerOf(holder.user, 'access_token', holder.scopes), accessTokenId: holder.id };
  };

  return {
    async authenticate({ cookie, authorization }) {
      if (authorization !== undefined && /^bearer\b/i.test(authorization))
        return { viewer: await viewerOfToken(BEARER.exec(authorization)?.[1]), renewedCookie: null };
      const session = await browserSessions.validate(cookie);
      if (session === null) return NOBODY;
      const viewer = { ...viewerOf(session.user, 'cookie'), browserSessionId: session.id };
      return { viewer, renewedCookie: session.renewedCookie };
    },
  };
}

function viewerOf(
  { userId, accountId, role }: SignedInUser,
  via: Viewer['via'],
  scopes: readonly string[] | null = null,
): Viewer {
  return { userId, accountId, role, permissions: permissionsOf(role, scopes), via };
}
