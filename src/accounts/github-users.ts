import type { Prisma } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { newId } from '../platform/ids.ts';
import type { AccountId, UserId } from '../platform/ids.ts';
import { isAdmitted, signInRefused } from './admission.ts';
import type { AdmissionRules } from './admission.ts';
import type { GitHubIdentity } from './github.ts';
import { acceptInvitation, invitedPlace } from './invitations.ts';
import type { InvitedPlace } from './invitations.ts';
import { signedInUser } from './signed-in-user.ts';
import type { SignedInUser } from './signed-in-user.ts';

/** What decides whether a person may sign in. */
export interface Entrance {
  readonly rules: AdmissionRules;
  /** Of the invitation that the person came with; null for none. */
  readonly invitationHash: string | null;
}

/**
 * The user of a GitHub identity, with the profile brought up to date. A new identity joins the account that it was invited
 * to, or gets one of its own and is its admin. `now` is in milliseconds since the epoch. Throws Failure `sign_in_refused`
 * or `invitation_invalid`, and then nothing is written. Two first sign-ins of one identity at once: the later one throws
 * Prisma's P2002 and leaves nothing behind; done again, it finds the user.
 */
export async function enterGitHubUser(
  tx: Prisma.TransactionClient,
  identity: GitHubIdentity,
  { rules, invitationHash }: Entrance,
  now: number,
): Promise<SignedInUser> {
  const profile = {
    githubLogin: identity.login,
    name: identity.name,
    email: identity.email,
    avatarUrl: identity.avatarUrl,
    lastSeenAt: new Date(now),
  };
  const githubId = BigInt(identity.id);
  const place = invitationHash === null ? null : await invitedPlace(tx, invitationHash, identity);
  const select = { id: true, accountId: true, invitationId: true };
  const known = await tx.user.findUnique({ where: { githubId }, select });
  if (known !== null) {
    if (place !== null && place.accountId !== known.accountId) throw elsewhere();
    if (!isAdmitted(rules, identity, { invited: known.invitationId !== null })) throw signInRefused();
    return signedInUser(await tx.user.update({ where: { id: known.id }, data: profile }));
  }
  const user = { ...profile, id: newId('user', now), githubId, createdAt: new Date(now) };
  if (place !== null) return join(tx, user, place, now);
  if (!isAdmitted(rules, identity, null)) throw signInRefused();
  const account = await tx.account.create({
    data: { id: newId('account', now), name: identity.name ?? identity.login, createdAt: new Date(now) },
  });
  return signedInUser(await tx.user.create({ data: { ...user, accountId: account.id, role: 'admin' } }));
}

async function join(
  tx: Prisma.TransactionClient,
  user: Omit<Prisma.UserUncheckedCreateInput, 'accountId' | 'id'> & { readonly id: UserId },
  place: InvitedPlace,
  now: number,
): Promise<SignedInUser> {
  const accountId: AccountId = place.accountId;
  const row = await tx.user.create({ data: { ...user, accountId, role: place.role, invitationId: place.id } });
  await acceptInvitation(tx, place, user.id, now);
  return signedInUser(row);
}

function elsewhere(): Failure {
  return new Failure(
    'sign_in_refused',
    'This GitHub account belongs to another account of this server, and the invitation was not used. Accept it with another GitHub account.',
  );
}
