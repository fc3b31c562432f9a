/** The routes of sessions and of corrections, with ids that are nobody's. */
import { newId } from '../../src/platform/ids.ts';

export const UNKNOWN_SESSION = newId('session');

export const SESSION_ADDRESSES = [
  ['GET', `/sessions/${UNKNOWN_SESSION}`],
  ['GET', `/sessions/${UNKNOWN_SESSION}/redactions/0`],
  ['GET', `/sessions/${UNKNOWN_SESSION}/report`],
  ['POST', `/sessions/${UNKNOWN_SESSION}/redactions/0/not-phi`],
  ['POST', `/sessions/${UNKNOWN_SESSION}/missed`],
  ['GET', '/corrections'],
  ['POST', `/corrections/${newId('correction')}/close`],
  ['GET', '/exports/corrections'],
] as const;
