/**
 * Signed-in browsers: the `masker_session` cookie and its row (see docs/api.md, Sign-in).
 *
 * Session life (expiry, renewal past its half) is lucia's. Lucia is no longer developed, so this is the only file that
 * knows it; the adapter below keeps from the database what lucia would have stored in clear: only SHA-256 of the
 * session id is written, so a stolen copy of the table signs nobody in.
 */
import { Lucia, TimeSpan } from 'lucia';
import type { Adapter } from 'lucia';
import { recordAct } from '../audit/account-events.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../platform/clock.ts';
import { Failure } from '../platform/failure.ts';
import { newId, parseId } from '../platform/ids.ts';
import type { BrowserSessionId } from '../platform/ids.ts';
import { cookieName, readCookie, setCookie } from './cookie.ts';
import { isOpaqueToken, newOpaqueToken, opaqueTokenHash } from './opaque-token.ts';
import { signedInUser, SIGNED_IN_USER_COLUMNS } from './signed-in-user.ts';
import type { SignedInUser } from './signed-in-user.ts';
import type { Viewer } from './viewer.ts';

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionFacts, SignedInUser>;
    UserId: SignedInUser['userId'];
    DatabaseSessionAttributes: SessionFacts;
    DatabaseUserAttributes: SignedInUser;
  }
}

const COOKIE = 'masker_session';
const LIFE_SECONDS = 2_592_000;
/** A visit is written at most once in so many milliseconds. */
const VISIT_INTERVAL_MS = 60_000;
const MAX_USER_AGENT = 256;

/** What a row says of a session besides its user and its end. */
interface SessionFacts {
  readonly publicId: BrowserSessionId;
  readonly lastSeenAt: Date;
}

/** How somebody proved who they are: part of the `sign_in` act. */
export type SignInMethod = 'github' | 'oidc' | 'link';

export interface BrowserSessionOptions {
  readonly prisma: PrismaClient;
  /** See `needsSecureCookies`. */
  readonly secureCookies: boolean;
  readonly clock: Clock;
}

/** How a person signed in. */
export interface SignInFacts {
  readonly method: SignInMethod;
  /** The header User-Agent, where there is one. */
  readonly userAgent?: string | undefined;
}

/** A request whose cookie stands for a live session. */
export interface ValidSession {
  readonly user: SignedInUser;
  /** What the session is called by. */
  readonly id: BrowserSessionId;
  /** The Set-Cookie value to send along where the session was just prolonged; else null. */
  readonly renewedCookie: string | null;
}

export interface BrowserSessions {
  /**
   * Starts a session and records `sign_in`, both inside the caller's transaction, so that no one is signed in without
   * a record of it. Returns the Set-Cookie value. Throws what the database throws.
   */
  create(tx: Prisma.TransactionClient, user: SignedInUser, facts: SignInFacts): Promise<string>;
  /**
   * Who the request's Cookie header stands for; null when nobody: no cookie, not of our form (then nothing is read),
   * unknown, ended or expired. With less than half of its 30 days left the session gets 30 days again.
   */
  validate(cookieHeader: string | undefined): Promise<ValidSession | null>;
  /** Whether the request carries a session cookie at all, valid or not. */
  isCarriedBy(cookieHeader: string | undefined): boolean;
  /** Deletes the session and records `sign_out`, once however often it is called. Returns the Set-Cookie value that clears the cookie. */
  end(cookieHeader: string | undefined): Promise<string>;
  /**
   * Ends the browser session of the viewer and records `sign_out`, once however often it is called. Returns the Set-Cookie
   * value that clears the cookie; null for a viewer without a browser session.
   */
  signOut(viewer: Pick<Viewer, 'browserSessionId'>): Promise<string | null>;
  /** Ends a session of the viewer's own at once, and records it. Throws Failure `not_found`. */
  revoke(viewer: Pick<Viewer, 'accountId' | 'userId'>, id: string): Promise<void>;
  /** Deletes the rows of expired sessions: for a periodic job; expiry itself does not wait for it. */
  deleteExpired(): Promise<void>;
}

