import type { Plan, PrismaClient } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import { PERMISSIONS } from './viewer.ts';
import type { Permission, Viewer } from './viewer.ts';

/** The signed-in user, their account, and what they may do: `GET /api/v1/me` and the query `me`. */
export interface Me {
  readonly user: {
    readonly id: string;
    readonly githubLogin: string | null;
    readonly githubId: number | null;
    readonly name: string | null;
    readonly email: string | null;
    readonly avatarUrl: string | null;
    readonly createdAt: Date;
    readonly lastSeenAt: Date;
  };
  readonly account: { readonly id: string; readonly name: string; readonly plan: Plan; readonly createdAt: Date };
  /** In the order of the specification. */
  readonly permissions: readonly Permission[];
}

/** Loads it in one query. Throws `unauthenticated` where the user is gone. */
export async function loadMe(prisma: PrismaClient, viewer: Viewer): Promise<Me> {
  const row = await prisma.user.findUnique({
    where: { id: viewer.userId, accountId: viewer.accountId },
    include: { account: true },
  });
  if (row === null) throw new Failure('unauthenticated', 'The user of this session no longer exists.');
  const { id, githubLogin, githubId, name, email, avatarUrl, createdAt, lastSeenAt, account } = row;
  return {
    // GitHub's ids were taken in as safe integers (github.ts).
    user: {
      id,
      githubLogin,
      githubId: githubId === null ? null : Number(githubId),
      name,
      email,
      avatarUrl,
      createdAt,
      lastSeenAt,
    },
    account: { id: account.id, name: account.name, plan: account.plan, createdAt: account.createdAt },
    permissions: PERMISSIONS.filter((permission) => viewer.permissions.has(permission)),
  };
}
