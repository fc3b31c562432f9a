/**
 * Checks the user of a request again, in the transaction of the act. A request is authenticated by its headers, and its
 * body may arrive a minute later: by then the user may be removed or demoted, or the credential revoked.
 */
import type { Prisma } from '../generated/prisma/client.ts';
import { Failure } from '../platform/failure.ts';
import type { AccountId } from '../platform/ids.ts';
import { mayUse, permissionsOf, ROLE_PERMISSIONS } from './viewer.ts';
import type { MemberRole, Viewer } from './viewer.ts';

/** What is checked of a viewer. */
export type ActingUser = Pick<Viewer, 'accountId' | 'userId' | 'permissions' | 'browserSessionId' | 'accessTokenId'>;

/**
 * Returns the user with the permissions that the role in the database still has. The role and the credential stay until
 * the transaction ends. Throws Failure `forbidden` where the user or the credential is gone.
 */
export async function currentUser<User extends ActingUser>(tx: Prisma.TransactionClient, user: User): Promise<User> {
  const { userId, accountId, browserSessionId, accessTokenId } = user;
  // FOR SHARE makes a change of the role wait; FOR KEY SHARE makes a deletion wait.
  const [row] = await tx.$queryRaw<{ role: MemberRole }[]>`
    SELECT role FROM users WHERE id = ${userId} AND account_id = ${accountId} FOR SHARE`;
  if (row === undefined) throw noLongerPermitted();
  if (browserSessionId !== undefined) {
    const sessions = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM browser_sessions WHERE id = ${browserSessionId} AND user_id = ${userId} FOR KEY SHARE`;
    if (sessions.length === 0) throw noLongerPermitted();
  }
  if (accessTokenId !== undefined) {
    const tokens = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM access_tokens WHERE id = ${accessTokenId} AND user_id = ${userId} FOR KEY SHARE`;
    if (tokens.length === 0) throw noLongerPermitted();
  }
  return { ...user, permissions: permissionsOf(row.role, [...user.permissions]) };
}

/**
 * Locks the members of the account until the transaction ends, and returns the user as `currentUser` does. Throws Failure
 * `forbidden` for a user who may not manage members now.
 */
export async function currentAdmin<User extends ActingUser>(tx: Prisma.TransactionClient, user: User): Promise<User> {
  await lockMembers(tx, user.accountId);
  const current = await currentUser(tx, user);
  if (!mayUse(current, 'members:admin')) throw noLongerPermitted();
  return current;
}

/** Of two admins who remove each other at once, the second waits here and finds that they are gone. */
async function lockMembers(tx: Prisma.TransactionClient, accountId: AccountId): Promise<void> {
  // Not FOR UPDATE: foreign keys to the account are checked all the time, and must not wait.
  await tx.$queryRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR NO KEY UPDATE`;
}

/**
 * Refuses a role that has permissions which the user lacks. `before` is the role that the member has now: what that role
 * has already is not granted. Throws Failure `forbidden`.
 */
export function refuseToGrantMore(
  user: Pick<Viewer, 'permissions'>,
  role: MemberRole,
  before: MemberRole | null = null,
): void {
  const held = before === null ? [] : ROLE_PERMISSIONS[before];
  const lacking = ROLE_PERMISSIONS[role].filter((name) => !held.includes(name) && !mayUse(user, name));
  if (lacking.length === 0) return;
  throw new Failure(
    'forbidden',
    `The role ${role} has permissions that you or your access token lack: ${lacking.join(', ')}. Choose a role without them, or sign in as an admin.`,
  );
}

function noLongerPermitted(): Failure {
  return new Failure(
    'forbidden',
    'This is no longer permitted: your role has changed, you were removed, or your credential was revoked. Sign in again.',
  );
}
