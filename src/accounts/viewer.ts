import type { AccessTokenId, AccountId, BrowserSessionId, UserId } from '../platform/ids.ts';

/** What a signed-in party may do; the scopes of access tokens have the same names. See docs/api.md, Sign-in. */
export const PERMISSIONS = [
  'agents:read',
  'agents:write',
  'sessions:read',
  'payloads:read',
  'reports:read',
  'policies:write',
  'audit:read',
  'vault:admin',
  'members:admin',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

export type MemberRole = 'admin' | 'member' | 'auditor';

/** The permissions of each role. An auditor reads sessions, reports and audit, and nothing else. */
export const ROLE_PERMISSIONS: Readonly<Record<MemberRole, readonly Permission[]>> = {
  admin: PERMISSIONS,
  member: ['agents:read', 'agents:write', 'sessions:read', 'reports:read', 'policies:write', 'audit:read'],
  auditor: ['sessions:read', 'reports:read', 'audit:read'],
};

/** Who is asking: the one identity that GraphQL, REST and downloads authorise against. */
export interface Viewer {
  readonly accountId: AccountId;
  readonly userId: UserId;
  readonly role: MemberRole;
  /** For an access token, those that both the role and the token have. */
  readonly permissions: ReadonlySet<Permission>;
  /**
   * A cookie travels by itself, so cookie-authenticated writes need a same-origin proof; a Bearer token does not.
   * `bearer` is the bootstrap token, and `access_token` one that a user made.
   */
  readonly via: 'cookie' | 'bearer' | 'access_token';
  /** The browser session of the cookie; absent for tokens. */
  readonly browserSessionId?: BrowserSessionId;
  /** The access token; absent for cookies and the bootstrap token. */
  readonly accessTokenId?: AccessTokenId;
}

/** Returns what a role permits; where `scopes` are given, only those of them. Unknown scopes permit nothing. */
export function permissionsOf(role: MemberRole, scopes: readonly string[] | null = null): ReadonlySet<Permission> {
  return new Set(ROLE_PERMISSIONS[role].filter((permission) => scopes === null || scopes.includes(permission)));
}

/** Returns true if the viewer has the permission. */
export function mayUse(viewer: Pick<Viewer, 'permissions'> | null, permission: Permission): boolean {
  return viewer?.permissions.has(permission) ?? false;
}

/**
 * Returns true if the viewer may manage their own access tokens and browser sessions. An access token may not: a
 * stolen one could make another, which outlives it.
 */
export function mayManageCredentials(viewer: Pick<Viewer, 'via'> | null): boolean {
  return viewer !== null && viewer.via !== 'access_token';
}
