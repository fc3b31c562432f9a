/** The keys of the lists around a session, and how a session's id is told. */
import { isId, parseId } from '../platform/ids.ts';
import type { SessionId } from '../platform/ids.ts';
import { idKey, numberKey } from './keyset.ts';

export const SESSION_KEY = idKey('session', (text): text is SessionId => isId('session', text));
/** Turns in the order of their numbers. */
export const TURN_KEY = numberKey('turn');
/** Events in the order of the journal. */
export const EVENT_KEY = numberKey('event');

/** The id of a session's row. Throws TypeError where it has another form: a bug. */
export function sessionIdOfRow(id: string): SessionId {
  const sessionId = parseId('session', id);
  if (sessionId === null) throw new TypeError('a row of sessions has an id of another form');
  return sessionId;
}
