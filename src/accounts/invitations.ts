/**
 * Invitations into an account. An admin hands out a link. The person who signs in with it joins the account and gets no
 * account of their own. A link works once, and only its hash is stored. See docs/api.md, Invitations.
 */
import { recordAct } from '../audit/account-events.ts';
import type { Invitation, Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { FieldProblem } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AccountId, UserId } from '../platform/ids.ts';
import { currentAdmin, refuseToGrantMore } from './acting-user.ts';
import type { ActingUser } from './acting-user.ts';
import { isOpaqueToken, newOpaqueToken, opaqueTokenHash } from './opaque-token.ts';
import type { MemberRole, Viewer } from './viewer.ts';

/** So many invitations can an account have out at once. */
export const MAX_INVITATIONS = 100;
export const INVITED_ROLES: readonly MemberRole[] = ['admin', 'member', 'auditor'];
export const MAX_INVITATION_DAYS = 30;
const DEFAULT_DAYS = 7;
/** RFC 5321, 4.5.3.1.3. */
const MAX_EMAIL = 254;
const DAY_MS = 86_400_000;

export interface InvitationInput {
  /** Default `member`. */
  readonly role?: string | null | undefined;
  /** The only login that may accept it; absent: anybody who has the link. */
  readonly githubLogin?: string | null | undefined;
  /** The only primary, verified address of a GitHub account that may accept it; absent: any. */
  readonly email?: string | null | undefined;
  /** 1 to 30, 7 by default. */
  readonly expiresInDays?: number | null | undefined;
}

/** An invitation that was just made: the only time that its link is shown. */
export interface NewInvitation {
  readonly invitation: Invitation;
  readonly url: string;
}

export interface Invitations {
  /**
   * Runs `check` first, in the same transaction. Throws Failure `validation_failed`; `forbidden` for a user who may not
   * invite now, or who lacks a permission of the role; and what `check` throws.
   */
  create(
    inviter: ActingUser,
    input: InvitationInput,
    check?: (tx: Prisma.TransactionClient) => Promise<void>,
  ): Promise<NewInvitation>;
  /** The account's open invitations, the newest first; at most {@link MAX_INVITATIONS}. */
  list(viewer: Pick<Viewer, 'accountId'>): Promise<Invitation[]>;
  /**
   * Makes the link worthless at once. Throws Failure `not_found` for one that is unknown or was accepted, and `forbidden`
   * for a user who may not manage members now.
   */
  revoke(viewer: ActingUser, id: string): Promise<void>;
}

export interface InvitationOptions {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  /** Origin under which this instance is reached, without a slash at its end. */
  readonly publicUrl: string;
}

export function createInvitations({ prisma, clock, publicUrl }: InvitationOptions): Invitations {
  return {
    async create(inviter, input, check) {
      const { accountId, userId } = inviter;
      const { role, githubLogin, email, days } = checkInput(input);
      const token = newOpaqueToken();
      const now = clock.now();
      const id = newId('invitation', now);
      const invitation = await prisma.$transaction(async (tx) => {
        refuseToGrantMore(await currentAdmin(tx, inviter), role);
        await check?.(tx);
        await tx.invitation.deleteMany({ where: { accountId, acceptedAt: null, expiresAt: { lte: new Date(now) } } });
        if ((await tx.invitation.count({ where: { accountId, acceptedAt: null } })) >= MAX_INVITATIONS)
          throw new Failure(
            'validation_failed',
            `An account may have ${MAX_INVITATIONS} invitations out; revoke one first.`,
          );
        const data = { id, accountId, role, githubLogin, email, tokenHash: opaqueTokenHash(token), createdBy: userId };
        const row = await tx.invitation.create({
          data: { ...data, createdAt: new Date(now), expiresAt: new Date(now + days * DAY_MS) },
        });
        await recordAct(
          tx,
          { accountId, userId, kind: 'invitation_created', subject: { invitation_id: id, role } },
          now,
        );
        return row;
      });
      return { invitation, url: `${publicUrl}/api/v1/auth/invitation?token=${token}` };
    },

    list: ({ accountId }) =>
      prisma.invitation.findMany({
        where: { accountId, acceptedAt: null },
        orderBy: { id: 'desc' },
        take: MAX_INVITATIONS,
      }),

    async revoke(viewer, text) {
      const { accountId, userId } = viewer;
      const id = parseId('invitation', text);
      await prisma.$transaction(async (tx) => {
        await currentAdmin(tx, viewer);
        const { count } =
          id === null ? { count: 0 } : await tx.invitation.deleteMany({ where: { id, accountId, acceptedAt: null } });
        if (count === 0) throw new Failure('not_found', 'There is no such invitation, or it was accepted.');
        const act = { accountId, userId, kind: 'invitation_revoked', subject: { invitation_id: id } } as const;
        await recordAct(tx, act, clock.now());
      });
    },
  };
}

