/**
 * The account and the admin of an installation that has no GitHub to ask: an air-gapped site, or the first minute of
 * any other (see docs/operations.md, Embedded and clustered). The admin gets in by a printed one-time link, or by a configured token.
 */
import { recordAct } from '../audit/account-events.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import type { UserId } from '../platform/ids.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { INSTANCE_ACCOUNT } from './instance-account.ts';
import { isOpaqueToken, newOpaqueToken, opaqueTokenHash } from './opaque-token.ts';
import type { SignedInUser } from './signed-in-user.ts';

/** Fixed, like the account's. */
const USER_ID: UserId = 'usr_00000000000000000000000000';
const LINK_LIFE_MS = 86_400_000;

/** The bootstrap admin: the same user in every installation. */
export const BOOTSTRAP_ADMIN: SignedInUser = { userId: USER_ID, accountId: INSTANCE_ACCOUNT, role: 'admin' };

export interface BootstrapOptions {
  readonly prisma: PrismaClient;
  readonly browserSessions: BrowserSessions;
  readonly clock: Clock;
}

export interface Bootstrap {
  /** Makes the account and its admin where they are missing. Any number of nodes may do so at once. */
  ensureAdmin(): Promise<SignedInUser>;
  /**
   * A link that signs the bootstrap admin in: once, within 24 hours. Only its hash is stored, so it cannot be printed
   * again. The admin must exist.
   */
  issueSignInLink(publicUrl: URL): Promise<URL>;
  /** The same for `lifeMs` milliseconds, with an act `sign_in_link_created` of the instance's account. */
  issueRecordedLink(publicUrl: URL, lifeMs: number): Promise<SignInLink>;
  /** Spends the token of a link; returns the Set-Cookie value of the new session. Throws `unauthenticated` for a token that is unknown, spent or expired. */
  redeem(token: string | undefined, userAgent?: string): Promise<string>;
}

export interface SignInLink {
  readonly url: URL;
  readonly expiresAt: Date;
}

/** Makes a link. `act` is done in its transaction. */
async function makeLink(
  { prisma, clock }: BootstrapOptions,
  publicUrl: URL,
  lifeMs: number,
  act: (tx: Prisma.TransactionClient, expiresAt: Date) => Promise<void>,
): Promise<SignInLink> {
  const token = newOpaqueToken();
  const now = clock.now();
  const expiresAt = new Date(now + lifeMs);
  await prisma.$transaction(async (tx) => {
    await tx.signInLink.deleteMany({ where: { expiresAt: { lte: new Date(now) } } });
    await tx.signInLink.create({ data: { tokenHash: opaqueTokenHash(token), userId: USER_ID, expiresAt } });
    await act(tx, expiresAt);
  });
  const url = new URL('/api/v1/auth/bootstrap', publicUrl);
  url.searchParams.set('token', token);
  return { url, expiresAt };
}

/** Creates the account and its admin where they are missing. */
async function createMissing(prisma: PrismaClient, at: Date): Promise<void> {
  await prisma.$transaction([
    prisma.account.createMany({
      data: [{ id: INSTANCE_ACCOUNT, name: 'Masker', plan: 'internal', createdAt: at }],
      skipDuplicates: true,
    }),
    prisma.user.createMany({
      data: [
        {
          id: USER_ID,
          accountId: INSTANCE_ACCOUNT,
          role: 'admin',
          name: 'Bootstrap admin',
          createdAt: at,
          lastSeenAt: at,
        },
      ],
      skipDuplicates: true,
    }),
  ]);
}

/** Bootstrap over the database of `prisma`. */
export function createBootstrap(options: BootstrapOptions): Bootstrap {
  const { prisma, browserSessions, clock } = options;
  return {
    async ensureAdmin() {
      await createMissing(prisma, new Date(clock.now()));
      return BOOTSTRAP_ADMIN;
    },

    async issueSignInLink(publicUrl) {
      return (await makeLink(options, publicUrl, LINK_LIFE_MS, () => Promise.resolve())).url;
    },

    issueRecordedLink(publicUrl, lifeMs) {
      return makeLink(options, publicUrl, lifeMs, (tx, expiresAt) => {
        const subject = { user_id: USER_ID, expires_at: expiresAt.toISOString() };
        return recordAct(
          tx,
          { accountId: INSTANCE_ACCOUNT, userId: null, kind: 'sign_in_link_created', subject },
          clock.now(),
        );
      });
    },

    async redeem(token, userAgent) {
      if (token === undefined || !isOpaqueToken(token)) throw notALink();
      const now = new Date(clock.now());
      return prisma.$transaction(async (tx) => {
        // The deletion is the check: of two requests with one token, the database lets one delete the row.
        const { count } = await tx.signInLink.deleteMany({
          where: { tokenHash: opaqueTokenHash(token), userId: USER_ID, expiresAt: { gt: now } },
        });
        if (count === 0) throw notALink();
        await tx.user.update({ where: { id: USER_ID }, data: { lastSeenAt: now } });
        return browserSessions.create(tx, BOOTSTRAP_ADMIN, { method: 'link', userAgent });
      });
    },
  };
}

function notALink(): Failure {
  return new Failure(
    'unauthenticated',
    'This sign-in link is unknown, used or expired. The operator can make a new one: masker login-link.',
  );
}
