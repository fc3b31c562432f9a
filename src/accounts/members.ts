/**
 * Members of an account: invited, given another role, removed. An account always keeps an admin. See docs/access.md.
 */
import { recordAct } from '../audit/account-events.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { parseId } from '../platform/ids.ts';
import type { AccountId, UserId } from '../platform/ids.ts';
import { currentAdmin, refuseToGrantMore } from './acting-user.ts';
import type { ActingUser } from './acting-user.ts';
import { BOOTSTRAP_ADMIN } from './bootstrap.ts';
import { revokeInvitationsOf } from './invitations.ts';
import type { Invitations, NewInvitation } from './invitations.ts';
import type { MemberRole } from './viewer.ts';

export interface MemberInvitation {
  /** The GitHub login of the person; or `email`, and not both. */
  readonly githubLogin?: string | null | undefined;
  /** The primary address of the person's GitHub account, which GitHub has verified. */
  readonly email?: string | null | undefined;
  readonly role: MemberRole;
}

/** Every method throws Failure `forbidden` for an admin who may not manage members now. */
export interface Members {
  /**
   * Invites one person. Throws Failure `validation_failed` or `already_member`, and `forbidden` where the admin lacks a
   * permission of the role.
   */
  invite(admin: ActingUser, person: MemberInvitation): Promise<NewInvitation>;
  /**
   * Gives a member another role, from the next request on. Throws Failure `not_found` or `last_admin`, and `forbidden`
   * where the admin lacks a permission that the member would gain.
   */
  changeRole(admin: ActingUser, id: string, role: MemberRole): Promise<void>;
  /**
   * Removes a member with their browser sessions and access tokens, at once. Throws Failure `not_found` or `last_admin`.
   */
  remove(admin: ActingUser, id: string): Promise<void>;
}

export interface MemberOptions {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  readonly invitations: Pick<Invitations, 'create'>;
}

/** Members in the database of `prisma`. */
export function createMembers({ prisma, clock, invitations }: MemberOptions): Members {
  return {
    async invite(admin, person) {
      checkPerson(person);
      return invitations.create(admin, person, (tx) => refuseMember(tx, admin.accountId, person));
    },

    changeRole: (admin, id, role) =>
      prisma.$transaction(async (tx) => {
        const { accountId, userId } = admin;
        const current = await currentAdmin(tx, admin);
        const member = await memberOf(tx, accountId, id);
        refuseToGrantMore(current, role, member.role);
        if (member.role === role) return;
        if (member.role === 'admin') await keepAnAdmin(tx, accountId, member.id);
        await tx.user.update({ where: { id: member.id }, data: { role } });
        const subject = {
          user_id: member.id,
          role,
          previous_role: member.role,
          revoked_invitations: await revokeInvitationsOf(tx, member.id),
        };
        await recordAct(tx, { accountId, userId, kind: 'member_role_changed', subject }, clock.now());
      }),

    remove: (admin, id) =>
      prisma.$transaction(async (tx) => {
        const { accountId, userId } = admin;
        await currentAdmin(tx, admin);
        const member = await memberOf(tx, accountId, id);
        if (member.role === 'admin') await keepAnAdmin(tx, accountId, member.id);
        const subject = {
          user_id: member.id,
          role: member.role,
          // The row is gone from now on: this is what says who acted under the ID.
          github_login: member.githubLogin,
          revoked_invitations: await revokeInvitationsOf(tx, member.id),
        };
        // Browser sessions, sign-in links and access tokens go with the row.
        await tx.user.delete({ where: { id: member.id } });
        await recordAct(tx, { accountId, userId, kind: 'member_removed', subject }, clock.now());
      }),
  };
}

function checkPerson({ githubLogin, email }: MemberInvitation): void {
  const given = [githubLogin, email].filter((value) => typeof value === 'string').length;
  if (given === 1) return;
  const message = given === 0 ? 'Give a githubLogin or an email.' : 'Give either a githubLogin or an email, not both.';
  const problem: FieldProblem = {
    path: given === 0 ? 'githubLogin' : 'email',
    code: given === 0 ? 'required' : 'exclusive',
    message,
  };
  throw new Failure('validation_failed', 'The invitation is not valid; details name each faulty field.', [problem]);
}

async function refuseMember(
  tx: Prisma.TransactionClient,
  accountId: AccountId,
  person: MemberInvitation,
): Promise<void> {
  const { githubLogin, email } = person;
  const is = (value: string) => ({ equals: likeText(value), mode: 'insensitive' as const });
  const where = {
    accountId,
    ...(typeof githubLogin === 'string' ? { githubLogin: is(githubLogin) } : {}),
    ...(typeof email === 'string' ? { email: is(email) } : {}),
  };
  const member = await tx.user.findFirst({ where, select: { id: true } });
  if (member === null) return;
  throw new Failure('already_member', 'This person is a member of the account. Change the role of the member instead.');
}

/** Prisma compares without regard to case by ILIKE; `%`, `_` and `\` are to be found as themselves. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

interface Member {
  readonly id: UserId;
  readonly role: MemberRole;
  readonly githubLogin: string | null;
}

/** Returns the member. Throws Failure `not_found`. */
async function memberOf(tx: Prisma.TransactionClient, accountId: AccountId, text: string): Promise<Member> {
  const id = parseId('user', text);
  const select = { role: true, githubLogin: true };
  const row = id === null ? null : await tx.user.findUnique({ where: { id, accountId }, select });
  if (id === null || row === null) throw new Failure('not_found', 'There is no such member.');
  return { id, ...row };
}

async function keepAnAdmin(tx: Prisma.TransactionClient, accountId: AccountId, leaving: UserId): Promise<void> {
  if (leaving === BOOTSTRAP_ADMIN.userId)
    throw new Failure('last_admin', 'The bootstrap admin belongs to the operator of this server and stays an admin.');
  const others = await tx.user.count({ where: { accountId, role: 'admin', id: { not: leaving } } });
  if (others === 0)
    throw new Failure(
      'last_admin',
      'This member is the only admin of the account. Make another member an admin first.',
    );
}
