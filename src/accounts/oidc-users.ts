/**
 * Users of an OpenID provider. Their groups decide over members of the instance's own account, at each sign-in. A
 * person who was invited into any account has the role that its admins gave. See docs/access.md.
 */
import { recordAct } from '../audit/account-events.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import { INSTANCE_ACCOUNT } from './instance-account.ts';
import { acceptInvitation, invitedPlace, revokeInvitationsOf } from './invitations.ts';
import type { OidcIdentity } from './oidc.ts';
import { signedInUser } from './signed-in-user.ts';
import type { SignedInUser } from './signed-in-user.ts';
import type { MemberRole } from './viewer.ts';

/** Roles by group; empty where groups decide nothing. */
export type GroupRoles = ReadonlyMap<string, MemberRole>;

const STRONGEST: readonly MemberRole[] = ['admin', 'member', 'auditor'];

/** Returns the strongest role of the groups; null where none of them has one. */
export function roleOfGroups(roles: GroupRoles, groups: readonly string[]): MemberRole | null {
  const given = new Set(groups.map((group) => roles.get(group)));
  return STRONGEST.find((role) => given.has(role)) ?? null;
}

/**
 * Returns the user with the profile brought up to date; null for a person who may not sign in, whose sign-ins, access
 * tokens and open invitations then are gone. `now` is in milliseconds since the epoch. Throws Failure `sign_in_refused` for an invitation into another
 * account, and `invitation_invalid`. Throws Prisma's P2002 for the later of two first sign-ins at once.
 */
export async function enterOidcUser(
  tx: Prisma.TransactionClient,
  identity: OidcIdentity,
  { roles, invitationHash }: { readonly roles: GroupRoles; readonly invitationHash: string | null },
  now: number,
): Promise<SignedInUser | null> {
  const { issuer: oidcIssuer, subject: oidcSubject, name, email, avatarUrl, groups } = identity;
  const profile = { name, email, avatarUrl, lastSeenAt: new Date(now) };
  const place = invitationHash === null ? null : await invitedPlace(tx, invitationHash, { login: null, email });
  const known = await tx.user.findUnique({
    where: { oidcIssuer_oidcSubject: { oidcIssuer, oidcSubject } },
    select: { id: true, accountId: true, role: true, invitationId: true },
  });
  const role = roleOfGroups(roles, groups);
  if (known !== null) {
    if (place !== null && place.accountId !== known.accountId) throw elsewhere();
    const isGroups = roles.size > 0 && known.invitationId === null && known.accountId === INSTANCE_ACCOUNT;
    if (isGroups && role === null) {
      await tx.browserSession.deleteMany({ where: { userId: known.id } });
      await tx.accessToken.deleteMany({ where: { userId: known.id } });
      await revokeOwnInvitations(tx, signedInUser(known), now);
      return null;
    }
    const next = isGroups && role !== null ? role : known.role;
    const row = signedInUser(await tx.user.update({ where: { id: known.id }, data: { ...profile, role: next } }));
    if (next !== known.role) {
      const subject = {
        user_id: row.userId,
        role: next,
        previous_role: known.role,
        by: 'groups',
        revoked_invitations: await revokeInvitationsOf(tx, row.userId),
      };
      await recordAct(tx, { accountId: row.accountId, userId: null, kind: 'member_role_changed', subject }, now);
    }
    return row;
  }
  const user = { ...profile, id: newId('user', now), oidcIssuer, oidcSubject, createdAt: new Date(now) };
  if (place !== null) {
    const data = { ...user, accountId: place.accountId, role: place.role, invitationId: place.id };
    const row = await tx.user.create({ data });
    await acceptInvitation(tx, place, user.id, now);
    return signedInUser(row);
  }
  if (role === null) return null;
  const row = signedInUser(await tx.user.create({ data: { ...user, accountId: INSTANCE_ACCOUNT, role } }));
  const subject = { user_id: row.userId, role, by: 'groups' };
  await recordAct(tx, { accountId: row.accountId, userId: null, kind: 'member_joined', subject }, now);
  return row;
}

/** Takes away what a person without a role could come back by, and records it. */
async function revokeOwnInvitations(
  tx: Prisma.TransactionClient,
  { userId, accountId }: SignedInUser,
  now: number,
): Promise<void> {
  for (const id of await revokeInvitationsOf(tx, userId)) {
    const act = { accountId, userId: null, kind: 'invitation_revoked', subject: { invitation_id: id } } as const;
    await recordAct(tx, act, now);
  }
}

function elsewhere(): Failure {
  return new Failure(
    'sign_in_refused',
    'You belong to another account of this server, and the invitation was not used. Accept it as another person.',
  );
}
