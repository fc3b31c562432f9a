import type { AccountId, UserId } from '../platform/ids.ts';

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
  readonly permissions: ReadonlySet<Permission>;
  /** A cookie travels by itself, so cookie-authenticated writes need a same-origin proof; a Bearer token does not. */
  readonly via: 'cookie' | 'bearer';
}