interface CheckedInvitation {
  readonly role: MemberRole;
  readonly githubLogin: string | null;
  readonly email: string | null;
  readonly days: number;
}

function checkInput({ role, githubLogin, email, expiresInDays }: InvitationInput): CheckedInvitation {
  const problems: FieldProblem[] = [];
  const report = (path: string, message: string): void => {
    problems.push({ path, code: 'invalid_value', message });
  };
  const chosen = INVITED_ROLES.find((name) => name === (role ?? 'member'));
  if (chosen === undefined) report('role', `use ${INVITED_ROLES.join(' or ')}`);
  const login = githubLogin ?? null;
  if (login !== null && !/^[\w-]{1,100}$/.test(login)) report('githubLogin', 'must be a login as GitHub has it');
  const address = email ?? null;
  if (address !== null && (address.length > MAX_EMAIL || !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(address)))
    report('email', `must be an email address of at most ${MAX_EMAIL} characters`);
  const days = expiresInDays ?? DEFAULT_DAYS;
  if (!Number.isSafeInteger(days) || days < 1 || days > MAX_INVITATION_DAYS)
    report('expiresInDays', `must be from 1 to ${MAX_INVITATION_DAYS}`);
  if (chosen === undefined || problems.length > 0)
    throw new Failure('validation_failed', 'The invitation is not valid; details name each faulty field.', problems);
  return { role: chosen, githubLogin: login, email: address, days };
}

/** The hash of an invitation's token, which a sign-in carries along. Throws Failure `invitation_invalid` for what is none. */
export function invitationHash(token: string | undefined): string {
  if (token === undefined || !isOpaqueToken(token)) throw invitationInvalid();
  return opaqueTokenHash(token);
}

/** Where an invitation leads to. */
export interface InvitedPlace {
  readonly id: string;
  readonly accountId: AccountId;
  readonly role: MemberRole;
}

/** The account that a token's hash invites this person to, without spending it. Throws Failure `invitation_invalid`. */
export async function invitedPlace(
  tx: Prisma.TransactionClient,
  tokenHash: string,
  { login, email }: { readonly login: string | null; readonly email: string | null },
): Promise<InvitedPlace> {
  const row = await tx.invitation.findUnique({ where: { tokenHash } });
  const accountId = row === null ? null : parseId('account', row.accountId);
  if (row === null || accountId === null) throw invitationInvalid();
  if (row.githubLogin !== null && row.githubLogin.toLowerCase() !== login?.toLowerCase()) throw invitationInvalid();
  if (row.email !== null && row.email.toLowerCase() !== email?.toLowerCase()) throw invitationInvalid();
  return { id: row.id, accountId, role: row.role };
}

/** Spends the invitation for a new user, and records it. Throws Failure `invitation_invalid` where it is spent or too old. */
export async function acceptInvitation(
  tx: Prisma.TransactionClient,
  { id, accountId, role }: InvitedPlace,
  userId: UserId,
  now: number,
): Promise<void> {
  // The update is the check: of two sign-ins with one link, the database lets one take it.
  const { count } = await tx.invitation.updateMany({
    where: { id, acceptedAt: null, expiresAt: { gt: new Date(now) } },
    data: { acceptedAt: new Date(now) },
  });
  if (count === 0) throw invitationInvalid();
  await recordAct(tx, { accountId, userId, kind: 'member_joined', subject: { invitation_id: id, role } }, now);
}

/** Revokes what a former admin could come back by: an open invitation of their own making. Returns the IDs. */
export async function revokeInvitationsOf(tx: Prisma.TransactionClient, userId: UserId): Promise<string[]> {
  const where = { createdBy: userId, acceptedAt: null };
  const rows = await tx.invitation.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } });
  await tx.invitation.deleteMany({ where });
  return rows.map(({ id }) => id);
}

/** It does not say why: a stranger who guesses learns nothing. */
function invitationInvalid(): Failure {
  return new Failure(
    'invitation_invalid',
    'This invitation is unknown, used, revoked, expired or for another login or address. Ask for a new one.',
  );
}
