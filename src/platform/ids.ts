/**
 * Identifiers: a prefix that names the type, and a ULID (see docs/api.md, Conventions).
 * ULIDs sort by time, so an id is also the keyset of its list.
 */
import { randomFillSync } from 'node:crypto';
import { monotonicFactory, ulid } from 'ulid';

/** The prefix of each type of object that has an id. */
export const ID_PREFIXES = {
  agent: 'agt',
  session: 'sess',
  event: 'evt',
  report: 'rep',
  request: 'req',
  user: 'usr',
  account: 'acc',
  policy: 'pol',
  accessToken: 'tok',
  browserSession: 'bses',
  turn: 'turn',
  proxyKey: 'pkey',
  invitation: 'inv',
  anchor: 'anc',
  feedEvent: 'evn',
  webhook: 'whk',
  webhookAttempt: 'wha',
  correction: 'cor',
} as const;

export type IdType = keyof typeof ID_PREFIXES;

/** `Id<'agent'>` is a string `agt_<ULID>`; ids of two types do not mix. */
export type Id<T extends IdType> = `${(typeof ID_PREFIXES)[T]}_${string}`;

export type AgentId = Id<'agent'>;
export type SessionId = Id<'session'>;
export type EventId = Id<'event'>;
export type ReportId = Id<'report'>;
export type RequestId = Id<'request'>;
export type UserId = Id<'user'>;
export type AccountId = Id<'account'>;
export type TurnId = Id<'turn'>;
export type AccessTokenId = Id<'accessToken'>;
export type BrowserSessionId = Id<'browserSession'>;
export type PolicyId = Id<'policy'>;
export type FeedEventId = Id<'feedEvent'>;
export type WebhookId = Id<'webhook'>;
export type CorrectionId = Id<'correction'>;

// ulid asks for one random number a character: a system call for each would cost more than all the rest of an id.
const pool = new Uint32Array(1024);
let drawn = pool.length;

/** A number in [0, 1) from the system's cryptographic generator. */
function random(): number {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const value = pool[drawn] ?? 0;
  drawn += 1;
  return value / 2 ** 32;
}

/**
 * How much earlier than the latest id another may be asked for, in milliseconds. A request has its time from its head. So the
 * time in an id is the moment that it was asked for, or later by at most so much, and never earlier.
 */
export const LONGEST_STEP_BACK_MS = 120_000;

// The monotonic factory keeps ids of one millisecond in order, and makes them by adding one.
let next = monotonicFactory(random);
let latest = 0;

/** Later than all before, but after a clock that was far ahead is set right: else ids would stay in its future. */
function nextUlid(now: number): string {
  if (now < latest - LONGEST_STEP_BACK_MS) {
    next = monotonicFactory(random);
    latest = 0;
  }
  latest = Math.max(latest, now);
  return next(now);
}
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * A fresh id, later in order than the ids this process made before, unless the clock was set back by minutes since. `now` is
 * in milliseconds since the epoch.
 * An agent's id is what opens its proxy, and ids of requests are given to everyone: so it is never the one after another,
 * and two agents of one millisecond are in any order.
 */
export function newId<T extends IdType>(type: T, now: number = Date.now()): Id<T> {
  return `${ID_PREFIXES[type]}_${type === 'agent' ? ulid(now, random) : nextUlid(now)}`;
}

/** Whether `text` is an id of the type: exact prefix, and 26 upper-case Crockford base32 characters within 128 bits. */
export function isId<T extends IdType>(type: T, text: string): text is Id<T> {
  const prefix = `${ID_PREFIXES[type]}_`;
  return text.startsWith(prefix) && ULID.test(text.slice(prefix.length));
}

/** The text as an id of the type, or null where it is none. Never throws. */
export function parseId<T extends IdType>(type: T, text: string): Id<T> | null {
  return isId(type, text) ? text : null;
}