/** Browser sessions over the database of `prisma`. */
export function createBrowserSessions({ prisma, secureCookies, clock }: BrowserSessionOptions): BrowserSessions {
  const lucia = luciaOver(prisma, clock);
  const cookie = new SessionCookie(secureCookies);
  return {
    async create(tx, user, { method, userAgent }) {
      const sessionId = newOpaqueToken();
      const now = clock.now();
      const facts = { publicId: newId('browserSession', now), lastSeenAt: new Date(now) };
      await luciaOver(tx, clock, shownUserAgent(userAgent)).createSession(user.userId, facts, { sessionId });
      await recordAct(
        tx,
        { accountId: user.accountId, userId: user.userId, kind: 'sign_in', subject: { method } },
        now,
      );
      return cookie.setTo(sessionId);
    },

    async validate(cookieHeader) {
      const sessionId = cookie.sessionIdIn(cookieHeader);
      if (sessionId === null) return null;
      const { session, user } = await lucia.validateSession(sessionId);
      if (session === null) return null;
      await noteVisit(prisma, sessionId, session.lastSeenAt, clock.now());
      return {
        id: session.publicId,
        user: { userId: user.userId, accountId: user.accountId, role: user.role },
        renewedCookie: session.fresh ? cookie.setTo(sessionId) : null,
      };
    },

    isCarriedBy: (cookieHeader) => cookie.isIn(cookieHeader),

    async end(cookieHeader) {
      const sessionId = cookie.sessionIdIn(cookieHeader);
      if (sessionId !== null) await endSession(prisma, clock, { idHash: opaqueTokenHash(sessionId) });
      return cookie.cleared();
    },

    async signOut({ browserSessionId: id }) {
      if (id === undefined) return null;
      await endSession(prisma, clock, { id });
      return cookie.cleared();
    },

    revoke: (viewer, text) => revokeSession(prisma, clock, viewer, text),

    deleteExpired: () => lucia.deleteExpiredSessions(),
  };
}

/** The cookie that carries the ID of a session. */
class SessionCookie {
  readonly #name: string;
  readonly #isSecure: boolean;

  constructor(isSecure: boolean) {
    this.#name = cookieName(COOKIE, isSecure);
    this.#isSecure = isSecure;
  }

  /** Returns true if the header has the cookie, valid or not. */
  isIn(cookieHeader: string | undefined): boolean {
    return readCookie(cookieHeader, this.#name) !== null;
  }

  /** Returns the ID in the header; null for none, and for one that is not of our form. */
  sessionIdIn(cookieHeader: string | undefined): string | null {
    const value = readCookie(cookieHeader, this.#name);
    return value !== null && isOpaqueToken(value) ? value : null;
  }

  /** Returns the Set-Cookie value for a session. */
  setTo(sessionId: string): string {
    return this.#set(sessionId, LIFE_SECONDS);
  }

  /** Returns the Set-Cookie value that clears the cookie. */
  cleared(): string {
    return this.#set('', 0);
  }

  // Lucia's own serialiser orders the attributes otherwise than the documents do.
  #set(value: string, maxAge: number): string {
    return setCookie(this.#name, value, { path: '/', maxAge, secure: this.#isSecure });
  }
}

/** Deletes the session and records `sign_out`, once however often it is called. */
async function endSession(
  prisma: PrismaClient,
  clock: Clock,
  where: { idHash: string } | { id: BrowserSessionId },
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const row = await tx.browserSession.findUnique({
      where,
      include: { user: { select: SIGNED_IN_USER_COLUMNS } },
    });
    if (row === null) return;
    // Two requests may both have read the row; the one that deleted it records the act. Lucia tells no counts.
    const { count } = await tx.browserSession.deleteMany({ where });
    const now = clock.now();
    if (count === 0 || row.expiresAt.getTime() <= now) return;
    const { accountId, userId } = signedInUser(row.user);
    await recordAct(tx, { accountId, userId, kind: 'sign_out', subject: {} }, now);
  });
}

async function revokeSession(
  prisma: PrismaClient,
  clock: Clock,
  { accountId, userId }: Pick<Viewer, 'accountId' | 'userId'>,
  text: string,
): Promise<void> {
  const id = parseId('browserSession', text);
  await prisma.$transaction(async (tx) => {
    const { count } =
      id === null ? { count: 0 } : await tx.browserSession.deleteMany({ where: { id, userId, user: { accountId } } });
    if (count === 0) throw new Failure('not_found', 'There is no such browser session.');
    const act = {
      accountId,
      userId,
      kind: 'browser_session_revoked',
      subject: { browser_session_id: id },
    } as const;
    await recordAct(tx, act, clock.now());
  });
}

