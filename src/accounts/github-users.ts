import type { Prisma } from '../generated/prisma/client.ts';
import { newId } from '../platform/ids.ts';
import type { GitHubIdentity } from './github.ts';
import { signedInUser } from './signed-in-user.ts';
import type { SignedInUser } from './signed-in-user.ts';

/**
 * The user of a GitHub identity, with the profile brought up to date. A new identity gets an account of its own and is
 * its admin. `now` is in milliseconds since the epoch. Two first sign-ins of one identity at once: the later one throws
 * Prisma's P2002 and leaves nothing behind; done again, it finds the user.
 */
export async function upsertGitHubUser(
  tx: Prisma.TransactionClient,
  identity: GitHubIdentity,
  now: number,
): Promise<SignedInUser> {
  const at = new Date(now);
  const profile = {
    githubLogin: identity.login,
    name: identity.name,
    email: identity.email,
    avatarUrl: identity.avatarUrl,
    lastSeenAt: at,
  };
  const githubId = BigInt(identity.id);
  const known = await tx.user.findUnique({ where: { githubId }, select: { id: true } });
  if (known !== null) return signedInUser(await tx.user.update({ where: { id: known.id }, data: profile }));

  const account = await tx.account.create({
    data: { id: newId('account', now), name: identity.name ?? identity.login, createdAt: at },
  });
  const user = {
    ...profile,
    id: newId('user', now),
    accountId: account.id,
    role: 'admin',
    githubId,
    createdAt: at,
  } as const;
  return signedInUser(await tx.user.create({ data: user }));
}
