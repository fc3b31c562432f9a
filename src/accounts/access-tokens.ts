/**
 * Access tokens: `Authorization: Bearer msk_...`, made by a user for programs, with some of the user's permissions. A
 * token permits what its user's role still permits, and is of no use once the user is gone. See docs/access.md.
 */
import { createHash, randomBytes } from 'node:crypto';
import { recordAct } from '../audit/account-events.ts';
import type { AccessToken, Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { AccessTokenId } from '../platform/ids.ts';
import { Secret } from '../platform/secret.ts';
import { currentUser } from './acting-user.ts';
import { checkAccessToken } from './access-token-input.ts';
import type { AccessTokenInput } from './access-token-input.ts';
import { signedInUser, SIGNED_IN_USER_COLUMNS } from './signed-in-user.ts';
import type { SignedInUser } from './signed-in-user.ts';
import { mayUse } from './viewer.ts';
import type { Viewer } from './viewer.ts';

/** So many access tokens can a user have. Expired ones do not count. */
export const MAX_ACCESS_TOKENS = 100;
/** The use of a token is written at most once in so many milliseconds. */
const USE_INTERVAL_MS = 60_000;

const FORM = /^msk_[A-Za-z0-9_-]{43}$/;

/** A token that was just made: the only time that its text is shown. */
export interface NewAccessToken {
  readonly token: AccessToken;
  readonly secret: Secret<string>;
}

/** A user, as far as a token stands for them. */
export interface TokenHolder {
  /** The token. */
  readonly id: AccessTokenId;
  readonly user: SignedInUser;
  /** What the token was made for. */
  readonly scopes: readonly string[];
}

export interface AccessTokens {
  /**
   * Throws Failure `validation_failed`, which names every faulty field, and `forbidden` for a user or credential that is
   * gone.
   */
  create(viewer: Viewer, input: AccessTokenInput): Promise<NewAccessToken>;
  /**
   * Makes a token worthless at once: one of the viewer's own, or with `members:admin` one of any member of the account.
   * Throws Failure `not_found`, and `forbidden` for a user or credential that is gone.
   */
  revoke(viewer: Viewer, id: string): Promise<void>;
  /** Returns who the token stands for, and notes its use. Null for a text that is no token, unknown, revoked or expired. */
  holderOf(token: string): Promise<TokenHolder | null>;
}

export interface AccessTokenOptions {
  readonly prisma: PrismaClient;
  readonly clock: Clock;
}

/** Returns the SHA-256 of a token's text, the only form in which it is kept. 256 random bits need no slow hash. */
export function accessTokenHash(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(token, 'utf8').digest());
}

/** Access tokens in the database of `prisma`. */
export function createAccessTokens({ prisma, clock }: AccessTokenOptions): AccessTokens {
  return {
    async create(viewer, input) {
      const now = clock.now();
      const secret = `msk_${randomBytes(32).toString('base64url')}`;
      const made = {
        id: newId('accessToken', now),
        userId: viewer.userId,
        hash: accessTokenHash(secret),
        createdAt: new Date(now),
      };
      const token = await prisma.$transaction(async (tx) => {
        const checked = checkAccessToken(await currentUser(tx, viewer), input, now);
        return insert(tx, viewer, { ...made, ...checked }, now);
      });
      return { token, secret: new Secret(secret) };
    },

    async revoke(viewer, text) {
      const id = parseId('accessToken', text);
      const { accountId, userId } = viewer;
      await prisma.$transaction(async (tx) => {
        const current = await currentUser(tx, viewer);
        const owner = mayUse(current, 'members:admin') ? { accountId } : { accountId, id: userId };
        const { count } = id === null ? { count: 0 } : await tx.accessToken.deleteMany({ where: { id, user: owner } });
        if (count === 0) throw new Failure('not_found', 'There is no such access token.');
        const act = { accountId, userId, kind: 'access_token_revoked', subject: { access_token_id: id } } as const;
        await recordAct(tx, act, clock.now());
      });
    },

    async holderOf(token) {
      if (!FORM.test(token)) return null;
      const row = await prisma.accessToken.findUnique({
        where: { hash: accessTokenHash(token) },
        select: {
          id: true,
          permissions: true,
          expiresAt: true,
          lastUsedAt: true,
          user: { select: SIGNED_IN_USER_COLUMNS },
        },
      });
      const now = clock.now();
      if (row === null || (row.expiresAt !== null && row.expiresAt.getTime() <= now)) return null;
      await noteUse(prisma, row, now);
      const id = parseId('accessToken', row.id);
      if (id === null) throw new TypeError('a row of access_tokens has an id of another form');
      return { id, user: signedInUser(row.user), scopes: row.permissions };
    },
  };
}

async function insert(
  tx: Prisma.TransactionClient,
  { accountId, userId }: Viewer,
  data: Prisma.AccessTokenUncheckedCreateInput & { readonly permissions: string[]; readonly expiresAt: Date | null },
  now: number,
): Promise<AccessToken> {
  await tx.accessToken.deleteMany({ where: { userId, expiresAt: { lte: new Date(now) } } });
  if ((await tx.accessToken.count({ where: { userId } })) >= MAX_ACCESS_TOKENS)
    throw new Failure('validation_failed', `A user may have ${MAX_ACCESS_TOKENS} access tokens; revoke one first.`);
  const row = await tx.accessToken.create({ data });
  const subject = {
    access_token_id: data.id,
    permissions: data.permissions,
    expires_at: data.expiresAt?.toISOString() ?? null,
  };
  await recordAct(tx, { accountId, userId, kind: 'access_token_created', subject }, now);
  return row;
}

/** Writes the time of use where the one on record is old: of requests at once, one writes. */
async function noteUse(
  prisma: PrismaClient,
  { id, lastUsedAt }: Pick<AccessToken, 'id' | 'lastUsedAt'>,
  now: number,
): Promise<void> {
  const old = new Date(now - USE_INTERVAL_MS);
  if (lastUsedAt !== null && lastUsedAt > old) return;
  await prisma.accessToken.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: old } }] },
    data: { lastUsedAt: new Date(now) },
  });
}