function luciaOver(
  db: Prisma.TransactionClient,
  clock: Clock,
  userAgent: string | null = null,
): Lucia<SessionFacts, SignedInUser> {
  return new Lucia(hashingAdapter(db, clock, userAgent), {
    sessionExpiresIn: new TimeSpan(LIFE_SECONDS, 's'),
    getSessionAttributes: (facts) => facts,
    getUserAttributes: (user) => user,
  });
}

/**
 * Lucia's storage. It hashes ids on their way in, and it is the border between two clocks: lucia compares with
 * `Date.now()`, the rest of the process with its own clock, so expiry is carried across as time left.
 */
function hashingAdapter(db: Prisma.TransactionClient, clock: Clock, userAgent: string | null): Adapter {
  const toOurs = (lucias: Date) => new Date(clock.now() + nearestSecond(lucias.getTime() - Date.now()));
  const toLucias = (ours: Date) => new Date(Date.now() + (ours.getTime() - clock.now()));
  return {
    async getSessionAndUser(sessionId) {
      const row = await db.browserSession.findUnique({
        where: { idHash: opaqueTokenHash(sessionId) },
        include: { user: { select: SIGNED_IN_USER_COLUMNS } },
      });
      if (row === null) return [null, null];
      const user = signedInUser(row.user);
      const attributes = { publicId: browserSessionId(row.id), lastSeenAt: row.lastSeenAt };
      return [
        { id: sessionId, userId: user.userId, expiresAt: toLucias(row.expiresAt), attributes },
        { id: user.userId, attributes: user },
      ];
    },
    async setSession({ id, userId, expiresAt, attributes: { publicId, lastSeenAt } }) {
      const facts = { id: publicId, userId, userAgent, createdAt: lastSeenAt, lastSeenAt };
      await db.browserSession.create({
        data: { idHash: opaqueTokenHash(id), ...facts, expiresAt: toOurs(expiresAt) },
      });
    },
    async updateSessionExpiration(sessionId, expiresAt) {
      // updateMany: a session that was ended since it was read is not an error, and does not come back.
      await db.browserSession.updateMany({
        where: { idHash: opaqueTokenHash(sessionId) },
        data: { expiresAt: toOurs(expiresAt) },
      });
    },
    async deleteSession(sessionId) {
      await db.browserSession.deleteMany({ where: { idHash: opaqueTokenHash(sessionId) } });
    },
    async deleteExpiredSessions() {
      await db.browserSession.deleteMany({ where: { expiresAt: { lte: new Date(clock.now()) } } });
    },
    async deleteUserSessions(userId) {
      await db.browserSession.deleteMany({ where: { userId } });
    },
    getUserSessions() {
      return Promise.reject(new Error('session ids cannot be listed: only their hashes are stored'));
    },
  };
}

// Lucia read its clock a moment before we read it again: without rounding, sessions would last 30 days less some ticks.
function nearestSecond(milliseconds: number): number {
  return Math.round(milliseconds / 1000) * 1000;
}

/** Writes the time of a visit where the one on record is old: of requests at once, one writes. */
async function noteVisit(prisma: PrismaClient, sessionId: string, lastSeenAt: Date, now: number): Promise<void> {
  const old = new Date(now - VISIT_INTERVAL_MS);
  if (lastSeenAt > old) return;
  await prisma.browserSession.updateMany({
    where: { idHash: opaqueTokenHash(sessionId), lastSeenAt: { lte: old } },
    data: { lastSeenAt: new Date(now) },
  });
}

/** Returns what is kept of a header User-Agent: anybody can send any text. */
function shownUserAgent(header: string | undefined): string | null {
  const text = header?.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_USER_AGENT) ?? '';
  return text === '' ? null : text;
}

/** Reads the id of a row. Throws a plain Error where it is not one of ours: then the database is damaged. */
function browserSessionId(text: string): BrowserSessionId {
  const id = parseId('browserSession', text);
  if (id === null) throw new Error('a browser_sessions row has a malformed id');
  return id;
}
